"""Words for what people do with minutes in tests: a committee that meets, what is written down, what is sent."""

from datetime import time
from typing import Any

from office.duties.minutes import confirming, correcting, documents, finishing, taking
from office.duties.minutes.taking import Words
from storage import meetings, minutes
from storage.minute_tables import Amendment, Edition, Entry, Minutes
from storage.words import EntryKind, Reply
from tests.conftest import MONDAY_NINE, Office
from tests.meetings import House

TEN = time(10)


class Committee(House):
    """Anna calls a weekly committee on Mondays at ten, with Bjorn, Frank and David; David can't come."""

    def __init__(self, office: Office, **more: Any) -> None:
        super().__init__(office)
        plan = {"day": MONDAY_NINE.date(), "clock": TEN, "rule": "FREQ=WEEKLY", **more}
        self.committee = self.books("anna", "Office committee", people=("bjorn", "frank", "david"), **plan).meeting
        self.answers("bjorn", Reply.YES)
        self.answers("frank", Reply.YES)
        self.answers("david", Reply.NO)

    def answers(self, who: str, reply: Reply) -> None:
        person = self.office.who(who)

        def do(session: Any) -> None:
            for one in meetings.invitees(session, self.committee.id or 0):
                if one.person_id == person.id:
                    meetings.change_invitee(session, one.id or 0, {"reply": reply})

        self.office.do(do)

    def starts(self, who: str = "bjorn", date: int = 0, channel: str | None = None) -> Minutes:
        day, actor = self.dates(self.committee)[date], self.office.who(who)
        return self.office.do(lambda s: taking.start(s, actor, day, channel))

    def writes(self, who: str, found: Minutes, text: str, kind: EntryKind = EntryKind.NOTE, **more: Any) -> Entry:
        actor, owners = self.office.who(who), more.pop("owners", ())
        ids = tuple(self.office.who(one).id or 0 for one in owners)
        words = Words(kind, text, owner_ids=ids, **more)
        return self.office.do(lambda s: taking.write(s, actor, found.id or 0, words))

    def decides(self, who: str, found: Minutes, text: str, **more: Any) -> Entry:
        return self.writes(who, found, text, EntryKind.DECISION, **more)

    def gives(self, who: str, found: Minutes, text: str, *owners: str, **more: Any) -> Entry:
        return self.writes(who, found, text, EntryKind.ACTION, owners=owners, **more)

    def finishes(self, who: str, found: Minutes) -> Minutes:
        actor = self.office.who(who)
        return self.office.do(lambda s: finishing.finish(s, actor, found.id or 0))

    def confirms(self, who: str, found: Minutes, edition: int = 1) -> Minutes:
        actor = self.office.who(who)
        return self.office.do(lambda s: confirming.confirm(s, actor, found.id or 0, edition))

    def proposes(self, who: str, found: Minutes, new: str, entry: Entry | None = None) -> Amendment:
        actor = self.office.who(who)
        return self.office.do(
            lambda s: correcting.propose(s, actor, found.id or 0, new, entry.id if entry is not None else None)
        )

    def accepts(self, who: str, asked: Amendment) -> Minutes:
        actor = self.office.who(who)
        return self.office.do(lambda s: correcting.accept(s, actor, asked.id or 0))

    def now(self, found: Minutes) -> Minutes:
        with self.office.database.read() as session:
            return minutes.get(session, found.id or 0)

    def entry(self, entry: Entry) -> Entry:
        with self.office.database.read() as session:
            return minutes.get_entry(session, entry.id or 0)

    def editions(self, found: Minutes) -> list[Edition]:
        with self.office.database.read() as session:
            return minutes.editions(session, found.id or 0)

    def document(self, found: Minutes, reader: str) -> documents.Document:
        """The version that counts, as somebody sees it."""
        return documents.as_seen(self.editions(found)[-1].content, self.office.who(reader).id)


def texts(document: documents.Document, *kinds: EntryKind) -> list[str]:
    return [one["text"] for one in documents.entries_in(document, *(kinds or tuple(EntryKind)))]
