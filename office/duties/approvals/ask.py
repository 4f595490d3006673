"""Asking for an approval, and changing what is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import RequestType
from office.duties import budgets, notices, rates
from office.duties.approvals import routes, vat
from office.duties.approvals.access import look, refuse_linked, refuse_old, terms_of
from office.duties.approvals.alike import look_at_siblings
from office.duties.approvals.change import change, note
from office.duties.approvals.charging import tell_uncharged
from office.duties.approvals.seats import open_step, reopen_step
from office.duties.changes import Overtaken
from office.duties.people import calendar_of_person, refuse_unless_may
from office.errors import Refusal
from office.rules import amount_words, approval_terms, words
from office.rules.approval_routing import Step
from office.rules.guests import Deed
from office.rules.money import Money
from storage import approvals, offices, people
from storage.approvals import open_seats
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, SeatState, Standing

S = ApprovalState
STILL = (S.WAITING, S.CHANGES)
MOST_NAMED = 10


@dataclass(frozen=True)
class Proposal:
    """What is asked. `named` are those whom the asker wants to ask, "person:7" or "group:S0FIN"; nobody: the route."""

    title: str
    text: str = ""
    money: Money | None = None
    named: tuple[str, ...] = ()
    supplier: str = ""
    beneficiary_id: int | None = None
    department_id: int | None = None
    category: str = ""
    day: date | None = None
    files: tuple[Mapping[str, str], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    whole: Money | None = None  # what the route looks at, where it is more than what is asked
    unclear: bool = False  # its words hold figures, and whoever asks says that it costs nothing


def ask(session: Session, actor: Person, proposal: Proposal) -> Approval:
    """Asks for what has no request type: those who were named, then whoever the office wants asked of such things."""
    refusal = Refusal("Asking for an approval is for the company's own people. Ask your contact here.")
    refuse_unless_may(actor, Deed.ASK_FOR_APPROVAL, refusal)
    refuse_named(session, actor, proposal)
    refuse_unread(proposal)
    _refuse_category(session, actor, proposal.category)
    department = proposal.department_id if proposal.department_id is not None else actor.department_id
    made = _begin(session, actor, routes.ASK, None, _values(session, actor, proposal, department), None)
    assert made is not None  # an ask always has a step
    notices.tell(session, "approvals.mine", "approval", made.id or 0, [actor.id], is_card=True)
    if made.amount is not None:
        vat.ask_once(session)
    if made.beneficiary_id is not None:
        notices.tell(session, "approvals.for_you", "approval", made.id or 0, [made.beneficiary_id], is_card=True)
    return made


def begin(
    session: Session,
    requester: Person,
    kind: RequestType,
    request_id: int,
    proposal: Proposal,
    editor: Person | None = None,
) -> Approval | None:
    """The approval of a request; None where no step applies to it. `editor`: whoever made the request need one."""
    values = _values(session, requester, proposal, proposal.department_id)
    values["editor_id"] = editor.id if editor is not None and editor.id != requester.id else None
    return _begin(session, requester, kind.key, request_id, values, kind)


def begin_purchase(
    session: Session,
    requester: Person,
    proposal: Proposal,
    purchase_id: int | None = None,
    invoice_id: int | None = None,
    editor: Person | None = None,
) -> Approval:
    """The approval of an order to a supplier, or of what its invoice is higher. Where nobody need agree it is approved
    at once, and its money is taken all the same. `requester`: whoever placed the order, in the money of whose place it
    is looked at; `editor`: whoever takes a difference as it is. Neither decides about it."""
    values = _values(session, requester, proposal, proposal.department_id)
    values |= {"purchase_id": purchase_id, "invoice_id": invoice_id, "editor_id": editor.id if editor else None}
    made = _begin(session, requester, routes.PURCHASE, None, values, None)
    assert made is not None  # a purchase is written down even where nobody is asked
    return made


def edit(session: Session, actor: Person, number: int, proposal: Proposal, edition: int | None = None) -> Approval:
    """Changes what is asked, or asks again after changes were wanted. More money, or another supplier, person,
    department, day or matter makes what was given void; less money keeps it. `edition`: the one that the form showed.
    """
    approvals.lock(session, number)
    approval = look(session, actor, number, ApprovalAct.EDIT)
    refuse_linked(approval)
    refuse_old(session, approval, edition)
    refuse_named(session, actor, proposal)
    refuse_unread(proposal)
    if proposal.category != approval.category:
        _refuse_category(session, actor, proposal.category)
    return amend(session, actor, approval, proposal)


def amend(
    session: Session,
    actor: Person,
    approval: Approval,
    proposal: Proposal,
    kind: RequestType | None = None,
    anew: bool = False,
    stays: bool = False,
    follows: bool = False,
) -> Approval:
    """The same for whoever has looked already. `kind`: of the request that it belongs to. `anew`: ask all again.
    `stays`: what waits is asked even where the routes of today ask nobody. `follows`: it follows from something else,
    and nobody has changed what is asked, so nobody is barred by it."""
    assert approval.id is not None
    if approval.state is S.APPROVED and budgets.is_paid(approval):
        raise Refusal("A{number} has been paid. Ask for what comes on top of it anew.", number=approval.id)
    values = _amended(session, actor, approval, proposal, kind)
    if follows:
        values["editor_id"] = approval.editor_id
    old, new = terms_of(approval), terms_of(approval.model_copy(update=values))
    void = bool(approval_terms.voids(old, new)) or values["named"] != approval.named
    if void or anew or approval.state in (S.REJECTED, S.WITHDRAWN, S.EXPIRED):
        return ask_again(session, actor, approval, values, kind, stays)
    if approval.state is S.WAITING and not _differs(approval, values):
        return approval
    changed = change(session, actor, approval, "edit", values | _back_to_waiting(approval))
    look_at_siblings(session, changed)
    if approval.state is S.CHANGES:
        return reopen_step(session, actor, changed)
    if approval.state is S.APPROVED and old.money is not None and new.money is not None and old.money != new.money:
        budgets.reduce(session, actor, changed, old.money, new.money)
    return changed


def ask_again(
    session: Session,
    actor: Person | None,
    approval: Approval,
    values: Mapping[str, Any],
    kind: RequestType | None = None,
    stays: bool = False,
) -> Approval:
    """Another edition: what was given is void, what was taken from budgets is free, and all are asked anew, by the
    routes of today. `stays`: where those ask nobody, whoever was asked is asked again."""
    assert approval.id is not None
    asked = {one.holder_id for one in open_seats(session, approval)}
    budgets.release(session, actor, approval)
    approvals.close_seats(session, approval.id, SeatState.VOID)
    approvals.void_given(session, approval.id)
    new = approval.model_copy(update={**values, "edition": approval.edition + 1})
    steps = routes.declared(session, new, kind)
    if stays and approval.state in STILL and not routes.plan(session, _with(new, steps)):
        steps = _as_asked(approval)
    waiting = {
        "state": S.WAITING, "edition": new.edition, "step": 0, "decided_at": None, "stuck": False,
        "steps": routes.written(steps), "year": budgets.year_of(session, new), "proposed": None,
    }  # fmt: skip
    changed = change(session, actor, approval, "edit", {**values, **waiting})
    look_at_siblings(session, changed)
    route = routes.plan(session, changed)
    if route:
        return open_step(session, actor, change(session, actor, changed, "route", {"route": routes.written(route)}))
    except_for = actor.id if actor is not None else None
    notices.tell(session, "approvals.needless", "approval", approval.id, sorted(asked), except_for=except_for)
    if routes.takes_money(session, changed):
        return _agreed_at_once(session, actor, changed)
    return change(session, actor, changed, "needless", {"state": S.WITHDRAWN, "route": []})


def _with(approval: Approval, steps: Sequence[Step]) -> Approval:
    return approval.model_copy(update={"steps": routes.written(steps)})


def _as_asked(approval: Approval) -> list[Step]:
    """The steps of a route, to be asked whatever is asked for now."""
    return [Step(one.who, one.need, hours=one.hours) for one in map(Step.read, approval.route)]


def reopen(session: Session, actor: Person, number: int, why: str = "") -> Approval:
    """Asks once more for what was rejected, withdrawn or has expired; everybody is asked anew."""
    approvals.lock(session, number)
    approval = look(session, actor, number, ApprovalAct.REOPEN)
    refuse_linked(approval)
    note(session, actor, number, "reopen", {}, {}, why)
    return ask_again(session, actor, approval, {"editor_id": actor.id})


def home_of(session: Session, person: Person) -> str:
    """The currency of somebody's place."""
    place = offices.find_place(session, person.place_id) or offices.first_place(session)
    return place.currency if place is not None else "EUR"


def draft(session: Session, actor: Person, proposal: Proposal, type_key: str, kind: RequestType | None) -> Approval:
    """An approval that is not stored: what a route would be."""
    values = _values(session, actor, proposal, proposal.department_id or actor.department_id)
    values |= {"type": type_key, "requester_id": actor.id, "steps": []}
    drafted = Approval(**values, created_at=clock.now(), moved_at=clock.now())
    return drafted.model_copy(update={"steps": routes.written(routes.declared(session, drafted, kind))})


def _begin(
    session: Session,
    actor: Person,
    type_key: str,
    request_id: int | None,
    values: dict[str, Any],
    kind: RequestType | None,
) -> Approval | None:
    now = clock.now()
    values = {"editor_id": None, "purchase_id": None, "invoice_id": None, **values} | {
        "type": type_key, "request_id": request_id, "requester_id": actor.id, "step": 0, "needed": 1,
        "steps": [], "route": [], "state": S.WAITING, "edition": 1, "stuck": False, "proposed": None,
        "created_at": now, "moved_at": now, "version": 1,
    }  # fmt: skip
    values["steps"] = routes.written(routes.declared(session, Approval(**values), kind))
    values["year"] = budgets.year_of(session, Approval(**values))
    route = routes.plan(session, Approval(**values))
    if not route and not routes.takes_money(session, Approval(**values)):
        return None
    values["route"] = routes.written(route)
    number = approvals.add(session, values)
    after = {name: values[name] for name in ("title", "amount", "currency", "supplier", "edition", "version")}
    note(session, actor, number, "ask", {}, after, quietly=request_id is not None)
    made = approvals.get(session, number)
    look_at_siblings(session, made)
    return open_step(session, actor, made) if route else _agreed_at_once(session, actor, made)


def _agreed_at_once(session: Session, actor: Person | None, approval: Approval) -> Approval:
    """Nobody need agree to it; the money is taken all the same."""
    if budgets.commit(session, actor, approval, {}, ""):
        raise Overtaken  # somebody else took what was left: now the budget's owner is to be asked
    agreed = {"state": S.APPROVED, "route": [], "decided_at": clock.now()}
    return tell_uncharged(session, change(session, actor, approval, "approved", agreed))


def _values(session: Session, requester: Person, proposal: Proposal, department_id: int | None) -> dict[str, Any]:
    text = words.clean(proposal.text)
    title = words.title_of(proposal.title, 200)
    if not words.tokens(title):
        raise Refusal("Say what it is for, for example: /approvals ask @anna Conference ticket 450 EUR.")
    today = calendar_of_person(session, requester).local(clock.now()).date()
    home = home_of(session, requester)
    found = rates.convert(session, proposal.money, home, today) if proposal.money is not None else None
    whole = rates.convert(session, proposal.whole, home, today) if proposal.whole is not None else None
    return {
        "title": title,
        "text": text,
        "files": [dict(one) for one in proposal.files],
        "beneficiary_id": proposal.beneficiary_id if proposal.beneficiary_id != requester.id else None,
        "department_id": department_id,
        "category": words.clean_line(proposal.category).lower()[:60],
        "supplier": words.clean_line(proposal.supplier)[:120],
        "day": proposal.day,
        "amount": proposal.money.minor if proposal.money is not None else None,
        "currency": proposal.money.currency if proposal.money is not None else "",
        "home_amount": found.money.minor if found is not None else None,
        "home_currency": home,
        "weight": whole.money.minor if whole is not None else None,
        "rate": f"{found.rate:.12g}" if found is not None and found.rate is not None else "",
        "rate_on": found.day if found is not None else None,
        "named": list(proposal.named),
        "unclear": proposal.unclear and proposal.money is None,
        "answers": dict(proposal.answers),
    }


def _amended(
    session: Session, actor: Person, approval: Approval, proposal: Proposal, kind: RequestType | None
) -> dict[str, Any]:
    """The columns of an approval as its proposal says now."""
    requester = people.get(session, approval.requester_id)
    department = proposal.department_id if proposal.department_id is not None else requester.department_id
    values = _values(session, requester, proposal, department)
    values["files"] = [*approval.files, *(one for one in values["files"] if one not in approval.files)]
    values["named"] = list(proposal.named) or approval.named
    values["editor_id"] = actor.id
    if kind is not None:
        values["type"] = kind.key
    return values


def _differs(approval: Approval, values: Mapping[str, Any]) -> bool:
    return any(getattr(approval, name) != value for name, value in values.items() if name != "editor_id")


def _back_to_waiting(approval: Approval) -> dict[str, Any]:
    return {"state": S.WAITING} if approval.state is S.CHANGES else {}


def _refuse_category(session: Session, actor: Person, category: str) -> None:
    """A made-up category would take from no budget."""
    known = budgets.categories(session, actor)
    if category and words.clean_line(category).lower() not in known:
        raise Refusal("There is no budget category “{category}”. Choose one of the form, or none.", category=category)


def refuse_unread(proposal: Proposal) -> None:
    """Words that hold a figure, a number in words or the name of a currency are no words without an amount."""
    if proposal.money is not None or proposal.unclear:
        return
    found = amount_words.unread(proposal.title, "en") or amount_words.unread_price(proposal.text, "en")
    if found:
        raise Refusal(
            "I see “{words}” in what you wrote. Write in figures what it costs in all, or 0 where it costs nothing.",
            words=found,
        )


def refuse_named(session: Session, actor: Person, proposal: Proposal) -> None:
    if len(proposal.named) > MOST_NAMED:
        raise Refusal("At most {most} people can be asked at once. Name fewer, or a user group.", most=MOST_NAMED)
    for one in proposal.named:
        kind, _, name = one.partition(":")
        if kind == "group":
            group = approvals.find_group(session, name)
            if group is None or not group.members:
                raise Refusal("I know no people in this user group. Name somebody with an @ instead.")
            continue
        person = people.get(session, int(name))
        if person.id == actor.id:
            raise Refusal("You can't approve what you ask for yourself. Name somebody else, or nobody: your manager.")
        if person.id == proposal.beneficiary_id:
            raise Refusal(
                "{who} can't decide on this: it is by them or for them. Name somebody else.", who=person.known_as
            )
        if person.standing is Standing.UNKNOWN and person.slack_id:
            raise Refusal("Slack has not told me yet who {who} is. Try again in a minute.", who=person.known_as)
        if person.standing is not Standing.MEMBER:
            raise Refusal("{who} can't decide here: not a full member of the workspace.", who=person.known_as)
    whom = people.find(session, proposal.beneficiary_id)
    if whom is not None and whom.standing in (Standing.EXTERNAL, Standing.DEACTIVATED):
        raise Refusal("{who} is not of this company. Ask for somebody who is.", who=whom.known_as)
