"""Digests: when each comes, and what stands in it: decisions first, then what is late, today's, this week's, news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties.meetings.access import reply_of, takes_part
from office.duties.minutes import confirming, correcting
from office.duties.one_by_one import one_by_one
from office.duties.people import calendar_of_person
from office.duties.requests import access
from office.duties.supplies import access as supplies
from office.duties.tasks.change import is_allowed as may_with_task
from office.errors import Refusal
from office.rules.repetition import wall
from office.rules.topics import CHOICES, wanted
from storage import (
    absences,
    approvals,
    digests,
    history,
    meetings,
    offices,
    people,
    purchases,
    reminders,
    requests,
    supply_orders,
    tasks,
)
from storage import outbox as outbox_stored
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Amendment, Minutes
from storage.money_tables import Approval, Seat
from storage.outbox import Letter
from storage.supply_tables import Invoice, SupplyLine
from storage.tables import Desk, History, Person, Request
from storage.time_tables import Absence, Digest, News, Preference, Reminder, Task
from storage.words import (
    Act,
    CoverState,
    DigestKind,
    InvoiceKind,
    InvoiceState,
    Reply,
    RequestState,
    Standing,
    SupplyAct,
    TaskAct,
    Topic,
    Wanted,
)

# After this hour a digest that could not leave joins the next one.
NOON = time(12)
AHEAD_DAYS = 60
# Whoever has had no digest yet, because there was nothing to say, is told of this much.
FIRST_LOOKS_BACK = timedelta(days=14)
# How many are made in one transaction: whoever waits for an answer must not feel that everybody's day begins.
AT_ONCE = 8
NEWS_KEPT = timedelta(days=60)
# Invitations to what is so many days away wait for an answer in the digest.
ANSWERED_AHEAD = 14
PUT_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class DeskState:
    """One desk at a glance."""

    desk: Desk
    open: int
    late: int
    unowned: int
    late_ones: list[Request]


@dataclass(frozen=True)
class Content:
    """What a digest tells, each list whole; how much of it is shown is for whoever draws it."""

    approvals: list[Approval] = field(default_factory=list)
    decided_for: list[Seat] = field(default_factory=list)  # in a catch-up: what others have decided in their place
    sent_back: list[Approval] = field(default_factory=list)
    questions: list[Request] = field(default_factory=list)
    offered: list[Request] = field(default_factory=list)
    offered_tasks: list[Task] = field(default_factory=list)
    covers: list[Absence] = field(default_factory=list)
    overdue: list[Task] = field(default_factory=list)
    late_requests: list[Request] = field(default_factory=list)
    today: list[Task] = field(default_factory=list)
    today_requests: list[Request] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    invitations: list[tuple[MeetingDate, Meeting]] = field(default_factory=list)
    minutes: list[Minutes] = field(default_factory=list)
    amendments: list[tuple[Minutes, Amendment]] = field(default_factory=list)
    meetings: list[tuple[MeetingDate, Meeting]] = field(default_factory=list)
    week: list[Task] = field(default_factory=list)
    week_requests: list[Request] = field(default_factory=list)
    done: list[Task] = field(default_factory=list)
    news: list[tuple[Request, History]] = field(default_factory=list)
    told_later: list[News] = field(default_factory=list)
    desks: list[DeskState] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    ready: list[SupplyLine] = field(default_factory=list)
    team: list[Task] = field(default_factory=list)
    team_total: int = 0

    @property
    def is_empty(self) -> bool:
        return not any(value for name, value in vars(self).items() if name not in ("done", "ready"))


def content(session: Session, person: Person, digest: Digest) -> Content:
    """What stands in a digest of somebody as things are now; news is what came before it was due."""
    assert person.id is not None
    chosen = digests.preference(session, person.id).topics
    now, today = clock.now(), _today(person)
    week_end = _week_end(session, person, now)
    own = tasks.held_by(session, person.id)
    late = [one for one in own if _is_late(one, now, today)]
    owned = requests.owned_by(session, person.id)
    late_ids = requests.late_among(session, [one.id or 0 for one in owned])
    overdue = late + _given_late(session, person, now, today)
    invitations, today_meetings = meetings_of(session, person, today)
    team, team_total = _team(session, person, chosen, now, today)
    twice = {one.id for one in overdue}
    return Content(
        approvals=approvals.waiting_for(session, person.id, 1, 50).rows,
        decided_for=approvals.decided_for(session, person.id, digest.since_at, digest.due_at)
        if digest.kind is DigestKind.BACK
        else [],
        sent_back=approvals.sent_back_to(session, person.id),
        questions=requests.questions_to(session, person.id),
        offered=requests.offered_to(session, person.id),
        offered_tasks=tasks.offered_to(session, person.id),
        covers=[one for one in absences.covered_by(session, person.id) if one.cover_state is CoverState.ASKED],
        overdue=overdue,
        late_requests=[one for one in owned if one.id in late_ids],
        today=[one for one in own if one not in late and one.due_on == today],
        today_requests=[one for one in owned if one.id not in late_ids and one.needed_by == today],
        invitations=invitations,
        minutes=confirming.waiting_for(session, person),
        amendments=correcting.waiting_for(session, person),
        meetings=today_meetings,
        reminders=reminders.to_come(session, person.id, _end_of(today, person.zone)),
        week=[one for one in own if one.due_on is not None and today < one.due_on <= week_end],
        week_requests=[
            one for one in owned if one.id not in late_ids and one.needed_by and today < one.needed_by <= week_end
        ],
        done=tasks.done_since(session, person.id, digest.due_at),
        news=[
            (request, entry)
            for request, entry in digests.changes_of_asked(session, person.id, digest.since_at, digest.due_at)
            if request.state is not RequestState.WAITING
        ],
        told_later=_visible(session, person, digests.news_since(session, person.id, digest.since_at, digest.due_at)),
        desks=_desks(session, person, chosen),
        invoices=_to_pay(session, person, today),
        ready=supply_orders.ready_for(session, person.id),
        team=[one for one in team if one.id not in twice],
        team_total=team_total - sum(one.id in twice for one in team),
    )  # fmt: skip


def meetings_of(
    session: Session, person: Person, today: date
) -> tuple[list[tuple[MeetingDate, Meeting]], list[tuple[MeetingDate, Meeting]]]:
    """The meetings that wait for somebody's answer, each once, and those of today that they have not declined."""
    assert person.id is not None
    now, end = clock.now(), _end_of(today, person.zone)
    ahead = [
        (day, meeting)
        for day, meeting in meetings.between(session, [person.id], now, now + timedelta(days=ANSWERED_AHEAD))
        if takes_part(session, person, meeting)
    ]
    replies = {(day.id, meeting.id): reply_of(session, person, day, meeting) for day, meeting in ahead}
    unanswered: dict[int | None, tuple[MeetingDate, Meeting]] = {}
    for day, meeting in ahead:
        if replies[day.id, meeting.id] is Reply.ASKED:
            unanswered.setdefault(meeting.id, (day, meeting))
    mine = [pair for pair in ahead if pair[0].starts_at < end and replies[pair[0].id, pair[1].id] is not Reply.NO]
    return list(unanswered.values()), mine


def _to_pay(session: Session, person: Person, today: date) -> list[Invoice]:
    """What those who pay should pay today, or should have paid."""
    if not supplies.may(session, person, SupplyAct.PAY):
        return []
    found = purchases.invoices_in(session, [InvoiceState.OPEN])
    return [one for one in found if one.due_on <= today and one.kind is InvoiceKind.INVOICE]


def plan_first(session: Session) -> int:
    """Plans the first digest of everybody who has none planned."""
    new = digests.without_preference(session)
    one_by_one(
        session,
        new,
        lambda person: digests.choose(session, person.id or 0, {"next_digest_at": _first(session, person)}),
        lambda person: digests.choose(session, person.id or 0, {"next_digest_at": clock.now() + PUT_OFF}),
    )
    return len(new)


def _first(session: Session, person: Person) -> datetime | None:
    return next_moment(session, person, digests.preference(session, person.id or 0), clock.now())


def send_due(session: Session) -> int:
    """Makes the digests that are due, a few at a time; who is away has theirs when they are back.

    After a standstill only the newest counts: the next one is planned from now.
    """
    now = clock.now()
    due = digests.due(session, now, AT_ONCE)
    one_by_one(
        session,
        due,
        lambda one: _send(session, one, now),
        lambda one: digests.plan(session, one.person_id, now + PUT_OFF),
    )
    return len(due)


def _send(session: Session, preference: Preference, now: datetime) -> None:
    person = people.find(session, preference.person_id)
    if person is None or person.standing is not Standing.MEMBER:
        digests.claim(session, preference, None)
        return
    newest, after = _newest_and_next(session, person, preference, now)
    if digests.claim(session, preference, after) and absences.current(session, preference.person_id, now) is None:
        make(session, person, newest)


def _newest_and_next(
    session: Session, person: Person, preference: Preference, now: datetime
) -> tuple[datetime, datetime | None]:
    """The newest digest that is due, and the first that is not yet."""
    assert preference.next_digest_at is not None
    newest = max(preference.next_digest_at, now - timedelta(days=AHEAD_DAYS))
    while (after := next_moment(session, person, preference, newest)) is not None and after <= now:
        newest = after
    return newest, after


def make(session: Session, person: Person, due: datetime) -> None:
    """One digest: what it says is worked out when it leaves; with nothing to say it does not."""
    assert person.id is not None
    before = digests.last_sent(session, person.id)
    since = before.due_at if before else due - FIRST_LOOKS_BACK
    gone = absences.ended_since(session, person.id, since)
    had, zone = digests.last(session, person.id), ZoneInfo(person.zone)
    returned = gone is not None and (had is None or had.due_at < gone.ends_at)
    kind = DigestKind.BACK if returned else DigestKind.DAILY
    today = had is not None and had.due_at.astimezone(zone).date() == due.astimezone(zone).date()
    if had is not None and today and had.kind is DigestKind.BACK and not returned:
        return  # this day's catch-up tells all of it
    digest_id = digests.add(session, person.id, kind, due, min(since, gone.starts_at) if gone else since)
    if digest_id is None:
        return
    occurrence = f"digest:{person.id}:{due.isoformat()}"
    letter = Letter(
        "digest.daily", "digest", digest_id, f"person:{person.id}", person.id, is_card=True, occurrence=occurrence
    )
    outbox_stored.add_once(session, letter, clock.now(), due)


def plan_return(session: Session, person: Person, at_once: bool) -> None:
    """The catch-up after an absence: at once when somebody says that they are back or comes back in working hours,
    else at the hour of their next digest."""
    assert person.id is not None
    preference = digests.preference(session, person.id)
    now = clock.now()
    calendar = calendar_of_person(session, person)
    working = any(start <= now < end for start, end in calendar.spans(calendar.local(now).date()))
    after_digest = now.astimezone(ZoneInfo(person.zone)).time() >= time.fromisoformat(preference.digest_at)
    if at_once or (working and after_digest) or not preference.digest_on:
        make(session, person, now)


def choose(
    session: Session, person: Person, on: bool, at: str, days: list[int] | None, topics: Mapping[Topic, Wanted]
) -> None:
    """How somebody wants to be told from now on. `days`: weekdays from 0, Monday; None for their working days."""
    assert person.id is not None
    try:
        hour = time.fromisoformat(at)
    except ValueError:
        raise Refusal("“{at}” is not a time. Write it like 08:30.", at=at) from None
    for topic, choice in topics.items():
        if choice not in CHOICES[topic]:
            raise Refusal("This can't be told at once. Choose the digest, or off.")
    values = {
        "digest_on": on,
        "digest_at": f"{hour:%H:%M}",
        "digest_days": sorted(set(days)) if days else None,
        "topics": {topic.value: choice.value for topic, choice in topics.items()},
    }
    digests.choose(session, person.id, values)
    replan(session, person)
    history.record(session, clock.now(), person.id, "choose", "preference", person.id, after=values)


def replan(session: Session, person: Person) -> None:
    """Works out anew when somebody's next digest comes: they chose another hour, or their zone is another."""
    assert person.id is not None
    preference = digests.preference(session, person.id)
    first = next_moment(session, person, preference, clock.now())
    had = digests.last(session, person.id)
    zone = ZoneInfo(person.zone)
    if first and had and first.astimezone(zone).date() <= had.due_at.astimezone(zone).date():
        first = next_moment(session, person, preference, first)  # this day has had its own
    digests.plan(session, person.id, first)


def next_moment(session: Session, person: Person, preference: Preference, after: datetime) -> datetime | None:
    """When somebody's next digest comes: at their hour in their zone, on the days they chose, else working days."""
    if not preference.digest_on:
        return None
    calendar = calendar_of_person(session, person)
    at = time.fromisoformat(preference.digest_at)
    day = after.astimezone(ZoneInfo(person.zone)).date()
    for offset in range(AHEAD_DAYS):
        candidate = day + timedelta(days=offset)
        comes = (
            candidate.weekday() in preference.digest_days if preference.digest_days else calendar.works_on(candidate)
        )
        moment = wall(candidate, at, person.zone)
        if comes and moment > after:
            return moment
    return None


def is_over(person: Person, digest: Digest, now: datetime) -> bool:
    """Whether a digest that could not leave joins the next one: it is another day, or after noon of its own."""
    zone = ZoneInfo(person.zone)
    due, local = digest.due_at.astimezone(zone), now.astimezone(zone)
    if due.time() >= NOON or digest.kind is DigestKind.BACK:
        return local.date() > due.date() + timedelta(days=1)
    return local.date() > due.date() or local.time() >= NOON


def _visible(session: Session, person: Person, news: list[News]) -> list[News]:
    """News of what somebody may still see, each thing once."""
    seen = {(one.subject, one.subject_id): one for one in news}
    return [one for one in seen.values() if _may_see(session, person, one)]


def _may_see(session: Session, person: Person, one: News) -> bool:
    match one.subject:
        case "request":
            request = requests.find(session, one.subject_id)
            return request is not None and access.is_allowed(session, person, request, Act.SEE)
        case "task":
            task = tasks.find(session, one.subject_id)
            return task is not None and may_with_task(session, person, task, TaskAct.SEE)
    reminder = reminders.find(session, one.subject_id)
    return reminder is not None and person.id in (reminder.person_id, reminder.maker_id)


def _given_late(session: Session, person: Person, now: datetime, today: date) -> list[Task]:
    """What somebody gave to others, and they have not done in time."""
    given = tasks.late_given(session, person.id or 0, now, today)
    return [one for one in given if not any(row.person_id == person.id for row in tasks.owners(session, one.id or 0))]


def _team(
    session: Session, person: Person, chosen: Mapping[str, str], now: datetime, today: date
) -> tuple[list[Task], int]:
    if wanted(chosen, Topic.TEAM) is Wanted.OFF:
        return [], 0
    return tasks.late_of_team(session, person.id or 0, now, today, limit=20)


def _desks(session: Session, person: Person, chosen: Mapping[str, str]) -> list[DeskState]:
    """The desks of somebody that have something late or that nobody has taken."""
    if wanted(chosen, Topic.DESK) is Wanted.OFF or person.id is None:
        return []
    found = []
    for desk in offices.desks(session):
        if desk.id is None or not (desk.lead_id == person.id or person.id in offices.members(session, desk.id)):
            continue
        open_ones, unowned = requests.counts_of_desk(session, desk.id)
        late = requests.late_of_desk(session, desk.id) if open_ones else []
        if late or unowned:
            found.append(DeskState(desk, open_ones, len(late), unowned, late))
    return found


def _is_late(task: Task, now: datetime, today: date) -> bool:
    if task.due_at is not None:
        return task.due_at <= now
    return task.due_on is not None and task.due_on < today


def _week_end(session: Session, person: Person, now: datetime) -> date:
    """Until when this digest looks ahead: the week's end, and the day of the next one when that is later."""
    today = _today(person)
    week_end = today + timedelta(days=6 - today.weekday() if today.weekday() < 5 else 7)
    following = next_moment(session, person, digests.preference(session, person.id or 0), now)
    return max(week_end, following.astimezone(ZoneInfo(person.zone)).date()) if following else week_end


def _today(person: Person) -> date:
    return clock.now().astimezone(ZoneInfo(person.zone)).date()


def _end_of(day: date, zone: str) -> datetime:
    return wall(day + timedelta(days=1), time(), zone)
