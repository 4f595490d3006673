"""How minutes begin, and which are meant: those of this channel, of now, or none yet."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import escape, mention
from handlers.minutes import cards, said
from handlers.slack_text import readable
from office import clock
from office.duties import notices
from office.duties.minutes import (
    documents,
    finding,
    taking,
)
from office.errors import Refusal
from storage import drafts, minutes, people
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Minutes
from storage.words import MinutesState

PUBLIC = ("C", "G")


def channel_of(call: Call) -> str | None:
    """The channel in which a command was typed; none in a direct message, where a card would have no readers."""
    channel = str(call.body.get("channel_id") or (call.body.get("channel") or {}).get("id") or "")
    is_direct = "directmessage" in (call.body.get("channel_name"), (call.body.get("channel") or {}).get("name"))
    return channel if channel.startswith(PUBLIC) and not is_direct else None


def started(session: Session, call: Call, found: Minutes, was: bool) -> Answer:
    """The card of minutes that have begun; it is posted to their channel, or to whoever takes them."""
    if found.state is not MinutesState.TAKING:
        return opened(session, call, found)
    reader = call.reader
    if was and found.taker_id != call.person.id:
        taker = people.find(session, found.taker_id)
        head = reader.say(
            "{who} is taking the minutes already. Write along: everybody may.", who=taker.known_as if taker else "–"
        )
    elif was:
        head = reader.say("You are taking these minutes already.")
    elif found.channel:
        head = reader.say("The minutes have begun. Their card is in this channel; whoever takes part may write.")
    else:
        head = reader.say("The minutes have begun. Only those who take part see them.")
    shown = cards.live(session, reader, found, call.person)
    return Answer(head, tuple(blocks.fitting([blocks.words(head), *shown])))


def begin(session: Session, call: Call, day: MeetingDate, private: bool) -> Answer:
    """Starts the minutes of a date, or finds those that are being taken."""
    was = minutes.of_date(session, day.id or 0)
    if private and was is not None and was.channel and was.state is MinutesState.TAKING:
        raise Refusal(
            "These minutes are being taken in a channel, for all in it to read. For something confidential: "
            "/minutes confidential Salaries for @anna."
        )
    found = taking.start(session, call.person, day, None if private else channel_of(call))
    return _announced(session, call, found, was is not None)


def begin_new(session: Session, call: Call, title: str, ids: Sequence[int], private: bool) -> Answer:
    """Starts the minutes of a meeting that nobody had booked."""
    found = taking.start_new(session, call.person, title, ids, None if private else channel_of(call))
    return _announced(session, call, found, False)


def _announced(session: Session, call: Call, found: Minutes, was: bool) -> Answer:
    if not was:
        if found.channel:
            notices.post_in(session, "minutes.card", "minutes", found.id or 0, found.channel)
        else:
            leads = [found.taker_id, found.chair_id]
            notices.tell(session, "minutes.card", "minutes", found.id or 0, leads, is_card=True)
    return started(session, call, found, was)


def choose_meeting(
    session: Session, call: Call, them: Sequence[tuple[MeetingDate, Meeting]], private: bool, draft: int = 0
) -> Answer:
    """Several meetings could be meant: which one, or one of its own?"""
    reader = call.reader
    head = reader.say("Which meeting is it?")
    row = [
        blocks.button(
            blocks.cut(f"M{meeting.id} {meeting.title}, {reader.time(day.starts_at)}", 75), f"minutes.start:{day.id}",
            f"{day.id}|{'private' if private else ''}|{draft}",
        )
        for day, meeting in them[:8]
    ]  # fmt: skip
    row.append(
        blocks.button(reader.say("None of these"), "minutes.start_new", f"{draft}|{'private' if private else ''}")
    )
    return Answer(head, (blocks.words(head), *blocks.actions(row)))


def opened(session: Session, call: Call, found: Minutes) -> Answer:
    """Minutes that were sent, as a message of one's own."""
    edition = cards.newest(session, found)
    if edition is None:
        return started(session, call, found, True)
    document = documents.as_seen(edition.content, call.person.id)
    head = said.title_of(call.reader, document)
    parts = [
        blocks.header(head), cards.facts(call.reader, document), *cards.document_blocks(call.reader, document),
        blocks.context(escape(cards.state_said(session, call.reader, found))),
    ]  # fmt: skip
    row = cards.sheet_buttons(session, call.reader, found, call.person, edition)
    row[0]["elements"].append(cards.open_button(call.reader, found, edition))
    return Answer(head, tuple(blocks.fitting([*parts, *row])))


def nowhere(session: Session, call: Call, verb: str, raw: str, starts: bool) -> Answer:
    """Nothing is being taken: what was typed is kept, and one press starts the minutes and writes it down. `starts`:
    whether that is worth while."""
    reader = call.reader
    channel = channel_of(call)
    theirs = next((one for one in minutes.running(session) if channel and one.channel == channel), None)
    if theirs is not None:
        taker = people.find(session, theirs.taker_id)
        raise Refusal(
            "{who} takes the minutes here, for those who are invited. To write along, ask to be added: /minutes guest "
            "and your name with an @.",
            who=taker.known_as if taker else "–",
        )
    text = reader.say("No minutes are being taken that you could write in.")
    kept = drafts.keep(session, call.person.id or 0, {"minutes": verb, "typed": raw}, clock.now())
    shown: list[Block] = [blocks.words(text)]
    done = _just_finished(session, call)
    if done is not None:
        by = people.find(session, done.finished_by_id)
        facts = {"what": cards.link(done), "who": mention(by), "when": done.finished_at or "–", "name": done.name}
        hint = reader.md(
            "{what} was finished by {who}, {when}. What is wrong or missing in it: `/minutes change {name}`", **facts
        )
        shown.append(blocks.context(hint))
    row = [blocks.button(reader.say("Start them"), "minutes.draft:start", f"{kept}|0", style="primary")]
    if not starts:
        row = [blocks.button(reader.say("My minutes"), "minutes.mine:mine", "|1")]
    elif raw:
        shown.append(blocks.words(readable(session, raw)))
        row = [
            blocks.button(
                reader.say("Start them, and write this down"), "minutes.draft:start", f"{kept}|0", style="primary"
            )
        ]
    return Answer(text, (*shown, *blocks.actions(row)))


def _just_finished(session: Session, call: Call) -> Minutes | None:
    """What was finished a short while ago, and somebody may think is still being taken."""
    newest = next((one for one in finding.mine(session, call.person) if one.finished_at is not None), None)
    recent = newest is not None and newest.finished_at is not None and clock.now() - newest.finished_at < taking.LATE
    return newest if recent else None


def which(session: Session, call: Call, them: Sequence[Minutes], verb: str, raw: str) -> Answer:
    """Several are being taken: which are meant?"""
    kept = drafts.keep(session, call.person.id or 0, {"minutes": verb, "typed": raw}, clock.now())
    text = call.reader.say("Which minutes do you mean?")
    row = [
        blocks.button(blocks.cut(f"{one.name} {one.title}", 75), f"minutes.draft:{one.id}", f"{kept}|{one.id}")
        for one in them[:10]
    ]
    shown = [blocks.words(readable(session, raw))] if raw else []
    return Answer(text, (blocks.words(text), *shown, *blocks.actions(row)))
