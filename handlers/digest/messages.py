"""The digest: one message a person and day, in their language, that Slack accepts however much there is."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import cards as approvals
from handlers.away import commands as away
from handlers.blocks import Block
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, mention
from handlers.meetings import cards as meeting_cards
from handlers.minutes import cards as minutes_cards
from handlers.reminders import commands as reminder_commands
from handlers.requests import cards as requests
from handlers.supplies import cards as supplies
from handlers.supplies import invoice_cards
from handlers.tasks import cards as tasks
from handlers.tasks import messages as task_messages
from office import clock
from office.catalogue import Catalogue
from office.duties import digests as duty
from office.duties.digests import Content, DeskState
from office.rules.snooze import Later
from storage import approvals as approvals_stored
from storage import digests, history, minutes, people
from storage import reminders as reminders_stored
from storage import requests as requests_stored
from storage import tasks as tasks_stored
from storage.money_tables import Approval
from storage.tables import Person, Request
from storage.time_tables import Digest, News, Task
from storage.words import Act, ApprovalAct, DigestKind

# Lines of one section; the rest is behind "show all". Eight sections of these fit into Slack's 50 blocks.
SHOWN = 4
LATE = timedelta(minutes=15)
MISSED_SHOWN, MISSED_LONG = 25, 70


def daily(drawing: Drawing) -> Message | None:
    """A digest as things stand now: nothing when there is nothing to say, or when it is too late to say it."""
    digest = digests.get(drawing.session, drawing.row.subject_id)
    person = people.get(drawing.session, digest.person_id)
    first_time = drawing.row.redraws_id is None
    if first_time and duty.is_over(person, digest, clock.now()):
        return None
    content = duty.content(drawing.session, person, digest)
    if first_time and content.is_empty:
        return None
    late = first_time and clock.now() - digest.due_at > LATE
    return message(drawing.session, drawing.catalogue, drawing.reader, person, digest, content, late)


def message(
    session: Session,
    catalogue: Catalogue,
    reader: Reader,
    person: Person,
    digest: Digest,
    content: Content,
    late: bool = False,
) -> Message:
    day = reader.day(digest.due_at.astimezone(reader.tz).date())
    back = digest.kind is DigestKind.BACK
    head = reader.say("Welcome back, {name}!", name=person.known_as) if back else reader.say("Your day: {day}", day=day)
    shown: list[list[Block]] = [[blocks.header(head)]]
    if late:
        shown.append([blocks.context(reader.md("This comes late: it was due {when}.", when=digest.due_at))])
    if back:
        shown.append([blocks.context(reader.md("What waited for you, and what happened while you were away."))])
    page = _Page(session, catalogue, reader, person)
    for section in (
        page.decisions,
        page.decided_for,
        page.meetings,
        page.overdue,
        page.invoices,
        page.missed,
        page.today,
        page.ready,
        page.week,
        page.done,
        page.news,
        page.desks,
        page.team,
    ):
        shown += section(content)
    if content.is_empty:
        shown.append([blocks.md(reader.md("✓ Nothing is left. Well done."))])
    settings = blocks.button(reader.say("Settings"), "digest.settings")
    return Message(_summary(reader, head, content), (*blocks.whole_groups(shown), *blocks.actions([settings])))


def _summary(reader: Reader, head: str, content: Content) -> str:
    """What a notification reads: how much of what, and not a word of it."""
    asked = len(content.approvals) + len(content.sent_back)
    asked += len(content.invitations) + len(content.minutes) + len(content.amendments)
    decisions = asked + len(content.questions) + len(content.offered) + len(content.offered_tasks) + len(content.covers)
    late = len(content.overdue) + len(content.late_requests)
    today = len(content.today) + len(content.today_requests) + len(content.reminders) + len(content.meetings)
    counts = [
        reader.count("{count} decision", "{count} decisions", decisions) if decisions else "",
        reader.count("{count} overdue", "{count} overdue", late) if late else "",
        reader.count("{count} for today", "{count} for today", today) if today else "",
    ]
    return " · ".join(part for part in (head, *counts) if part)


class _Page:
    """The sections of one reader's digest."""

    def __init__(self, session: Session, catalogue: Catalogue, reader: Reader, person: Person) -> None:
        self._session = session
        self._catalogue = catalogue
        self._reader = reader
        self._person = person

    def decisions(self, content: Content) -> list[list[Block]]:
        reader = self._reader
        lines: list[list[Block]] = []
        for approval in content.approvals:
            opens = approvals.open_button(reader.say("Open"), approval, f"approvals.open:digest.{approval.id}")
            approve = approvals.act_button(reader, approval, ApprovalAct.APPROVE)
            lines.append([self._approval(approval), *self._row(approve, opens)])
        for approval in content.sent_back:
            edit = approvals.act_button(reader, approval, ApprovalAct.EDIT)
            lines.append([self._approval(approval), *self._row(edit)])
        for request in content.questions:
            lines.append([self._plain_request(request), *self._row(requests.act_button(reader, request, Act.REPLY))])
        for request in content.offered:
            accept = requests.act_button(reader, request, Act.ACCEPT, "primary")
            decline = requests.act_button(reader, request, Act.HAND_BACK, label=reader.say("Decline"))
            lines.append([self._plain_request(request), *self._row(accept, decline)])
        for task in content.offered_tasks:
            lines.append([self._plain_task(task), *self._row(*task_messages.answer_buttons(reader, task))])
        for day, meeting in content.invitations:
            when = meeting_cards.date_said(reader, day)
            text = reader.md("{what} · {when}. Can you come?", what=meeting_cards.link(meeting), when=when)
            lines.append(
                [blocks.md(text), *self._row(*meeting_cards.reply_buttons(reader, meeting, day, one_date=day.moved))]
            )
        for found in content.minutes:
            text = reader.md("{what}. Is it right?", what=minutes_cards.link(found))
            edition = minutes_cards.newest(self._session, found)
            row = minutes_cards.confirm_buttons(self._session, reader, found, self._person, edition) if edition else []
            lines.append([blocks.md(text), *self._row(*row, minutes_cards.open_button(reader, found))])
        for found, asked in content.amendments:
            text = reader.md("A change of {what} waits for your word", what=minutes_cards.link(found))
            decide = blocks.button(reader.say("Decide on a change"), f"minutes.asked:digest.{asked.id}", str(asked.id))
            lines.append([blocks.md(text), *self._row(decide)])
        for absence in content.covers:
            who = mention(people.find(self._session, absence.person_id))
            span = away.span_said(reader, absence)
            text = reader.md("{who} is away {span}. Will you stand in?", who=who, span=span)
            lines.append([blocks.md(text), *blocks.actions(away.answer_buttons(reader, absence))])
        return self._section(reader.say("Waiting for your decision"), lines, "requests.page:waiting", "waiting|1|")

    def overdue(self, content: Content) -> list[list[Block]]:
        lines = [*self._tasks(content.overdue, "overdue"), *self._requests(content.late_requests)]
        return self._section(self._reader.say("Overdue"), lines, "tasks.page:overdue", "overdue|1")

    def missed(self, content: Content) -> list[list[Block]]:
        """Reminders that came due while their reader was away, or while nothing ran."""
        reader = self._reader
        texts = []
        for news in content.told_later:
            one = reminders_stored.find(self._session, news.subject_id) if news.subject == "reminder" else None
            if one is not None:
                when = datetime.fromtimestamp(news.detail_id * 60, UTC) if news.detail_id else news.at
                words = blocks.cut(one.text, MISSED_LONG)
                texts.append(reader.md("🔔 {words} · was due {when}", words=words, when=when))
        # What comes but once stands nowhere else: all of them, as far as one block holds them.
        lines = [[blocks.md("\n".join(texts[:MISSED_SHOWN]))]] if texts else []
        return self._section(reader.say("Reminders you missed"), lines, "", "", total=len(texts))

    def today(self, content: Content) -> list[list[Block]]:
        reader = self._reader
        lines = [*self._tasks(content.today, "today"), *self._requests(content.today_requests)]
        for one in content.reminders:
            text = reader.md("🔔 {when} {words}", when=reader.time(one.next_at or one.created_at), words=one.text[:200])
            lines.append([blocks.md(text)])
        return self._section(reader.say("Today"), lines, "tasks.page:mine", "mine|1")

    def meetings(self, content: Content) -> list[list[Block]]:
        lines = [
            [meeting_cards.line(self._session, self._reader, meeting, day, self._person, "digest")]
            for day, meeting in content.meetings
        ]
        return self._section(self._reader.say("Meetings today"), lines, "meetings.mine", "")

    def invoices(self, content: Content) -> list[list[Block]]:
        day = self._reader.today()
        lines = [
            [invoice_cards.invoice_line(self._session, self._reader, one, day, "digest")] for one in content.invoices
        ]
        return self._section(self._reader.say("Invoices to pay"), lines, "supplies.invoices", "")

    def ready(self, content: Content) -> list[list[Block]]:
        """What lies ready to be fetched."""
        lines = [[supplies.ready_line(self._session, self._reader, one, "digest")] for one in content.ready]
        return self._section(self._reader.say("Ready for you"), lines, "supplies.page:mine", "mine|1|")

    def week(self, content: Content) -> list[list[Block]]:
        lines = [*self._tasks(content.week, "week"), *self._requests(content.week_requests)]
        return self._section(self._reader.say("Due this week"), lines, "tasks.page:mine", "mine|1")

    def done(self, content: Content) -> list[list[Block]]:
        lines = [[self._plain_task(one, "✓ ")] for one in content.done]
        return self._section(self._reader.say("Done since"), lines, "tasks.page:mine", "mine|1")

    def news(self, content: Content) -> list[list[Block]]:
        reader = self._reader
        lines: list[list[Block]] = []
        told = set()
        for request, entry in content.news:
            actor = people.find(self._session, entry.actor_id)
            who = mention(actor) if actor else Md("Deskhand")
            about = reader.md(
                "{state} · {who}, {when}", state=request.state, who=who, when=entry.at
            )  # fmt: skip
            lines.append([self._plain_request(request, about)])
            told.add(request.id)
        for one in content.told_later:
            if one.subject != "reminder" and (one.subject != "request" or one.subject_id not in told):
                lines += self._kept_news(one)
                told.add(one.subject_id if one.subject == "request" else None)
        heading = reader.say("News of what you asked for")
        return self._section(heading, lines, "requests.page:mine", "mine|1|")

    def decided_for(self, content: Content) -> list[list[Block]]:
        """What others have decided in the reader's place; by how much a budget was exceeded is theirs to know."""
        lines = []
        for seat in content.decided_for:
            approval = approvals_stored.get(self._session, seat.approval_id)
            opens = approvals.open_button(
                self._reader.say("Open"), approval, f"approvals.open:digest_for.{approval.id}.{seat.id}"
            )
            lines.append([blocks.md(approvals.decided_said(self._session, self._reader, seat, approval), opens)])
        return self._section(self._reader.say("Decided for you"), lines, "approvals.page:decided", "decided|1")

    def desks(self, content: Content) -> list[list[Block]]:
        return self._section(
            self._reader.say("Your desks"), [self._desk(one) for one in content.desks], "requests.page:desk", "desk|1|"
        )

    def team(self, content: Content) -> list[list[Block]]:
        reader = self._reader
        owners = tasks_stored.owners_of(self._session, [one.id or 0 for one in content.team])
        lines = []
        for one in content.team:
            names = [
                person.known_as
                for person in people.by_ids(self._session, [row.person_id for row in owners[one.id or 0]]).values()
            ]
            about = reader.md("{people} · {due}", people=names, due=tasks.due_said(reader, one))
            lines.append([self._plain_task(one, "⏰ ", about, opens=True)])
        return self._section(reader.say("Late in your team"), lines, "", "", total=content.team_total)

    def _section(
        self, title: str, lines: Sequence[list[Block]], action: str, value: str, total: int | None = None
    ) -> list[list[Block]]:
        """A heading with its number, the first lines, and the way to all of them."""
        count = len(lines) if total is None else total
        if not count:
            return []
        heading = self._reader.md("*{title}* ({count})", title=title, count=count)
        more = (
            blocks.button(self._reader.say("Show all {count}", count=count), f"{action}.digest", value)
            if count > SHOWN and action
            else None
        )
        return [[blocks.md(heading, more)], *lines[:SHOWN]]

    def _tasks(self, them: Sequence[Task], place: str) -> list[list[Block]]:
        owners = tasks_stored.owners_of(self._session, [one.id or 0 for one in them[:SHOWN]])
        return [
            [tasks.line(self._session, self._reader, one, owners.get(one.id or 0, []), self._person, f"digest_{place}")]
            for one in them
        ]

    def _requests(self, them: Sequence[Request]) -> list[list[Block]]:
        return [[request_line(self._session, self._catalogue, self._reader, one)] for one in them]

    def _plain_request(self, request: Request, about: str = "") -> Block:
        text = self._reader.md("*#{number}* {title}", number=request.id, title=blocks.cut(request.title, 200))
        opens = requests.open_button(self._reader.say("Open"), request, f"requests.open:digest.{request.id}")
        return blocks.md(f"{text}\n{about}" if about else text, opens)

    def _approval(self, approval: Approval) -> Block:
        """What it is, how much, from whom, and how it stands, without a button of its own."""
        return {
            name: value
            for name, value in approvals.line(self._session, self._reader, approval, "digest").items()
            if name != "accessory"
        }

    def _plain_task(self, task: Task, mark: str = "", about: str = "", opens: bool = False) -> Block:
        title = blocks.cut(task.title, 200)
        text = self._reader.md("{mark}*T{number}* {title}", mark=Md(mark), number=task.id, title=title)
        button = tasks.open_button(self._reader.say("Open"), task) if opens else None
        return blocks.md(f"{text}\n{about}" if about else text, button)

    def _kept_news(self, one: News) -> list[list[Block]]:
        """News that waited for the digest by its reader's wish, or because they were away."""
        match one.subject:
            case "request":
                request = requests_stored.find(self._session, one.subject_id)
                return [[self._plain_request(request, self._reader.term(request.state))]] if request else []
            case "task":
                task = tasks_stored.find(self._session, one.subject_id)
                about = self._reader.term(task.state) if task else ""
                return [[self._plain_task(task, "", about)]] if task else []
        return []

    def _desk(self, one: DeskState) -> list[Block]:
        reader = self._reader
        text = reader.md(
            "*{desk}*: {open} open, {late} late, {unowned} without an owner",
            desk=one.desk, open=one.open, late=one.late, unowned=one.unowned,
        )  # fmt: skip
        return [blocks.md(text), *(self._plain_request(request) for request in one.late_ones[:2])]

    def _row(self, *row: Block) -> list[Block]:
        return blocks.actions(list(row))


def request_line(session: Session, catalogue: Catalogue, reader: Reader, request: Request) -> Block:
    """A request that somebody works on, with a menu: solved, put off, opened there."""
    line = requests.line(session, catalogue, reader, request)
    # Without its version: a request that is snoozed today may be snoozed again tomorrow.
    value = str(request.id)
    line["accessory"] = blocks.overflow(
        f"requests.menu:{request.id}",
        [
            blocks.option(reader.say("Solve"), f"{value}.solve"),
            blocks.option(reader.say("Snooze until tomorrow"), f"{value}.{Later.TOMORROW.value}"),
            blocks.option(reader.say("Snooze until next week"), f"{value}.{Later.NEXT_WEEK.value}"),
            blocks.option(reader.say("Open"), f"{value}.open"),
        ],
    )
    return line


def left(drawing: Drawing) -> Message | None:
    """What somebody who has left had in hand, told to their manager in one message."""
    reader = drawing.reader
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    who = people.find(drawing.session, drawing.row.subject_id)
    lines = []
    if moved := entry.after.get("tasks"):
        lines.append(reader.count("{count} task is yours now:", "{count} tasks are yours now:", len(moved)))
        lines += [_name_of_task(drawing, number) for number in moved[:10]]
    if moved := entry.after.get("reminders"):
        lines.append(
            reader.count(
                "{count} repeating reminder is yours now:", "{count} repeating reminders are yours now:", len(moved)
            )
        )
        for number in moved[:10]:
            one = reminders_stored.get(drawing.session, number)
            when = reminder_commands.when_said(reader, one)
            lines.append(reader.md("R{number} {words} · {when}", number=number, words=one.text[:150], when=when))
    if moved := entry.after.get("requests"):
        lines.append(
            reader.count("{count} request is its desk's again:", "{count} requests are their desks' again:", len(moved))
        )
        lines.append(", ".join(f"#{number}" for number in moved[:30]))
    if moved := entry.after.get("meetings"):
        lines.append(reader.count("{count} meeting is yours now:", "{count} meetings are yours now:", len(moved)))
        lines.append(", ".join(f"M{number}" for number in moved[:30]))
    if moved := entry.after.get("minutes"):
        lines.append(reader.md("Minutes that are yours now:"))
        lines.append(", ".join(minutes.get(drawing.session, number).name for number in moved[:30]))
    head = reader.md("{who} has left.", who=mention(who))
    row = [
        blocks.button(reader.say("My tasks"), "tasks.page:mine", "mine|1", style="primary"),
        blocks.button(reader.say("My reminders"), "reminders.overview"),
    ]
    plain = reader.say("{name} has left: what was open moves on", name=who.known_as if who else "?")
    return Message(plain, (blocks.md(head), blocks.md("\n".join(lines)), *blocks.actions(row)))


def _name_of_task(drawing: Drawing, number: int) -> str:
    task = tasks_stored.get(drawing.session, number)
    due = tasks.due_said(drawing.reader, task) or "–"
    return drawing.reader.md("T{number} {title} · {due}", number=number, title=task.title[:150], due=due)


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {"digest.daily": daily, "leavers.left": left}
