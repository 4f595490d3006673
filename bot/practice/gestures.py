"""What a person does on the page -> what Slack sends to the app, and what it makes of the answer."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.practice import limits
from bot.practice.sockets import Links, NobodyListens, TimedOut
from bot.practice.web_api import new_file
from bot.practice.workspace import APP_ID, BOT_USER, TEAM_ID, Thing, Workspace

_HANDLE = re.compile(r"(?<![\w<|])@([\w.-]*\w)")
_CHANNEL = re.compile(r"(?<![\w<|])#([a-z][\w-]*)")


class Mistake(Exception):
    """What Slack shows when a gesture comes to nothing."""


class Gestures:
    """People's gestures, each a coroutine. `hook_url(token)` makes the address of a response_url."""

    def __init__(self, workspace: Workspace, links: Links, manifest: Mapping[str, Any], hook_url: Callable[[str], str]):
        self._workspace = workspace
        self._links = links
        self._commands = {one["command"]: one for one in manifest["features"].get("slash_commands", [])}
        self.shortcuts = manifest["features"].get("shortcuts", [])
        self._hook_url = hook_url

    @property
    def commands(self) -> list[Thing]:
        return list(self._commands.values())

    async def say(
        self, user: str, channel_id: str, text: str, thread_ts: str | None = None, files: list[str] | None = None
    ) -> None:
        """A message or, where it begins with a slash, a command."""
        if not self._workspace.may_see(user, channel_id):
            raise Mistake("channel_not_found")
        if text.startswith("/"):
            await self._command(user, channel_id, text, thread_ts)
            return
        channel = self._workspace.channels[channel_id]
        shown = [self._file(one) for one in files or []]
        message = self._workspace.post(
            channel_id,
            {
                "user": user,
                "text": self._escaped(text),
                **({"thread_ts": thread_ts} if thread_ts else {}),
                **({"files": shown, "subtype": "file_share"} if shown else {}),
            },
        )
        kind = "im" if channel.get("is_im") else "group" if channel["is_private"] else "channel"
        if BOT_USER in channel["members"]:
            self._links.tell({**message, "channel": channel_id, "channel_type": kind, "event_ts": message["ts"]})

    async def click(
        self, user: str, place: Mapping[str, str], block_id: str, action: Thing, values: Thing | None = None
    ) -> None:
        """A button, or a choice in a select. `place`: channel and ts of a message, or view_id."""
        action = {"block_id": block_id, "action_ts": self._workspace.new_ts(), **action}
        body = self._body(user, "block_actions") | {"actions": [action]}
        if "view_id" in place:
            view = self._view(user, place["view_id"])
            view["state"] = {"values": values or {}}
            body["view"] = view
            body["container"] = {"type": "view", "view_id": view["id"]}
            body["trigger_id"] = self._workspace.new_trigger(user, view["id"])
        else:
            body |= self._message_place(user, place["channel"], place["ts"])
        await self._ask("interactive", body)

    async def submit(self, user: str, view_id: str, values: Thing) -> dict[str, str]:
        """Sends a form; returns the errors by block, if there are any."""
        view = self._view(user, view_id)
        missing = self._missing(view, values)
        if missing:
            return missing
        view["state"] = {"values": values}
        answer = await self._ask(
            "interactive", self._body(user, "view_submission") | {"view": view, "response_urls": []}
        )
        return self._after_submission(user, view, answer)

    async def close(self, user: str, view_id: str) -> None:
        self._workspace.close_views(user, view_id)

    async def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> None:
        if channel and ts:
            message = self._workspace.find_message(channel, ts)
            if message is None or not self._workspace.may_see(user, channel):
                raise Mistake("message_not_found")
            hook = self._hook_url(self._workspace.new_hook(user, channel, ts))
            body = self._body(user, "message_action") | {
                "callback_id": callback_id, "message": message, "message_ts": ts, "response_url": hook,
                "channel": {"id": channel, "name": self._workspace.channels[channel]["name"] or "directmessage"},
            }  # fmt: skip
        else:
            body = self._body(user, "shortcut") | {"callback_id": callback_id, "action_ts": self._workspace.new_ts()}
        await self._ask("interactive", body)

    async def open_home(self, user: str) -> None:
        view = self._workspace.homes.get(user)
        self._links.tell(
            {
                "type": "app_home_opened", "user": user, "tab": "home", "event_ts": self._workspace.new_ts(),
                "channel": self._workspace.direct_channel(user)["id"], **({"view": view} if view else {}),
            }
        )  # fmt: skip

    async def join(self, user: str, channel_id: str) -> None:
        """Somebody comes into a channel; the bot hears of it where it is in it."""
        members = self._workspace.channels[channel_id]["members"]
        if user not in members:
            members.append(user)
            stamp = self._workspace.new_ts()
            self._links.tell({"type": "member_joined_channel", "user": user, "channel": channel_id, "event_ts": stamp})
            self._workspace.changed()

    async def change_person(self, user: str, flags: Mapping[str, bool]) -> None:
        """Somebody leaves, comes back, or becomes a guest."""
        person = self._workspace.users[user]
        person.update({name: flags[name] for name in ("deleted", "is_restricted", "is_admin") if name in flags})
        self._workspace.changed()
        self._links.tell({"type": "user_change", "user": person, "event_ts": self._workspace.new_ts()})

    def upload(self, user: str, name: str, content: str) -> Thing:
        return new_file(self._workspace, name, content, user)

    async def _command(self, user: str, channel_id: str, text: str, thread_ts: str | None) -> None:
        name, _, rest = text.partition(" ")
        command = self._commands.get(name)
        if command is None:
            raise Mistake(f"{name} is not a valid command.")
        if thread_ts:
            raise Mistake(f"{name} can't be used in threads.")
        channel = self._workspace.channels[channel_id]
        payload = {
            "token": "practice", "team_id": TEAM_ID, "team_domain": "practice", "channel_id": channel_id,
            "channel_name": channel["name"] or "directmessage", "user_id": user,
            "user_name": self._workspace.users[user]["name"], "command": name,
            "text": self._escaped(rest.strip()) if command.get("should_escape") else rest.strip(),
            "api_app_id": APP_ID, "is_enterprise_install": "false",
            "response_url": self._hook_url(self._workspace.new_hook(user, channel_id)),
            "trigger_id": self._workspace.new_trigger(user),
        }  # fmt: skip
        answer = await self._ask("slash_commands", payload)
        if answer.get("text") or answer.get("blocks"):
            error = limits.message_error(answer.get("text") or "", answer.get("blocks"))
            if error:
                self._workspace.note("ack", error[0], error[1])
                raise Mistake(f"{name} failed with the error “{error[0]}”")
            words = {"text": answer.get("text", ""), "blocks": answer.get("blocks") or []}
            if answer.get("response_type") == "in_channel":
                self._workspace.post(channel_id, {"user": BOT_USER, "bot_id": "B0DESKHAND", **words})
            else:
                self._workspace.post_ephemeral(user, channel_id, words)

    async def _ask(self, kind: str, payload: Thing) -> Thing:
        try:
            return await self._links.ask(kind, payload)
        except TimedOut:
            self._workspace.note("ack", "operation_timeout")
            raise Mistake("Deskhand did not answer in time (operation_timeout). Try again.") from None
        except NobodyListens:
            raise Mistake("Deskhand is not running (dispatch_failed).") from None

    def _after_submission(self, user: str, view: Thing, answer: Thing) -> dict[str, str]:
        match answer.get("response_action"):
            case "errors":
                errors: dict[str, str] = answer["errors"]
                known = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
                if not set(errors) <= known:
                    raise Mistake("We had some trouble connecting. Try again? (errors for unknown blocks)")
                return errors
            case "update" | "push":
                error = limits.view_error(answer["view"])
                if error:
                    raise Mistake(f"We had some trouble connecting. Try again? ({error[1]})")
                if answer["response_action"] == "push":
                    self._workspace.open_view(user, answer["view"], push=True)
                else:
                    self._workspace.update_view(view["id"], answer["view"], None)
            case "clear":
                self._workspace.close_views(user)
            case _:
                self._workspace.close_views(user, view["id"])
        return {}

    def _body(self, user: str, kind: str) -> Thing:
        person = self._workspace.users[user]
        return {
            "type": kind,
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": person["team_id"]},
            "api_app_id": APP_ID,
            "token": "practice",
            "trigger_id": self._workspace.new_trigger(user),
            "team": {"id": TEAM_ID, "domain": "practice"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _message_place(self, user: str, channel: str, ts: str) -> Thing:
        message = self._workspace.find_message(channel, ts)
        if message is None or not self._workspace.may_see(user, channel):
            raise Mistake("message_not_found")
        ephemeral = bool(message.get("is_ephemeral"))
        hook = self._workspace.new_hook(user, channel, ts, ephemeral)
        name = self._workspace.channels[channel]["name"] or "directmessage"
        return {
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral},
            "channel": {"id": channel, "name": name},
            "message": {key: value for key, value in message.items() if key not in ("to", "metadata")},
            "state": {"values": {}},
            "response_url": self._hook_url(hook),
        }

    def _view(self, user: str, view_id: str) -> Thing:
        view = self._workspace.views.get(view_id)
        if view is None or view["user"] != user:
            raise Mistake("view_not_found")
        return view

    def _missing(self, view: Thing, values: Thing) -> dict[str, str]:
        """Required fields that are empty: Slack's client does not send those."""
        wrong = {}
        for block in view["blocks"]:
            if block["type"] == "input" and not block.get("optional"):
                held: Thing = next(iter(values.get(block["block_id"], {}).values()), {})
                if not any(value for key, value in held.items() if key != "type"):
                    wrong[block["block_id"]] = "Please complete this required field."
        return wrong

    def _file(self, file_id: str) -> Thing:
        return {key: value for key, value in self._workspace.files[file_id].items() if key != "content"}

    def _escaped(self, text: str) -> str:
        """As Slack sends what was typed: three characters escaped, @people and #channels by their ids."""
        handles = {one["name"]: one["id"] for one in self._workspace.users.values()}
        channels = {one["name"]: one for one in self._workspace.channels.values() if one["name"]}

        groups = {one["handle"]: one["id"] for one in self._workspace.groups.values()}

        def person(found: re.Match[str]) -> str:
            user = handles.get(found[1].lower())
            if found[1].lower() in groups:
                return f"<!subteam^{groups[found[1].lower()]}|@{found[1].lower()}>"
            return f"<@{user}|{found[1].lower()}>" if user else found[0]

        def channel(found: re.Match[str]) -> str:
            one = channels.get(found[1])
            return f"<#{one['id']}|{'' if one['is_private'] else found[1]}>" if one else found[0]

        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _CHANNEL.sub(channel, _HANDLE.sub(person, safe))
