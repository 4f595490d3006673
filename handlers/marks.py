"""Marks on everything with buttons: which installation drew it, and which message it is.

After a restore numbers are given again. What was drawn before it, or by a copy of the database, names a thing that is
another one now, and never acts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import fitting
from handlers.blocks import Block, View
from handlers.context import Answer, Call
from office import clock
from office.errors import Refusal
from office.installation import epoch_of, was_restored
from storage import outbox, people

_SIGN = "~"
# Slack: block_id at most 255 characters.
_LONGEST = 200


def message(blocks: Sequence[Block], epoch: str, row_id: int = 0) -> list[Block]:
    """Blocks as they leave, within Slack's limits. Each with buttons or a menu says which installation has drawn it and
    for which row of the outbox (0: words for one person alone, which are not kept)."""
    return [
        block | {"block_id": f"{str(block.get('block_id') or at)[:_LONGEST]}{_SIGN}{epoch}.{row_id}"}
        if block["type"] == "actions" or "accessory" in block
        else block
        for at, block in enumerate(fitting.message(blocks))
    ]


def view(drawn: View, epoch: str) -> View:
    """A window or home tab as it leaves."""
    fitted = fitting.view(drawn)
    return {**fitted, "private_metadata": f"{drawn.get('private_metadata') or ''}{_SIGN}{epoch}"}


def unmarked_block(block_id: str) -> str:
    return block_id.rpartition(_SIGN)[0] if _SIGN in block_id else block_id


def unmarked(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A delivery as handlers read it: what a window carries is without its mark."""
    shown = body.get("view")
    if not shown:
        return body
    carried, _, _ = str(shown.get("private_metadata") or "").rpartition(_SIGN)
    return {
        **body,
        "view": {**shown, "private_metadata": carried if _mark_of_view(body) else shown["private_metadata"]},
    }


def is_foreign(session: Session, body: Mapping[str, Any]) -> bool:
    """Whether what was pressed or sent was drawn before the database was restored, or by a copy of it."""
    mark = _mark_of_view(body) if body.get("view") else _mark_of_message(body)
    place = body.get("container") or {}
    if not mark:
        # Drawn by a version that made no marks: all right unless there was a restore since, which left only what it
        # knows of.
        known = outbox.card_at(session, str(place.get("channel_id")), str(place.get("message_ts")))
        return was_restored(session) and known is None
    epoch, _, number = mark.partition(".")
    if epoch != epoch_of(session):
        return True
    row = outbox.find(session, int(number)) if number.isdigit() and number != "0" else None
    # Where it stands is known a moment after it has been posted.
    return row is not None and row.ts is not None and row.ts != place.get("message_ts")


def refuse_foreign(call: Call) -> Answer:
    """What stood there is drawn as it stands now, where it is known; else it can't be pressed again."""
    place = call.body.get("container") or {}
    channel, ts = str(place.get("channel_id") or ""), str(place.get("message_ts") or "")

    def do(session: Session) -> Answer:
        if (call.body.get("view") or {}).get("type") == "home":
            people.change(session, call.person.id or 0, {"home_stale": True})
        card = outbox.card_at(session, channel, ts)
        if card is not None:
            outbox.draw_again(session, card, clock.now())
        return Answer(replaces=card is None)

    if call.write(do).replaces and ts and not call.is_ephemeral:
        text = call.reader.say("This is from before I was brought back from a copy, and nothing can be done with it.")
        client = call.house.client
        call.house.later(
            "taking the buttons of an old message away",
            lambda: client.chat_update(channel=channel, ts=ts, text=text, blocks=[_words(text)]),
        )
    raise Refusal(
        "I was brought back from a copy since this was shown, so I have done nothing. Look at how it stands now, in"
        " your home tab or with /desk, and do it there."
    )


def _words(text: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def _mark_of_message(body: Mapping[str, Any]) -> str:
    pressed = (body.get("actions") or [{}])[0]
    return str(pressed.get("block_id") or "").rpartition(_SIGN)[2] if _SIGN in str(pressed.get("block_id")) else ""


def _mark_of_view(body: Mapping[str, Any]) -> str:
    carried = str(body["view"].get("private_metadata") or "")
    return carried.rpartition(_SIGN)[2] if _SIGN in carried else ""
