"""What people do with minutes at the same moment, on PostgreSQL, where they really do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from office.duties.changes import Overtaken
from office.duties.minutes import confirming, correcting, voting
from office.errors import Refusal
from storage import minutes
from storage.words import AmendmentState, Choice, EntryKind, MinutesState
from tests.conftest import Office, later
from tests.duties.test_minutes import finished
from tests.duties.test_minutes_attacked import taken
from tests.minutes import Committee

pytestmark = pytest.mark.both_databases


@pytest.fixture
def url(pg_url: str) -> str:
    return pg_url


@pytest.fixture
def committee(office: Office) -> Committee:
    return Committee(office)


def both(*acts: object) -> list[str]:
    """Runs some acts at once, each tried again when another was first; returns how each ended."""

    def run(act: object) -> str:
        for _ in range(5):
            try:
                act()  # type: ignore[operator]
                return "done"
            except Refusal as refusal:
                return refusal.text
            except (Overtaken, IntegrityError):
                continue
        return "gave up"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_who_start_at_once_take_the_same_minutes(committee: Committee) -> None:
    later(minutes=50)
    assert both(*(lambda w=who: committee.starts(w) for who in ("anna", "bjorn", "frank"))) == ["done"] * 3
    assert committee.office.database.scalar("SELECT count(*) FROM minutes") == 1


def test_a_change_and_the_last_word_at_once_leave_nothing_undecidable(committee: Committee) -> None:
    found = finished(committee)
    committee.confirms("anna", found)
    both(lambda: committee.proposes("frank", found, "something is missing"), lambda: committee.confirms("frank", found))
    now = committee.now(found)
    waiting = committee.office.do(lambda s: minutes.amendments(s, found.id or 0, AmendmentState.ASKED))
    assert not (waiting and now.state is not MinutesState.SENT)


def test_an_addendum_and_the_lock_at_once_leave_nothing_waiting(committee: Committee) -> None:
    found, anna, frank = finished(committee), committee.office.who("anna"), committee.office.who("frank")
    committee.confirms("anna", found)
    committee.confirms("frank", found)
    number = found.id or 0
    both(
        lambda: committee.office.do(lambda s: correcting.add(s, frank, number, "more")),
        lambda: committee.office.do(lambda s: confirming.lock(s, anna, number)),
    )
    waiting = committee.office.do(lambda s: minutes.amendments(s, number, AmendmentState.ASKED))
    assert not (waiting and committee.now(found).state is MinutesState.LOCKED)


def test_no_vote_counts_once_it_is_closed(committee: Committee) -> None:
    found, anna, bjorn = taken(committee), committee.office.who("anna"), committee.office.who("bjorn")
    vote = committee.writes("bjorn", found, "Shall we?", EntryKind.VOTE)
    number, entry = found.id or 0, vote.id or 0
    answers = both(
        lambda: committee.office.do(lambda s: voting.cast(s, anna, number, entry, Choice.YES)),
        lambda: committee.office.do(lambda s: voting.close_vote(s, bjorn, number, entry)),
    )
    counted = committee.office.do(lambda s: voting.counted(s, minutes.get_entry(s, entry)))
    assert counted["yes"] == (1 if answers[0] == "done" else 0)
