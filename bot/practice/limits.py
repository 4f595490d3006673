"""What Slack accepts: the limits of messages and views, each refusal with Slack's own error code.

By https://docs.slack.dev/reference/block-kit and the methods' pages. Lengths are code points.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

MESSAGE_BLOCKS = {"section", "header", "divider", "context", "actions", "image", "rich_text", "table"}
VIEW_BLOCKS = {"section", "header", "divider", "context", "actions", "image", "rich_text", "input"}
ACTION_ELEMENTS = {
    "button", "static_select", "users_select", "conversations_select", "overflow", "datepicker", "timepicker",
    "checkboxes", "radio_buttons", "multi_static_select", "multi_users_select",
}  # fmt: skip
INPUT_ELEMENTS = (ACTION_ELEMENTS - {"button", "overflow"}) | {"plain_text_input", "number_input", "file_input"}
ALL_TEXT_OF_A_MESSAGE = 13_200
VIEW_BYTES = 250_000


def message_error(text: str, blocks: Sequence[Block] | None) -> tuple[str, str] | None:
    """Why chat.postMessage refuses: Slack's error code and a detail; None when it does not."""
    if not text and not blocks:
        return "no_text", "neither text nor blocks"
    if len(text) > 40_000:
        return "msg_too_long", f"text of {len(text)} characters"
    for detail in _blocks_errors(blocks or (), MESSAGE_BLOCKS, 50):
        return "invalid_blocks", detail
    if sum(len(one) for one in _texts(blocks or ())) > ALL_TEXT_OF_A_MESSAGE:
        return "msg_blocks_too_long", "all texts together"
    return None


def view_error(view: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why views.open, push, update or publish refuses a view."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return "invalid_arguments", "type: modal or home"
    for detail in _view_errors(view, kind):
        return "invalid_arguments", detail
    if len(str(view).encode()) > VIEW_BYTES:
        return "view_too_large", "over 250 KB"
    return None


def _view_errors(view: Mapping[str, Any], kind: str) -> Iterator[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield "blocks: a list is needed"
        return
    if kind == "modal":
        yield from _text_errors(view.get("title"), "title", 24, plain=True)
        for key in ("submit", "close"):
            if key in view:
                yield from _text_errors(view[key], key, 24, plain=True)
        if "submit" not in view and any(block.get("type") == "input" for block in blocks):
            yield "submit: a view with an input needs one"
    if len(view.get("private_metadata") or "") > 3000:
        yield "private_metadata: over 3000 characters"
    if len(view.get("callback_id") or "") > 255:
        yield "callback_id: over 255 characters"
    yield from _blocks_errors(blocks, VIEW_BLOCKS, 100)


def _blocks_errors(blocks: Sequence[Block], allowed: set[str], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, at most {most}"
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    yield from (f"block_id {one!r} is used {count} times" for one, count in ids.items() if count > 1)
    for number, block in enumerate(blocks):
        kind = block.get("type")
        if kind not in allowed:
            yield f"blocks/{number}: a {kind!r} block can't stand here"
            continue
        if len(block.get("block_id") or "") > 255:
            yield f"blocks/{number}: block_id over 255 characters"
        check = _CHECKS.get(str(kind))
        if check is not None:
            yield from (f"blocks/{number}/{detail}" for detail in check(block))


def _section(block: Block) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "section: text or fields are needed"
    if "text" in block:
        yield from _text_errors(block["text"], "text", 3000)
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:
        yield f"fields: {len(fields)}, from 1 to 10"
    for field in fields:
        yield from _text_errors(field, "fields", 2000)
    if "accessory" in block:
        yield from _element_errors(block["accessory"], ACTION_ELEMENTS | {"image"})


def _header(block: Block) -> Iterator[str]:
    yield from _text_errors(block.get("text"), "text", 150, plain=True)


def _context(block: Block) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield f"elements: {len(elements)}, from 1 to 10"
    for element in elements:
        if element.get("type") != "image":
            yield from _text_errors(element, "elements", 3000)


def _actions(block: Block) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield f"elements: {len(elements)}, from 1 to 25"
    ids = Counter(element.get("action_id") for element in elements)
    yield from (f"action_id {one!r} is used {count} times" for one, count in ids.items() if count > 1)
    for element in elements:
        yield from _element_errors(element, ACTION_ELEMENTS)


def _input(block: Block) -> Iterator[str]:
    yield from _text_errors(block.get("label"), "label", 2000, plain=True)
    if "hint" in block:
        yield from _text_errors(block["hint"], "hint", 2000, plain=True)
    yield from _element_errors(block.get("element") or {}, INPUT_ELEMENTS)


_CHECKS: dict[str, Callable[[Block], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
}


def _element_errors(element: Block, allowed: set[str]) -> Iterator[str]:
    kind = str(element.get("type"))
    if kind not in allowed:
        yield f"element {kind!r} can't stand here"
        return
    if kind == "image":
        return
    action_id = element.get("action_id")
    if not action_id or len(action_id) > 255:
        yield "action_id: from 1 to 255 characters"
    if "placeholder" in element:
        yield from _text_errors(element["placeholder"], "placeholder", 150, plain=True)
    if "confirm" in element:
        yield from _confirm_errors(element["confirm"])
    if kind == "button":
        yield from _button_errors(element)
    elif kind == "plain_text_input":
        yield from _text_input_errors(element)
    else:
        yield from _options_errors(element, kind)


def _button_errors(element: Block) -> Iterator[str]:
    yield from _text_errors(element.get("text"), "text", 75, plain=True)
    if len(element.get("value") or "") > 2000:
        yield "value: over 2000 characters"
    if len(element.get("url") or "") > 3000:
        yield "url: over 3000 characters"
    if element.get("style") not in (None, "primary", "danger"):
        yield "style: primary or danger"


def _text_input_errors(element: Block) -> Iterator[str]:
    longest = element.get("max_length", 3000)
    if not 1 <= longest <= 3000:
        yield "max_length: from 1 to 3000"
    if len(element.get("initial_value") or "") > longest:
        yield "initial_value: longer than max_length"


def _options_errors(element: Block, kind: str) -> Iterator[str]:
    if kind not in ("static_select", "multi_static_select", "checkboxes", "radio_buttons", "overflow"):
        return
    groups = element.get("option_groups")
    options = [one for group in groups for one in group["options"]] if groups else element.get("options") or []
    most = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}.get(kind, 100)
    lists = [group["options"] for group in groups] if groups else [options]
    for one in lists:
        if not 1 <= len(one) <= most:
            yield f"options: {len(one)}, from 1 to {most}"
    for group in groups or []:
        yield from _text_errors(group.get("label"), "option_groups/label", 75, plain=True)
    for option in options:
        yield from _text_errors(option.get("text"), "options/text", 75)
        if not 1 <= len(option.get("value") or "") <= 150:
            yield "options/value: from 1 to 150 characters"
        if "description" in option:
            yield from _text_errors(option["description"], "options/description", 75, plain=True)
    chosen = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    yield from ("initial_option: none of the options" for one in chosen if one not in options)


def _confirm_errors(confirm: Block) -> Iterator[str]:
    for key, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text_errors(confirm.get(key), f"confirm/{key}", longest)


def _text_errors(text: Any, where: str, longest: int, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: a text object is needed"
    elif plain and text["type"] != "plain_text":
        yield f"{where}: plain_text is needed"
    elif not 1 <= len(text.get("text") or "") <= longest:
        yield f"{where}: {len(text.get('text') or '')} characters, from 1 to {longest}"


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, Mapping):
        if thing.get("type") in ("plain_text", "mrkdwn") and isinstance(thing.get("text"), str):
            yield thing["text"]
        for value in thing.values():
            yield from _texts(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _texts(value)
