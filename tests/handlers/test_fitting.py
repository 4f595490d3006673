"""What leaves for Slack is legal, whatever was put into it: judged by the limits of the played Slack."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from bot.practice import limits
from handlers import blocks, fitting, marks, pictures, replies
from handlers.blocks import Block
from handlers.context import Answer, Call

# Texts at and over every limit, with markup, emoji of several code points, and marks that turn the direction.
PIECES = ["x", "ä ", "<@U0ANNA> ", "&amp;", "<https://x.example|a>", "👩‍🚀", "\u202e", "مرحبا", "$x^2$", "\n"]
texts = st.builds(
    lambda piece, length, tail: (piece * length)[:length] + tail,
    st.sampled_from(PIECES),
    st.sampled_from([0, 1, 20, 24, 70, 76, 150, 151, 1999, 2999, 3001]),
    st.sampled_from(["", "end", "<@U0", "&am"]),
)
options = st.builds(lambda text, at: blocks.option(text or "x", f"{at}"), texts, st.integers(0, 99))


def raw(kind: str, text: str) -> Block:
    return {"type": kind, "text": text}


elements: st.SearchStrategy[Block] = st.one_of(
    st.builds(lambda text, at: {**blocks.button("x", f"a{at}"), "text": raw("plain_text", text)}, texts, st.integers(0, 9999)),
    st.builds(lambda one, at: {**blocks.select([one]), "action_id": f"s{at}"}, options, st.integers(0, 9999)),
)  # fmt: skip
pieces: st.SearchStrategy[Block] = st.one_of(
    st.builds(lambda text: {"type": "section", "text": raw("mrkdwn", text)}, texts),
    st.builds(lambda text: {"type": "header", "text": raw("plain_text", text)}, texts),
    st.builds(lambda many: {"type": "section", "fields": [raw("mrkdwn", one) for one in many]}, st.lists(texts, min_size=1, max_size=14)),
    st.builds(lambda many: {"type": "context", "elements": [raw("mrkdwn", one) for one in many]}, st.lists(texts, min_size=1, max_size=14)),
    st.builds(lambda many: {"type": "actions", "elements": many}, st.lists(elements, min_size=1, max_size=30, unique_by=lambda one: one["action_id"])),
    st.builds(lambda text, one: {"type": "section", "text": raw("mrkdwn", text), "accessory": one}, texts, elements),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=70))
def test_every_message_is_legal(shown: list[Block]) -> None:
    left = marks.message(shown, "0123abcd", 2**31)
    assert limits.message_error("x", left) is None
    assert not any(turned in str(left) for turned in "\u202a\u202e\u2066\u2069")


@settings(max_examples=40, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=120), texts, st.integers(0, 40))
def test_every_window_is_legal_and_keeps_its_fields(shown: list[Block], title: str, fields: int) -> None:
    inputs = [blocks.field(f"f{at}", "x" * 2100, blocks.text_input()) for at in range(fields)]
    window = {"type": "modal", "callback_id": "c", "title": raw("plain_text", title), "blocks": [*shown, *inputs],
              "close": raw("plain_text", title), "submit": raw("plain_text", title), "private_metadata": "m"}  # fmt: skip
    left = marks.view(window, "0123abcd")
    assert limits.view_error(left) is None
    assert sum(one["type"] == "input" for one in left["blocks"]) == fields
    assert limits.view_error({**left, "blocks": fitting.short(left["blocks"])}) is None


@given(texts.filter(lambda text: len(text) > 2990))
def test_nothing_is_cut_in_the_middle_of_a_sign(text: str) -> None:
    (left,) = fitting.message([{"type": "section", "text": raw("mrkdwn", text)}])
    end, cut, _ = left["text"]["text"].partition("…")
    assert not cut or (end.count("<") == end.count(">") and not end.endswith(("&", "&a", "&am", "&amp")))


def test_the_same_name_for_two_blocks_is_taken_from_the_second() -> None:
    window = blocks.modal("c", "t", [{"type": "divider", "block_id": "b"}] * 2, "Close")
    assert limits.view_error(marks.view(window, "0")) is None


HOSTILE = ["$\\bad{$", "Cost $^$", "5 $ and 6 $", "<!channel>", "\u202egnp.exe", "{x}", "%s", "👩‍🚀" * 40, ""]


@pytest.mark.filterwarnings("ignore::UserWarning")  # a font without a sign, a legend without words
@pytest.mark.parametrize("name", HOSTILE)
def test_a_picture_is_drawn_of_any_name(name: str) -> None:
    assert pictures.day(name, [(name, [(9.0, 10.0)])], (7, 19), str).startswith(b"\x89PNG")
    assert pictures.pairs(name, [(name, 1.0, 2.0)], (name, name), lambda value: f"{name}{value}").startswith(b"\x89PNG")
    panel = pictures.Panel(name, [name] * 2, [1.0, 2.0], [2.0, 3.0], [4.0, 4.0])
    assert pictures.months([panel], (name, name, name), lambda value: name).startswith(b"\x89PNG")


class Choosy:
    """A Slack that takes only short windows, and no fourth one."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, int]] = []

    def _take(self, how: str, view: Block) -> None:
        if len(view["blocks"]) > 25:
            raise SlackApiError("", {"error": "invalid_arguments"})
        self.shown.append((how, len(view["blocks"])))

    def views_open(self, trigger_id: str, view: Block) -> None:
        self._take("open", view)

    def views_push(self, trigger_id: str, view: Block) -> None:
        self._take("push", view)

    def views_update(self, view_id: str, hash: str | None, view: Block) -> None:
        self._take("update", view)


def call_from(view: dict[str, Any] | None, client: Choosy) -> Call:
    house = type("House", (), {"client": client, "epoch": staticmethod(lambda: "0")})()
    return Call(cast(Any, house), cast(Any, None), cast(Any, None), "k", {"view": view, "trigger_id": "t"})


def test_a_window_that_slack_does_not_take_is_drawn_short() -> None:
    client = Choosy()
    long = blocks.modal("c", "t", [blocks.words("x" * 2000)] * 60, "Close")
    assert replies._open(call_from(None, client), Answer(modal=long)).text == ""
    assert client.shown == [("open", 20)]


@pytest.mark.parametrize(
    ("before", "how"), [(None, "push"), ("root", "push"), ("second", "update")], ids=["first", "second", "third"]
)
def test_the_third_window_is_changed_and_not_covered(before: str | None, how: str) -> None:
    client = Choosy()
    view = {"type": "modal", "id": "V", "hash": "h", "root_view_id": "root", "previous_view_id": before}
    replies._open(call_from(view, client), Answer(modal=blocks.modal("c", "t", [], "Close"), how="push"))
    assert client.shown == [(how, 0)]
