"""Logging a request, and changing what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import Catalogue, RequestType
from office.duties import confidence, notices
from office.duties.changes import plain
from office.duties.requests import gate
from office.duties.requests.access import is_allowed, last_change, look, next_state
from office.duties.requests.change import change, desk_calendar, rebudget, start_clocks
from office.errors import Refusal
from office.rules import words
from office.rules.similar import similar
from storage import history, offices, people, requests
from storage.outbox import Letter
from storage.outbox import add as post
from storage.tables import Desk, Person, Request
from storage.words import Act, ClockKind, Priority, RequestState, Standing, Visibility

# A repeat of something older is rather the same trouble come back, and worth a request of its own.
SIMILAR_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Ask:
    """What somebody asks for. `answers`: field key -> text, list of texts, or a number, as the type's fields say."""

    type: RequestType
    text: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    beneficiary_id: int | None = None
    needed_by: date | None = None
    link: str | None = None
    files: tuple[Mapping[str, str], ...] = ()
    follows_id: int | None = None


def log(session: Session, actor: Person, asked: Ask) -> Request:
    """Logs a request with its clocks, its card for the desk and its card for whoever asks."""
    text = words.clean(asked.text)
    title = words.title_of(text)
    if not title or not words.tokens(text):
        raise Refusal("Say in a few words what you need, for example: /request The printer on floor 2 eats paper.")
    refuse_outsiders(actor, asked.type)
    _refuse_beneficiary(session, asked)
    desk = desk_of(session, asked.type)
    now = clock.now()
    values: dict[str, Any] = {
        "type": asked.type.key,
        "title": title,
        "text": text,
        "answers": dict(asked.answers),
        "state": RequestState.OPEN,
        "priority": asked.priority,
        "visibility": asked.type.see,
        "requester_id": actor.id,
        "beneficiary_id": asked.beneficiary_id if asked.beneficiary_id != actor.id else None,
        "desk_id": desk.id,
        "needed_by": asked.needed_by,
        "link": asked.link,
        "files": [dict(one) for one in asked.files],
        "follows_id": asked.follows_id,
        "created_at": now,
        "version": 1,
    }
    request = Request(id=requests.add(session, values), **values)
    assert request.id is not None
    start_clocks(session, request, _minutes(asked.type, asked.priority), desk_calendar(session, desk, actor))
    after = {
        "type": request.type,
        "title": title,
        "priority": asked.priority.value,
        "desk_id": desk.id,
        "version": 1,
    }
    history.record(session, now, actor.id, Act.LOG.value, "request", request.id, after=after)
    request = gate.begin(session, actor, request, asked.type)
    _announce(session, request, desk)
    return request


def similar_to(session: Session, actor: Person, kind: RequestType, text: str) -> list[Request]:
    """Open requests that seem to ask the same; only ones that the asker may see."""
    assert actor.id is not None
    since = clock.now() - SIMILAR_WITHIN
    near = similar(text, requests.recent_open(session, kind.key, since, actor.id, kind.see is Visibility.EVERYONE))
    found = [requests.get(session, number) for number in near]
    return [request for request in found if is_allowed(session, actor, request, Act.SEE)]


def follow(session: Session, actor: Person, number: int) -> Request:
    """Counts somebody in on another person's request: they hear when it is solved."""
    request = look(session, actor, number, Act.FOLLOW)
    next_state(session, request, Act.FOLLOW)
    assert request.id is not None and actor.id is not None
    if request.requester_id == actor.id:
        raise Refusal("#{number} is yours: you hear of it anyway.", number=number)
    if not requests.follow(session, request.id, actor.id):
        raise Refusal("You are counted in on #{number} already, and hear when it is solved.", number=number)
    history.record(session, clock.now(), actor.id, Act.FOLLOW.value, "request", request.id)
    notices.redraw(session, "request", request.id, [request.owner_id, request.requester_id])
    return request


def retype(
    session: Session,
    catalogue: Catalogue,
    actor: Person,
    number: int,
    chosen: RequestType,
    more: Mapping[str, Any] | None = None,
) -> Request:
    """Makes it another type: another desk may answer it, under other times. The answers given are kept; `more` are
    those that its words give to the questions of the new type."""
    gate.lock(session, number)
    request = look(session, actor, number, Act.RETYPE)
    gate.refuse_retype(session, request)
    next_state(session, request, Act.RETYPE)
    refuse_outsiders(actor, chosen)
    if chosen.key == request.type:
        raise Refusal("#{number} is “{type}” already.", number=number, type=chosen.title)
    desk = desk_of(session, chosen)
    old = catalogue.get(request.type)
    answers = {**(more or {}), **fitting_answers(old, chosen, request.answers)}
    answers |= gate.amount_carried(old, request.answers, chosen, answers)
    values: dict[str, Any] = {"type": chosen.key, "visibility": chosen.see, "answers": answers}
    if desk.id != request.desk_id:
        values |= {"desk_id": desk.id, "owner_id": None, "offered_to_id": None}
        values |= {"state": RequestState.OPEN} if request.awaits_id is None else {}
    changed = change(session, actor, request, Act.RETYPE, values)
    if chosen.see is Visibility.DESK and request.visibility is Visibility.EVERYONE:
        # Those counted in saw something that was open to all; now it is between the asker and the desk.
        requests.unfollow_all(session, number)
    rebudget(session, changed, _minutes(chosen, changed.priority))
    changed = gate.edited(session, actor, changed, chosen, anew=True)
    if desk.id != request.desk_id and changed.awaits_id is None:
        notices.post_card_once(session, "requests.card", "request", number, desk)
    return changed


def prioritise(session: Session, actor: Person, number: int, priority: Priority, chosen: RequestType) -> Request:
    """Another priority, and with it other times. `chosen` is the request's type."""
    request = look(session, actor, number, Act.PRIORITISE)
    next_state(session, request, Act.PRIORITISE)
    if request.priority == priority:
        raise Refusal("#{number} has {priority} priority already.", number=number, priority=priority)
    changed = change(session, actor, request, Act.PRIORITISE, {"priority": priority})
    rebudget(session, changed, _minutes(chosen, priority))
    return changed


def edit(session: Session, actor: Person, number: int, asked: Ask, version: int | None = None) -> Request:
    """Changes what a request says; whoever works on it hears of it. `version`: the one that the form showed."""
    gate.lock(session, number)
    request = look(session, actor, number, Act.EDIT)
    next_state(session, request, Act.EDIT)
    if version is not None and version != request.version:
        raise Refusal(
            "#{number} was changed while this form was open, by {who}, {when}. Copy what you wrote, close the form and "
            "open it again.",
            number=number,
            **last_change(session, request),
        )
    _refuse_beneficiary(session, asked)
    text = words.clean(asked.text)
    if not words.title_of(text):
        raise Refusal("Say in a few words what you need. To take the request back, cancel it instead.")
    values: dict[str, Any] = {
        "text": text,
        "title": words.title_of(text),
        "answers": _unasked(asked.type, request.answers) | dict(asked.answers),
        "beneficiary_id": asked.beneficiary_id if asked.beneficiary_id != request.requester_id else None,
        "needed_by": asked.needed_by,
    }
    if asked.files:
        values["files"] = [*request.files, *(dict(one) for one in asked.files)]
    values = {name: value for name, value in values.items() if plain(getattr(request, name)) != plain(value)}
    changed = change(session, actor, request, Act.EDIT, values) if values else request
    if values or changed.awaits_id is not None:
        # An approver who wanted changes may have been answered in words: sent again, it goes on.
        changed = gate.edited(session, actor, changed, asked.type)
    if asked.priority != changed.priority:
        changed = prioritise(session, actor, number, asked.priority, asked.type)
    if values:
        notices.tell(session, "requests.edited", "request", number, [changed.owner_id], except_for=actor.id)
    return changed


def refuse_outsiders(actor: Person, kind: RequestType) -> None:
    """Some types are for the company's own people."""
    if kind.ask == "members" and actor.standing == Standing.UNKNOWN:
        raise Refusal(
            "Slack does not tell me right now who you are, and “{type}” is for the company's own people. Try again in "
            "a minute.",
            type=kind.title,
        )
    if kind.ask == "members" and actor.standing != Standing.MEMBER:
        raise Refusal("“{type}” is for the company's own people. Ask your contact here.", type=kind.title)


def fitting_answers(old: RequestType, new: RequestType, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers under another type: what asks the same in the same way is kept as it is, the rest as it was answered
    under the type that asked it, "new_equipment.price". Under that type again it is an answer again."""
    was = {one.key: one for one in old.fields}
    kinds = {one.key: one.kind for one in new.fields}
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        of_type, _, name = key.rpartition(".")
        same = key in kinds and key in was and kinds[key] is was[key].kind and not was[key].choices
        if same or (of_type == new.key and name in kinds):
            kept[name] = value
        else:
            kept[key if of_type or key not in was else f"{old.key}.{key}"] = value
    return kept


def desk_of(session: Session, kind: RequestType) -> Desk:
    """The desk that answers a type; one that nobody has set up yet comes to be, without people or channel."""
    return offices.find_desk(session, kind.desk) or offices.save_desk(session, kind.desk, {})


def catalogue_desks(session: Session, catalogue: Catalogue) -> None:
    """Every desk that the catalogue names exists, so that an administrator finds it in the forms; which of them take
    confidential requests is kept."""
    for key in catalogue.desks():
        if offices.find_desk(session, key) is None:
            offices.save_desk(session, key, {})
    confidence.keep_desks(session, (kind.desk for kind in catalogue.types.values() if kind.confidential))


def _unasked(kind: RequestType, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that the type's form does not show, such as those from before it became this type."""
    asked = {one.key for one in kind.fields}
    return {key: value for key, value in answers.items() if key not in asked}


def _refuse_beneficiary(session: Session, asked: Ask) -> None:
    whom = people.find(session, asked.beneficiary_id)
    if whom is not None and whom.standing in (Standing.EXTERNAL, Standing.DEACTIVATED):
        raise Refusal("{who} is not of this company. Ask for somebody who is.", who=whom.known_as)


def _minutes(kind: RequestType, priority: Priority) -> dict[ClockKind, int]:
    return {clock_kind: kind.minutes(clock_kind, priority) for clock_kind in ClockKind}


def _announce(session: Session, request: Request, desk: Desk) -> None:
    assert request.id is not None
    mine = Letter(
        "requests.mine",
        "request",
        request.id,
        f"person:{request.requester_id}",
        request.requester_id,
        is_card=True,
    )
    if request.awaits_id is not None:
        post(session, [mine], request.created_at)
    elif desk.channel and not confidence.needs_messages(session, "request", request.id, desk):
        card = Letter("requests.card", "request", request.id, desk.channel, is_card=True)
        post(session, [mine, card], request.created_at)
    else:
        post(session, [mine], request.created_at)
        notices.post_card(session, "requests.card", "request", request.id, desk)
    if request.beneficiary_id:
        notices.tell(session, "requests.for_you", "request", request.id, [request.beneficiary_id])
    people.stale_homes(
        session,
        {request.requester_id, *offices.members(session, request.desk_id)},
        clock.now() - notices.HOME_KEPT,
    )
