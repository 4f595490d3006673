"""/desk away and /desk back."""

import re
from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block, View
from handlers.context import Answer, Call
from handlers.i18n import Reader, mention
from office import clock
from office.duties import absences as duty
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.words import clean
from storage import absences, people
from storage.time_tables import Absence
from storage.words import CoverState, Standing

MOST_SHOWN = 10

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_COVER = re.compile(
    r"\b(?:cover(?:ed by)?|with|vikarie|ersättare|ersätts av|vertretung|vertreten durch|suplente|sustituye)\b:?",
    re.IGNORECASE,
)
_WHY = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_UNTIL = re.compile(
    r"^(?:until|fram till|till och med|t\.?o\.?m\.?|tills|till|til|bis zum|bis|hasta(?: el| la)?)\s+", re.IGNORECASE
)


def away(call: Call, typed: str = "") -> Answer:
    """/desk away 8 Mar to 12 Mar cover @deputy "on the road"; by itself, who is away and when."""
    if not typed.strip():
        return overview(call)
    call.meet(mentions(typed))
    return call.perform(lambda session: plan_from_words(session, call, typed))


def back(call: Call, _: str = "") -> Answer:
    def do(session: Session) -> Answer:
        duty.back(session, call.person)
        text = call.reader.say("Welcome back! What waited for you comes in a moment.")
        return Answer(text, (blocks.words(text),))

    return call.perform(do)


def plan_from_words(session: Session, call: Call, typed: str) -> Answer:
    named = mentions(typed)
    cover = (people.find_by_slack(session, named[0]) or people.appear(session, named[0])) if named else None
    why = _WHY.search(typed)
    bare = " ".join(_COVER.sub(" ", _MENTION.sub(" ", _WHY.sub(" ", clean(typed)))).split())
    if not bare:
        raise Refusal("Say until when, for example: /desk away until Friday, or /desk away 8 Mar to 12 Mar.")
    from_now = _UNTIL.match(bare)
    when = times.understood(session, call.person, call.reader, bare[from_now.end() :] if from_now else bare)
    absence = duty.plan(session, call.person, when, cover, why[1] if why else "", from_now=from_now is not None)
    return planned(session, call, absence)


def planned(session: Session, call: Call, absence: Absence) -> Answer:
    """The answer to whoever is away: from when to when, and who was asked."""
    reader = call.reader
    head = reader.say("You are away {span}.", span=span_said(reader, absence))
    facts = [cover_said(session, reader, absence)]
    facts.append(reader.md("No reminders and no digest come then; a catch-up waits when you are back."))
    row = [blocks.button(reader.say("Undo"), "desk.undo:absence", f"{absence.id}.{absence.version}.absence")]
    return Answer(head, (blocks.words(head), blocks.md("\n".join(facts)), *blocks.actions(row)))


def overview(call: Call, replaces: bool = False) -> Answer:
    """One's own absences, those one covers, and who else is away in the coming weeks."""
    reader = call.reader
    heading = reader.say("Being away")
    with call.reading() as session:
        shown = blocks_of(session, call)
    return Answer(heading, (blocks.header(heading), *shown), replaces=replaces)


def blocks_of(session: Session, call: Call) -> list[Block]:
    reader, me = call.reader, call.person.id or 0
    shown: list[Block] = []
    for one in absences.planned(session, me)[:MOST_SHOWN]:
        text = reader.md("*You* · {span}", span=span_said(reader, one)) + "\n" + cover_said(session, reader, one)
        shown.append(
            blocks.md(text, blocks.button(reader.say("Cancel the absence"), f"away.cancel:{one.id}", str(one.id)))
        )
    for one in absences.covered_by(session, me)[:MOST_SHOWN]:
        who = mention(people.find(session, one.person_id))
        span = span_said(reader, one)
        if one.cover_state is CoverState.ASKED:
            shown.append(blocks.md(reader.md("{who} is away {span}. Will you stand in?", who=who, span=span)))
            shown += blocks.actions(answer_buttons(reader, one))
        else:
            shown.append(blocks.md(reader.md("You stand in for {who} · {span}", who=who, span=span)))
    soon = absences.between(session, clock.now(), clock.now() + timedelta(days=14))
    # Who is away is for the company's own people to know.
    others = [one for one in soon if one.person_id != me and call.person.standing is Standing.MEMBER]
    if others:
        shown.append(blocks.md(reader.md("*Away in the next two weeks*")))
        shown += [
            blocks.context(reader.md("{who} · {span}", who=mention(people.find(session, one.person_id)),
                                     span=span_said(reader, one)))
            for one in others[:MOST_SHOWN]
        ]  # fmt: skip
    if not shown:
        shown.append(blocks.md(reader.md("Nobody is away. Type `/desk away 8 Mar to 12 Mar cover @deputy`.")))
    row = [blocks.button(reader.say("Plan an absence"), "away.new", style="primary")]
    if absences.current(session, me, clock.now()) is not None:
        row.append(blocks.button(reader.say("I am back"), "away.back"))
    return [*shown, *blocks.actions(row)]


def form(reader: Reader) -> View:
    parts: list[Block] = [
        blocks.field(
            "words",
            reader.say("When? In your own words"),
            blocks.text_input(longest=200),
            hint=reader.say("“8 Mar to 12 Mar”, “today afternoon”, “next week” … or choose below."),
        ),
        blocks.field("first", reader.say("First day"), blocks.date_picker()),
        blocks.field("last", reader.say("Last day"), blocks.date_picker()),
        blocks.field("cover", reader.say("Who stands in?"), blocks.person_select()),
        blocks.field("why", reader.say("Why? (colleagues may read it)"), blocks.text_input(longest=200)),
    ]
    return blocks.modal("away.form", reader.say("Being away"), parts, reader.say("Close"), reader.say("Save"))


def span_said(reader: Reader, absence: Absence) -> str:
    """From when to when, by days where days were said."""
    first, last = date.fromisoformat(absence.wall["from"] or ""), date.fromisoformat(absence.wall["to"] or "")
    from_clock, to_clock = absence.wall.get("from_clock"), absence.wall.get("to_clock")
    if from_clock and first == last and to_clock is None:
        return reader.say("{day}, from {time}", day=reader.full_day(first), time=reader.time(absence.starts_at))
    if from_clock is None and to_clock is None:
        if first == last:
            return reader.full_day(first)
        return reader.say("{first} to {last}", first=reader.full_day(first), last=reader.full_day(last))
    begins: object = absence.starts_at if from_clock else reader.full_day(first)
    ends: object = absence.ends_at if to_clock else reader.full_day(last)
    return reader.say("{first} to {last}", first=begins, last=ends)


def cover_said(session: Session, reader: Reader, absence: Absence) -> str:
    cover = people.find(session, absence.cover_id)
    texts = {
        CoverState.NONE: reader.md("Nobody stands in."),
        CoverState.ASKED: reader.md("{who} was asked to stand in.", who=mention(cover)),
        CoverState.ACCEPTED: reader.md("{who} stands in.", who=mention(cover)),
        CoverState.REFUSED: reader.md("{who} can't stand in.", who=mention(cover)),
    }
    return texts[absence.cover_state]


def answer_buttons(reader: Reader, absence: Absence) -> list[Block]:
    value = f"{absence.id}.{absence.version}"
    return [
        blocks.button(reader.say("Yes, I stand in"), "away.yes", value, style="primary"),
        blocks.button(reader.say("No, I can't"), "away.no", value),
    ]
