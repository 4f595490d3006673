"""Requests, the words on them, and who follows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, literal_column, or_, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.pages import Page, page_of
from storage.statements import add as add_row
from storage.statements import changed, connection_of, insert_or_ignore, maybe, one, rows, table_of
from storage.tables import Comment, Follower, Request, RequestClock
from storage.words import UNFINISHED, ClockStep, CommentKind, RequestState, Visibility


@dataclass(frozen=True)
class Sight:
    """What somebody may see: their own, their desks', and what is open to all where `wide` is set.

    Made by office.duties.people.sight_of; every list, count and search takes one.
    """

    person_id: int
    desk_ids: frozenset[int]
    wide: bool


# Built once: they are asked for every request that is logged. The literal states let the one that looks at all use the
# partial index; the other goes by its requester, however many open ones of the type there are.
_TABLE = table_of(Request)
_OPEN = text("state IN ('open', 'in_progress', 'waiting', 'on_hold')")


def _recent(*conditions: ColumnElement[bool]) -> Select[Any]:
    found = select(_TABLE.c.id, _TABLE.c.text).where(*conditions, _OPEN, _TABLE.c.created_at >= bindparam("since"))
    return found.order_by(_TABLE.c.id.desc()).limit(bindparam("limit"))


_RECENT_OF_ALL = _recent(_TABLE.c.type == bindparam("type"), _TABLE.c.visibility == literal_column("'everyone'"))
_RECENT_OWN = _recent(_TABLE.c.requester_id == bindparam("me"), (_TABLE.c.type + "") == bindparam("type"))


def add(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Request, values)


_BY_NUMBER = select(Request).where(col(Request.id) == bindparam("number"))


def get(session: Session, request_id: int) -> Request:
    return one(session, _BY_NUMBER, number=request_id)


def find(session: Session, request_id: int) -> Request | None:
    return maybe(session, _BY_NUMBER, number=request_id) if 0 < request_id < 2**31 else None


def change(session: Session, request: Request, values: Mapping[str, Any]) -> bool:
    """Changes a request if it is still the version that was read; says whether it was."""
    statement = update(Request).where(col(Request.id) == request.id, col(Request.version) == request.version)
    return changed(session.execute(statement.values(version=request.version + 1, **values))) == 1


def await_approval(session: Session, request_id: int, approval_id: int) -> None:
    """A new request waits for an approval from its beginning: still its first version."""
    mine = update(Request).where(col(Request.id) == request_id)
    session.execute(mine.values(awaits_id=approval_id, state=RequestState.ON_HOLD))


def recent_open(
    session: Session, type_key: str, since: datetime, person_id: int, everyones: bool, limit: int = 30
) -> dict[int, str]:
    """Number -> text of the newest unfinished requests of one type: somebody's own, and `everyones` too."""
    connection = connection_of(session)
    given = {"type": type_key, "since": since, "me": person_id, "limit": limit}
    found: dict[int, str] = dict(connection.execute(_RECENT_OWN, given).all())
    return found | dict(connection.execute(_RECENT_OF_ALL, given).all()) if everyones else found


def mine(session: Session, sight: Sight, page: int, size: int, finished: bool = False) -> Page[Request]:
    """What somebody asked for, or what was asked for them."""
    own = or_(col(Request.requester_id) == sight.person_id, col(Request.beneficiary_id) == sight.person_id)
    return page_of(session, _newest(select(Request).where(own if finished else and_(own, _unfinished()))), page, size)


def of_desks(session: Session, sight: Sight, page: int, size: int, desk_id: int | None = None) -> Page[Request]:
    """The unfinished ones of somebody's desks: those nobody has taken first, then the oldest."""
    desks = {desk_id} & sight.desk_ids if desk_id is not None else sight.desk_ids
    theirs = select(Request).where(col(Request.desk_id).in_(desks), _unfinished(), _is_free())
    return page_of(session, _newest(theirs), page, size)


def waiting_for(session: Session, sight: Sight, page: int, size: int) -> Page[Request]:
    """What waits for this person: to answer, to accept, to confirm, or to work on as its owner."""
    me = sight.person_id
    due = or_(
        and_(
            col(Request.state).in_([RequestState.WAITING, RequestState.SOLVED]),
            or_(col(Request.requester_id) == me, col(Request.beneficiary_id) == me),
        ),
        and_(col(Request.offered_to_id) == me, _unfinished()),
        and_(col(Request.owner_id) == me, col(Request.state).in_([RequestState.OPEN, RequestState.IN_PROGRESS])),
    )
    return page_of(session, _newest(select(Request).where(due, _seen(sight))), page, size)


def visible(session: Session, sight: Sight, page: int, size: int) -> Page[Request]:
    return page_of(session, _newest(select(Request).where(_seen(sight), _unfinished())), page, size)


def search(session: Session, sight: Sight, words: list[str], page: int, size: int) -> Page[Request]:
    """All requests, finished ones too, that hold every word in their title or text, with or without accents."""
    held = [or_(_holds(col(Request.title), word), _holds(col(Request.text), word)) for word in words]
    return page_of(session, _newest(select(Request).where(_seen(sight), *held)), page, size)


def open_of(session: Session, person_id: int) -> list[Request]:
    """Unfinished requests that somebody owns or was offered."""
    theirs = or_(col(Request.owner_id) == person_id, col(Request.offered_to_id) == person_id)
    return rows(session, select(Request).where(theirs, _unfinished()).order_by(col(Request.id)))


def owned_by(session: Session, person_id: int) -> list[Request]:
    """Unfinished requests that somebody works on; not those that wait for others."""
    busy = [RequestState.OPEN, RequestState.IN_PROGRESS]
    theirs = select(Request).where(col(Request.owner_id) == person_id, col(Request.state).in_(busy))
    return rows(session, theirs.order_by(col(Request.id)))


def questions_to(session: Session, person_id: int) -> list[Request]:
    """Requests that wait for somebody's answer."""
    asked = or_(col(Request.requester_id) == person_id, col(Request.beneficiary_id) == person_id)
    waiting = select(Request).where(asked, col(Request.state) == RequestState.WAITING)
    return rows(session, waiting.order_by(col(Request.id)))


def offered_to(session: Session, person_id: int) -> list[Request]:
    offers = select(Request).where(col(Request.offered_to_id) == person_id, _unfinished())
    return rows(session, offers.order_by(col(Request.id)))


def late_among(session: Session, numbers: list[int]) -> set[int]:
    """Which of some requests have a clock that has run out."""
    if not numbers:
        return set()
    late = select(col(RequestClock.request_id)).where(col(RequestClock.request_id).in_(numbers), _has_run_out())
    return set(session.execute(late).scalars())


def late_of_desk(session: Session, desk_id: int, limit: int = 100) -> list[Request]:
    run_out = select(col(RequestClock.request_id)).where(_has_run_out())
    late = select(Request).where(col(Request.desk_id) == desk_id, _unfinished(), col(Request.id).in_(run_out))
    return rows(session, late.order_by(col(Request.id)).limit(limit))


def counts_of_desk(session: Session, desk_id: int) -> tuple[int, int]:
    """How many unfinished requests a desk has, and how many of them nobody has taken."""
    of_desk = select(func.count(), func.count().filter(col(Request.owner_id).is_(None))).where(
        col(Request.desk_id) == desk_id, _unfinished(), _is_free()
    )
    found = session.execute(of_desk).one()
    return int(found[0]), int(found[1])


def solved_before(session: Session, moment: datetime, limit: int = 200) -> list[Request]:
    old = select(Request).where(col(Request.state) == RequestState.SOLVED, col(Request.solved_at) <= moment)
    return rows(session, old.order_by(col(Request.solved_at)).limit(limit))


def without_card(session: Session, desk_id: int) -> list[Request]:
    """Unfinished requests of a desk, to post their cards where the desk got its channel afterwards."""
    of_desk = (
        select(Request).where(col(Request.desk_id) == desk_id, _unfinished(), _is_free()).order_by(col(Request.id))
    )
    return rows(session, of_desk.limit(200))


def confidential_of(session: Session, desk_id: int) -> list[int]:
    """The newest requests that are between their askers and a desk: what may stand in its channel has changed."""
    theirs = select(col(Request.id)).where(col(Request.desk_id) == desk_id, col(Request.visibility) == Visibility.DESK)
    newest = theirs.order_by(col(Request.id).desc()).limit(1000)
    return [number for number in session.execute(newest).scalars() if number is not None]


def add_comment(session: Session, values: Mapping[str, Any]) -> int | None:
    """Stores words on a request; None when the message that they came from is stored already."""
    if values.get("source") is None:
        return add_row(session, Comment, values)
    if not insert_or_ignore(session, Comment, values):
        return None
    return session.execute(select(col(Comment.id)).where(col(Comment.source) == values["source"])).scalar()


def get_comment(session: Session, comment_id: int) -> Comment:
    return one(session, select(Comment).where(col(Comment.id) == comment_id))


def comments(session: Session, request_id: int, with_notes: bool, limit: int = 50) -> list[Comment]:
    """The newest words on a request, oldest first."""
    words = select(Comment).where(col(Comment.request_id) == request_id)
    if not with_notes:
        words = words.where(col(Comment.kind) != CommentKind.NOTE)
    newest = rows(session, words.order_by(col(Comment.id).desc()).limit(limit))
    return newest[::-1]


def last_comment(session: Session, request_id: int, kind: CommentKind) -> Comment | None:
    of_kind = select(Comment).where(col(Comment.request_id) == request_id, col(Comment.kind) == kind)
    return maybe(session, of_kind.order_by(col(Comment.id).desc()).limit(1))


def follow(session: Session, request_id: int, person_id: int) -> bool:
    return insert_or_ignore(session, Follower, {"request_id": request_id, "person_id": person_id})


def unfollow_all(session: Session, request_id: int) -> None:
    session.execute(delete(Follower).where(col(Follower.request_id) == request_id))


def followers(session: Session, request_id: int) -> set[int]:
    them = select(col(Follower.person_id)).where(col(Follower.request_id) == request_id)
    return set(session.execute(them).scalars())


def _newest(query: Select[Any]) -> Select[Any]:
    return query.order_by(col(Request.id).desc())


def _seen(sight: Sight) -> ColumnElement[bool]:
    """The same as office.rules.permissions says of one request, for many; a test holds the two together."""
    asked = or_(col(Request.requester_id) == sight.person_id, col(Request.beneficiary_id) == sight.person_id)
    if not sight.wide:
        return asked
    return or_(
        asked,
        col(Request.owner_id) == sight.person_id,
        col(Request.offered_to_id) == sight.person_id,
        col(Request.desk_id).in_(sight.desk_ids),
        col(Request.visibility) == Visibility.EVERYONE,
    )


def _unfinished() -> ColumnElement[bool]:
    return col(Request.state).in_(UNFINISHED)


def _is_free() -> ColumnElement[bool]:
    """A desk has nothing to do with what waits for an approval."""
    return col(Request.awaits_id).is_(None)


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    return func.fold(column).contains(word, autoescape=True)


def _has_run_out() -> ColumnElement[bool]:
    return and_(col(RequestClock.step) == ClockStep.NONE, col(RequestClock.running_since).is_not(None))
