"""Forms of meetings and rooms that come back filled in."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, forms, when_form
from handlers.context import Answer, Call, FormErrors
from handlers.meetings import acts, asking, cards, modals, moving, words
from office import clock
from office.duties import notices
from office.duties.meetings import booking, busy, cancelling, changing, following, preparing, replying, visiting
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.access import look, planned_date
from office.duties.meetings.rooms import RoomSetup, Taken
from office.errors import Refusal
from office.when import When
from storage import drafts, meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate
from storage.words import RoomKind

Held = Mapping[str, Any]
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


def book_sent(call: Call) -> Answer:
    """A new meeting: booked, or what is to be chosen comes as a direct message, since the form closes."""
    held = blocks.values(call.body["view"])
    call.meet(forms.texts(held, "people"))

    def do(session: Session) -> Answer:
        when = when_form.when_of(session, call, held)
        if when is not None and when.clock is None and when.length is None and when.rule is not None:
            raise FormErrors({"words": call.reader.say("Say at what time it is, too: “every Monday 9:00”.")})
        said = words.Said(
            forms.text(held, "title"), _people(session, held), _guests(call, held), tuple(_rooms(session, held)),
            "yes" in forms.texts(held, "private"), _with_length(when, _minutes(held)),
        )  # fmt: skip
        return _booked(session, call, said)

    return call.perform_form(do)


def act_sent(call: Call) -> Answer:
    """A form about one meeting."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet(
        [
            *forms.texts(held, "people"),
            *forms.texts(held, "side"),
            forms.text(held, "who"),
            forms.text(held, "owner"),
            forms.text(held, "host"),
        ]
    )
    act = _ACTS.get(str(metadata.get("act")))
    if act is None:
        raise forms.old_form()

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, forms.number(metadata, "id"))
        day = _date(session, meeting, held, metadata)
        return act(session, call, meeting, day, held)

    return call.perform_form(do)


def room_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    room_id = forms.number(call.metadata, "id") or None
    call.meet([*forms.texts(held, "bookers"), forms.text(held, "keeper")])

    def do(session: Session) -> Answer:
        flags = forms.texts(held, "flags")
        if room_id is not None and "removed" in flags:
            room_duty.remove(session, call.person, room_id)
            return Answer()
        keeper = people.find_by_slack(session, forms.text(held, "keeper")) if forms.text(held, "keeper") else None
        old = rooms.find(session, room_id) if room_id else None
        groups = [one for one in old.bookers if one.startswith("group:")] if old else []
        setup = RoomSetup(
            forms.text(held, "name"), forms.choice(held, "kind", RoomKind) or RoomKind.ROOM,
            forms.text(held, "place") or None, _count(call, held, "seats"),
            tuple(forms.text(held, "features").split(",")), forms.text(held, "hours"),
            forms.text(held, "days") or "mon-fri", _count(call, held, "notice"), _count(call, held, "ahead"),
            _count(call, held, "longest"), _count(call, held, "buffer"), (*groups, *forms.texts(held, "bookers")),
            keeper.id if keeper else None, "yes" in flags, "check_in" in flags, forms.text(held, "closed"),
        )  # fmt: skip
        room_duty.save(session, call.person, setup, room_id)
        return Answer()

    return _beside(call, do, {"hours": "hours", "days": "days", "line": "closed", "name": "name", "seats": "seats"})


def busy_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])
    url = forms.text(held, "url").strip()

    def do(session: Session) -> Answer:
        busy.choose(session, call.person, url)
        return Answer()

    return _beside(call, do, {"url": "url"})


def _booked(session: Session, call: Call, said: words.Said) -> Answer:
    """Books what a form says. What can't be had, and what there is to choose, comes as a direct message."""
    if said.has_time:
        try:
            booking.book(session, call.person, said.plan())
            return Answer()
        except Taken:
            return _ask(session, call, {"meeting": said.plan().written()})
    if not said.title:
        raise FormErrors({"title": call.reader.say("Say what it is about.")})
    first, last = asking.window_of(call.reader, said.when)
    plan = asking.plan_without_time(call.reader, said, first)
    return _ask(session, call, {"meeting": plan.written(), "until": last.isoformat()})


def _ask(session: Session, call: Call, kept: Mapping[str, Any]) -> Answer:
    number = drafts.keep(session, call.person.id or 0, dict(kept), clock.now())
    notices.tell(session, "meetings.question", "draft", number, [call.person.id], detail_id=number)
    return Answer()


def _move(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    metadata = call.metadata
    minutes = _minutes(held)
    if when_form.is_untouched(metadata, held):
        start = day.starts_at
    else:
        when = when_form.when_of(session, call, held)
        if when is None:
            raise FormErrors({"words": call.reader.say("Say when, for example “Friday 10:00”.")})
        start = moving.start_of(call, when, day)
        if _only_time_changed(metadata, held):
            # Another date was chosen above, and its day was left as it is.
            own = day.starts_at.astimezone(call.reader.tz)
            start = datetime.combine(own.date(), start.astimezone(call.reader.tz).time(), call.reader.tz)
        minutes = words.minutes_of(when) if when.end is not None or when.length is not None else minutes
    there = start.astimezone(ZoneInfo(meeting.zone))
    number = meeting.id or 0
    try:
        with session.begin_nested():
            if forms.text(held, "scope") == modals.FOLLOWING:
                following.move_following(session, call.person, number, day.id or 0, there.date(), there.time(), minutes)
            else:
                changing.move(session, call.person, number, day.id or 0, there.date(), there.time(), minutes)
    except Taken as taken:
        lines = [cards.clash_said(session, call.reader, call.person, one) for one in taken.clashes[:3]]
        raise FormErrors({"words": " ".join(lines)}) from taken
    return _sheet(call, meeting)


def _only_time_changed(metadata: Mapping[str, Any], held: Held) -> bool:
    other_date = forms.text(held, "date") not in ("", str(metadata.get("date")))
    same_day = forms.text(held, "day") == metadata.get("was_day") and not forms.text(held, "words").strip()
    return other_date and same_day


def _cancel(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    number, why = meeting.id or 0, forms.text(held, "why")
    match forms.text(held, "scope"):
        case modals.THIS:
            cancelling.cancel_date(session, call.person, number, day.id or 0, why)
        case modals.FOLLOWING:
            cancelling.end_before(session, call.person, number, day.id or 0, why)
        case _:
            cancelling.cancel(session, call.person, number, why)
    return _sheet(call, meeting)


def _edit(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    remind = forms.text(held, "remind")
    changing.edit(
        session, call.person, meeting.id or 0, forms.text(held, "title"), "yes" in forms.texts(held, "private"),
        int(remind) if remind.isdigit() else meeting.remind_before, forms.text(held, "video"),
    )  # fmt: skip
    return _sheet(call, meeting)


def _invite(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    """The people of the form are those who are invited from now on."""
    if call.metadata.get("version") != meeting.version:
        raise Refusal("M{number} was changed while this form was open. Close it and open it again.", number=meeting.id)
    wanted, guests = set(_people(session, held)), set(_guests(call, held))
    them = meetings.invitees(session, meeting.id or 0)
    gone = [one.person_id for one in them if one.person_id and one.person_id not in wanted]
    adds = bool(call.metadata.get("adds"))
    gone_guests = [one.email for one in them if one.email and one.email not in guests and not adds]
    new = [one for one in wanted if one not in {row.person_id for row in them} and one != meeting.organiser_id]
    new_guests = [one for one in guests if one not in {row.email for row in them}]
    if gone or gone_guests:
        changing.uninvite(session, call.person, meeting.id or 0, gone, gone_guests)
    if new or new_guests:
        changing.invite(session, call.person, meeting.id or 0, new, new_guests)
    return _sheet(call, meeting)


def _room(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    date_id = day.id if meeting.rule is not None and forms.text(held, "scope") != modals.ALL else None
    wanted = [room.id or 0 for room in _rooms(session, held)]
    try:
        with session.begin_nested():
            changing.set_rooms(session, call.person, meeting.id or 0, date_id, wanted)
    except Taken as taken:
        lines = [cards.clash_said(session, call.reader, call.person, one) for one in taken.clashes[:3]]
        raise FormErrors({"rooms": " ".join(lines)}) from taken
    return _sheet(call, meeting)


def _prepare(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    before, minutes = forms.text(held, "before"), forms.text(held, "minutes").strip()
    if minutes and not (minutes.isdigit() and int(minutes) <= 1440):
        raise FormErrors({"minutes": call.reader.say("Write a number of minutes.")})
    if forms.text(held, "kind") == "link" and not forms.text(held, "link").startswith(("https://", "http://")):
        raise FormErrors({"link": call.reader.say("Write a link that begins with https://.")})
    acts.prepared(
        session, call, meeting, forms.text(held, "kind"), forms.text(held, "text"), forms.text(held, "owner"),
        int(before) if before.isdigit() else 2, int(minutes or 0), forms.text(held, "link").strip(),
    )  # fmt: skip
    return _sheet(call, meeting)


def _visitor(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    """The visitors of the form are those who are expected from now on."""
    host = people.find_by_slack(session, forms.text(held, "host")) if forms.text(held, "host") else call.person
    wanted = [acts.visitor_read(line) for line in forms.text(held, "names").splitlines() if line.strip()]
    if call.metadata.get("adds"):
        for name, company in wanted:
            visiting.expect(session, call.person, meeting.id or 0, name, company, host, day)
    else:
        visiting.expect_all(session, call.person, meeting.id or 0, day, wanted, host or call.person)
    return _sheet(call, meeting)


def _side(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    side = [one.id or 0 for one in _found(session, forms.texts(held, "side"))]
    preparing.negotiate(
        session, call.person, meeting.id or 0, forms.text(held, "parties"), forms.text(held, "aims"),
        forms.text(held, "limits"), side,
    )  # fmt: skip
    return _sheet(call, meeting)


def _propose(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    when = when_form.when_of(session, call, held)
    if when is None:
        raise FormErrors({"words": call.reader.say("Say when, for example “Friday 10:00”.")})
    start = moving.start_of(call, when, day)
    replying.propose(session, call.person, meeting.id or 0, day.id or 0, start, forms.text(held, "note"))
    return _sheet(call, meeting)


def _stand_in(session: Session, call: Call, meeting: Meeting, day: MeetingDate, held: Held) -> Answer:
    other = people.find_by_slack(session, forms.text(held, "who"))
    if other is None:
        raise FormErrors({"who": call.reader.say("Choose a colleague.")})
    replying.stand_in(session, call.person, meeting.id or 0, other)
    return Answer()


_ACTS = {
    "move": _move, "cancel": _cancel, "edit": _edit, "invite": _invite, "room": _room, "prepare": _prepare,
    "visitor": _visitor, "side": _side, "propose": _propose, "standin": _stand_in,
}  # fmt: skip


def _sheet(call: Call, meeting: Meeting) -> Answer:
    return Answer(sheet=f"meeting:{meeting.id}")


def _date(session: Session, meeting: Meeting, held: Held, metadata: Mapping[str, Any]) -> MeetingDate:
    chosen = forms.text(held, "date")
    return planned_date(session, meeting, int(chosen) if chosen.isdigit() else forms.number(metadata, "date"))


def _found(session: Session, slack_ids: list[str]) -> list[Any]:
    return [one for one in (people.find_by_slack(session, slack_id) for slack_id in slack_ids) if one is not None]


def _people(session: Session, held: Held) -> tuple[int, ...]:
    return tuple(one.id or 0 for one in _found(session, forms.texts(held, "people")))


def _guests(call: Call, held: Held) -> tuple[str, ...]:
    """Addresses between commas. Raises FormErrors for what is none."""
    parts = [one.strip() for one in re.split(r"[,;\n]", forms.text(held, "guests")) if one.strip()]
    wrong = next((one for one in parts if not _MAIL.fullmatch(one)), None)
    if wrong is not None:
        text = call.reader.say("“{typed}” is not an e-mail address. Write them with a comma between.", typed=wrong[:60])
        raise FormErrors({"guests": text})
    return tuple(dict.fromkeys(one.lower() for one in parts))


def _rooms(session: Session, held: Held) -> list[Any]:
    ids = [int(one) for one in forms.texts(held, "rooms") if one.isdigit()]
    found = rooms.by_ids(session, ids)
    return [found[one] for one in ids if one in found]


def _minutes(held: Held) -> int | None:
    chosen = forms.text(held, "minutes")
    return int(chosen) if chosen.isdigit() and int(chosen) <= 20_160 else None


def _with_length(when: When | None, minutes: int | None) -> When | None:
    """The length that was chosen, where the words say none."""
    if minutes is None or (when is not None and (when.end is not None or when.length is not None)):
        return when
    if when is None:
        return When(None, None, "UTC", length=timedelta(minutes=minutes))
    return replace(when, length=timedelta(minutes=minutes))


def _count(call: Call, held: Held, name: str) -> int:
    text = forms.text(held, name).strip()
    if text and not (text.isdigit() and len(text) <= 6):
        raise FormErrors({name: call.reader.say("Write a whole number, or nothing.")})
    return int(text or 0)


def _beside(call: Call, do: Any, fields: Mapping[str, str]) -> Answer:
    """Runs a duty; what it refuses stands beside the field that its facts name."""
    try:
        answer: Answer = call.perform_form(do)
        return answer
    except Refusal as refusal:
        block = next((field for fact, field in fields.items() if fact in refusal.facts), None)
        if block is None:
            raise
        return Answer(errors={block: call.reader.say(refusal.text, **refusal.facts)})
