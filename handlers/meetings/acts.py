"""Something about one meeting, typed: "M12 move Friday 10:00". What is missing is asked for in a form."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.context import Answer, Call
from handlers.meetings import cards, lists, modals, moving, words
from handlers.slack_text import readable
from office import clock
from office.duties import notices
from office.duties.meetings import cancelling, changing, feeds, preparing, replying, visiting, waiting
from office.duties.meetings.access import look
from office.duties.minutes import agenda
from office.errors import Refusal
from office.rules.words import tokens
from office.rules.working_time import HORIZON
from office.when import NotUnderstood
from storage import meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate
from storage.text import fold
from storage.words import MeetingAct, MeetingState, Reply

Act = Callable[[Session, Call, Meeting, MeetingDate, str], Answer]
_LINK = re.compile(r"<?(https?://[^\s>|]+)(?:\|[^>]*)?>?")
# "7 Dec to 8 Dec 10:00"; "a las 10" is a time.
_TO = re.compile(r"\s+(?:to|till|auf|nach|->|→|a(?!\s+las?\b))\s+", re.IGNORECASE)
_COMPANY = re.compile(r"^(?P<name>[^(]+?)\s*(?:\((?P<company>[^)]*)\)|,\s*(?P<after>.+))?$")
_BEFORE = re.compile(
    r"[,\s]*(?P<days>\d{1,3})\s*(?:working |arbets|arbeits)?(?:days?|dagar|dag|tagen?|tage|días?|dias?)"
    r"(?:\s+(?:laborables|hábiles))?\s*(?:before|innan|före|vorher|davor|zuvor|vor|antes)?\s*$",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"[,\s]*\(?(?P<minutes>\d{1,3})\s*(?:m|min|minutes?|minuter|minuten|minutos?)\.?\)?\s*$", re.IGNORECASE
)


def show(call: Call, number: int, date_id: int = 0) -> Answer:
    """One meeting, with what one may do."""
    with call.reading() as session:
        meeting = look(session, call.person, number)
        day = meetings.find_date(session, date_id) if date_id else None
        if call.in_modal or call.body.get("view"):
            view = modals.sheet(session, call, meeting, day)
            return Answer(modal=view, how="push" if call.in_modal else "open")
        shown = cards.card(session, call.reader, meeting, call.person, day, whole=True)
    return Answer(f"M{meeting.id} {meeting.title}", tuple(blocks.fitting(shown)))


def typed(call: Call, verb: str, number: int, rest: str) -> Answer:
    """A verb about one meeting; without the words that it needs, its form."""
    if verb == "cancel" and rest and (answer := _cancel_one(call, number, rest)) is not None:
        return answer
    form = _FORMS.get(verb)
    if form is not None and (not rest or verb == "edit"):
        return open_form(call, form, number, 0)

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, number)
        day = next_of(session, meeting)
        return _ACTS[verb](session, call, meeting, day, rest)

    return call.perform(do)


def _cancel_one(call: Call, number: int, rest: str) -> Answer | None:
    """ "cancel M12 8 Dec": of a series that date only; other words ask which dates are meant. None: not a series."""
    with call.reading() as session:
        meeting = look(session, call.person, number, MeetingAct.CANCEL)
        if meeting.rule is None:
            return None
        try:
            which = moving.date_named(session, call, meeting, readable(session, rest))
        except NotUnderstood:
            view = modals.cancel_form(session, call, meeting, next_of(session, meeting), why=readable(session, rest))
            return Answer(modal=view)

    def do(session: Session) -> Answer:
        cancelling.cancel_date(session, call.person, number, which.id or 0)
        return moving.opens(
            call, call.reader.say("Left out: {day}.", day=cards.date_choice(call.reader, which)), meeting
        )

    return call.perform(do)


def open_form(call: Call, act: str, number: int, date_id: int) -> Answer:
    """The form of an act, for one date of a meeting or its next."""
    needed, draw = modals.act_views()[act]
    with call.reading() as session:
        meeting = look(session, call.person, number, needed)
        day = meetings.find_date(session, date_id) if date_id else None
        if day is None or day.meeting_id != number:
            day = next_of(session, meeting)
        view = draw(session, call, meeting, day)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def next_of(session: Session, meeting: Meeting) -> MeetingDate:
    """The date that is on or comes next. Raises Refusal where none does."""
    if meeting.state is MeetingState.CANCELLED:
        raise Refusal("M{number} is cancelled. Book a new one: /meeting and what it is about.", number=meeting.id)
    found = meetings.next_date(session, meeting.id or 0, clock.now())
    if found is None:
        raise Refusal("M{number} is over. Book a new one: /meeting and what it is about.", number=meeting.id)
    return found


def replied(
    session: Session, call: Call, meeting: Meeting, reply: Reply, date_id: int | None, note: str = ""
) -> Answer:
    """The answer to whoever has answered an invitation."""
    replying.answer(session, call.person, meeting.id or 0, reply, date_id, note)
    number, title = meeting.id, meeting.title
    day = meetings.find_date(session, date_id) if date_id is not None else None
    if day is not None and meeting.rule is not None:
        title = f"{title}, {cards.date_choice(call.reader, day)}"
    texts = {
        Reply.YES: call.reader.say("You have said yes to M{number} {title}.", number=number, title=title),
        Reply.NO: call.reader.say("You have said no to M{number} {title}.", number=number, title=title),
        Reply.MAYBE: call.reader.say("You have said maybe to M{number} {title}.", number=number, title=title),
    }
    return Answer(texts[reply], (blocks.words(texts[reply]),))


def feed(call: Call) -> Answer:
    """One's own calendar: its address where there is one, else the file."""

    def do(session: Session) -> Answer:
        return _feed(session, call, None)

    return call.perform(do)


def room_feed(call: Call, room_id: int) -> Answer:
    return call.perform(lambda session: _feed(session, call, room_id))


def prepared(
    session: Session, call: Call, meeting: Meeting, kind: str, text: str, owner_id: str = "", before: int = 2,
    minutes: int = 0, link: str = "",
) -> None:  # fmt: skip
    """Puts something on the agenda, the checklist or among the materials."""
    number = meeting.id or 0
    if kind == "task":
        owner = people.find_by_slack(session, owner_id) if owner_id else call.person
        preparing.prepare(session, call.person, number, text, owner or call.person, before)
    elif kind == "link":
        preparing.link(session, call.person, number, text, link)
    else:
        agenda.put(session, call.person, number, agenda.Wanted(text, minutes))


def _feed(session: Session, call: Call, room_id: int | None) -> Answer:
    reader = call.reader
    address = feeds.make(session, call.person, room_id)
    if address is None:
        notices.tell(session, "meetings.calendar", "person", call.person.id or 0, [call.person.id], detail_id=room_id)
        text = reader.say("The calendar file comes in our direct messages.")
        return Answer(text, (blocks.words(text),))
    heading = reader.say("Calendar of this room") if room_id else reader.say("My calendar")
    text = reader.say(
        "Subscribe to this address in your calendar. It is yours alone, and shown only now; a new one ends it."
    )
    how = reader.md(
        "Google: Other calendars → From URL · Outlook: Add calendar → From internet · Apple: File → New subscription"
    )
    row = [
        blocks.button(reader.say("End this address"), "meetings.feed_end", str(room_id or 0)),
        blocks.button(reader.say("Your other calendar"), "meetings.busy"),
    ]
    shown = (
        blocks.header(heading),
        blocks.words(text),
        blocks.words(address),
        blocks.context(how),
        *blocks.actions(row),
    )
    again = reader.say("The address was shown already, and only then. `/meeting calendar` makes a new one.")
    return Answer(heading, shown, again=again)


def _move(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    """ "Friday 10:00"; of a series "7 Dec to 8 Dec 10:00" names the date first."""
    look(session, call.person, meeting.id or 0, MeetingAct.MOVE)
    text = readable(session, rest)
    parts = _TO.split(text, maxsplit=1)
    if meeting.rule is not None and len(parts) == 2:
        with suppress(NotUnderstood):
            day, text = moving.date_named(session, call, meeting, parts[0]), parts[1]
    when = moving.new_time(session, call, day, text)
    if when.rule is not None:
        raise Refusal("Moving changes the time of one date. For another rhythm, cancel the rest and book it anew.")
    minutes = words.minutes_of(when) if when.end is not None or when.length is not None else None
    return moving.move_to(session, call, meeting, day, moving.start_of(call, when, day), minutes)


def _cancel(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    """ "because …": all of it, with a reason."""
    cancelling.cancel(session, call.person, meeting.id or 0, readable(session, rest))
    return moving.opens(
        call, call.reader.say("Cancelled: M{number} {title}", number=meeting.id, title=meeting.title), meeting
    )


def _skip(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    which = moving.date_named(session, call, meeting, rest) if rest else day
    cancelling.cancel_date(session, call.person, meeting.id or 0, which.id or 0)
    said = call.reader.say("Left out: {day}.", day=cards.date_choice(call.reader, which))
    return moving.opens(call, said, meeting)


def _reply(reply: Reply) -> Act:
    def act(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
        date_id, note = None, readable(session, rest)
        if meeting.rule is not None:
            stretch = times.found_in(session, call.person, call.reader, note)
            # A day that is said first is the date that is meant, and what follows it the reason.
            if stretch is not None and stretch.when.day is not None and not note[: stretch.start].strip():
                date_id = moving.date_named(session, call, meeting, note[: stretch.end]).id
                note = note[stretch.end :].lstrip(" ,:;–-").strip()
        return replied(session, call, meeting, reply, date_id, note)

    return act


def _propose(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    when = moving.new_time(session, call, day, readable(session, rest))
    replying.propose(session, call.person, meeting.id or 0, day.id or 0, moving.start_of(call, when, day))
    return moving.opens(call, call.reader.say("Proposed. You hear what becomes of it."), meeting)


def _stand_in(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    ids, more = words.people_in(session, rest)
    if not ids:
        raise Refusal("Say who, with an @: for example /meeting stand-in M12 @anna.")
    if meeting.rule is not None and tokens(more):
        raise Refusal(
            "Whoever stands in does so for all dates of M{number}. For one date answer no: /meeting no M{number} and "
            "the day.",
            number=meeting.id,
        )
    other = people.get(session, ids[0])
    replying.stand_in(session, call.person, meeting.id or 0, other)
    return moving.opens(call, call.reader.say("{who} is asked to come in your place.", who=other.known_as), meeting)


def _invite(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    ids, text = words.people_in(session, rest)
    guests, left = words.guests_in(text)
    words.refuse_unknown(readable(session, left))
    changing.invite(session, call.person, meeting.id or 0, ids, guests)
    names = [one.known_as for one in people.by_ids(session, ids).values()] + list(guests)
    return moving.opens(call, call.reader.say("Invited: {names}.", names=names), meeting)


def _uninvite(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    ids, text = words.people_in(session, rest)
    guests, _ = words.guests_in(text)
    changing.uninvite(session, call.person, meeting.id or 0, ids, guests)
    names = [one.known_as for one in people.by_ids(session, ids).values()] + list(guests)
    return moving.opens(call, call.reader.say("Not invited any more: {names}.", names=names), meeting)


def _room(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    """ "M12 room Kahlo": other rooms, for all dates to come."""
    text = readable(session, rest)
    found, left = words.rooms_in(f"in {text}", rooms.everything(session))
    if not found:
        found = [lists.room_named(session, text)]
        left = ""
    which = moving.date_named(session, call, meeting, left) if left.strip(" ,") and meeting.rule else None
    return moving.set_rooms(session, call, meeting, which.id if which else None, [room.id or 0 for room in found])


def _agenda(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    text = readable(session, rest)
    found = _MINUTES.search(text)
    bare = text[: found.start()] if found and text[: found.start()].strip() else text
    planned = int(found["minutes"]) if found and bare != text else 0
    agenda.put(session, call.person, meeting.id or 0, agenda.Wanted(bare, planned))
    return moving.opens(call, call.reader.say("On the agenda: {what}.", what=bare.strip(" ,")), meeting)


def _prepare(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    """ "contract draft, @legal, 2 working days before"."""
    ids, text = words.people_in(session, rest)
    text = readable(session, text)
    found = _BEFORE.search(text)
    bare = words.trimmed(text[: found.start()] if found else text)
    days = min(int(found["days"]), HORIZON.days) if found else 2
    for owner in list(people.by_ids(session, ids).values()) or [call.person]:
        preparing.prepare(session, call.person, meeting.id or 0, bare, owner, days)
    return moving.opens(call, call.reader.say("To prepare: {what}.", what=bare), meeting)


def _link(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    found = _LINK.search(rest)
    if found is None:
        raise Refusal("Write the link: /meeting link M{number} https://… and what it is.", number=meeting.id)
    text = readable(session, f"{rest[: found.start()]} {rest[found.end() :]}").strip()
    preparing.link(session, call.person, meeting.id or 0, text, found[1])
    return moving.opens(call, call.reader.say("Among the materials: {what}.", what=text or found[1]), meeting)


def _visitor(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    names = [one for one in readable(session, rest).split(";") if one.strip()]
    for one in names:
        name, company = visitor_read(one)
        visiting.expect(session, call.person, meeting.id or 0, name, company)
    return moving.opens(call, call.reader.say("Expected: {names}.", names=[one.strip() for one in names]), meeting)


def visitor_read(text: str) -> tuple[str, str]:
    """ "Jane Doe (Acme)" -> name and company."""
    found = _COMPANY.match(text.strip())
    return (found["name"], found["company"] or found["after"] or "") if found else (text.strip(), "")


def _wait(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    """ "wait M12 Goya"; "wait M12 off" leaves the list."""
    if fold(rest.strip()) in fold("off av aus no").split():
        waiting.leave(session, call.person, meeting.id or 0, day.id or 0)
        return moving.opens(call, call.reader.say("M{number} waits for no room any more.", number=meeting.id), meeting)
    room = lists.room_named(session, readable(session, rest))
    return moving.wait_for(session, call, meeting, day.id or 0, room.id or 0)


def _check_in(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    replying.check_in(session, call.person, meeting.id or 0, day.id or 0)
    return moving.opens(call, call.reader.say("Checked in. The room is yours."), meeting)


def _calendar(session: Session, call: Call, meeting: Meeting, day: MeetingDate, rest: str) -> Answer:
    return send_file(session, call, meeting)


def send_file(session: Session, call: Call, meeting: Meeting) -> Answer:
    """The calendar file of one meeting, as a direct message."""
    look(session, call.person, meeting.id or 0, MeetingAct.PREPARE)
    notices.tell(session, "meetings.file", "meeting", meeting.id or 0, [call.person.id])
    text = call.reader.say("The calendar file comes in our direct messages.")
    return Answer(text, (blocks.words(text),))


_ACTS: Mapping[str, Act] = {
    "move": _move, "cancel": _cancel, "skip": _skip, "yes": _reply(Reply.YES), "no": _reply(Reply.NO),
    "maybe": _reply(Reply.MAYBE), "propose": _propose, "standin": _stand_in, "invite": _invite, "uninvite": _uninvite,
    "room": _room, "agenda": _agenda, "prepare": _prepare, "link": _link, "visitor": _visitor, "wait": _wait,
    "checkin": _check_in, "calendar": _calendar,
}  # fmt: skip
# What opens a form where its words are missing.
_FORMS = {
    "move": "move", "cancel": "cancel", "edit": "edit", "invite": "invite", "uninvite": "invite", "room": "room",
    "agenda": "prepare", "prepare": "prepare", "link": "prepare", "visitor": "visitor", "propose": "propose",
    "standin": "standin",
}  # fmt: skip
