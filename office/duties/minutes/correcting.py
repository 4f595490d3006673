"""Corrections: proposed by those who were there, decided on by the chair, visible to all; later only addenda."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.minutes import access, confirming, documents, finishing, voting
from office.duties.minutes.access import change, entry_of, item_of, look, record
from office.duties.tasks.change import change as change_task
from office.errors import Refusal
from office.rules.minutes_words import label_of, tally_of
from office.rules.words import clean, tokens
from storage import minutes, people
from storage import tasks as tasks_stored
from storage.minute_tables import Amendment, Entry, Minutes
from storage.tables import Person
from storage.words import (
    AmendmentKind,
    AmendmentState,
    Closes,
    EntryKind,
    MinutesAct,
    MinutesState,
    TaskAct,
    TaskState,
)

MOST_ASKED = 100
# When all changes are decided on after the time for silence is over, there is a little more of it.
AT_LEAST = timedelta(hours=1)


def propose(
    session: Session, actor: Person, minutes_id: int, new: str, entry_id: int | None = None, why: str = "",
    item_id: int | None = None,
) -> Amendment:  # fmt: skip
    """Another wording of one entry, or something that is missing. The chair's own is in force at once."""
    found = look(session, actor, minutes_id, MinutesAct.PROPOSE)
    if found.state is not MinutesState.SENT:
        raise Refusal("{name} is confirmed already. What is missing: /minutes addendum {name} …", name=found.name)
    entry = entry_of(session, found, actor, entry_id) if entry_id is not None else None
    text = clean(new)
    if not tokens(text):
        raise Refusal("Write how it should read.")
    if entry is not None and entry.kind is EntryKind.VOTE and tally_of(f"{entry.text}: {text}")[0] == entry.text:
        # "V1 3 yes, 2 no": only the numbers were wrong.
        text = f"{entry.text}: {text}"
    if entry is not None and text == entry.text:
        raise Refusal("That is how it reads already. Change something in it.")
    if entry is None:
        item_of(session, found, actor, item_id)
    where = entry.item_id if entry is not None else item_id
    return _ask(session, actor, found, {
        "kind": AmendmentKind.CHANGE, "entry_id": entry_id, "item_id": where, "old": entry.text if entry else "",
        "new": text, "why": clean(why)[:1000],
    })  # fmt: skip


def add(session: Session, actor: Person, minutes_id: int, text: str, item_id: int | None = None) -> Amendment:
    """An addendum to what is confirmed, with the chair's consent; the chair's own is added at once."""
    found = look(session, actor, minutes_id, MinutesAct.PROPOSE)
    if found.state is MinutesState.SENT:
        raise Refusal(
            "{name} is not confirmed yet, so it can still be changed: /minutes change {name}.", name=found.name
        )
    words = clean(text)
    if not tokens(words):
        raise Refusal("Write what is to be added: /minutes addendum {name} The lease ends in May.", name=found.name)
    item_of(session, found, actor, item_id)
    return _ask(session, actor, found, {"kind": AmendmentKind.ADDENDUM, "item_id": item_id, "new": words})


def accept(session: Session, actor: Person, amendment_id: int) -> Minutes:
    """It becomes the next version, or an addendum of today; everybody who had the one before is told."""
    found, asked = _for_decision(session, actor, amendment_id)
    entry = minutes.find_entry(session, asked.entry_id)
    if entry is not None and entry.text != asked.old:
        raise Refusal(
            "This entry reads differently by now. Decline this, and ask {who} to propose it anew.",
            who=people.get(session, asked.by_id).known_as,
        )
    _decided(session, actor, asked, AmendmentState.ACCEPTED)
    if asked.kind is AmendmentKind.ADDENDUM:
        return _append(session, actor, found, asked)
    return _next_version(session, actor, found, asked, entry)


def decline(session: Session, actor: Person, amendment_id: int, answer: str = "") -> Minutes:
    """It stays as it is; whoever has proposed it is told why."""
    found, asked = _for_decision(session, actor, amendment_id, declines=True)
    _decided(session, actor, asked, AmendmentState.DECLINED, clean(answer)[:1000])
    notices.tell(
        session, "minutes.declined", "minutes", found.id or 0, [asked.by_id], detail_id=asked.id, except_for=actor.id
    )  # fmt: skip
    if found.state is MinutesState.SENT and not confirming.waits(session, found):
        silent = confirming.stand(session, found).silent
        if not silent:
            return confirming.settle(session, found)
        if found.confirm_by is None:
            again = clock.now() + AT_LEAST
            found = change(session, actor, minutes.get(session, found.id or 0), "again", {"confirm_by": again})
    access.show(session, found, home=True)
    return found


def waiting_for(session: Session, person: Person) -> list[tuple[Minutes, Amendment]]:
    """What waits for somebody's decision: changes and addenda."""
    found = {one.id or 0: one for one in minutes.concerning(session, person.id or 0)}
    asked = [(found[one.minutes_id], one) for one in minutes.open_amendments(session, list(found))]
    return [(of, one) for of, one in asked if person.id in access.deciders(session, of, one.item_id)]


def _ask(session: Session, actor: Person, found: Minutes, values: dict[str, Any]) -> Amendment:
    number = found.id or 0
    # Keeps the row: what is confirmed or locked in the same moment is not asked about.
    if not minutes.touch(session, number, found.state):
        raise Overtaken
    if len(minutes.amendments(session, number, AmendmentState.ASKED)) >= MOST_ASKED:
        raise Refusal("Too many changes of {name} wait for an answer. Talk to its chair.", name=found.name)
    amendment_id = minutes.add_amendment(session, {
        "minutes_id": number, "edition": found.edition, "by_id": actor.id, "created_at": clock.now(), **values,
    })  # fmt: skip
    record(session, actor, found, "propose", {"amendment": amendment_id, "kind": values["kind"].value})
    theirs = access.deciders(session, found, values["item_id"])
    asked = minutes.find_amendment(session, amendment_id)
    assert asked is not None
    if actor.id in theirs:
        accept(session, actor, amendment_id)
        decided = minutes.find_amendment(session, amendment_id)
        assert decided is not None
        return decided
    notices.tell(session, "minutes.proposed", "minutes", number, theirs, detail_id=amendment_id, is_card=True)
    access.show(session, found, home=True)
    return asked


def _for_decision(
    session: Session, actor: Person, amendment_id: int, declines: bool = False
) -> tuple[Minutes, Amendment]:
    asked = minutes.find_amendment(session, amendment_id)
    if asked is None:
        raise access.not_there()
    found = look(session, actor, asked.minutes_id)
    # Keeps the row, so that of two who decide the second reads what the first has left.
    minutes.touch(session, found.id or 0, found.state)
    found, asked = minutes.get(session, found.id or 0), minutes.find_amendment(session, amendment_id) or asked
    readers = documents.readers_of(session, asked.item_id)
    theirs = access.deciders(session, found, asked.item_id)
    leads = access.is_allowed(session, actor, found, MinutesAct.DECIDE) and access.sees(actor, readers)
    if actor.id not in theirs and not leads:
        chair = people.find(session, theirs[0] if theirs else None)
        raise Refusal("{who} decides on changes of {name}.", who=chair.known_as if chair else "–", name=found.name)
    if asked.state is not AmendmentState.ASKED:
        by = people.find(session, asked.decided_by_id)
        raise Refusal(
            "{who} has decided on this already, {when}.", who=by.known_as if by else "–", when=asked.decided_at or "–"
        )
    if found.state is MinutesState.LOCKED:
        raise Refusal("{name} is locked for good, and stays as it is.", name=found.name)
    if not declines and found.state is not (
        MinutesState.SENT if asked.kind is AmendmentKind.CHANGE else MinutesState.CONFIRMED
    ):
        raise Refusal("{name} is confirmed already. What is missing: /minutes addendum {name} …", name=found.name)
    return found, asked


def _decided(session: Session, actor: Person, asked: Amendment, state: AmendmentState, answer: str = "") -> None:
    values = {"state": state, "decided_by_id": actor.id, "decided_at": clock.now(), "answer": answer}
    if not minutes.decide_amendment(session, asked.id or 0, values):
        raise Overtaken


def _next_version(session: Session, actor: Person, found: Minutes, asked: Amendment, entry: Entry | None) -> Minutes:
    """The changed text, in a version of its own; those who had confirmed the one before are asked again."""
    number, now = found.id or 0, clock.now()
    readers = documents.readers_of(session, asked.item_id)
    if entry is not None:
        was = finishing.task_words(session, found, entry)
        old = _as_counted(session, entry)
        if not minutes.change_entry(session, entry, _reworded(entry, asked.new)):
            raise Overtaken
        _follow(session, actor, found, minutes.get_entry(session, entry.id or 0), was)
        ref = label_of(entry.kind, entry.number, bool(readers))
    else:
        minutes.add_entry(session, {
            "minutes_id": number, "item_id": asked.item_id, "kind": EntryKind.NOTE, "text": asked.new,
            "by_id": asked.by_id, "created_at": now, "closes": Closes.ALL,
        })  # fmt: skip
        ref, old = "", ""
    last = minutes.editions(session, number)[-1]
    content = documents.of(session, found, last.content)
    changes = [_change(session, actor, asked, ref, old, readers)]
    edition = minutes.add_edition(session, {
        "minutes_id": number, "number": last.number + 1, "addenda": 0, "content": content, "changes": changes,
        "by_id": actor.id, "at": now,
    })  # fmt: skip
    values = {"edition": last.number + 1, "confirm_by": finishing.confirm_by(session, found, now)}
    changed = change(session, actor, minutes.get(session, number), "version", values)
    finishing.agree(session, changed, [actor.id, asked.by_id], last.number + 1)
    if readers:
        # Whoever reads nothing new in it has confirmed what they read.
        for row in minutes.attendance(session, number):
            if row.person_id not in readers and row.confirmed == last.number:
                minutes.change_attendance(session, row.id or 0, {"confirmed": last.number + 1})
    finishing.send(session, changed, "minutes.changed", edition, only=readers)
    access.show(session, changed, home=True)
    return changed


def _append(session: Session, actor: Person, found: Minutes, asked: Amendment) -> Minutes:
    """What was confirmed stays as it is; the addendum stands below it, with its day."""
    number, now = found.id or 0, clock.now()
    last = minutes.editions(session, number)[-1]
    readers = documents.readers_of(session, asked.item_id)
    added = {
        "number": last.addenda + 1, "day": now.date().isoformat(), "text": asked.new, "readers": readers,
        "by": people.get(session, asked.by_id).known_as, "accepted_by": actor.known_as,
    }  # fmt: skip
    content = {**last.content, "addenda": [*last.content["addenda"], added]}
    edition = minutes.add_edition(session, {
        "minutes_id": number, "number": last.number, "addenda": last.addenda + 1, "content": content, "changes": [],
        "by_id": actor.id, "at": now,
    })  # fmt: skip
    changed = change(session, actor, found, "addendum", {"edition": found.edition})
    finishing.send(session, changed, "minutes.added", edition, only=readers)
    return changed


def _follow(session: Session, actor: Person, found: Minutes, entry: Entry, was: tuple[str, str]) -> None:
    """The task of an action says what the action says. `was`: its words before."""
    task = tasks_stored.find(session, entry.task_id or 0)
    if task is None or task.state is not TaskState.OPEN:
        return
    title, note = finishing.task_words(session, found, entry)
    if (task.title, task.note) != was:
        return  # whoever has it has put it in words of their own
    change_task(session, actor, task, TaskAct.EDIT, {"title": title, "note": note}, why="minutes")


def _reworded(entry: Entry, new: str) -> dict[str, Any]:
    """What changes in an entry; the numbers that stand in the new words of a vote are its numbers."""
    if entry.kind is not EntryKind.VOTE:
        return {"text": new}
    question, tally = tally_of(new)
    return {"text": question, "tally": tally} if tally else {"text": new}


def _as_counted(session: Session, entry: Entry) -> str:
    """How an entry read: "Rent (3–1–0)" for a vote, in favour, against, abstentions."""
    if entry.kind is not EntryKind.VOTE:
        return entry.text
    return f"{entry.text} ({'–'.join(str(one) for one in voting.counted(session, entry).values())})"


def _change(
    session: Session, actor: Person, asked: Amendment, ref: str, old: str, readers: list[int]
) -> dict[str, Any]:
    return {
        "ref": ref, "old": old, "new": asked.new, "why": asked.why, "readers": readers,
        "by": people.get(session, asked.by_id).known_as, "accepted_by": actor.known_as,
        "at": clock.now().isoformat(),
    }  # fmt: skip
