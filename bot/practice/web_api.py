"""The Web API methods that a bot calls, with Slack's checks and errors."""

import asyncio
import json
import math
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.practice import limits
from bot.practice.workspace import (
    APP_ID,
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    HOOK_SECONDS,
    TEAM_ID,
    Thing,
    Workspace,
    with_ids,
)

# Calls a minute of each tier, https://docs.slack.dev/apis/web-api/rate-limits.
TIERS = {
    "chat.update": 50, "conversations.open": 50, "conversations.info": 50, "conversations.history": 50,
    "conversations.replies": 50, "conversations.join": 50, "users.list": 20, "conversations.list": 20,
    "conversations.members": 100,
    "views.open": 100, "views.push": 100, "views.update": 100, "views.publish": 100, "users.info": 100,
    "chat.postEphemeral": 100, "chat.getPermalink": 600,
}  # fmt: skip
# One message a second in a channel, with a short burst.
POST_BURST = 4
SCOPES = (
    "channels:history,channels:join,channels:read,chat:write,commands,files:read,files:write,groups:history,groups:read,"
    "im:history,im:read,im:write,usergroups:read,users:read,users:read.email"
)


class Refused(Exception):
    """A method's `ok: false`."""

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail


class RateLimited(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = max(1, math.ceil(seconds))


class WebApi:
    """Answers /api/METHOD. `burst` of 1 is Slack at its strictest."""

    def __init__(self, workspace: Workspace, socket_url: Callable[[], str], burst: int = POST_BURST) -> None:
        self._workspace = workspace
        self._socket_url = socket_url
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = defaultdict(lambda: (math.inf, 0.0))
        self._methods: dict[str, Callable[[Thing], Thing]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "users.info": self._users_info,
            "users.list": self._users_list,
            "usergroups.list": self._groups_list,
            "conversations.list": self._conversations_list,
            "conversations.info": self._conversations_info,
            "conversations.members": self._conversations_members,
            "conversations.open": self._conversations_open,
            "conversations.join": self._conversations_join,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.getPermalink": self._permalink,
            "views.open": lambda given: self._open_view(given, push=False),
            "views.push": lambda given: self._open_view(given, push=True),
            "views.update": self._update_view,
            "views.publish": self._publish,
            "files.info": self._file_info,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._upload_done,
        }

    async def handle(self, request: Request) -> Response:
        method = request.path_params["method"]
        given = await _arguments(request)
        trouble = self._workspace.trouble
        if trouble.slow_seconds:
            await asyncio.sleep(trouble.slow_seconds)
        if trouble.down:
            self._workspace.note("api", f"{method} → 503")
            return PlainTextResponse("down", 503)
        if trouble.ratelimited and method.startswith(("chat.", "views.publish")):
            self._workspace.note("api", f"{method} → 429")
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "2"})
        try:
            self._pace(method, given)
            self._check_token(request, method, given)
            answer = {"ok": True, **self._method(method)(given)}
        except RateLimited as limit:
            self._workspace.note("api", f"{method} → 429")
            headers = {"Retry-After": str(limit.seconds)}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
        except Refused as refusal:
            self._workspace.note("api", f"{method} → {refusal.error}", refusal.detail)
            messages = {"response_metadata": {"messages": [f"[ERROR] {refusal.detail}"]}} if refusal.detail else {}
            return JSONResponse({"ok": False, "error": refusal.error, **messages})
        if method not in ("auth.test", "users.info"):
            self._workspace.note("api", method, _shown(given))
        if trouble.drop_after_post and method == "chat.postMessage":
            return _Dropped()
        return JSONResponse(answer, headers={"X-OAuth-Scopes": SCOPES})

    async def handle_hook(self, request: Request) -> Response:
        """A response_url."""
        hook = self._workspace.hooks.get(request.path_params["token"])
        given = await _arguments(request)
        if hook is None or time.monotonic() - hook.made_at > HOOK_SECONDS:
            return PlainTextResponse("expired_url", 404)
        if hook.left == 0:
            return PlainTextResponse("used_url", 404)
        error = limits.message_error(given.get("text") or "", given.get("blocks"))
        if error and not given.get("delete_original"):
            self._workspace.note("hook", error[0], error[1])
            return PlainTextResponse(error[0], 400)
        hook.left -= 1
        self._workspace.note("hook", "response_url", _shown(given))
        words = {"text": given.get("text", ""), "blocks": with_ids(given.get("blocks") or [])}
        if given.get("replace_original") and hook.message_ts:
            message = self._workspace.find_message(hook.channel, hook.message_ts)
            if message is not None:
                message.update(words)
                self._workspace.changed()
                return PlainTextResponse("ok")
        self._workspace.post_ephemeral(hook.user, hook.channel, words)
        return PlainTextResponse("ok")

    def _method(self, method: str) -> Callable[[Thing], Thing]:
        found = self._methods.get(method)
        if found is None:
            raise Refused("unknown_method")
        return found

    def _check_token(self, request: Request, method: str, given: Thing) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.get("token", "")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted:
            raise Refused("invalid_auth" if token else "not_authed")

    def _pace(self, method: str, given: Thing) -> None:
        if method == "chat.postMessage":
            self._take(f"{method}:{given.get('channel')}", rate=1.0, burst=self._burst)
        elif method in TIERS:
            self._take(method, rate=TIERS[method] / 60, burst=TIERS[method])

    def _take(self, bucket: str, rate: float, burst: int) -> None:
        now = time.monotonic()
        left, at = self._buckets[bucket]
        left = min(float(burst), left + (now - at) * rate)
        if left < 1:
            self._buckets[bucket] = (left, now)
            raise RateLimited((1 - left) / rate)
        self._buckets[bucket] = (left - 1, now)

    def _auth_test(self, _: Thing) -> Thing:
        return {
            "url": "https://practice.slack.com/", "team": self._workspace.team, "team_id": TEAM_ID,
            "user": "deskhand", "user_id": BOT_USER, "bot_id": BOT_ID,
        }  # fmt: skip

    def _connections_open(self, _: Thing) -> Thing:
        return {"url": self._socket_url()}

    def _users_info(self, given: Thing) -> Thing:
        user = self._workspace.users.get(given.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        return {
            "user": user if _true(given.get("include_locale")) else {k: v for k, v in user.items() if k != "locale"}
        }

    def _users_list(self, given: Thing) -> Thing:
        members, cursor = _page(list(self._workspace.users.values()), given)
        return {"members": members, "response_metadata": {"next_cursor": cursor}}

    def _groups_list(self, given: Thing) -> Thing:
        with_people = _true(given.get("include_users"))
        shown = [
            one if with_people else {key: value for key, value in one.items() if key != "users"}
            for one in self._workspace.groups.values()
        ]
        return {"usergroups": shown}

    def _conversations_list(self, given: Thing) -> Thing:
        kinds = str(given.get("types") or "public_channel").split(",")
        visible = [
            _channel_shown(one)
            for one in self._workspace.channels.values()
            if not one.get("is_im")
            and ("private_channel" if one["is_private"] else "public_channel") in kinds
            and (not one["is_private"] or BOT_USER in one["members"])
        ]
        channels, cursor = _page(visible, given)
        return {"channels": channels, "response_metadata": {"next_cursor": cursor}}

    def _conversations_info(self, given: Thing) -> Thing:
        return {"channel": _channel_shown(self._channel(given.get("channel")))}

    def _conversations_members(self, given: Thing) -> Thing:
        members, cursor = _page(self._channel(given.get("channel"))["members"], given)
        return {"members": members, "response_metadata": {"next_cursor": cursor}}

    def _conversations_open(self, given: Thing) -> Thing:
        user = self._workspace.users.get(given.get("users", ""))
        if user is None:
            raise Refused("user_not_found")
        if user["deleted"]:
            raise Refused("user_disabled")
        if user["is_bot"]:
            raise Refused("cannot_dm_bot")
        return {"channel": {"id": self._workspace.direct_channel(user["id"])["id"]}}

    def _conversations_join(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"))
        if channel["is_private"]:
            raise Refused("method_not_supported_for_channel_type")
        if BOT_USER not in channel["members"]:
            channel["members"].append(BOT_USER)
        return {"channel": _channel_shown(channel)}

    def _history(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"), member=True)
        oldest = float(given.get("oldest") or 0)
        found = [
            one
            for one in reversed(self._workspace.messages[channel["id"]])
            if float(one["ts"]) > oldest and one.get("thread_ts") in (None, one["ts"])
        ]
        messages, cursor = _page(found, given)
        return {
            "messages": [_message_shown(one, given) for one in messages],
            "has_more": bool(cursor),
            "response_metadata": {"next_cursor": cursor},
        }

    def _replies(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"), member=True)
        ts = given.get("ts")
        found = [one for one in self._workspace.messages[channel["id"]] if ts in (one["ts"], one.get("thread_ts"))]
        if not found:
            raise Refused("thread_not_found")
        messages, cursor = _page(found, given)
        shown = [_message_shown(one, given) for one in messages]
        return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    def _post_message(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"))
        self._may_post(channel)
        self._check_message(given)
        thread_ts = given.get("thread_ts")
        if thread_ts and self._workspace.find_message(channel["id"], thread_ts) is None:
            raise Refused("thread_not_found")
        message = self._workspace.post(
            channel["id"],
            {
                "user": BOT_USER,
                "bot_id": BOT_ID,
                "app_id": APP_ID,
                "text": given.get("text", ""),
                "blocks": with_ids(given.get("blocks") or []),
                **({"thread_ts": thread_ts} if thread_ts else {}),
                **({"metadata": given["metadata"]} if given.get("metadata") else {}),
            },
        )
        return {"channel": channel["id"], "ts": message["ts"], "message": message}

    def _post_ephemeral(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"))
        self._may_post(channel)
        self._check_message(given)
        if given.get("user") not in channel["members"]:
            raise Refused("user_not_in_channel")
        words = {"text": given.get("text", ""), "blocks": given.get("blocks") or []}
        return {"message_ts": self._workspace.post_ephemeral(given["user"], channel["id"], words)["ts"]}

    def _update(self, given: Thing) -> Thing:
        channel = self._channel(given.get("channel"))
        message = self._workspace.find_message(channel["id"], given.get("ts", ""))
        if message is None or message.get("is_ephemeral"):
            raise Refused("message_not_found")
        if message.get("user") != BOT_USER:
            raise Refused("cant_update_message")
        self._check_message(given)
        message.update({"text": given.get("text", ""), "blocks": with_ids(given.get("blocks") or [])})
        message["edited"] = {"user": BOT_USER, "ts": self._workspace.new_ts()}
        self._workspace.changed()
        return {"channel": channel["id"], "ts": message["ts"], "text": message["text"]}

    def _permalink(self, given: Thing) -> Thing:
        channel, ts = given.get("channel", ""), given.get("message_ts", "")
        if self._workspace.find_message(channel, ts) is None:
            raise Refused("message_not_found")
        return {"permalink": f"https://practice.slack.com/archives/{channel}/p{ts.replace('.', '')}"}

    def _open_view(self, given: Thing, push: bool) -> Thing:
        view = self._checked_view(given, "modal")
        trigger, error = self._workspace.use_trigger(given.get("trigger_id", ""))
        if trigger is None:
            raise Refused(error)
        made, error = self._workspace.open_view(trigger.user, view, push)
        if made is None:
            raise Refused(error)
        return {"view": made}

    def _update_view(self, given: Thing) -> Thing:
        view = self._checked_view(given, "modal")
        made, error = self._workspace.update_view(given.get("view_id", ""), view, given.get("hash"))
        if made is None:
            raise Refused(error)
        return {"view": made}

    def _publish(self, given: Thing) -> Thing:
        if given.get("user_id") not in self._workspace.users:
            raise Refused("user_not_found")
        return {"view": self._workspace.publish_home(given["user_id"], self._checked_view(given, "home"))}

    def _file_info(self, given: Thing) -> Thing:
        file = self._workspace.files.get(given.get("file", ""))
        if file is None:
            raise Refused("file_not_found")
        return {"file": {key: value for key, value in file.items() if key != "content"}}

    def _upload_url(self, given: Thing) -> Thing:
        if not given.get("filename") or int(given.get("length") or 0) <= 0:
            raise Refused("invalid_arguments", "filename and length are needed")
        file = new_file(self._workspace, given["filename"], "", BOT_USER)
        site = self._socket_url().partition("/link")[0].replace("ws", "http", 1)
        return {"upload_url": f"{site}/files/{file['id']}/upload", "file_id": file["id"]}

    def _upload_done(self, given: Thing) -> Thing:
        files = [self._workspace.files[one["id"]] for one in given.get("files") or []]
        if given.get("channel_id"):
            channel = self._channel(given["channel_id"])
            self._may_post(channel)
            shown = [{key: value for key, value in one.items() if key != "content"} for one in files]
            text = given.get("initial_comment", "")
            self._workspace.post(channel["id"], {"user": BOT_USER, "bot_id": BOT_ID, "text": text, "files": shown})
        return {"files": [{"id": one["id"], "title": one["name"]} for one in files]}

    def _channel(self, channel_id: str | None, member: bool = False) -> Thing:
        channel = self._workspace.channels.get(channel_id or "")
        if channel is None and channel_id in self._workspace.users:
            channel = self._workspace.direct_channel(str(channel_id))
        if channel is None or (channel.get("is_private") and BOT_USER not in channel["members"]):
            raise Refused("channel_not_found")
        if member and BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        return channel

    def _may_post(self, channel: Thing) -> None:
        if BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        if channel.get("is_archived"):
            raise Refused("is_archived")
        if channel.get("is_im") and self._workspace.users[channel["user"]]["deleted"]:
            raise Refused("user_disabled")

    def _check_message(self, given: Thing) -> None:
        error = limits.message_error(given.get("text") or "", given.get("blocks"))
        if error:
            raise Refused(*error)

    def _checked_view(self, given: Thing, kind: str) -> Thing:
        view = given.get("view")
        if not isinstance(view, dict) or view.get("type") != kind:
            raise Refused("invalid_arguments", f"view: a {kind} is needed")
        error = limits.view_error(view)
        if error:
            raise Refused(*error)
        return view


class _Dropped(Response):
    """The connection ends before the answer: the caller can't know what became of the call."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        raise ConnectionResetError("dropped on purpose")


def new_file(workspace: Workspace, name: str, content: str, user: str) -> Thing:
    """A file; `content` is base64."""
    file_id = "F" + secrets.token_hex(5).upper()
    file = {
        "id": file_id,
        "name": name,
        "title": name,
        "user": user,
        "size": len(content) * 3 // 4,
        "permalink": f"https://practice.slack.com/files/{user}/{file_id}",
        "url_private": f"/files/{file_id}",
        "content": content,
    }
    workspace.files[file_id] = file
    return file


async def _arguments(request: Request) -> Thing:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        found: Thing = json.loads(body or b"{}")
        return found
    given: Thing = dict(request.query_params) | dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in ("blocks", "view", "metadata", "files"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    return given


def _page(rows: list[Thing], given: Thing) -> tuple[list[Thing], str]:
    start = int(given.get("cursor") or 0)
    size = min(int(given.get("limit") or 100), 1000)
    following = start + size
    return rows[start:following], str(following) if following < len(rows) else ""


def _channel_shown(channel: Thing) -> Thing:
    return {key: value for key, value in channel.items() if key != "members"} | {
        "is_member": BOT_USER in channel["members"]
    }


def _message_shown(message: Thing, given: Thing) -> Thing:
    if _true(given.get("include_all_metadata")):
        return message
    return {key: value for key, value in message.items() if key != "metadata"}


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "1")


def _shown(given: Thing) -> Thing:
    return {key: value for key, value in given.items() if key not in ("token", "client_msg_id")}
