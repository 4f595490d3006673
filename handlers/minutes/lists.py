"""Lists: what waits for somebody, their minutes, and what is found in them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from handlers import blocks, spreadsheets
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.drawing import Attachment
from handlers.i18n import Reader, escape
from handlers.minutes import cards, words
from handlers.spreadsheets import Cell
from office import clock
from office.duties import notices
from office.duties.minutes import access, confirming, documents, finding, taking
from office.duties.minutes.finding import Hit
from office.errors import Refusal
from storage import drafts, meetings, minutes, people
from storage import tasks as tasks_stored
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Minutes
from storage.pages import page_from
from storage.tables import Person
from storage.words import EntryKind, MinutesState, TaskState

PAGE = 10
AHEAD = timedelta(days=60)
KINDS = {"decisions": (EntryKind.DECISION,), "actions": (EntryKind.ACTION,), "find": finding.ANY}


def overview(call: Call, replaces: bool = False) -> Answer:
    """What is being taken, what waits for a word of mine, and the newest minutes."""
    reader = call.reader
    heading = reader.say("Minutes")
    shown: list[Block] = [blocks.header(heading)]
    with call.reading() as session:
        running = taking.running_for(session, call.person, None)
        if running:
            shown.append(blocks.md(reader.md("*Being taken now*")))
            shown += [cards.line(session, reader, one, "now") for one in running[:5]]
        waiting = confirming.waiting_for(session, call.person)
        if waiting:
            shown.append(blocks.md(reader.md("*For you to confirm*")))
            shown += [cards.line(session, reader, one, "confirm") for one in waiting[:5]]
        seen = {one.id for one in (*running, *waiting)}
        rest = [one for one in finding.mine(session, call.person) if one.id not in seen]
        if rest:
            shown.append(blocks.md(reader.md("*Newest*")))
            shown += [cards.line(session, reader, one, "mine") for one in rest[:5]]
        if not running and not waiting and not rest:
            shown.append(blocks.md(reader.md("No minutes yet. `/minutes start` begins, `/minutes help` says more.")))
    return Answer(heading, (*shown, *blocks.actions(ways(reader))), replaces=replaces)


def mine(call: Call, page: int = 1, replaces: bool = False) -> Answer:
    reader = call.reader
    heading = reader.say("Your minutes")
    with call.reading() as session:
        found = page_from(finding.mine(session, call.person), page, PAGE)
        shown: list[Block] = [blocks.header(heading)]
        shown += [cards.line(session, reader, one, "mine") for one in found.rows]
    if not found.rows:
        shown.append(blocks.md(reader.md("No minutes yet. `/minutes start` begins, `/minutes help` says more.")))
    row = _pages(reader, "minutes.mine", "", found.number, found.last)
    return Answer(heading, (*shown, *blocks.actions([*row, *ways(reader)])), replaces=replaces)


def search(call: Call, name: str, raw: str, page: int = 1, replaces: bool = False, kept: int = 0) -> Answer:
    """Decisions, actions, or anything with the words; only what the asker may see."""
    if name == "find" and not raw.strip():
        raise Refusal("Say what to look for: /minutes find lease.")

    def do(session: Session) -> Answer:
        wanted = words.wanted(session, call.person, call.reader, raw, KINDS[name])
        found = page_from(finding.find(session, call.person, wanted), page, PAGE)
        number = kept or drafts.keep(session, call.person.id or 0, {"minutes": name, "typed": raw}, clock.now())
        return _shown(session, call, name, raw, found.rows, found.total, found.number, found.last, number, replaces)

    return call.perform(do)


def _shown(
    session: Session, call: Call, name: str, raw: str, hits: Sequence[Hit], total: int, page: int, last: int, kept: int,
    replaces: bool,
) -> Answer:  # fmt: skip
    reader = call.reader
    headings = {
        "decisions": reader.count("{count} decision taken", "{count} decisions taken", total),
        "actions": reader.count("{count} action", "{count} actions", total),
        "find": reader.count("Found {count} time", "Found {count} times", total),
    }
    heading = headings[name]
    shown: list[Block] = [blocks.header(heading)]
    shown += [hit_line(session, reader, one, index) for index, one in enumerate(hits)]
    if not hits and raw.strip():
        shown.append(
            blocks.md(reader.md("Nothing that you can see. Try fewer words, or leave out the month or the person."))
        )
    elif not hits:
        shown.append(blocks.md(reader.md("Nothing yet.")))
    row = _pages(reader, "minutes.found", f"{kept}|{name}", page, last)
    if name == "actions":
        row += [
            blocks.button(reader.say("My actions"), "minutes.list:own", "actions|mine"),
            blocks.button(reader.say("Still open"), "minutes.list:open", "actions|open"),
            blocks.button(reader.say("Overdue"), "minutes.list:late", "actions|late"),
        ]
    if name != "find" and hits:
        row.append(blocks.button("Excel", f"minutes.excel:{name}", f"{kept}|{name}"))
    return Answer(heading, (*shown, *blocks.actions([*row, *ways(reader)])), replaces=replaces)


def hit_line(session: Session, reader: Reader, hit: Hit, index: int) -> Block:
    """One thing that was found: its number, words, meeting, and how it stands."""
    text = hit.entry.text if hit.entry is not None else (hit.item.title if hit.item is not None else "")
    about = [f"{hit.minutes.title}, {reader.full_day(hit.day)}"]
    if hit.entry is not None and hit.entry.kind is EntryKind.ACTION:
        about = [_owners(session, hit), *_state(reader, hit), *about]
    if hit.minutes.state is MinutesState.TAKING:
        about.append(reader.say("being taken"))
    lines = f"*{escape(hit.label)}*  {escape(blocks.cut(' '.join(text.split()), 600))}\n{escape(' · '.join(about))}"
    if hit.replaced_by:
        lines += "\n" + reader.md("↪ Replaced by {ref}.", ref=hit.replaced_by)
    value = f"{hit.minutes.id}|1|0"
    return blocks.md(lines, blocks.button(reader.say("Open"), f"minutes.open:found.{index}", value))


def one_entry(call: Call, entry_id: int) -> Answer:
    """A decision, action or vote by its number."""
    with call.reading() as session:
        entry = minutes.get_entry(session, entry_id)
        found = access.look(session, call.person, entry.minutes_id)
        access.entry_of(session, found, call.person, entry_id)
        wanted = finding.Wanted(kinds=(entry.kind,), month=found.month)
        hit = next(one for one in finding.find(session, call.person, wanted) if one.entry and one.entry.id == entry_id)
        line = hit_line(session, call.reader, hit, 0)
    return Answer(hit.label, (line,))


def next_meetings(session: Session, call: Call) -> list[tuple[MeetingDate, Meeting]]:
    """The meetings to come that somebody takes part in, each once with its next date; one that is on comes first."""
    now = clock.now()
    found: dict[int, tuple[MeetingDate, Meeting]] = {}
    for day, meeting in meetings.between(session, [call.person.id or 0], now, now + AHEAD):
        if meeting.id not in found and access.may_start(session, call.person, meeting.id or 0):
            found[meeting.id or 0] = (day, meeting)
    return list(found.values())


def choose_agenda(call: Call, them: Sequence[tuple[MeetingDate, Meeting]], raw: str, every: bool = False) -> Answer:
    """Which meeting's agenda? What was typed goes on it."""
    reader = call.reader
    if not them:
        raise Refusal("You have no upcoming meeting. Book one: /meeting Budget review with @anna tomorrow 14:00.")

    def do(session: Session) -> Answer:
        kept = drafts.keep(
            session, call.person.id or 0, {"minutes": "agenda", "typed": raw, "every": every}, clock.now()
        )
        head = reader.say("Which meeting's agenda?")
        row = [
            blocks.button(
                blocks.cut(f"M{meeting.id} {meeting.title}, {_day(reader, day)}", 75),
                f"minutes.agenda_put:{meeting.id}", f"{kept}|{meeting.id}|{day.id}",
            )
            for day, meeting in them[:10]
        ]  # fmt: skip
        return Answer(head, (blocks.words(head), *blocks.actions(row)))

    return call.perform(do)


def _day(reader: Reader, day: MeetingDate) -> str:
    return reader.day(day.starts_at.astimezone(reader.tz).date())


def only_one(session: Session, call: Call, act: str) -> int:
    """The minutes that are meant where none are named: the only ones that it can be done with."""
    them = [one for one in finding.mine(session, call.person) if _fits(session, call.person, one, act)]
    if len(them) == 1 or (them and act in ("pdf", "markdown")):
        return them[0].id or 0
    if not them:
        raise Refusal("None of your minutes wait for this. /minutes mine shows them.")
    raise Refusal("Say which ones, by their name: {names}.", names=[one.name for one in them[:8]])


def _fits(session: Session, person: Person, one: Minutes, act: str) -> bool:
    """Whether something can be done with minutes by this person now."""
    match act:
        case "confirm":
            return confirming.waits_for(session, person, one)
        case "change":
            return one.state is MinutesState.SENT
        case "addendum":
            return one.state is MinutesState.CONFIRMED
        case "lock":
            return one.state is MinutesState.CONFIRMED and one.chair_id == person.id
    return one.state is not MinutesState.TAKING


def as_excel(call: Call, kind: EntryKind, raw: str) -> Answer:
    """A register as Excel: it comes as a direct message."""

    def do(session: Session) -> Answer:
        kept = drafts.keep(session, call.person.id or 0, {"minutes": kind.value, "typed": raw}, clock.now())
        notices.tell(session, "minutes.excel", "draft", kept, [call.person.id], detail_id=kept)
        text = call.reader.say("The file comes in our direct messages.")
        return Answer(text, (blocks.words(text),))

    return call.perform(do)


def sheet(session: Session, reader: Reader, hits: Sequence[Hit], kind: EntryKind, key: str) -> Attachment:
    """Decisions or actions, one a row, as far as somebody may see them."""
    decisions = kind is EntryKind.DECISION
    heads = [reader.say("Number"), reader.term(kind), reader.say("Meeting"), reader.say("Date")]
    heads += [reader.say("Replaced by")] if decisions else [reader.say("Who"), reader.say("Due"), reader.say("State")]
    rows: list[list[Cell]] = []
    for one in hits:
        assert one.entry is not None
        row: list[Cell] = [one.label, one.entry.text, one.minutes.title, one.day]
        if decisions:
            row.append(one.replaced_by)
        else:
            due = one.task.due_on if one.task is not None else one.entry.due_on
            row += [_owners(session, one), due, ", ".join(_state(reader, one, with_due=False))]
        rows.append(row)
    title = reader.say("Decisions") if decisions else reader.say("Actions")
    content = spreadsheets.excel(heads, rows)
    return Attachment(f"{kind.value}s-{key[:8]}.xlsx", title, content, spreadsheets.XLSX)


def ways(reader: Reader) -> list[Block]:
    return [
        blocks.button(reader.say("Take minutes"), "minutes.start_now", style="primary"),
        blocks.button(reader.say("Agenda"), "minutes.agendas"),
        blocks.button(reader.say("Decisions"), "minutes.list:decisions", "decisions"),
        blocks.button(reader.say("Actions"), "minutes.list:actions", "actions"),
        blocks.button(reader.say("My minutes"), "minutes.mine:mine", "|1"),
    ]


def _owners(session: Session, hit: Hit) -> str:
    """Whose an action is now: whoever has its task."""
    assert hit.entry is not None
    if hit.task is None or hit.entry.outside:
        return ", ".join(documents.owner_names(session, hit.entry)) or "–"
    holders = [one.person_id for one in tasks_stored.owners(session, hit.task.id or 0)]
    return ", ".join(one.known_as for one in people.by_ids(session, holders).values()) or "–"


def _state(reader: Reader, hit: Hit, with_due: bool = True) -> list[str]:
    if hit.task is None:
        return []
    if hit.task.state is not TaskState.OPEN:
        return [reader.term(hit.task.state)]
    late = finding.is_late(hit.task, clock.now(), reader.today())
    due = [reader.say("due {when}", when=hit.task.due_on)] if with_due and hit.task.due_on else []
    return [*due, reader.say("overdue") if late else reader.term(hit.task.state)]


def _pages(reader: Reader, action: str, kept: str, page: int, last: int) -> list[Block]:
    """To the page before and after. A button carries what is looked for, and the page."""
    row = []
    if page > 1:
        row.append(blocks.button("‹ " + reader.say("Back"), f"{action}:back", f"{kept}|{page - 1}"))
    if page < last:
        row.append(blocks.button(reader.say("Next") + " ›", f"{action}:next", f"{kept}|{page + 1}"))
    return row
