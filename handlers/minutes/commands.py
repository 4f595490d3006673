"""/minutes: words -> an agenda, something written down, a list, or something about minutes that were sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.blocks import View
from handlers.context import Answer, Call
from handlers.meetings.verbs import numbered
from handlers.minutes import acts, agenda_commands, agenda_forms, beginning, cards, guide, lists, modals, words
from handlers.minutes.verbs import ONLY_BY_WORD, TWO, WRITTEN, verb_of
from handlers.slack_text import readable
from handlers.typed import nearest, one_word
from office import clock
from office.duties.meetings.access import look as look_at_meeting
from office.duties.minutes import access, agenda, correcting, finding, taking
from office.errors import Refusal
from office.rules import minutes_words as rule
from office.rules.request_words import mentions
from office.rules.words import clean, first_word, tokens
from storage import drafts, meetings, minutes
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Minutes
from storage.text import fold
from storage.words import EntryKind, MinutesAct, MinutesState

Handler = Callable[[Call, str], Answer]
# What is worth starting minutes for.
STARTS = frozenset({"note", "decision", "action", "vote", "item", "confidential"})
Write = Callable[[Session, Call, Minutes, str], Answer]
_KINDS = {one.value: one for one in EntryKind}
# Alone, at the end, or before the people: a "private sector review" is none.
_PRIVATE = re.compile(
    r"(?:^|\s)(?:private|privat|privado|privada)[:,]*(?=$|\s*<@|\s+(?:with|med|mit|con)\s|\s+M\d+$)", re.IGNORECASE
)


def minutes_command(call: Call) -> Answer:
    """/minutes and what follows it."""
    text = one_word(clean(call.text), TWO)
    call.meet(mentions(text))
    first, _, rest = words.split(text)
    if not first:
        return lists.overview(call)
    verb = verb_of(first)
    if verb is None and fold(first) in ONLY_BY_WORD and verb_of(words.split(rest)[0] or "-") == "actions":
        return _VERBS["actions"](call, f"{first} {words.split(rest)[2]}".strip())
    if verb == "decision" and not rest and first.lower() in ("beslut", "acuerdo") and not _is_taking(call):
        # In Swedish and Spanish the word for one decision is that for all: without minutes it asks for the list.
        verb = "decisions"
    if verb is None:
        return _named(call, text) or _unknown(call, first, text)
    also = verb_of(words.split(rest)[0]) if rest else None
    if verb in ("mine", "show") and also in ("actions", "decisions"):
        # "my actions", "open actions"
        return _VERBS[also](call, f"{first} {words.split(rest)[2]}".strip())
    return _VERBS[verb](call, rest)


def _is_taking(call: Call) -> bool:
    with call.reading() as session:
        return bool(taking.running_for(session, call.person))


def _named(call: Call, text: str) -> Answer | None:
    """ "2027-03", "2027-03 D4", "2027-03 confirm", "M12": what is named first."""
    first, _, rest = words.split(text)
    if (number := numbered(first)) is not None:
        return _of_meeting(call, number, rest)
    if rule.name_of(first) is None:
        return None
    with call.reading() as session:
        minutes_id, entry_id, more = words.reference_in(session, call, text)
    verb = verb_of(more.split()[0]) if more else None
    if verb is not None and verb not in ("start", "agenda", "template"):
        after = first_word(more)[1]
        entry = f" {first_word(rest)[0]}" if entry_id is not None else ""
        return _VERBS[verb](call, f"{first}{entry} {after}".strip())
    if entry_id is not None:
        return lists.one_entry(call, entry_id)
    return show_one(call, minutes_id or 0)


def _of_meeting(call: Call, number: int, rest: str) -> Answer:
    verb = verb_of(rest.split()[0]) if rest else None
    if verb in ("agenda", "start", "template"):
        return _VERBS[verb](call, f"M{number} {first_word(rest)[1]}".strip())
    if verb in ("decisions", "actions", "find"):
        return _VERBS[verb](call, f"M{number} {first_word(rest)[1]}".strip())
    with call.reading() as session:
        meeting = look_at_meeting(session, call.person, number)
        found = minutes.of_meetings(session, [meeting.id or 0])
        seen = [one for one in found if access.is_allowed(session, call.person, one, MinutesAct.SEE)]
    return show_one(call, seen[0].id or 0) if seen else start(call, f"M{number}")


def start(call: Call, raw: str) -> Answer:
    """ "start", "start M12", "start Budget committee with @anna", "start private": minutes of what is on now."""
    private = bool(_PRIVATE.search(raw))
    typed = _PRIVATE.sub(" ", raw).strip()

    def do(session: Session) -> Answer:
        first, _, rest = words.split(typed)
        if (number := numbered(first)) is not None and not rest:
            return beginning.begin(session, call, _date_of(session, call, number), private)
        if typed:
            title, ids = words.title_and_people(session, typed)
            same = _same(taking.on_now(session, call.person), title) if not ids else None
            return beginning.begin(session, call, same, private) if same else _new(session, call, title, ids, private)
        return _find_meeting(session, call, private)

    return call.perform(do)


def _find_meeting(session: Session, call: Call, private: bool, draft: int = 0) -> Answer:
    """The meeting of this channel, or of now; several are asked about, and where there is none one is made."""
    channel = beginning.channel_of(call)
    them = [] if private else taking.running_for(session, call.person, channel)
    running = [one for one in them if channel and one.channel == channel]
    if running:
        return begun(session, call, running[0], beginning.started(session, call, running[0], True), draft)
    near = [(day, meeting) for day, meeting in taking.on_now(session, call.person) if not _is_sent(session, day)]
    on = [(day, meeting) for day, meeting in near if taking.is_on(day)]
    last = minutes.newest_of_channel(session, channel) if channel else None
    series = agenda.series_of(session, meetings.get(session, last.meeting_id)) if last is not None else []
    here = [day for day, meeting in on if meeting.id in series]
    if here or len(on) == 1:
        return _begin(session, call, here[0] if here else on[0][0], private, draft)
    if near:
        return beginning.choose_meeting(session, call, on or near, private, draft)
    return _new(session, call, default_title(call), (), private, draft)


def _is_sent(session: Session, day: MeetingDate) -> bool:
    found = minutes.of_date(session, day.id or 0)
    return found is not None and found.state is not MinutesState.TAKING


def _begin(session: Session, call: Call, day: MeetingDate, private: bool, draft: int = 0) -> Answer:
    answer = beginning.begin(session, call, day, private)
    found = minutes.of_date(session, day.id or 0)
    assert found is not None
    return begun(session, call, found, answer, draft)


def default_title(call: Call) -> str:
    """What a meeting is called that nobody has named."""
    name = str(call.body.get("channel_name") or (call.body.get("channel") or {}).get("name") or "")
    if name and name not in ("directmessage", "privategroup"):
        return call.reader.say("Meeting in #{channel}", channel=name)
    return call.reader.say("Meeting of {day}", day=call.reader.day_and_month(call.reader.today()))


def _new(session: Session, call: Call, title: str, ids: Sequence[int], private: bool, draft: int = 0) -> Answer:
    answer = beginning.begin_new(session, call, title or default_title(call), list(ids), private)
    mine = [one for one in minutes.running(session) if one.taker_id == call.person.id]
    return begun(session, call, mine[0], answer, draft)


begin, begin_new = _begin, _new


def _same(them: list[tuple[MeetingDate, Meeting]], title: str) -> MeetingDate | None:
    """The meeting of now that is called so."""
    return next((day for day, meeting in them if tokens(meeting.title) == tokens(title) and tokens(title)), None)


def _date_of(session: Session, call: Call, number: int) -> MeetingDate:
    """The date of a meeting that minutes are taken of: the one that is on, else the next, else the last."""
    meeting = look_at_meeting(session, call.person, number)
    dates = meetings.dates(session, meeting.id or 0) or meetings.dates(session, meeting.id or 0, planned=False)
    now = clock.now()
    on = [one for one in dates if one.starts_at - taking.EARLY <= now]
    return on[-1] if on else dates[0]


def show(call: Call, raw: str) -> Answer:
    with call.reading() as session:
        minutes_id, entry_id, _ = words.reference_in(session, call, raw) if raw else (None, None, "")
        running = taking.running_for(session, call.person, beginning.channel_of(call)) if not raw else []
    if entry_id is not None:
        return lists.one_entry(call, entry_id)
    if minutes_id is None and not running:
        raise Refusal("Say which minutes: /minutes show 2027-03. /minutes mine shows yours.")
    return show_one(call, minutes_id or running[0].id or 0)


def show_one(call: Call, minutes_id: int) -> Answer:
    return call.perform(lambda session: beginning.opened(session, call, access.look(session, call.person, minutes_id)))


def write_verb(kind: EntryKind) -> Handler:
    """The handler of /minutes note, decision, action, vote: with words at once, without them in a form."""
    return lambda call, raw: writing(call, kind.value, raw)


def writing(call: Call, verb: str, raw: str, minutes_id: int | None = None) -> Answer:
    """Something about what is being taken: in the minutes of this channel, or the only ones."""
    with call.reading() as session:
        them, raw = _running(session, call, raw, minutes_id)
        if len(them) == 1 and not raw and verb in _FORMS:
            view = _FORMS[verb](session, call, them[0])
            return Answer(modal=view, how="push" if call.in_modal else "open")
        if len(them) == 1 and verb == "finish":
            return acts.finish_window(session, call, them[0].id or 0)
    if not them:
        return call.perform(lambda session: beginning.nowhere(session, call, verb, raw, starts=verb in STARTS))
    if len(them) > 1:
        return call.perform(lambda session: beginning.which(session, call, them, verb, raw))
    target = them[0].id or 0
    return call.perform(lambda session: _put_down(session, call, target, verb, raw))


def _running(session: Session, call: Call, raw: str, minutes_id: int | None) -> tuple[list[Minutes], str]:
    """Which minutes are meant, and the words without their name. Several where it is not clear: what is meant for few
    must not stand before all."""
    if minutes_id is not None:
        return [access.look(session, call.person, minutes_id, MinutesAct.WRITE)], raw
    channel = beginning.channel_of(call)
    them = taking.running_for(session, call.person, channel)
    first, _, rest = words.split(raw)
    named = rule.name_of(first)
    mine = [one for one in them if named is not None and (one.month, one.serial) == named]
    if mine:
        return mine, rest
    if named is not None and minutes.named(session, *named) is not None:
        # Named, and not being taken: why not is said.
        found = finding.named(session, call.person, *named)
        access.look(session, call.person, found.id or 0, MinutesAct.WRITE)
    here = [one for one in them if channel is not None and one.channel == channel]
    private = [one for one in them if one.channel is None]
    if len(here) == 1 and not private:
        return here, raw
    return (here or them) if not private else them, raw


def _put_down(session: Session, call: Call, minutes_id: int, verb: str, raw: str) -> Answer:
    found = access.look(session, call.person, minutes_id, MinutesAct.WRITE)
    if verb in _KINDS:
        return acts.write(session, call, found, _KINDS[verb], raw)
    return _WRITES[verb](session, call, found, raw)


def from_draft(call: Call, number: int, minutes_id: int) -> Answer:
    """What was typed while nothing was taken, or while it was not clear where: now it is."""
    with call.reading() as session:
        kept = drafts.find(session, number, call.person.id or 0)
    if kept is None or "minutes" not in kept:
        raise forms.old_button()
    verb, raw = str(kept["minutes"]), str(kept["typed"])
    if minutes_id and (verb == "finish" or (not raw and verb in _FORMS)):
        return writing(call, verb, raw, minutes_id)

    def do(session: Session) -> Answer:
        if not drafts.use(session, number, call.person.id or 0):
            raise Refusal("This was answered already.")
        if minutes_id:
            answer = _put_down(session, call, minutes_id, verb, raw)
        else:
            again = drafts.keep(session, call.person.id or 0, {"minutes": verb, "typed": raw}, clock.now())
            answer = _find_meeting(session, call, private=False, draft=again if raw else 0)
        return replace(answer, replaces=True)

    return call.perform(do)


def begun(session: Session, call: Call, found: Minutes, answer: Answer, draft: int) -> Answer:
    """The answer to whoever began minutes; what they had typed before is written down in them."""
    kept = drafts.find(session, draft, call.person.id or 0) if draft else None
    if kept is None or "minutes" not in kept or not drafts.use(session, draft, call.person.id or 0):
        return answer
    if found.state is not MinutesState.TAKING:
        raise Refusal("{name} was finished already. What is wrong or missing: /minutes change {name}.", name=found.name)
    return _put_down(session, call, found.id or 0, str(kept["minutes"]), str(kept["typed"]))


def about_sent(act: str) -> Handler:
    """The handler of what is done with minutes that were sent: confirm, change, addendum, lock, pdf, markdown."""

    def handler(call: Call, raw: str) -> Answer:
        with call.reading() as session:
            minutes_id, entry_id, rest = words.reference_in(session, call, raw) if raw else (None, None, "")
            if minutes_id is None:
                minutes_id = lists.only_one(session, call, act)
                rest = raw
            if entry_id is None and act == "change" and rest:
                entry_id, rest = words.entry_in(session, call, minutes_id, rest)
            # What the chair writes is in force at once: they see it in a form before.
            leads = act == "change" and access.look(session, call.person, minutes_id).chair_id == call.person.id
            if act in ("change", "addendum") and (not rest or leads):
                return sent_form(session, call, act, minutes_id, entry_id, readable(session, rest))

        def do(session: Session) -> Answer:
            if act == "confirm":
                return acts.confirm(session, call, minutes_id)
            if act == "lock":
                return acts.lock(session, call, minutes_id)
            if act == "change":
                asked = correcting.propose(session, call.person, minutes_id, readable(session, rest), entry_id)
                return acts.proposed(session, call, asked)
            if act == "addendum":
                asked = correcting.add(session, call.person, minutes_id, readable(session, rest))
                return acts.proposed(session, call, asked)
            return acts.file(session, call, f"minutes.{act}", minutes_id)

        return call.perform(do)

    return handler


def sent_form(
    session: Session, call: Call, act: str, minutes_id: int, entry_id: int | None = None, text: str = ""
) -> Answer:
    """The form of a change or of an addendum."""
    found = access.look(session, call.person, minutes_id, MinutesAct.PROPOSE)
    how = "push" if call.in_modal else "open"
    if act == "addendum":
        if found.state is MinutesState.SENT:
            raise Refusal(
                "{name} is not confirmed yet, so it can still be changed: /minutes change {name}.", name=found.name
            )
        return Answer(modal=modals.addendum_form(session, call, found), how=how)
    if found.state is not MinutesState.SENT:
        raise Refusal("{name} is confirmed already. What is missing: /minutes addendum {name} …", name=found.name)
    entry = access.entry_of(session, found, call.person, entry_id) if entry_id else None
    return Answer(modal=modals.change_form(session, call, found, entry, text), how=how)


def excel(call: Call, raw: str) -> Answer:
    """The decisions, or with "actions" the actions, as Excel."""
    first, _, rest = words.split(raw)
    verb = verb_of(first) if first else "decisions"
    if verb in ("actions", "action"):
        return lists.as_excel(call, EntryKind.ACTION, rest)
    return lists.as_excel(call, EntryKind.DECISION, rest if verb in ("decisions", "decision") else raw)


def _unknown(call: Call, first: str, text: str) -> Answer:
    """Words that begin with no verb: a misspelt one, or something to be written down."""
    reader = call.reader
    near = nearest(first, WRITTEN, 80)

    def do(session: Session) -> Answer:
        row = []
        if near is not None:
            meant = f"{near} {first_word(text)[1]}".strip()
            kept = drafts.keep(session, call.person.id or 0, {"typed": meant}, clock.now())
            head = reader.say("Did you mean /minutes {near}?", near=near)
            row.append(blocks.button(reader.say("Yes, that"), "minutes.typed:yes", str(kept), style="primary"))
        else:
            head = reader.say("What is it that you want to write down?")
        for kind in cards.KINDS:
            kept = drafts.keep(session, call.person.id or 0, {"typed": f"{kind.value} {text}"}, clock.now())
            row.append(blocks.button(reader.term(kind), f"minutes.typed:{kind.value}", str(kept)))
        kept = drafts.keep(session, call.person.id or 0, {"typed": f"find {text}"}, clock.now())
        row.append(blocks.button(reader.say("Look for it"), "minutes.typed:find", str(kept)))
        row.append(blocks.button(reader.say("Help"), "minutes.help"))
        return Answer(head, (blocks.words(head), blocks.words(readable(session, text)), *blocks.actions(row)))

    return call.perform(do)


def _written_in(kind: EntryKind) -> "Form":
    return lambda session, call, found: modals.write_form(session, call, found, kind)


def _writing(verb: str) -> Handler:
    return lambda call, raw: writing(call, verb, raw)


Form = Callable[[Session, Call, Minutes], View]
_FORMS: Mapping[str, Form] = {
    **{kind.value: _written_in(kind) for kind in EntryKind},
    "item": lambda session, call, found: agenda_forms.item_form(call, found),
    "attendance": lambda session, call, found: modals.attendance_sheet(session, call, found),
    "guest": lambda session, call, found: modals.guest_form(call, found),
    "quorum": lambda session, call, found: modals.quorum_form(call, found),
}
_WRITES: Mapping[str, Write] = {
    "next": lambda session, call, found, _: acts.next_item(session, call, found),
    "item": acts.new_item,
    "postpone": acts.postpone,
    "attendance": acts.attend,
    "guest": acts.guests,
    "quorum": acts.quorum,
    "confidential": acts.confidential,
    "keep": lambda session, call, found, _: acts.keep(session, call, found),
    "drop": lambda session, call, found, _: acts.drop(session, call, found),
}
_VERBS: Mapping[str, Handler] = {
    "start": start,
    "agenda": agenda_commands.agenda_command,
    "template": lambda call, raw: agenda_commands.agenda_command(call, raw, every=True),
    **{kind.value: write_verb(kind) for kind in EntryKind},
    **{verb: _writing(verb) for verb in (*_WRITES, "finish")},
    **{act: about_sent(act) for act in ("confirm", "change", "addendum", "lock", "pdf", "markdown")},
    "decisions": lambda call, raw: lists.search(call, "decisions", raw),
    "actions": lambda call, raw: lists.search(call, "actions", raw),
    "find": lambda call, raw: lists.search(call, "find", raw),
    "mine": lambda call, _: lists.mine(call),
    "show": show,
    "excel": excel,
    "help": guide.usage,
}
