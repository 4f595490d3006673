"""Clicks on minutes and agendas, and the two shortcuts on a message."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers import blocks, forms, kept
from handlers.context import Answer, Call
from handlers.minutes import acts, agenda_forms, beginning, cards, commands, guide, lists, modals
from handlers.slack_text import readable
from office import clock
from office.duties.minutes import access, attending, correcting, taking, voting
from office.errors import Refusal
from storage import drafts, meetings, minutes
from storage.minute_tables import Minutes
from storage.words import Choice, EntryKind, MinutesAct, Presence


def start(call: Call) -> Answer:
    """The minutes of one date."""
    date_id, private, draft = [*call.value.split("|"), "", "0"][:3]

    def do(session: Session) -> Answer:
        day = meetings.find_date(session, forms.pressed(date_id))
        if day is None:
            raise forms.old_button()
        answer = commands.begin(session, call, day, private == "private", forms.pressed(draft or "0"))
        if not call.in_modal:
            return _instead(answer)
        found = minutes.of_date(session, day.id or 0)
        assert found is not None
        return _window(session, call, found, how="push")

    return call.perform(do)


def start_now(call: Call) -> Answer:
    return commands.start(call, "")


def start_new(call: Call) -> Answer:
    """A meeting of its own, and none of those that were offered."""
    number, _, private = call.value.partition("|")
    draft = forms.pressed(number or "0") if number != "-" else 0
    return call.perform(
        lambda session: _instead(commands.begin_new(session, call, "", (), private=private == "private", draft=draft))
    )


def open_one(call: Call) -> Answer:
    number, page, edition = (forms.pressed(one) for one in forms.parts(call.value, 3))
    with call.reading() as session:
        found = access.look(session, call.person, number)
        view = cards.sheet(session, call.reader, found, call.person, page, edition)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def page(call: Call) -> Answer:
    """Another page of the window, or another version in it."""
    number, which, edition = (forms.pressed(one) for one in forms.parts(call.value, 3))
    with call.reading() as session:
        found = access.look(session, call.person, number)
        view = cards.sheet(session, call.reader, found, call.person, which, edition)
    return Answer(modal=view, how="update")


def version(call: Call) -> Answer:
    number, edition = (forms.pressed(one) for one in forms.parts(call.value, 2))
    with call.reading() as session:
        found = access.look(session, call.person, number)
        view = cards.sheet(session, call.reader, found, call.person, 1, edition)
    return Answer(modal=view, how="update" if call.in_modal else "open")


def write(call: Call) -> Answer:
    """The form of a note, a decision, an action or a vote."""
    number, kind = forms.parts(call.value, 2)
    if kind not in list(EntryKind):
        raise forms.old_button()
    return _form(
        call, number, lambda session, found: modals.write_form(session, call, found, EntryKind(kind)), MinutesAct.WRITE
    )


def edit(call: Call) -> Answer:
    number, entry_id = (forms.pressed(one) for one in forms.parts(call.value, 2))
    return _edit(call, number, entry_id)


def _edit(call: Call, number: int, entry_id: int) -> Answer:
    with call.reading() as session:
        found = access.look(session, call.person, number, MinutesAct.WRITE)
        entry = access.entry_of(session, found, call.person, entry_id)
        if len(entry.text) > modals.LONGEST:
            raise Refusal("This entry is too long for a form. Strike it out and write it anew in parts.")
        view = modals.write_form(session, call, found, entry.kind, entry=entry)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def entry_menu(call: Call) -> Answer:
    number, entry_id, act = forms.parts(call.value, 3)
    if act == "edit":
        return _edit(call, forms.pressed(number), forms.pressed(entry_id))

    def do(session: Session) -> Answer:
        taking.strike(session, call.person, forms.pressed(number), forms.pressed(entry_id))
        return _window(session, call, minutes.get(session, forms.pressed(number)))

    return call.perform(do)


def item_menu(call: Call) -> Answer:
    number, item_id, act = forms.parts(call.value, 3)
    if act == "readers":
        with call.reading() as session:
            found = access.look(session, call.person, forms.pressed(number), MinutesAct.WRITE)
            item = access.item_of(session, found, call.person, forms.pressed(item_id))
            assert item is not None
            return Answer(modal=modals.readers_form(session, call, found, item), how="push")

    def do(session: Session) -> Answer:
        if act == "now":
            taking.turn_to(session, call.person, forms.pressed(number), forms.pressed(item_id))
        else:
            taking.postpone(session, call.person, forms.pressed(number), forms.pressed(item_id))
        return _window(session, call, minutes.get(session, forms.pressed(number)))

    return call.perform(do)


def next_item(call: Call) -> Answer:
    number = forms.pressed(call.value)

    def do(session: Session) -> Answer:
        answer = acts.next_item(session, call, access.look(session, call.person, number, MinutesAct.WRITE))
        return _window(session, call, minutes.get(session, number)) if call.in_modal else answer

    return call.perform(do)


def item(call: Call) -> Answer:
    return _form(call, call.value, lambda session, found: agenda_forms.item_form(call, found), MinutesAct.WRITE)


def attendance(call: Call) -> Answer:
    return _form(
        call, call.value, lambda session, found: modals.attendance_sheet(session, call, found), MinutesAct.WRITE
    )


def guest(call: Call) -> Answer:
    return _form(call, call.value, lambda session, found: modals.guest_form(call, found), MinutesAct.WRITE)


def represented(call: Call) -> Answer:
    return _form(
        call, call.value, lambda session, found: modals.represented_form(session, call, found), MinutesAct.WRITE
    )


def quorum(call: Call) -> Answer:
    return _form(call, call.value, lambda session, found: modals.quorum_form(call, found), MinutesAct.FINISH)


def mark(call: Call) -> Answer:
    """One press in the attendance."""
    number, row_id, how = forms.parts(call.value, 3)

    def do(session: Session) -> Answer:
        found = access.look(session, call.person, forms.pressed(number), MinutesAct.WRITE)
        if how == "remove":
            attending.remove(session, call.person, found.id or 0, forms.pressed(row_id))
            return Answer(modal=modals.attendance_sheet(session, call, found), how="update")
        now = attending.now_at(session, found)
        ways: Mapping[str, tuple[Presence, str | None, str | None]] = {
            "present": (Presence.PRESENT, "", ""), "excused": (Presence.EXCUSED, None, None),
            "absent": (Presence.ABSENT, None, None), "came": (Presence.PRESENT, now, None),
            "left": (Presence.PRESENT, None, now),
        }  # fmt: skip
        if how not in ways:
            raise forms.old_button()
        presence, came, left = ways[how]
        attending.mark(session, call.person, found.id or 0, forms.pressed(row_id), presence, came=came, left=left)
        view = modals.attendance_sheet(session, call, found)
        return Answer(modal=view, how="update")

    return call.perform(do)


def cast(call: Call) -> Answer:
    number, entry_id, chosen = forms.parts(call.value, 3)
    if chosen not in list(Choice):
        raise forms.old_button()

    def do(session: Session) -> Answer:
        voting.cast(session, call.person, forms.pressed(number), forms.pressed(entry_id), Choice(chosen))
        if call.in_modal:
            return _window(session, call, minutes.get(session, forms.pressed(number)))
        texts = {
            Choice.YES: call.reader.say("You have voted yes."),
            Choice.NO: call.reader.say("You have voted no."),
            Choice.ABSTAIN: call.reader.say("You abstain."),
        }
        return Answer(texts[Choice(chosen)], (blocks.words(texts[Choice(chosen)]),))

    return call.perform(do)


def close_vote(call: Call) -> Answer:
    number, entry_id = (forms.pressed(one) for one in forms.parts(call.value, 2))

    def do(session: Session) -> Answer:
        entry = voting.close_vote(session, call.person, number, entry_id)
        found = minutes.get(session, number)
        return _window(session, call, found) if call.in_modal else acts.written(session, call, found, [entry])

    return call.perform(do)


def finish(call: Call) -> Answer:
    with call.reading() as session:
        return acts.finish_window(session, call, forms.pressed(call.value))


def confirm(call: Call) -> Answer:
    number, edition = (forms.pressed(one) for one in forms.parts(call.value, 2))

    def do(session: Session) -> Answer:
        answer = acts.confirm(session, call, number, edition)
        if call.in_modal:
            return _window(session, call, minutes.get(session, number))
        # A card redraws itself.
        return answer if call.is_ephemeral else Answer()

    return call.perform(do)


def change(call: Call) -> Answer:
    with call.reading() as session:
        return commands.sent_form(session, call, "change", forms.pressed(call.value))


def change_of(call: Call) -> Answer:
    """Another wording of one entry, pressed beside it."""
    number, entry_id = (forms.pressed(one) for one in forms.parts(call.value, 2))
    with call.reading() as session:
        return commands.sent_form(session, call, "change", number, entry_id)


def change_entry(call: Call) -> Answer:
    """Another entry was chosen in the form of a change: its words come into it."""
    number = forms.number(call.metadata, "id")
    with call.reading() as session:
        found = access.look(session, call.person, number, MinutesAct.PROPOSE)
        entry_id = forms.pressed(call.value)
        entry = access.entry_of(session, found, call.person, entry_id) if entry_id else None
        view = modals.change_form(session, call, found, entry)
    return Answer(modal=view, how="update")


def addendum(call: Call) -> Answer:
    with call.reading() as session:
        return commands.sent_form(session, call, "addendum", forms.pressed(call.value))


def asked(call: Call) -> Answer:
    """What is proposed, to be decided on. "12|no" has the answer chosen already."""
    number, _, chosen = call.value.partition("|")
    with call.reading() as session:
        one = minutes.find_amendment(session, forms.pressed(number))
        if one is None:
            raise forms.old_button()
        found = access.look(session, call.person, one.minutes_id)
        access.item_of(session, found, call.person, one.item_id)
        decides = call.person.id in access.deciders(session, found, one.item_id)
        if not decides and not access.is_allowed(session, call.person, found, MinutesAct.DECIDE):
            raise forms.old_button()
        view = modals.decide_form(session, call, found, one, chosen)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def decide(call: Call) -> Answer:
    """Accepted with one press, on the card of the proposal."""
    number = forms.pressed(call.value)

    def do(session: Session) -> Answer:
        found = correcting.accept(session, call.person, number)
        text = call.reader.say("Done: everybody gets the next version of {name}.", name=found.name)
        return Answer(text, (blocks.words(text),)) if call.is_ephemeral else Answer()

    return call.perform(do)


def lock(call: Call) -> Answer:
    number = forms.pressed(call.value)

    def do(session: Session) -> Answer:
        answer = acts.lock(session, call, number)
        return _window(session, call, minutes.get(session, number)) if call.in_modal else answer

    return call.perform(do)


def file(kind: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        number, edition = (forms.pressed(one) for one in forms.parts(call.value, 2))
        return call.perform(lambda session: acts.file(session, call, kind, number, edition))

    return handler


def mine(call: Call) -> Answer:
    which = call.value.rpartition("|")[2]
    return lists.mine(call, forms.pressed(which or "1"), replaces=call.is_ephemeral or call.in_modal)


def overview(call: Call) -> Answer:
    return lists.overview(call, replaces=call.is_ephemeral or call.in_modal)


def listed(call: Call) -> Answer:
    name, _, words = call.value.partition("|")
    if name not in lists.KINDS or name == "find":
        raise forms.old_button()
    return lists.search(call, name, words, replaces=call.is_ephemeral or call.in_modal)


def found(call: Call) -> Answer:
    """Another page of what was looked for."""
    kept, name, which = forms.parts(call.value, 3)
    return _again(call, kept, name, forms.pressed(which))


def _again(call: Call, kept: str, name: str, which: int) -> Answer:
    with call.reading() as session:
        draft = drafts.find(session, forms.pressed(kept), call.person.id or 0)
    if draft is None or name not in lists.KINDS:
        raise forms.old_button()
    replaces = call.is_ephemeral or call.in_modal
    return lists.search(call, name, str(draft.get("typed", "")), which, replaces, forms.pressed(kept))


def excel(call: Call) -> Answer:
    kept, name = forms.parts(call.value, 2)
    with call.reading() as session:
        draft = drafts.find(session, forms.pressed(kept), call.person.id or 0)
    kinds = {"decisions": EntryKind.DECISION, "actions": EntryKind.ACTION}
    if draft is None or name not in kinds:
        raise forms.old_button()
    return lists.as_excel(call, kinds[name], str(draft.get("typed", "")))


def draft(call: Call) -> Answer:
    kept, number = (forms.pressed(one) for one in forms.parts(call.value, 2))
    return commands.from_draft(call, kept, number)


def typed(call: Call) -> Answer:
    return commands.minutes_command(kept.typed_again(call))


def usage(call: Call) -> Answer:
    return guide.usage(call)


def from_message(call: Call) -> Answer:
    """The shortcut "Add to minutes": the words of a message, with a link to it."""
    text, source = acts.message_of(call)
    with call.reading() as session:
        them = taking.running_for(session, call.person, beginning.channel_of(call))
        words = readable(session, text)
    if not them:
        return call.perform(lambda session: beginning.nowhere(session, call, EntryKind.NOTE.value, words, starts=True))
    kept = call.perform(
        lambda session: Answer(str(drafts.keep(session, call.person.id or 0, {"typed": words}, clock.now())))
    )
    with call.reading() as session:
        view = modals.write_form(
            session, call, them[0], EntryKind.NOTE, words[: modals.LONGEST], source={**source, "draft": kept.text},
            others=them[1:],
        )  # fmt: skip
    return Answer(modal=view)


def _form(call: Call, number: str, draw: Callable[[Session, Minutes], "blocks.View"], act: MinutesAct) -> Answer:
    with call.reading() as session:
        view = draw(session, access.look(session, call.person, forms.pressed(number), act))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def _window(session: Session, call: Call, found: Minutes, how: str = "update") -> Answer:
    """The window of minutes, drawn again where it is the one that was clicked in."""
    at = forms.number(call.metadata, "page") if call.metadata.get("id") == found.id and "page" in call.metadata else 1
    view = cards.sheet(session, call.reader, found, call.person, at)
    return Answer(modal=view, how=how if call.in_modal else "open")


def _instead(answer: Answer) -> Answer:
    """In the place of the question that was answered."""
    return Answer(answer.text, answer.blocks, replaces=True)
