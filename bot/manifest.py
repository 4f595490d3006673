"""The app's manifest, and whether it agrees with what the code listens to and calls."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from handlers import listeners

ROOT = Path(__file__).parent.parent
FILE = ROOT / "manifest.yml"
PACKAGES = ("bot", "handlers", "office", "storage")

# Method -> the scopes of which it needs at least one, by https://docs.slack.dev/reference/methods.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "apps.connections.open": (),  # the app-level token's connections:write
    "chat.getPermalink": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "usergroups.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
# What an event needs, by https://docs.slack.dev/reference/events.
EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "user_change": "users:read",
    "team_join": "users:read",
    "member_joined_channel": "channels:read",
    "app_home_opened": None,
}
# Asked for without a method of its own: commands, files that people send along, and addresses for office files.
OTHER_SCOPES = {"commands", "files:read", "users:read.email", "im:read"}


def text() -> str:
    return FILE.read_text("utf-8")


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text())
    return found


def scopes() -> set[str]:
    return set(read()["oauth_config"]["scopes"]["bot"])


def creation_link() -> str:
    """Opens Slack with the manifest filled in: https://docs.slack.dev/app-manifests/#sharing."""
    return "https://api.slack.com/apps?new_app=1&manifest_json=" + quote(json.dumps(read(), separators=(",", ":")))


def disagreements() -> Iterator[str]:
    """Where the manifest and the code differ, a sentence each."""
    manifest = read()
    features = manifest["features"]
    commands = {one["command"] for one in features["slash_commands"]}
    shortcuts = {one["callback_id"] for one in features["shortcuts"]}
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    yield from _differ("command", commands, set(listeners.COMMANDS))
    yield from _differ("shortcut", shortcuts, set(listeners.SHORTCUTS))
    yield from _differ("event", {one.partition(".")[0] for one in events}, set(listeners.EVENTS))
    yield from _scope_differences(events)


def called_methods() -> set[str]:
    """The Web API methods that the source calls, by name or through slack_sdk's functions."""
    found = set()
    by_function = {method.replace(".", "_").lower(): method for method in SCOPES}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if "practice" in file.parts or file == Path(__file__):
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr.lower() in by_function:
                    found.add(by_function[node.attr.lower()])
                if isinstance(node, ast.Constant) and node.value in SCOPES:
                    found.add(str(node.value))
    return found


def _scope_differences(events: set[str]) -> Iterator[str]:
    asked = scopes()
    methods = called_methods()
    for method in sorted(methods):
        needed = SCOPES[method]
        if needed and not asked & set(needed):
            yield f"{method} is called, and none of its scopes is asked for: {', '.join(needed)}."
    for event in sorted(events):
        needed_scope = EVENT_SCOPES.get(event)
        if needed_scope and needed_scope not in asked:
            yield f"The event {event} needs the scope {needed_scope}."
    used = {scope for method in methods for scope in SCOPES[method]} | OTHER_SCOPES
    used |= {scope for event in events if (scope := EVENT_SCOPES.get(event))}
    for scope in sorted(asked - used):
        yield f"The scope {scope} is asked for, and nothing needs it."


def _differ(what: str, written: set[str], heard: set[str]) -> Iterator[str]:
    for one in sorted(written - heard):
        yield f"The {what} {one} is in the manifest, and nothing listens to it."
    for one in sorted(heard - written):
        yield f"The {what} {one} is listened to, and not in the manifest."
