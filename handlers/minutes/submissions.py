"""Forms of minutes and agendas that come back filled in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, forms, when_form
from handlers.context import Answer, Call, FormErrors
from handlers.minutes import modals, words
from handlers.permalinks import permalink
from office.duties.meetings.access import look as look_at_meeting
from office.duties.minutes import access, agenda, attending, confirming, correcting, finishing, taking
from office.duties.minutes.taking import Words
from office.duties.tasks.give import Due, due_of
from office.errors import Refusal
from office.rules.request_words import mentions
from storage import drafts, people
from storage.minute_tables import Entry, Minutes
from storage.tables import Person
from storage.words import Aim, Closes, EntryKind, MinutesAct, Presence

Held = Mapping[str, Any]


def write_sent(call: Call) -> Answer:
    """Something to be written down, or an entry that was changed."""
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet([*forms.texts(held, "owners"), *mentions(forms.text(held, "text"))])
    source = metadata.get("source") or {}
    link = permalink(call, source) or ""

    def do(session: Session) -> Answer:
        which = forms.text(held, "minutes") or str(forms.number(metadata, "id"))
        found = access.look(session, call.person, forms.pressed(which), MinutesAct.WRITE)
        kind = forms.choice({**metadata, **held}, "kind", EntryKind)
        if kind is None:
            raise forms.old_form()
        if metadata.get("entry"):
            _rewrite(session, call, found, kind, held)
        else:
            whole = {**held, "text": _whole(session, call, source, forms.text(held, "text"))}
            them = [replace(one, link=link) for one in _written(session, call, kind, whole, _there(session, found))]
            if source.get("ts"):
                them[0] = replace(them[0], source=f"{source.get('channel')}:{source['ts']}")
            taking.write_all(session, call.person, found.id or 0, them)
        return _after(call, found)

    return _beside(call, do, "text")


def _whole(session: Session, call: Call, source: Mapping[str, Any], text: str) -> str:
    """A message that is longer than a field holds is taken whole, unless its words were changed."""
    number = str(source.get("draft") or "")
    kept = drafts.find(session, forms.pressed(number), call.person.id or 0) if number else None
    typed = str(kept.get("typed", "")) if kept is not None else ""
    same = len(typed) > modals.LONGEST and text.strip() == typed[: modals.LONGEST].strip()
    return typed if same else text


def _there(session: Session, found: Minutes) -> list[int]:
    return access.attendees(access.rows_of(session, found))


def _written(session: Session, call: Call, kind: EntryKind, held: Held, there: Sequence[int]) -> list[Words]:
    """A form's words; what is chosen in its fields counts before what is read from them."""
    read = [_accepted(one) for one in words.read(session, call, kind, forms.text(held, "text"), there)]
    item = forms.text(held, "item")
    read = [replace(one, item_id=forms.pressed(item) if item else None) for one in read]
    if kind is not EntryKind.ACTION:
        return read
    chosen = _people(session, held, "owners")
    outside = _outside(held)
    when = when_form.when_of(session, call, held)
    closes = forms.choice(held, "closes", Closes) or Closes.ALL
    return [
        replace(
            one, owner_ids=chosen or one.owner_ids, outside=outside or one.outside,
            due=due_of(when) if when is not None else one.due,
            closes=one.closes if one.closes is Closes.ANY else closes,
        )
        for one in read
    ]  # fmt: skip


def _rewrite(session: Session, call: Call, found: Minutes, kind: EntryKind, held: Held) -> None:
    """An entry as its form says it: nothing is read from its words any more."""
    metadata = call.metadata
    entry = access.entry_of(session, found, call.person, forms.number(metadata, "entry"))
    item = forms.text(held, "item")
    said = Words(kind, forms.text(held, "text"), forms.pressed(item) if item else None)
    if kind is EntryKind.DECISION:
        said = replace(_accepted(words.decision(session, call, said.text)), item_id=said.item_id)
    if kind is EntryKind.VOTE:
        said = replace(words.read(session, call, kind, said.text)[0].words, item_id=said.item_id)
        said = said if said.tally else replace(said, tally=dict(entry.tally))
    if kind is EntryKind.ACTION:
        said = replace(
            said, owner_ids=_people(session, held, "owners"), outside=_outside(held),
            due=_due(session, call, entry, held), closes=forms.choice(held, "closes", Closes) or Closes.ALL,
        )  # fmt: skip
    taking.rewrite(session, call.person, found.id or 0, entry.id or 0, said, forms.number(metadata, "version"))


def _accepted(read: words.Read) -> Words:
    """What was read; in a form what could not be read stands beside the field."""
    if read.replaces_refused:
        raise FormErrors({"text": read.replaces_refused})
    return read.words


def _due(session: Session, call: Call, entry: Entry, held: Held) -> Due | None:
    if when_form.is_untouched(call.metadata, held):
        return finishing.due_of(entry, call.person)
    return due_of(when_form.when_of(session, call, held))


def item_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet([forms.text(held, "owner"), *forms.texts(held, "readers")])

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.WRITE)
        taking.add_item(session, call.person, found.id or 0, _item(session, call, held))
        return _after(call, found)

    return _beside(call, do, "text")


def agenda_sent(call: Call) -> Answer:
    """An item of an agenda, new or changed."""
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet([forms.text(held, "owner"), *forms.texts(held, "readers")])

    def do(session: Session) -> Answer:
        meeting = look_at_meeting(session, call.person, forms.number(metadata, "id"))
        wanted = _item(session, call, held)
        date_id = forms.number(metadata, "date") or None
        if matter_id := forms.number(metadata, "matter"):
            agenda.edit(session, call.person, meeting.id or 0, matter_id, wanted, date_id)
        else:
            agenda.put(session, call.person, meeting.id or 0, wanted, date_id)
        return Answer(sheet=f"agenda:{date_id}" if metadata.get("sheet") and date_id else None)

    return _beside(call, do, "text")


def agenda_message_sent(call: Call) -> Answer:
    """A message became an item: its link goes with it."""
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "owner"), *forms.texts(held, "readers")])
    link = permalink(call, call.metadata.get("source") or {}) or ""

    def do(session: Session) -> Answer:
        number, _, date_id = forms.text(held, "meeting").partition("|")
        wanted = _item(session, call, held)
        wanted = wanted if wanted.link else replace(wanted, link=link)
        agenda.put(session, call.person, forms.pressed(number), wanted, forms.pressed(date_id))
        return Answer()

    return _beside(call, do, "text")


def guest_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet([forms.text(held, "who")])

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.WRITE)
        names = [line for line in forms.text(held, "names").splitlines() if line.strip()]
        colleague = _person(session, held, "who")
        if colleague is None and not names:
            raise FormErrors({"names": call.reader.say("Choose a colleague, or write a name.")})
        if colleague is not None:
            attending.add_person(session, call.person, found.id or 0, colleague)
        for name in names:
            attending.add_guest(session, call.person, found.id or 0, name)
        return _attendance(call, found)

    return _beside(call, do, "names")


def represented_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet([forms.text(held, "by")])

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.WRITE)
        presence = forms.choice(held, "presence", Presence)
        if presence is None:
            raise forms.old_form()
        attending.mark(
            session, call.person, found.id or 0, forms.number(held, "row"), presence, _person(session, held, "by"),
            forms.text(held, "by_name"), forms.clock(held, "came"), forms.clock(held, "left"),
        )  # fmt: skip
        return _attendance(call, found)

    return _beside(call, do, "by")


def quorum_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])
    number = forms.text(held, "quorum").strip() or "0"
    if not number.isdigit():
        return Answer(errors={"quorum": call.reader.say("Write a number, such as 5.")})

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.FINISH)
        attending.set_quorum(session, call.person, found.id or 0, int(number))
        return _attendance(call, found)

    return _beside(call, do, "quorum")


def readers_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])
    call.meet(forms.texts(held, "readers"))

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.WRITE)
        readers = _people(session, held, "readers")
        taking.close_to(session, call.person, found.id or 0, forms.number(metadata, "item"), readers)
        return _after(call, found)

    return _beside(call, do, "readers")


def finish_sent(call: Call) -> Answer:
    """The minutes go out. What was written since they were looked at is shown first."""
    metadata = call.metadata
    number = forms.number(metadata, "id")

    def do(session: Session) -> Answer:
        confirming.finish(session, call.person, number, forms.number(metadata, "changes"))
        return Answer(sheet=f"minutes:{number}" if metadata.get("sheet") else None)

    try:
        return call.perform(do)
    except finishing.ChangedMeanwhile:
        told = call.reader.say("Something was written since. Look at it once more, then send it.")
        with call.reading() as session:
            preview = finishing.preview(session, call.person, number)
            view = modals.finish_form(session, call, preview)
        view["blocks"] = [blocks.words(told), *view["blocks"]]
        return Answer(modal=view, how="update")


def change_sent(call: Call) -> Answer:
    """Another wording, or something that is missing."""
    metadata, held = call.metadata, blocks.values(call.body["view"])
    entry_id = forms.number(metadata, "entry") or None
    field = "new" if "old" in held else f"new_{entry_id or 0}"

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.PROPOSE)
        new = forms.text(held, field)
        if "old" in held and entry_id is not None:
            new = _replaced(session, call, found, entry_id, forms.text(held, "old"), new)
        item = forms.text(held, "item")
        item_id = forms.pressed(item) if item and entry_id is None else None
        correcting.propose(session, call.person, found.id or 0, new, entry_id, forms.text(held, "why"), item_id)
        return _after(call, found)

    return _beside(call, do, field)


def _replaced(session: Session, call: Call, found: Minutes, entry_id: int, old: str, new: str) -> str:
    """A long entry with one passage changed, which must stand in it just once."""
    entry = access.entry_of(session, found, call.person, entry_id)
    if entry.text.count(old) != 1:
        raise FormErrors(
            {"old": call.reader.say("This passage must stand in the entry just once. Copy it from there.")}
        )
    return entry.text.replace(old, new)


def addendum_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.number(metadata, "id"), MinutesAct.PROPOSE)
        item = forms.text(held, "item")
        item_id = forms.pressed(item) if item else None
        correcting.add(session, call.person, found.id or 0, forms.text(held, "text"), item_id)
        return _after(call, found)

    return _beside(call, do, "text")


def decide_sent(call: Call) -> Answer:
    metadata, held = call.metadata, blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        number = forms.number(metadata, "amendment")
        if forms.text(held, "answer") == "yes":
            found = correcting.accept(session, call.person, number)
        else:
            found = correcting.decline(session, call.person, number, forms.text(held, "why"))
        return _after(call, found)

    return _beside(call, do, "answer")


def _item(session: Session, call: Call, held: Held) -> agenda.Wanted:
    planned = forms.text(held, "planned").strip()
    if planned and not planned.isdigit():
        raise FormErrors({"planned": call.reader.say("Write a number of minutes.")})
    link = forms.text(held, "link").strip()
    if link and not link.startswith(("https://", "http://")):
        raise FormErrors({"link": call.reader.say("Write a link that begins with https://.")})
    owner = _person(session, held, "owner")
    return agenda.Wanted(
        forms.text(held, "text"), int(planned or 0), forms.choice(held, "aim", Aim) or Aim.DISCUSS,
        owner.id if owner else None, link, _people(session, held, "readers"), "yes" in forms.texts(held, "every"),
    )  # fmt: skip


def _people(session: Session, held: Held, name: str) -> tuple[int, ...]:
    found = [people.find_by_slack(session, one) or people.appear(session, one) for one in forms.texts(held, name)]
    return tuple(one.id for one in found if one.id is not None)


def _person(session: Session, held: Held, name: str) -> Person | None:
    chosen = forms.text(held, name)
    return (people.find_by_slack(session, chosen) or people.appear(session, chosen)) if chosen else None


def _outside(held: Held) -> tuple[str, ...]:
    return tuple(one.strip() for one in forms.text(held, "outside").split(",") if one.strip())


def _after(call: Call, found: Minutes) -> Answer:
    """The form closes, and the window below it, where there is one, shows what has changed."""
    return Answer(sheet=f"minutes:{found.id}" if call.metadata.get("sheet") else None)


def _attendance(call: Call, found: Minutes) -> Answer:
    return Answer(sheet=f"attendance:{found.id}" if call.metadata.get("sheet") else None)


def _beside(call: Call, do: Callable[[Session], Answer], field: str) -> Answer:
    """A refusal stands beside the field that it is about."""

    def guarded(session: Session) -> Answer:
        try:
            return do(session)
        except Refusal as refusal:
            raise FormErrors({field: call.reader.say(refusal.text, **refusal.facts)}) from refusal

    return call.perform_form(guarded)
