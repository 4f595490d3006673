"""The last hand on what leaves for Slack: every text, list and count within Slack's limits, whatever came before.

https://docs.slack.dev/reference/block-kit; lengths are code points. What is cut here is cut for good: words that matter
are cut where they are written, with the way to the whole beside them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handlers.blocks import Block, View, fitting

MESSAGE_BLOCKS, VIEW_BLOCKS, VIEW_CHARACTERS = 50, 100, 240_000
# Of one kind of text object: where it stands -> how long it may be.
_TEXT, _HEADER, _FIELD, _SHORT, _LABEL, _PLACEHOLDER, _TITLE = 3000, 150, 2000, 75, 2000, 150, 24
_VALUE, _OPTION_VALUE, _BLOCK_ID, _OPTIONS, _BUTTONS, _CONTEXT, _FIELDS = 2000, 150, 255, 100, 25, 10, 10
# Marks that turn the direction of what follows, of names as of texts: left open they turn what is not theirs.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# A sign or mention at the end, of which a part is gone.
_BROKEN = re.compile(r"(?:<[^<>]*|&\w{0,5})$")
_SHORT_TEXT, _SHORT_BLOCKS = 300, 20


def message(blocks: Iterable[Block]) -> list[Block]:
    """Blocks as a message can hold them."""
    return fitting([_block(one) for one in blocks])[:MESSAGE_BLOCKS]


def view(drawn: View) -> View:
    """A window or home tab as Slack takes it; what does not fit is left out from the end, never a field of a form."""
    shown = [_block(one) for one in drawn.get("blocks", [])]
    fields = sum(one["type"] == "input" for one in shown)
    room, left = VIEW_BLOCKS - fields, VIEW_CHARACTERS
    kept: list[Block] = []
    for one in shown:
        if one["type"] == "input" or (room > 0 and left > 0):
            kept.append(one)
            room -= one["type"] != "input"
            left -= len(str(one))
    texts = {name: _text(drawn[name], _TITLE) for name in ("title", "submit", "close") if drawn.get(name)}
    return {**drawn, **texts, "blocks": _unlike(kept)}


def short(blocks: Sequence[Block]) -> list[Block]:
    """What is left where Slack did not take the whole: the first of it, each text cut hard; all fields and buttons."""
    kept: list[Block] = []
    for one in blocks:
        if one["type"] in ("input", "actions") or len(kept) < _SHORT_BLOCKS:
            kept.append(_mapped(one, lambda text: _cut(text, _SHORT_TEXT)))
    return kept


def _block(block: Block) -> Block:
    kind = block["type"]
    fitted = dict(block)
    if "block_id" in block:
        fitted["block_id"] = str(block["block_id"])[:_BLOCK_ID]
    if kind in ("section", "header") and "text" in block:
        fitted["text"] = _text(block["text"], _HEADER if kind == "header" else _TEXT)
    if "fields" in block:
        fitted["fields"] = [_text(one, _FIELD) for one in block["fields"]][:_FIELDS]
    if "accessory" in block:
        fitted["accessory"] = _element(block["accessory"])
    if kind == "context":
        fitted["elements"] = [_text(one, _TEXT) if "text" in one else one for one in block["elements"]][:_CONTEXT]
    if kind == "actions":
        fitted["elements"] = [_element(one) for one in block["elements"]][:_BUTTONS]
    if kind == "input":
        fitted["element"] = _element(block["element"])
        fitted |= {name: _text(block[name], _LABEL) for name in ("label", "hint") if name in block}
    return fitted


def _element(element: Block) -> Block:
    fitted = dict(element)
    if isinstance(element.get("text"), Mapping):
        fitted["text"] = _text(element["text"], _SHORT)
    if "placeholder" in element:
        fitted["placeholder"] = _text(element["placeholder"], _PLACEHOLDER)
    if isinstance(element.get("value"), str):
        fitted["value"] = element["value"][:_VALUE]
    if "options" in element:
        fitted["options"] = [_option(one) for one in element["options"]][:_OPTIONS]
    for chosen in ("initial_option", "initial_options"):
        if chosen in element:
            given = element[chosen]
            fitted[chosen] = _option(given) if isinstance(given, dict) else [_option(one) for one in given]
    return fitted


def _option(option: Block) -> Block:
    fitted = {**option, "text": _text(option["text"], _SHORT), "value": str(option["value"])[:_OPTION_VALUE]}
    return fitted | ({"description": _text(option["description"], _SHORT)} if "description" in option else {})


def _text(text: Block, longest: int) -> Block:
    words = _TURNING.sub("", str(text.get("text") or ""))
    return {**text, "text": _cut(words, longest) or " "}


def _cut(words: str, longest: int) -> str:
    """The beginning, without a half mention, link or sign at its end."""
    return words if len(words) <= longest else _BROKEN.sub("", words[: longest - 1]).rstrip() + "…"


def _unlike(blocks: Sequence[Block]) -> list[Block]:
    """Slack takes no block_id twice; the first of them is the one that is read."""
    seen: set[str] = set()
    kept = []
    for one in blocks:
        name = one.get("block_id")
        kept.append({key: value for key, value in one.items() if key != "block_id"} if name in seen else one)
        seen |= {name} if name else set()
    return kept


def _mapped(thing: Any, cut: Callable[[str], str]) -> Any:
    """The same with every text of it cut; what is filled in, and what is sent back, stays whole."""
    if isinstance(thing, Mapping):
        is_text = thing.get("type") in ("plain_text", "mrkdwn") and isinstance(thing.get("text"), str)
        return {key: cut(value) if is_text and key == "text" else _mapped(value, cut) for key, value in thing.items()}
    return [_mapped(one, cut) for one in thing] if isinstance(thing, list | tuple) else thing
