"""Whatever people write, close, strike, send, confirm, correct and add, in whatever order: every text that was sent can
be had again to the letter, nobody reads a confidential word that is not theirs, and every action is one task."""

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers.i18n import Reader
from handlers.minutes import said
from office import clock
from office.duties.minutes import (
    agenda,
    attending,
    confirming,
    correcting,
    documents,
    finding,
    finishing,
    taking,
    voting,
)
from office.duties.minutes.taking import Words
from office.errors import Refusal
from storage import minutes
from storage.database import Database
from storage.minute_tables import Edition
from storage.words import Choice, EntryKind, MinutesState, Presence
from tests import examples
from tests.conftest import MONDAY_NINE, Office
from tests.minutes import Committee

WHO = ("anna", "bjorn", "frank", "david")
KINDS = (EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION, EntryKind.VOTE)
LANGUAGES = {"anna": "en", "bjorn": "sv", "frank": "de", "david": "es"}
who = st.sampled_from(WHO)
place = st.integers(0, 30)
reached: dict[str, int] = {}


class Minutes_(RuleBasedStateMachine):
    template: Path

    @initialize()
    def meet(self) -> None:
        clock.move_to(MONDAY_NINE)
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "deskhand.db")
        self.office = Office(Database(f"sqlite:///{self.folder / 'deskhand.db'}"))
        self.office.database.migrate()
        self.house = Committee(self.office)
        clock.move_to(MONDAY_NINE.replace(minute=50))
        self.found = self.house.starts()
        self.people = {name: self.office.who(name) for name in (*WHO, "maria")}
        self.sent: dict[tuple[int, str], str] = {}
        self.secrets: dict[str, set[int]] = {}  # a word -> who may read it
        self.words = 0

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.database.close()
            shutil.rmtree(self.folder)

    @property
    def number(self) -> int:
        return self.found.id or 0

    @rule(name=who, kind=st.sampled_from(KINDS), owner=who)
    def write(self, name: str, kind: EntryKind, owner: str) -> None:
        self.words += 1
        owners = (self.people[owner].id or 0,) if kind is EntryKind.ACTION else ()
        words = Words(kind, f"word{self.words}x", owner_ids=owners)
        if entry := self.tries(lambda s: taking.write(s, self.people[name], self.number, words)):
            self.keep_secret(entry.text, entry.item_id)

    @rule(name=who, readers=st.sets(who, max_size=2))
    def item(self, name: str, readers: set[str]) -> None:
        self.words += 1
        ids = tuple(self.people[one].id or 0 for one in sorted(readers))
        wanted = agenda.Wanted(f"word{self.words}x", readers=ids)
        if made := self.tries(lambda s: taking.add_item(s, self.people[name], self.number, wanted)):
            self.keep_secret(made.title, made.id)

    @rule(name=who, at=place, readers=st.sets(who, max_size=2))
    def close(self, name: str, at: int, readers: set[str]) -> None:
        items = self.read(lambda s: minutes.items(s, self.number))
        if not items:
            return
        item, ids = items[at % len(items)], [self.people[one].id or 0 for one in sorted(readers)]
        if self.tries(lambda s: taking.close_to(s, self.people[name], self.number, item.id or 0, ids)):
            self.keep_secret(item.title, item.id)
            for entry in self.read(lambda s: minutes.entries(s, self.number)):
                if entry.item_id == item.id:
                    self.keep_secret(entry.text, item.id)

    @rule(name=who)
    def next_item(self, name: str) -> None:
        self.tries(lambda s: taking.next_item(s, self.people[name], self.number))

    @rule(name=who, at=place)
    def strike(self, name: str, at: int) -> None:
        entries = self.read(lambda s: minutes.entries(s, self.number))
        if entries:
            entry = entries[at % len(entries)]
            self.tries(lambda s: taking.strike(s, self.people[name], self.number, entry.id or 0))

    @rule(name=who, at=place, choice=st.sampled_from(Choice))
    def vote(self, name: str, at: int, choice: Choice) -> None:
        votes = [one for one in self.read(lambda s: minutes.entries(s, self.number)) if one.kind is EntryKind.VOTE]
        if votes:
            entry = votes[at % len(votes)]
            self.tries(lambda s: voting.cast(s, self.people[name], self.number, entry.id or 0, choice))

    @rule(name=who, at=place, presence=st.sampled_from((Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT)))
    def attend(self, name: str, at: int, presence: Presence) -> None:
        rows = self.read(lambda s: minutes.attendance(s, self.number))
        row = rows[at % len(rows)]
        self.tries(lambda s: attending.mark(s, self.people[name], self.number, row.id or 0, presence))

    @rule(name=who)
    def finish(self, name: str) -> None:
        self.tries(lambda s: finishing.finish(s, self.people[name], self.number))
        self.keep_sent()

    @rule(name=who)
    def confirm(self, name: str) -> None:
        edition = self.house.now(self.found).edition
        self.tries(lambda s: confirming.confirm(s, self.people[name], self.number, edition))

    @rule(name=who, at=place)
    def propose(self, name: str, at: int) -> None:
        self.words += 1
        entries = self.read(lambda s: minutes.entries(s, self.number))
        entry = entries[at % len(entries)] if entries and at else None
        word, entry_id = f"word{self.words}x", entry.id if entry is not None else None
        self.tries(lambda s: correcting.propose(s, self.people[name], self.number, word, entry_id))
        if entry is not None and entry.item_id is not None:
            self.keep_secret(word, entry.item_id)
        self.keep_sent()

    @rule(name=who, at=place, yes=st.booleans())
    def decide(self, name: str, at: int, yes: bool) -> None:
        asked = self.read(lambda s: minutes.amendments(s, self.number))
        if asked:
            one = asked[at % len(asked)].id or 0
            self.tries(lambda s: (correcting.accept if yes else correcting.decline)(s, self.people[name], one))
            self.keep_sent()

    @rule(name=who)
    def add(self, name: str) -> None:
        self.words += 1
        self.tries(lambda s: correcting.add(s, self.people[name], self.number, f"word{self.words}x"))
        self.keep_sent()

    @rule(name=who)
    def lock(self, name: str) -> None:
        self.tries(lambda s: confirming.lock(s, self.people[name], self.number))

    @rule(hours=st.sampled_from([1, 30, 60]))
    def wait(self, hours: int) -> None:
        clock.move(timedelta(hours=hours))
        self.office.do(confirming.silence_counts)

    @invariant()
    def every_text_that_was_sent_can_be_had_again(self) -> None:
        if not hasattr(self, "found"):
            return
        state = self.house.now(self.found).state.value
        reached[state] = reached.get(state, 0) + 1
        for (edition_id, name), text in self.sent.items():
            edition = self.read(lambda s, one=edition_id: minutes.find_edition(s, one))
            assert self.drawn(edition, name) == text

    @invariant()
    def nobody_reads_what_is_not_for_them(self) -> None:
        if not hasattr(self, "secrets"):
            return
        state = self.house.now(self.found).state
        for name, person in self.people.items():
            hidden = [word for word, readers in self.secrets.items() if person.id not in readers]
            if not hidden:
                continue
            hits = self.read(lambda s, p=person: finding.find(s, p, finding.Wanted()))
            found = " ".join(one.entry.text for one in hits if one.entry is not None)
            if state is MinutesState.TAKING and name != "maria":
                document = self.read(lambda s: documents.of(s, self.house.now(self.found)))
                found += str(documents.as_seen(document, person.id))
            found += " ".join(self.drawn(one, name) for one in self.house.editions(self.found))
            assert not [word for word in hidden if word in found]

    @invariant()
    def every_action_is_one_task_and_numbers_have_no_holes(self) -> None:
        if not hasattr(self, "found") or self.house.now(self.found).state is MinutesState.TAKING:
            return
        entries = self.read(lambda s: minutes.entries(s, self.number))
        actions = [one for one in entries if one.kind is EntryKind.ACTION]
        assert len({one.task_id for one in actions} - {None}) == len(actions)
        secret = {one.id for one in self.read(lambda s: minutes.items(s, self.number)) if one.readers}
        for kind in KINDS[1:]:
            for confidential in (False, True):
                numbers = [
                    one.number for one in entries if one.kind is kind and (one.item_id in secret) is confidential
                ]
                assert sorted(numbers, key=lambda one: one or 0) == list(range(1, len(numbers) + 1))

    def keep_sent(self) -> None:
        """What each reader was sent, in the frame of their own language."""
        for edition in self.house.editions(self.found):
            for name in WHO:
                self.sent.setdefault((edition.id or 0, name), self.drawn(edition, name))

    def drawn(self, edition: Edition | None, name: str) -> str:
        assert edition is not None
        person = self.people[name]
        reader = Reader(LANGUAGES.get(name, "en"), {"en": "en_GB", "sv": "sv_SE", "de": "de_DE", "es": "es_ES"}[
            LANGUAGES.get(name, "en")], person.zone)  # fmt: skip
        document = documents.as_seen(edition.content, person.id)
        changes = said.changes_said(reader, documents.changes_seen(edition.changes, person.id))
        sections = [*said.sections_of(reader, document), said.Section("", changes)]
        return said.markdown(said.title_of(reader, document), said.facts_of(reader, document), sections, "")

    def keep_secret(self, word: str, item_id: int | None) -> None:
        """Once a word was for all it is known; as long as it is closed, only its readers have it."""
        item = self.read(lambda s: minutes.find_item(s, item_id))
        if item is not None and item.readers:
            self.secrets[word] = set(item.readers)
        else:
            self.secrets.pop(word, None)

    def tries(self, do: Any) -> Any:
        with suppress(Refusal):
            return self.office.do(do)
        return None

    def read(self, do: Any) -> Any:
        with self.office.database.read() as session:
            return do(session)


def test_every_sent_text_can_be_had_again_and_nothing_leaks(sqlite_office: Path) -> None:
    Minutes_.template = sqlite_office
    run_state_machine_as_test(
        Minutes_,
        settings=settings(
            max_examples=examples.of(7, 20), stateful_step_count=30, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert {"taking", "sent", "confirmed"} <= set(reached), reached
