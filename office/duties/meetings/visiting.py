"""Visitors: who comes from outside to a meeting, and what the front desk hears of them in the morning."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings.access import change, look
from office.duties.people import office_calendar
from office.errors import Refusal
from office.rules.words import clean_line, tokens
from storage import facts, meetings, offices
from storage.meeting_tables import Meeting, MeetingDate, Visitor
from storage.tables import Person
from storage.words import MeetingAct

MOST_VISITORS = 200
# When the front desk hears of the day's visitors, in the time of the office.
BRIEFED_AT = time(7, 30)
BRIEFED = "visitors_told"
FRONT_DESK = "office"


def expect(
    session: Session, actor: Person, number: int, name: str, company: str, host: Person | None = None,
    day: MeetingDate | None = None,
) -> Visitor:  # fmt: skip
    """A visitor, whom the front desk expects on the day."""
    meeting = look(session, actor, number, MeetingAct.PREPARE)
    name = clean_line(name)[:120]
    if not tokens(name):
        raise Refusal("Say who comes: /meeting visitor M{number} Jane Doe (Acme).", number=number)
    coming = day or meetings.next_date(session, number, clock.now())
    if coming is None:
        raise Refusal("M{number} is over; there is nothing left to prepare.", number=number)
    if len(meetings.visitors(session, [coming.id or 0])) >= MOST_VISITORS:
        raise Refusal("A meeting has at most {most} visitors.", most=MOST_VISITORS)
    visitor_id = meetings.add_visitor(
        session,
        {
            "meeting_id": number,
            "date_id": coming.id,
            "name": name,
            "company": clean_line(company)[:120],
            "host_id": (host or actor).id,
            "created_at": clock.now(),
        },
    )
    change(session, actor, meeting, "visitor", {}, after={"name": name})
    follow(session)
    return next(one for one in meetings.visitors(session, [coming.id or 0]) if one.id == visitor_id)


def expect_all(
    session: Session, actor: Person, number: int, day: MeetingDate, wanted: Sequence[tuple[str, str]], host: Person
) -> None:
    """The visitors (name, company) of one date who are expected from now on, by this host; others are not."""
    look(session, actor, number, MeetingAct.PREPARE)
    there = {(one.name, one.company, one.host_id): one for one in meetings.visitors(session, [day.id or 0])}
    for key, one in there.items():
        if key[:2] not in wanted or key[2] != host.id:
            meetings.drop_visitor(session, one.id or 0)
    for name, company in wanted:
        if (name, company, host.id) not in there:
            expect(session, actor, number, name, company, host, day)
    follow(session)


def visitors_due(session: Session) -> bool:
    """Whether the front desk has not heard of today's visitors yet."""
    local = office_calendar(session).local(clock.now())
    return local.time() >= BRIEFED_AT and facts.find(session, BRIEFED) != local.date().isoformat()


def tell_of_visitors(session: Session) -> None:
    """Tells the front desk in the morning who is expected today, and by whom."""
    if not visitors_due(session):
        return
    today = office_calendar(session).local(clock.now()).date()
    facts.put(session, BRIEFED, today.isoformat())
    if visitors_on(session, today):
        _show_visitors(session, today)


def follow(session: Session) -> None:
    """Visitors of today have changed after the front desk was told of them."""
    today = office_calendar(session).local(clock.now()).date()
    if facts.find(session, BRIEFED) == today.isoformat():
        notices.redraw(session, "day", today.toordinal(), [])
        if visitors_on(session, today):
            _show_visitors(session, today)


def _show_visitors(session: Session, today: date) -> None:
    desk = offices.find_desk(session, FRONT_DESK)
    if desk is not None:
        for kind in ("meetings.visitors", "meetings.badges"):
            notices.post_card_once(session, kind, "day", today.toordinal(), desk)


def visitors_on(session: Session, day: date) -> list[tuple[MeetingDate, Meeting]]:
    """The dates of a day, in the office's time, to which visitors come."""
    calendar = office_calendar(session)
    start = calendar.at(day, time())
    found = meetings.all_between(session, start, start + timedelta(days=1))
    with_visitors = {one.date_id for one in meetings.visitors(session, [one.id or 0 for one, _ in found])}
    return [(one, meeting) for one, meeting in found if one.id in with_visitors]
