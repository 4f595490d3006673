"""The few Block Kit shapes that we use, cut to Slack's limits where text may be long."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Block = dict[str, Any]
View = dict[str, Any]

# https://docs.slack.dev/reference/block-kit/blocks
HEADER, SECTION, FIELD, BUTTON, OPTION, PLACEHOLDER, TITLE, LABEL = 150, 3000, 2000, 75, 75, 150, 24, 2000
MESSAGE_BLOCKS, MESSAGE_TEXT = 50, 12_500


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plain(text: str, longest: int) -> Block:
    return {"type": "plain_text", "text": cut(text, longest) or " ", "emoji": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def words(text: str) -> Block:
    """What people typed: shown as it is, never as formatting."""
    return {"type": "section", "text": {"type": "plain_text", "text": cut(text, SECTION) or " ", "emoji": False}}


def paragraphs(text: str, most: int = 4) -> list[Block]:
    """Long words in as many sections as they need; four fit into a message with everything else."""
    return [words(text[at : at + SECTION]) for at in range(0, len(text), SECTION)][:most]


def md(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION) or " "}}
    return block | ({"accessory": accessory} if accessory else {})


def fields(texts: Iterable[str]) -> Block:
    """Pairs side by side; at most ten."""
    shown = [{"type": "mrkdwn", "text": cut(text, FIELD)} for text in texts][:10]
    return {"type": "section", "fields": shown}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, SECTION)} for text in texts if text]}


def fitting(shown: Sequence[Block]) -> list[Block]:
    """As many blocks as one message holds, the buttons among them always; the rest is in the window behind Open."""
    kept: list[Block] = []
    room = MESSAGE_TEXT
    for block in shown:
        length = _length(block)
        if block["type"] == "actions" or (length <= room and len(kept) < MESSAGE_BLOCKS - 2):
            kept.append(block)
            room -= length
    return kept


def whole_groups(groups: Iterable[Sequence[Block]], kept_free: int = 2) -> list[Block]:
    """As many groups of blocks as one message holds, each whole: no line without its buttons."""
    kept: list[Block] = []
    room = MESSAGE_TEXT
    for group in groups:
        length = sum(_length(block) for block in group)
        if length <= room and len(kept) + len(group) <= MESSAGE_BLOCKS - kept_free:
            kept += group
            room -= length
    return kept


def divider() -> Block:
    return {"type": "divider"}


def actions(buttons: Sequence[Block], block_id: str | None = None) -> list[Block]:
    """A row of buttons; none at all where there is nothing to press."""
    if not buttons:
        return []
    return [{"type": "actions", "elements": list(buttons)[:25]} | ({"block_id": block_id} if block_id else {})]


def button(text: str, action_id: str, value: str = "", style: str | None = None, confirm: Block | None = None) -> Block:
    block: Block = {"type": "button", "text": plain(text, BUTTON), "action_id": action_id, "value": value or "-"}
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """A menu of at most five things to do with one line."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)[:5]}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def option(text: str, value: str, description: str = "") -> Block:
    block: Block = {"text": plain(text, OPTION), "value": value}
    return block | ({"description": plain(description, OPTION)} if description else {})


def field(
    block_id: str, label: str, element: Block, optional: bool = True, hint: str = "", dispatch: bool = False
) -> Block:
    """An input of a form. Its action is called "it", so that a value is found by its block alone."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL),
        "element": {"action_id": "it", **element},
        "optional": optional,
    }
    return block | ({"hint": plain(hint, LABEL)} if hint else {}) | ({"dispatch_action": True} if dispatch else {})


def text_input(initial: str = "", multiline: bool = False, longest: int = 3000, placeholder: str = "") -> Block:
    block: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    block |= {"initial_value": initial[:longest]} if initial else {}
    return block | ({"placeholder": plain(placeholder, PLACEHOLDER)} if placeholder else {})


def select(options: Sequence[Block], chosen: str | None = None, kind: str = "static_select") -> Block:
    block: Block = {"type": kind, "options": list(options)[:100]}
    initial = next((one for one in options if one["value"] == chosen), None)
    return block | ({"initial_option": initial} if initial else {})


def several(options: Sequence[Block], chosen: Iterable[str] = (), kind: str = "multi_static_select") -> Block:
    shown = list(options)[:100]
    block: Block = {"type": kind, "options": shown}
    wanted = set(chosen)
    initial = [one for one in shown if one["value"] in wanted]
    return block | ({"initial_options": initial} if initial else {})


def date_picker(chosen: date | str | None = None) -> Block:
    picker: Block = {"type": "datepicker"}
    try:
        day = chosen if isinstance(chosen, date) or chosen is None else date.fromisoformat(chosen)
    except ValueError:
        return picker
    return picker | ({"initial_date": day.isoformat()} if day else {})


def time_picker(chosen: str | None = None) -> Block:
    return {"type": "timepicker"} | ({"initial_time": chosen} if chosen else {})


def person_select(chosen: str | None = None) -> Block:
    return {"type": "users_select"} | ({"initial_user": chosen} if chosen else {})


def people_select(chosen: Sequence[str] = ()) -> Block:
    return {"type": "multi_users_select"} | ({"initial_users": list(chosen)} if chosen else {})


def modal(
    callback_id: str, title: str, blocks: Iterable[Block], close: str, submit: str | None = None, metadata: str = ""
) -> View:
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks)[:100],
        "private_metadata": metadata,
    }
    return view | ({"submit": plain(submit, TITLE)} if submit else {})


def values(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a form holds: block_id -> text, date, id, or a list of them; what is empty is left out."""
    state = (view.get("state") or {}).get("values") or {}
    found = {block_id: _value(next(iter(elements.values()), {})) for block_id, elements in state.items()}
    return {block_id: value for block_id, value in found.items() if value not in (None, "", [])}


def _value(element: Mapping[str, Any]) -> Any:
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    if "selected_options" in element:
        return [one["value"] for one in element["selected_options"] or []]
    for key in (
        "value", "selected_date", "selected_time", "selected_user", "selected_users", "selected_conversation",
        "selected_channel", "files",
    ):  # fmt: skip
        if element.get(key):
            return element[key]
    return None


def _length(thing: Any) -> int:
    """The characters of all texts in a block."""
    if isinstance(thing, Mapping):
        own = len(thing["text"]) if isinstance(thing.get("text"), str) else 0
        return own + sum(_length(value) for value in thing.values())
    return sum(_length(value) for value in thing) if isinstance(thing, list | tuple) else 0
