"""/meeting: words -> a booked meeting, the best times, rooms, or something about one meeting."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from handlers import blocks, kept, times
from handlers.context import Answer, Call
from handlers.meetings import acts, asking, lists, modals, words
from handlers.meetings.verbs import ON_NUMBERS, TWO, WRITTEN, numbered, verb_of
from handlers.slack_text import readable
from handlers.typed import nearest, one_word
from office import clock
from office.duties.meetings import rooms as room_duty
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.words import clean, first_word
from storage import drafts, rooms

Handler = Callable[[Call, str], Answer]
_NEW = frozenset(["new", "ny", "nytt", "neu", "neuer", "nueva", "nuevo", "add"])
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}|\d{1,2}\s*(?:am|pm|uhr|h)\b|(?:at|um|kl\.?|a las)\s+\d", re.IGNORECASE)


def meeting(call: Call) -> Answer:
    """/meeting and what follows it."""
    text = one_word(clean(call.text), TWO)
    first, rest = first_word(text)
    if not first:
        return lists.mine(call)
    rest = rest.strip()
    verb = verb_of(first)
    one = _one_named(first, verb, rest)
    if one is not None:
        return _about(call, *one)
    if verb is None:
        near = _meant(first, rest)
        if near is None and numbered(first_word(rest)[0]) is not None and first.isalpha():
            raise _unknown_act(first)
        return _did_you_mean(call, near) if near else book(call, text)
    if verb == "rooms" and rest:
        return room(call, rest)
    if verb in _VERBS and not _is_title(verb, rest):
        return _VERBS[verb](call, rest)
    if not rest:
        raise Refusal("Say which one, by its number: /meeting {verb} M12. /meeting mine shows them.", verb=first)
    return book(call, text)


def _one_named(first: str, verb: str | None, rest: str) -> tuple[int, str] | None:
    """ "M12 move Friday", "move M12 Friday", "12": which meeting, and what about it."""
    number = numbered(first)
    if number is None and first.isdigit() and (not rest or verb_of(rest.split()[0])):
        number = int(first)
    if number is not None:
        return number, rest
    if verb == "rooms" and numbered(first_word(rest)[0]) is not None:
        # "rum M1 Kahlo": in Swedish one word for a room and for all of them.
        first, verb = WRITTEN["room"], "room"
    if verb not in ON_NUMBERS:
        return None
    named, more = first_word(rest)
    found = numbered(named) or (int(named) if named.isdigit() and verb != "room" else None)
    return (found, f"{first} {more.strip()}".strip()) if found is not None else None


def _meant(first: str, rest: str) -> str | None:
    """What a misspelt verb is almost: beside a number, or by itself."""
    if numbered(first_word(rest)[0]) is not None:
        near = nearest(first, _about_one(), 65)
        return f"{near} {rest}" if near else None
    return None if rest else nearest(first, WRITTEN, 80)


def book(call: Call, raw: str) -> Answer:
    call.meet(mentions(raw))
    return call.perform(lambda session: asking.book_words(session, call, raw))


def find(call: Call, raw: str) -> Answer:
    """The best times; "find a new room Wednesday 10:00" names one, and is a meeting with that name."""
    if not raw:
        raise Refusal("Say how long, when and with whom: /meeting find 1h next week with @anna @bo.")
    call.meet(mentions(raw))
    whole = one_word(clean(call.text), TWO)

    def do(session: Session) -> Answer:
        said = words.understood(session, call, raw)
        if said.has_time and said.title and said.when is not None and _names_a_clock(raw):
            return asking.book_words(session, call, whole)
        return asking.find_words(session, call, raw)

    return call.perform(do)


def new(call: Call, _: str = "") -> Answer:
    with call.reading() as session:
        view = modals.book_form(session, call)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def room(call: Call, typed: str) -> Answer:
    """ "Goya", "Goya tomorrow", or nothing: all rooms."""
    if not typed:
        return lists.all_rooms(call)
    if typed.lower() in _NEW:
        return new_room(call)
    with call.reading() as session:
        found, rest = words.rooms_in(f"in {readable(session, typed)}", rooms.everything(session))
        day: date | None = None
        if found and rest:
            day = times.understood(session, call.person, call.reader, rest).day
        if not found and words.understood(session, call, typed).has_time:
            return book(call, clean(call.text))
        if not found and (day := _day_alone(session, call, typed)) is not None:
            return lists.all_rooms(call, day=day)
        which = found[0] if found else lists.room_named(session, typed)
    return lists.one_room(call, which.id or 0, day)


def usage(call: Call, _: str = "") -> Answer:
    md = call.reader.md
    rows = [
        md("`/meeting Budget review with @anna @bo tomorrow 14:00 for 45m in Goya, every week`")
        + " — "
        + md("booked at once: people, room, equipment; guests by their e-mail address"),
        md("`/meeting find 1h next week with @anna @bo`") + " — " + md("the best times, each one press away"),
        md("`/meeting rooms` · `room Goya tomorrow`") + " — " + md("what is free, now and today"),
        md("`/meeting mine` · `today` · `M12`") + " — " + md("your meetings; one of them"),
        md("`/meeting yes M12` · `no M12` · `maybe M12` · `propose M12 Friday 10:00`") + " — " + md("your answer"),
        md("`/meeting move M12 Friday 10:00` · `room M12 Kahlo` · `cancel M12` · `skip M12 7 Dec`")
        + " — "
        + md("the room moves along, or you hear why not"),
        md("`/meeting invite M12 @bo` · `uninvite M12 @bo` · `edit M12`")
        + " — "
        + md("who comes, and what it is called"),
        md("`/meeting agenda M12 Budget 2027` · `prepare M12 contract draft @bo 2 days before` · `link M12 https://…`")
        + " — "
        + md("what is prepared for it"),
        md("`/meeting visitor M12 Jane Doe (Acme)`") + " — " + md("the front desk expects them"),
        md("`/meeting calendar` · `busy` · `calendar M12`")
        + " — "
        + md("your calendar elsewhere, and your other one here"),
    ]
    heading = call.reader.say("How to use /meeting")
    row = [
        blocks.button(call.reader.say("New meeting"), "meetings.new", style="primary"),
        blocks.button(call.reader.say("Rooms"), "meetings.rooms"),
        blocks.button(call.reader.say("My meetings"), "meetings.mine"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(rows)), *blocks.actions(row)))


def busy(call: Call, _: str = "") -> Answer:
    with call.reading() as session:
        view = modals.feed_form(session, call)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def typed_again(call: Call) -> Answer:
    """What somebody meant, as if they had typed it."""
    meant = kept.typed_again(call)
    return book(meant, meant.text.removeprefix("book ")) if meant.text.startswith("book ") else meeting(meant)


def _about(call: Call, number: int, rest: str) -> Answer:
    """ "M12", "M12 move Friday 10:00"."""
    first, more = first_word(rest)
    if not first:
        return acts.show(call, number)
    verb = verb_of(first)
    if verb is None or verb not in ON_NUMBERS:
        near = nearest(first, _about_one(), 65)
        if near is None:
            raise _unknown_act(first)
        return _did_you_mean(call, f"{near} M{number} {more}".strip())
    call.meet(mentions(more))
    return acts.typed(call, verb, number, more.strip())


def _unknown_act(typed: str) -> Refusal:
    return Refusal(
        "I don't know “{typed}” of a meeting. /meeting help says what there is.", typed=blocks.cut(typed, 60)
    )


def _names_a_clock(text: str) -> bool:
    """Whether a time of day is written in numbers, and not only a part of the day."""
    return bool(_CLOCK.search(text))


def _day_alone(session: Session, call: Call, typed: str) -> date | None:
    """ "tomorrow", and nothing else."""
    try:
        return times.understood(session, call.person, call.reader, readable(session, typed)).day
    except Refusal:
        return None


def new_room(call: Call) -> Answer:
    """The form of a new room, for those who run the office."""
    with call.reading() as session:
        room_duty.refuse_others(call.person)
        view = modals.room_setup_form(session, call, None)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def _about_one() -> Mapping[str, str]:
    """The verbs about one meeting, as they are written."""
    return {key: word for key, word in WRITTEN.items() if verb_of(word) in ON_NUMBERS}


def _is_title(verb: str, rest: str) -> bool:
    """ "Today's numbers tomorrow 10:00" begins with a word of ours and is none: lists stand by themselves."""
    return verb in ("mine", "today", "rooms", "new", "help", "calendar", "busy") and bool(rest)


def _did_you_mean(call: Call, near: str) -> Answer:
    def do(session: Session) -> Answer:
        text = call.reader.say("Did you mean /meeting {near}?", near=near)
        meant = drafts.keep(session, call.person.id or 0, {"typed": near}, clock.now())
        row = [blocks.button(call.reader.say("Yes, that"), "meetings.typed:yes", str(meant), style="primary")]
        return Answer(text, (blocks.words(text), *blocks.actions(row)))

    return call.perform(do)


_VERBS: Mapping[str, Handler] = {
    "find": find,
    "mine": lambda call, _: lists.mine(call),
    "today": lambda call, _: lists.mine(call, only_today=True),
    "rooms": lambda call, _: lists.all_rooms(call),
    "room": room,
    "new": new,
    "help": usage,
    "calendar": lambda call, _: acts.feed(call),
    "busy": busy,
}
