"""The practice workspace: people, channels, messages, views and files, as Slack keeps them."""

import json
import secrets
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Thing = dict[str, Any]

COMPANY = Path(__file__).parent / "company.toml"
TEAM_ID, BOT_USER, BOT_ID, APP_ID = "T0PRACTICE", "U0DESKHAND", "B0DESKHAND", "A0DESKHAND"
BOT_TOKEN, APP_TOKEN = "xoxb-practice-bot", "xapp-practice-app"
TRIGGER_SECONDS, HOOK_SECONDS, HOOK_POSTS = 3.0, 30 * 60.0, 5
SHOWN_MESSAGES = 300


@dataclass
class Trigger:
    user: str
    sent_at: float
    used: bool = False
    view_id: str | None = None


@dataclass
class Hook:
    """A response_url: for one person in one channel, five posts in half an hour."""

    user: str
    channel: str
    message_ts: str | None
    ephemeral: bool
    made_at: float
    left: int = HOOK_POSTS


@dataclass
class Trouble:
    """What goes wrong on purpose."""

    slow_seconds: float = 0.0
    ratelimited: bool = False
    down: bool = False
    duplicates: bool = False
    drop_after_post: bool = False


@dataclass
class Workspace:
    """Everything that Slack knows. Lives in one event loop; `changed` is called after every change."""

    users: dict[str, Thing] = field(default_factory=dict)
    channels: dict[str, Thing] = field(default_factory=dict)
    messages: dict[str, list[Thing]] = field(default_factory=dict)
    ephemerals: list[Thing] = field(default_factory=list)
    views: dict[str, Thing] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, Thing] = field(default_factory=dict)
    files: dict[str, Thing] = field(default_factory=dict)
    groups: dict[str, Thing] = field(default_factory=dict)
    read_up_to: dict[str, str] = field(default_factory=dict)
    team: str = "Practice"
    shift_seconds: float = 0.0
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)
    wire: list[Thing] = field(default_factory=list)
    changed: Callable[[], None] = lambda: None
    last_ts: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.shift_seconds)

    def new_ts(self) -> str:
        """A message's name: its time, and never the same twice."""
        self.last_ts = max(self.now().timestamp(), self.last_ts + 0.000001)
        return f"{self.last_ts:.6f}"

    def direct_channel(self, user: str) -> Thing:
        """The direct messages between somebody and the bot."""
        found = next((one for one in self.channels.values() if one.get("is_im") and one["user"] == user), None)
        if found is not None:
            return found
        channel: Thing = {"id": "D" + user[1:], "is_im": True, "user": user, "name": "", "members": [user, BOT_USER]}
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = []
        return channel

    def may_see(self, user: str, channel_id: str) -> bool:
        channel = self.channels.get(channel_id)
        if channel is None:
            return False
        return user in channel["members"] or not (channel.get("is_private") or channel.get("is_im"))

    def post(self, channel_id: str, message: Thing) -> Thing:
        message = {"type": "message", "ts": self.new_ts(), **message}
        self.messages.setdefault(channel_id, []).append(message)
        self.changed()
        return message

    def find_message(self, channel_id: str, ts: str) -> Thing | None:
        for message in self.messages.get(channel_id, []):
            if message["ts"] == ts:
                return message
        return next((one for one in self.ephemerals if one["channel"] == channel_id and one["ts"] == ts), None)

    def post_ephemeral(self, user: str, channel_id: str, message: Thing) -> Thing:
        shown = {"type": "message", "ts": self.new_ts(), "user": BOT_USER, "bot_id": BOT_ID, **message}
        shown |= {
            "channel": channel_id,
            "to": user,
            "is_ephemeral": True,
            "blocks": with_ids(shown.get("blocks") or []),
        }
        self.ephemerals.append(shown)
        del self.ephemerals[:-200]
        self.changed()
        return shown

    def new_trigger(self, user: str, view_id: str | None = None) -> str:
        trigger_id = f"{int(time.time() * 1000)}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Trigger(user, time.monotonic(), view_id=view_id)
        for old in [one for one, made in self.triggers.items() if time.monotonic() - made.sent_at > 60]:
            del self.triggers[old]
        return trigger_id

    def use_trigger(self, trigger_id: str) -> tuple[Trigger | None, str]:
        """The gesture behind a trigger id, or Slack's error: it lives 3 s and opens one view."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            return None, "invalid_trigger_id"
        if time.monotonic() - trigger.sent_at > TRIGGER_SECONDS:
            return None, "expired_trigger_id"
        if trigger.used:
            return None, "exchanged_trigger_id"
        trigger.used = True
        return trigger, ""

    def new_hook(self, user: str, channel: str, message_ts: str | None = None, ephemeral: bool = False) -> str:
        token = secrets.token_urlsafe(16)
        self.hooks[token] = Hook(user, channel, message_ts, ephemeral, time.monotonic())
        return token

    def open_view(self, user: str, view: Thing, push: bool) -> tuple[Thing | None, str]:
        stack = self.stacks.setdefault(user, [])
        if not push:
            stack.clear()
        if len(stack) >= 3:
            return None, "push_limit_reached"
        made = self._made(view, user)
        made["previous_view_id"] = stack[-1] if stack else None
        made["root_view_id"] = stack[0] if stack else made["id"]
        stack.append(made["id"])
        self.views[made["id"]] = made
        self.changed()
        return made, ""

    def update_view(self, view_id: str, view: Thing, given_hash: str | None) -> tuple[Thing | None, str]:
        old = self.views.get(view_id)
        if old is None or not any(view_id in stack for stack in self.stacks.values()):
            return None, "not_found"
        if given_hash is not None and given_hash != old["hash"]:
            return None, "hash_conflict"
        made = self._made(view, old["user"])
        for key in ("id", "previous_view_id", "root_view_id"):
            made[key] = old[key]
        made["state"] = old["state"]
        self.views[view_id] = made
        self.changed()
        return made, ""

    def close_views(self, user: str, view_id: str | None = None) -> None:
        """Closes one view, or all of somebody's."""
        stack = self.stacks.get(user, [])
        self.stacks[user] = [one for one in stack if view_id is not None and one != view_id]
        self.changed()

    def publish_home(self, user: str, view: Thing) -> Thing:
        made = self._made(view, user)
        if user in self.homes:
            made["id"] = self.homes[user]["id"]
        self.homes[user] = made
        self.views[made["id"]] = made
        self.changed()
        return made

    def note(self, direction: str, what: str, detail: Any = None) -> None:
        """One line in the panel of what went over the wire."""
        self.wire.append({"at": self.now().isoformat(), "direction": direction, "what": what, "detail": detail})
        del self.wire[:-200]
        self.changed()

    def saved(self) -> str:
        """What outlives a restart, as JSON."""
        kept = ("users", "channels", "messages", "homes", "files", "read_up_to", "team", "shift_seconds")
        return json.dumps({name: getattr(self, name) for name in kept}, ensure_ascii=False)

    def _made(self, view: Thing, user: str) -> Thing:
        return {
            **view,
            "blocks": with_ids(view["blocks"]),
            "id": "V" + secrets.token_hex(5).upper(),
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "user": user,
            "hash": f"{time.time():.0f}.{secrets.token_hex(4)}",
            "state": {"values": {}},
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "previous_view_id": None,
            "root_view_id": None,
        }


def with_ids(blocks: list[Thing]) -> list[Thing]:
    """Blocks as Slack keeps them: each has a name."""
    return [{"block_id": f"b{secrets.token_hex(3)}", **block} for block in blocks]


def seeded(file: Path = COMPANY) -> Workspace:
    """A fresh workspace with the company's people and channels."""
    company = tomllib.loads(file.read_text("utf-8"))
    workspace = Workspace(team=company["team"])
    for user in [*(_user(one) for one in company["users"]), _bot()]:
        workspace.users[user["id"]] = user
    for number, channel in enumerate(company["channels"], 1):
        made = _channel(workspace, channel, number)
        workspace.channels[made["id"]] = made
        workspace.messages[made["id"]] = []
    for user in people(workspace):
        workspace.direct_channel(user["id"])
    for one in company.get("groups", ()):
        group = {"id": f"S0{one['handle'].upper()}", "handle": one["handle"], "name": one["name"],
                 "users": [f"U0{handle.upper()}" for handle in one["members"]]}  # fmt: skip
        workspace.groups[group["id"]] = group
    return workspace


def restored(file: Path) -> Workspace:
    """A workspace as `saved` wrote it."""
    workspace = Workspace(**json.loads(file.read_text("utf-8")))
    for home in workspace.homes.values():
        workspace.views[home["id"]] = home
    return workspace


def people(workspace: Workspace) -> Iterator[Thing]:
    return (one for one in workspace.users.values() if not one["is_bot"])


def _user(one: Mapping[str, Any]) -> Thing:
    handle = one["handle"]
    return {
        "id": f"U0{handle.upper()}",
        "team_id": "T0STRANGER" if one.get("stranger") else TEAM_ID,
        "name": handle,
        "real_name": one["name"],
        "deleted": bool(one.get("deleted")),
        "is_bot": False,
        "is_admin": bool(one.get("admin")),
        "is_owner": False,
        "is_restricted": bool(one.get("guest")),
        "is_ultra_restricted": False,
        "is_stranger": bool(one.get("stranger")),
        "tz": one["tz"],
        "locale": one["locale"],
        "profile": {
            "real_name": one["name"],
            "display_name": one["name"],
            "title": one.get("title", ""),
            "email": f"{handle}@nordwind.example",
        },
    }


def _bot() -> Thing:
    return {
        "id": BOT_USER, "team_id": TEAM_ID, "name": "deskhand", "real_name": "Deskhand", "deleted": False,
        "is_bot": True, "is_admin": False, "is_owner": False, "is_restricted": False, "is_ultra_restricted": False,
        "tz": "UTC", "locale": "en-GB",
        "profile": {"real_name": "Deskhand", "display_name": "Deskhand", "bot_id": BOT_ID, "title": "Your office"},
    }  # fmt: skip


def _channel(workspace: Workspace, one: Mapping[str, Any], number: int) -> Thing:
    private = bool(one.get("private"))
    inside = [user["id"] for user in people(workspace) if not user["deleted"] and not user["is_stranger"]]
    members = [f"U0{handle.upper()}" for handle in one["members"]] if one.get("members") else inside
    return {
        "id": f"C0{number:04}",
        "name": one["name"],
        "is_channel": not private,
        "is_group": private,
        "is_private": private,
        "is_im": False,
        "is_archived": False,
        "topic": {"value": one.get("topic", "")},
        "members": [*members, BOT_USER],
    }
