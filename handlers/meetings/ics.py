"""Meetings as calendars read them: RFC 5545 with the zone's name and rules, and the messages of RFC 5546 (iTIP)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vRecur, vText
from sqlalchemy.orm import Session

from office import clock
from office.duties import reach
from office.rules.repetition import days_from, wall
from storage import meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate
from storage.words import BookingState, DateState, MatterKind, MeetingState, Reply

PRODUCT = "-//Deskhand//Meetings//EN"
_PARTSTAT = {Reply.ASKED: "NEEDS-ACTION", Reply.YES: "ACCEPTED", Reply.NO: "DECLINED", Reply.MAYBE: "TENTATIVE"}


def of_meeting(
    session: Session, meeting: Meeting, method: str = "REQUEST", date_id: int | None = None, guest: str = ""
) -> bytes:
    """One meeting as an invitation, or its taking back; `date_id`: one date of a series only. `guest`: the address of
    whom it is made for, who has a UID of their own."""
    made = _calendar(method)
    events = list(_events(session, meeting, method, date_id))
    for event in events:
        event["uid"] = vText(_uid(session, meeting, guest))
    _with_zones(made, events)
    return bytes(made.to_ical())


def _uid(session: Session, meeting: Meeting, guest: str) -> str:
    return reach.uid(session, meeting.key, guest) if guest and meeting.own_uids else meeting.key


def taken_back(session: Session, meeting: Meeting, guest: str = "") -> bytes:
    """An invitation that somebody is not to have any more: its name and time, as calendars need them, and no word."""
    made = _calendar("CANCEL")
    event = Event()
    day = meetings.dates(session, meeting.id or 0, planned=False)[0]
    event.add("uid", _uid(session, meeting, guest))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", day.starts_at.astimezone(UTC))
    event.add("status", "CANCELLED")
    made.add_component(event)
    return bytes(made.to_ical())


def of_many(session: Session, found: Iterable[Meeting], name: str) -> bytes:
    """A calendar to subscribe to, of meetings whose reader takes part in them."""
    made = _calendar("PUBLISH")
    made.add("x-wr-calname", name)
    made.add("name", name)
    made.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
    events = [event for meeting in found for event in _events(session, meeting, "PUBLISH", None)]
    _with_zones(made, events)
    return bytes(made.to_ical())


def of_room(pairs: Sequence[tuple[MeetingDate, Meeting]], name: str) -> bytes:
    """A room's calendar: each booking as a moment of its own, since dates of a series may be in other rooms."""
    made = _calendar("PUBLISH")
    made.add("x-wr-calname", name)
    made.add("name", name)
    for day, meeting in pairs:
        event = Event()
        event.add("uid", f"{day.id}.{meeting.key}")
        event.add("dtstamp", clock.now())
        event.add("dtstart", day.starts_at.astimezone(UTC))
        event.add("dtend", day.ends_at.astimezone(UTC))
        event.add("summary", "Busy" if meeting.private else meeting.title)
        made.add_component(event)
    return bytes(made.to_ical())


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    return made


def _events(session: Session, meeting: Meeting, method: str, date_id: int | None) -> Iterable[Event]:
    """The series with what it leaves out, and an event for each date that was moved. Single ones are in UTC."""
    dates = meetings.dates(session, meeting.id or 0, planned=False)
    cancelled = method == "CANCEL"
    if date_id is not None:
        yield from (_moved(session, meeting, one, cancelled) for one in dates if one.id == date_id)
        return
    if meeting.rule is None:
        yield _event(session, meeting, dates[0], cancelled or meeting.state is MeetingState.CANCELLED)
        return
    zone = ZoneInfo(meeting.zone)
    master = _basis(session, meeting, cancelled or meeting.state is MeetingState.CANCELLED)
    start = wall(meeting.day, time.fromisoformat(meeting.clock), meeting.zone).astimezone(zone)
    master.add("dtstart", start)
    master.add("duration", timedelta(minutes=meeting.minutes))
    master.add("rrule", vRecur.from_ical(_rule(meeting, start)))
    left_out = _left_out(meeting, dates)
    if left_out:
        master.add("exdate", [_moment(meeting, day) for day in left_out])
    _where(session, master, meeting.rooms)
    yield master
    for one in dates:
        if (one.moved and one.state is DateState.PLANNED) or _elsewhere(session, meeting, one):
            yield _moved(session, meeting, one, cancelled)


def _event(session: Session, meeting: Meeting, day: MeetingDate, cancelled: bool) -> Event:
    event = _basis(session, meeting, cancelled)
    event.add("dtstart", day.starts_at.astimezone(UTC))
    event.add("dtend", day.ends_at.astimezone(UTC))
    _place(session, event, day)
    return event


def _moved(session: Session, meeting: Meeting, day: MeetingDate, cancelled: bool) -> Event:
    """One date of a series that stands apart."""
    event = _basis(session, meeting, cancelled or day.state is DateState.CANCELLED)
    zone = ZoneInfo(meeting.zone)
    event.add("recurrence-id", _moment(meeting, day.day))
    event.add("dtstart", day.starts_at.astimezone(zone))
    event.add("dtend", day.ends_at.astimezone(zone))
    _place(session, event, day)
    return event


def _basis(session: Session, meeting: Meeting, cancelled: bool) -> Event:
    organiser = people.get(session, meeting.organiser_id)
    event = Event()
    event.add("uid", meeting.key)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now())
    event.add("created", meeting.created_at)
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if meeting.private:
        event.add("class", "PRIVATE")
    if meeting.video:
        event.add("url", meeting.video)
    # Calendars are read by everybody who has the file: what few may see, and what belongs to one date, is not in them.
    agenda = meetings.matters(session, meeting.id or 0, MatterKind.AGENDA)
    text = [one.text for one in agenda if not one.readers and one.date_id is None]
    if text or meeting.video:
        event.add(
            "description", "\n".join([*(f"{at}. {one}" for at, one in enumerate(text, 1)), meeting.video]).strip()
        )
    sender = reach.mail_from(session) or organiser.email or ""
    if sender:
        # Answers come to the address that sends; the name is that of whoever has called it.
        event.add("organizer", _address(sender.rpartition("<")[2].rstrip(">"), organiser.known_as))
    for one in meetings.invitees(session, meeting.id or 0):
        person = people.find(session, one.stands_in_id or one.person_id)
        email = one.email or (person.email if person else "") or ""
        if email:
            guest = _address(email, person.known_as if person else email)
            guest.params["PARTSTAT"] = vText(_PARTSTAT[one.reply])
            guest.params["RSVP"] = vText("TRUE")
            event.add("attendee", guest, encode=False)
    return event


def _place(session: Session, event: Event, day: MeetingDate) -> None:
    _where(session, event, _rooms_of(session, day))


def _where(session: Session, event: Event, room_ids: Sequence[int]) -> None:
    names = [one.name for one in rooms.by_ids(session, room_ids).values()]
    if names:
        event.add("location", ", ".join(names))


def _rooms_of(session: Session, day: MeetingDate) -> list[int]:
    """What a date has; what is merely offered to it is not its own yet."""
    booked = rooms.of_dates(session, [day.id or 0])
    return [one.room_id for one in booked if one.state is not BookingState.OFFERED]


def _address(email: str, name: str) -> vCalAddress:
    # A line break or a quote in a name would begin a line, or a parameter, of its own.
    clean = "".join(letter for letter in name if letter.isprintable() and letter not in '"\\')
    made = vCalAddress(f"mailto:{''.join(email.split())}")
    made.params["CN"] = vText(clean)
    return made


def _rule(meeting: Meeting, start: datetime) -> str:
    """The repetition with its end as a moment in UTC, as RFC 5545 wants it beside a start with a zone."""
    parts = []
    for part in (meeting.rule or "").split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL":
            last = datetime.strptime(value[:8], "%Y%m%d").replace(hour=23, minute=59, second=59, tzinfo=start.tzinfo)
            value = f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        parts.append(f"{name}={value}")
    return ";".join(parts)


def _left_out(meeting: Meeting, dates: Sequence[MeetingDate]) -> list[date]:
    """The days of the rule on which there is no meeting, as far as its dates are worked out."""
    planned = {one.day for one in dates if one.state is DateState.PLANNED}
    last = meeting.planned_until or max((one.day for one in dates), default=meeting.day)
    ends = _ends(meeting, last)
    return [day for day in days_from(meeting.rule or "", meeting.day, meeting.day, ends) if day not in planned]


def _ends(meeting: Meeting, last: date) -> date:
    """A rule that ends is looked at whole: its last days may be holidays."""
    bounded = any(part.startswith(("UNTIL=", "COUNT=")) for part in (meeting.rule or "").split(";"))
    return last + timedelta(days=3650) if bounded and meeting.planned_until is None else last


def _moment(meeting: Meeting, day: date) -> datetime:
    """A day of the series as the moment that names it in calendars."""
    start = wall(day, time.fromisoformat(meeting.clock), meeting.zone)
    return start.astimezone(ZoneInfo(meeting.zone))


def _elsewhere(session: Session, meeting: Meeting, day: MeetingDate) -> bool:
    """Whether one date of a series is in other rooms than the rest."""
    if day.state is not DateState.PLANNED or day.moved:
        return False
    return set(_rooms_of(session, day)) != set(meeting.rooms)


def _with_zones(made: Calendar, events: Sequence[Event]) -> None:
    """The rules of every zone that is named, for the years that are meant; then the events."""
    spans: dict[str, tuple[date, date]] = {}
    for event in events:
        for name in ("dtstart", "recurrence-id"):
            value: Any = event.get(name)
            moment = value.dt if value is not None else None
            if isinstance(moment, datetime) and isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key != "UTC":
                key, day = moment.tzinfo.key, moment.date()
                first, last = spans.get(key, (day, day))
                spans[key] = (min(first, day), max(last, day))
    for zone, (first, last) in spans.items():
        made.add_component(Timezone.from_tzid(zone, first_date=first, last_date=last + timedelta(days=3 * 366)))
    for event in events:
        made.add_component(event)
