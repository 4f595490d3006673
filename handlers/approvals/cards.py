"""How an approval looks: its card, its line in a list, who decided what, and its buttons."""

from decimal import Decimal

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import changes, cleared, routes_said
from handlers.blocks import Block
from handlers.i18n import Md, Reader, escape, mention
from handlers.people import shown as shown_person
from handlers.purchase_lines import purchase_lines
from handlers.requests import cards as request_cards
from office import clock
from office.catalogue import Catalogue
from office.duties import budgets
from office.duties.approvals.access import last_edit, relations_of
from office.duties.approvals.alike import WITHIN, together_with
from office.duties.approvals.charging import is_uncharged
from office.duties.approvals.routes import department_name
from office.duties.approvals.seats import step_of
from office.duties.approvals.vat import is_with_vat
from office.rules import approval_permissions, money
from office.rules.approval_routing import OVER_BUDGET, Step
from office.rules.money import Money
from storage import approvals, history, people
from storage import budgets as all_budgets
from storage import requests as requests_stored
from storage.approvals import open_seats
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, BudgetMode, SeatState, SeatVia

A, S = ApprovalAct, ApprovalState
FIRST = (A.APPROVE, A.REJECT, A.CHANGES)


def labels(reader: Reader) -> dict[ApprovalAct, str]:
    """What can be done, in the order in which it is offered, by the words of the buttons."""
    return {
        A.APPROVE: reader.say("Approve"),
        A.REJECT: reader.say("Reject"),
        A.CHANGES: reader.say("Ask for changes"),
        A.REASSIGN: reader.say("Reassign"),
        A.SNOOZE: reader.say("Snooze"),
        A.EDIT: reader.say("Edit"),
        A.REOPEN: reader.say("Ask again"),
        A.WITHDRAW: reader.say("Withdraw"),
        A.PAY: reader.say("Paid"),
        A.UNPAY: reader.say("Correct the payment"),
    }


def card(
    session: Session, catalogue: Catalogue, reader: Reader, approval: Approval, viewer: Person, whole: bool = False
) -> list[Block]:
    """An approval as somebody sees it, with what they may do now. `whole`: with every verdict and button."""
    return [
        blocks.header(f"A{approval.id} {approval.title}"),
        blocks.fields(_fields(session, reader, approval)),
        *_text(reader, approval, whole),
        *_answers(session, catalogue, reader, approval),
        *_changed(session, catalogue, reader, approval),
        *_budget(session, reader, approval),
        *_together(session, reader, approval),
        *status(session, reader, approval),
        *blocks.actions(buttons(session, reader, approval, viewer, more=not whole)),
    ]


def line(session: Session, reader: Reader, approval: Approval, place: str, about: str = "") -> Block:
    """One approval in a list, with a button that opens it. `place` keeps action ids of one view apart; `about` is what
    else the list has to say of it."""
    requester = people.find(session, approval.requester_id)
    parts = [
        typed_amount(reader, approval),
        sum_said(session, reader, approval),
        reader.say("from {who}", who=requester.known_as if requester else "–"),
        _where_it_is(session, reader, approval),
        about,
    ]
    title = blocks.cut(approval.title, 200)
    text = reader.md(
        "*A{number}* {title}\n{about}",
        number=approval.id,
        title=title,
        about=" · ".join(part for part in parts if part),
    )
    return blocks.md(text, open_button(reader.say("Open"), approval, f"approvals.open:{place}.{approval.id}"))


def neutral(approval: Approval) -> str:
    """An approval in a text that may stand on a lock screen."""
    return f"A{approval.id}"


def link(approval: Approval) -> Md:
    return Md(f"*A{approval.id}* {escape(blocks.cut(approval.title, 150))}")


def typed_amount(reader: Reader, approval: Approval) -> str:
    if approval.amount is None:
        return ""
    return reader.money(Money(approval.amount, approval.currency).decimal, approval.currency)


def amount_said(reader: Reader, approval: Approval) -> str:
    """The amount in its own currency and in that of the requester's place, with the rate and its day."""
    own = typed_amount(reader, approval)
    if not own or approval.home_amount is None or approval.home_currency == approval.currency:
        return own
    home = Money(approval.home_amount, approval.home_currency)
    paid = Money(approval.amount or 0, approval.currency)
    rate = reader.number(money.shown_rate(paid, home, Decimal(approval.rate or "0")))
    return reader.say(
        "{own} = {home} (1 {currency} = {rate} {other}, {day})",
        own=own, home=home, currency=approval.currency, rate=rate, other=approval.home_currency,
        day=approval.rate_on or approval.created_at.date(),
    )  # fmt: skip


def amount_or_none(session: Session, reader: Reader, approval: Approval) -> str:
    """The amount, with or without VAT as the office means it; of what has none, who says so."""
    said = amount_said(reader, approval)
    if not said and approval.unclear:
        who = people.find(session, approval.requester_id)
        return reader.say("nothing, says {who}", who=who.known_as if who else "–")
    if not said:
        return reader.say("none given")
    meant = is_with_vat(session, approval)
    if meant is None:
        return said
    return reader.say("{amount} with VAT", amount=said) if meant else reader.say("{amount} without VAT", amount=said)


def sum_said(session: Session, reader: Reader, approval: Approval) -> str:
    """The whole sum that something is part of, while it is to be decided."""
    if approval.state not in (S.WAITING, S.CHANGES):
        return ""
    same = together_with(session, approval)
    total = _sum(reader, [approval, *same]) if same else ""
    return reader.say("together {total}", total=total) if total else ""


def status(session: Session, reader: Reader, approval: Approval) -> list[Block]:
    """The verdicts so far, and with whom it is or how it ended."""
    seats = [one for one in approvals.seats(session, approval.id or 0) if one.decided_at is not None]
    lines = [verdict_said(session, reader, one, approval) for one in seats[-8:]]
    lines += _passed_on(session, reader, approval)
    if approval.state is S.WAITING:
        lines.append(_waits(session, reader, approval))
    elif approval.state is S.APPROVED and not approval.route:
        lines.append(cleared.said(session, reader, approval))
    elif approval.state is not S.APPROVED or not lines:
        lines.append(reader.md("*{state}*", state=approval.state))
    if is_uncharged(session, approval):
        lines.append(reader.md("⚠️ No budget took this: none is there for it."))
    if approval.paid_at is not None:
        lines.append(_paid(session, reader, approval))
    shown = [blocks.context("\n".join(lines))]
    if approval.state is S.WAITING and len(approval.route) > 1:
        route = routes_said.route(session, reader, approval)
        step = reader.md("Step {number} of {last}", number=approval.step + 1, last=len(approval.route))
        shown.append(blocks.context(f"{step}: {escape(route)}"))
    return shown


def _passed_on(session: Session, reader: Reader, approval: Approval) -> list[str]:
    """Who gave a question of this version to whom, and why; also what waits for a second administrator."""
    if approval.state is not S.WAITING:
        return []
    lines = []
    for entry in history.of(session, "approval", approval.id or 0, 30)[::-1]:
        if entry.act == "reassign" and entry.at >= approval.created_at:
            who, whom, to = (
                mention(people.find(session, one))
                for one in (entry.actor_id, entry.before.get("approver_id"), entry.after.get("approver_id"))
            )
            why = escape(entry.why)
            lines.append(reader.md("↪️ {who} gave the question of {whom} to {to}: {why}", who=who, whom=whom, to=to,
                                   why=Md(why)) if entry.before.get("approver_id") else
                         reader.md("↪️ {who} had {to} asked: {why}", who=who, to=to, why=Md(why)))  # fmt: skip
    if approval.proposed is not None:
        by, to = (mention(people.find(session, approval.proposed.get(name))) for name in ("by", "to"))
        lines.append(reader.md("↪️ {who} proposes that {to} decides; a second administrator has to agree.",
                               who=by, to=to))  # fmt: skip
    return lines[-4:]


def _paid(session: Session, reader: Reader, approval: Approval) -> str:
    entry = next((one for one in history.of(session, "approval", approval.id or 0) if one.act == "pay"), None)
    if entry is None:
        return ""
    paid = Money(entry.after["paid"], entry.after["currency"])
    who = mention(people.find(session, entry.actor_id))
    return reader.md("💶 {amount} paid, booked by {who}, {when}", amount=paid, who=who, when=entry.at)


def verdict_said(session: Session, reader: Reader, seat: Seat, approval: Approval) -> str:
    """Who answered what, for whom, when, to which version, and why."""
    marks = {SeatState.APPROVED: "✅", SeatState.REJECTED: "⛔", SeatState.CHANGES: "✏️", SeatState.VOID: "↩️"}
    who = decider(session, reader, seat)
    texts = {
        SeatState.APPROVED: reader.md("{who} approved, {when}", who=who, when=seat.decided_at),
        SeatState.REJECTED: reader.md("{who} rejected, {when}", who=who, when=seat.decided_at),
        SeatState.CHANGES: reader.md("{who} asked for changes, {when}", who=who, when=seat.decided_at),
        SeatState.VOID: reader.md("{who} approved an earlier version, {when}", who=who, when=seat.decided_at),
    }
    version = reader.md(" (version {number})", number=seat.edition) if approval.edition > 1 else ""
    why = f": {escape(seat.why)}" if seat.why else ""
    return f"{marks.get(seat.state, '')} {texts.get(seat.state, '')}{version}{why}"


def decided_said(session: Session, reader: Reader, seat: Seat, approval: Approval) -> str:
    """What somebody decided in another's place, with its amount, and by how much it exceeds a budget."""
    amount = typed_amount(reader, approval)
    head = f"{link(approval).text}{' · ' + escape(amount) if amount else ''}"
    lines = [head, verdict_said(session, reader, seat, approval)]
    step = Step.read(approval.route[seat.step]) if seat.step < len(approval.route) else None
    if step is not None and seat.edition == approval.edition:
        for budget_id, beyond in step.allows.items():
            budget = all_budgets.get(session, budget_id)
            over = Money(beyond, budget.currency)
            name = routes_said.budget_name(session, reader, budget)
            lines.append(reader.md("⚠️ It exceeds the budget {name} by {over}.", name=name, over=over))
    return "\n".join(lines)


def decider(session: Session, reader: Reader, seat: Seat) -> Md:
    """Whoever answered; in another's place with that other's name."""
    who = mention(people.find(session, seat.decided_by_id))
    if seat.decided_by_id == seat.approver_id:
        return who
    approver = mention(people.find(session, seat.approver_id))
    if seat.via is SeatVia.COVER:
        return Md(reader.md("{who} (cover) for {approver}", who=who, approver=approver))
    return Md(reader.md("{who} for {approver}", who=who, approver=approver))


def buttons(session: Session, reader: Reader, approval: Approval, viewer: Person, more: bool) -> list[Block]:
    """What the viewer may do now; a short card has the first of it and the way to the rest."""
    are = relations_of(session, viewer, approval)
    offered = [act for act in labels(reader) if approval_permissions.may(act, are, approval.state)]
    if approval.purchase_id is not None or approval.invoice_id is not None:
        # What belongs to a purchase is changed there, and paid by its invoices.
        offered = [act for act in offered if act not in (A.EDIT, A.REOPEN, A.PAY, A.UNPAY)]
    if approval.paid_at is not None:
        offered = [act for act in offered if act not in (A.PAY, A.EDIT, A.WITHDRAW)]
    else:
        offered = [act for act in offered if act is not A.UNPAY]
    if approval.amount is None:
        offered = [act for act in offered if act is not A.PAY]
    if approval.request_id is not None:
        # What is asked is changed where it was asked: in the request.
        offered = [act for act in offered if act is not A.REOPEN]
    own = (A.EDIT, A.WITHDRAW) if approval.state in (S.WAITING, S.CHANGES) else ()
    shown = [act for act in offered if not more or act in (*FIRST, *own)]
    if more and A.SNOOZE in offered:
        shown.append(A.SNOOZE)
    row = [act_button(reader, approval, act) for act in shown]
    if more:
        return [*row, open_button(reader.say("More …"), approval)]
    return [*row, blocks.button(reader.say("History as PDF"), "approvals.paper", str(approval.id))]


def act_button(reader: Reader, approval: Approval, act: ApprovalAct) -> Block:
    """A button for one act. A verdict names what the card shows, version and step, so that it is given to that only."""
    value = f"{approval.id}.{approval.edition}.{approval.step}" if act in FIRST else str(approval.id)
    style = {A.APPROVE: "primary", A.REJECT: "danger"}.get(act)
    if act is A.APPROVE and needs_reason(approval):
        return blocks.button(reader.say("Approve, with a reason"), "approvals.reasoned", value, style=style)
    return blocks.button(labels(reader)[act], f"approvals.{act.value}", value, style=style)


def needs_reason(approval: Approval) -> bool:
    """Whether agreeing needs a reason: it lets a budget be exceeded."""
    return approval.state is S.WAITING and step_of(approval).kind == OVER_BUDGET


def open_button(text: str, approval: Approval, action_id: str = "approvals.open") -> Block:
    return blocks.button(text, action_id, str(approval.id))


def _fields(session: Session, reader: Reader, approval: Approval) -> list[str]:
    everyone = people.by_ids(session, [approval.requester_id, approval.beneficiary_id])
    requester = everyone.get(approval.requester_id)
    pairs: list[tuple[str, object]] = [(reader.say("From"), shown_person(session, reader, requester))]
    if approval.beneficiary_id is not None:
        pairs.append((reader.say("For"), shown_person(session, reader, everyone.get(approval.beneficiary_id))))
    amount = amount_or_none(session, reader, approval)
    pairs.append((reader.say("Amount"), amount.replace(" = ", "\n= ", 1)))
    if approval.supplier:
        pairs.append((reader.say("Supplier"), approval.supplier))
    if approval.department_id is not None:
        pairs.append((reader.say("Department"), department_name(session, approval.department_id)))
    if approval.category and approval.purchase_id is None and approval.invoice_id is None:
        pairs.append((reader.say("Budget category"), approval.category))
    if approval.day is not None:
        pairs.append((reader.say("Needed by"), reader.day(approval.day)))
    if approval.request_id is not None:
        pairs.append((reader.say("Request"), f"#{approval.request_id}"))
    if approval.purchase_id is not None:
        pairs.append((reader.say("Order"), f"P{approval.purchase_id}"))
    if approval.invoice_id is not None:
        pairs.append((reader.say("Invoice"), f"I{approval.invoice_id}"))
    return [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]


def _text(reader: Reader, approval: Approval, whole: bool) -> list[Block]:
    if not approval.text:
        return []
    shown = blocks.paragraphs(approval.text, most=14 if whole else 2)
    if not whole and len(approval.text) > 2 * blocks.SECTION:
        shown.append(blocks.context(reader.md("There is more to read: *More …* shows all of it.")))
    return shown


def _answers(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval) -> list[Block]:
    """What the request's form asked and got, and the files."""
    if approval.purchase_id is not None:
        return purchase_lines(session, reader, approval.purchase_id)
    if approval.request_id is not None:
        request = requests_stored.get(session, approval.request_id)
        return request_cards.answers(session, catalogue, reader, request)
    files = [request_cards.file_said(one).text for one in approval.files]
    return (
        [blocks.md(reader.md("*{label}* {value}", label=reader.say("File"), value=Md(", ".join(files))))]
        if files
        else []
    )


def _changed(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval) -> list[Block]:
    """Old and new of what made this version, for those who have seen the one before."""
    entry = last_edit(session, approval)
    if entry is None:
        return []
    lines = list(changes.changes_said(session, catalogue, reader, approval, entry.before, entry.after))
    if not lines:
        return []
    made_edition = "edition" in entry.after and approval.edition > 1
    head = reader.md("*Changed*")
    if made_edition:
        head = reader.md("*Changed since version {number}*", number=approval.edition - 1)
    return [blocks.md("\n".join([head, *lines]))]


def _budget(session: Session, reader: Reader, approval: Approval) -> list[Block]:
    """What is left of the budget, and what would be after; of each that it is paid from."""
    if approval.state not in (S.WAITING, S.CHANGES):
        return []
    lines = []
    for room in budgets.rooms(session, approval):
        left = Money(room.budget.left + room.held, room.budget.currency)
        after = reader.money(Money(room.after, room.budget.currency).decimal, room.budget.currency)
        name = routes_said.budget_name(session, reader, room.budget)
        if room.wanted is None:
            lines.append(reader.md("*Budget {name}*: {left} left; no rate to compare it with", name=name, left=left))
            continue
        said = reader.md("*Budget {name}*: {left} left, {after} after", name=name, left=left, after=after)
        if room.after < 0:
            over = Money(-room.after, room.budget.currency)
            said += reader.md(" · ⚠️ exceeds it by {over}", over=over)
            if room.budget.mode is BudgetMode.STOP:
                said += reader.md(", which its owner must allow")
        lines.append(said)
    if not lines and approval.amount is not None and all_budgets.everything(session):
        lines.append(reader.md("No budget is charged for this."))
    return [blocks.md("\n".join(lines))] if lines else []


def _together(session: Session, reader: Reader, approval: Approval) -> list[Block]:
    """Other orders of the same supplier or for the same purpose: one that was split shows its whole sum."""
    same = together_with(session, approval) if approval.state in (S.WAITING, S.CHANGES) else []
    if not same:
        return []
    lines = [
        reader.md("• A{number} {title}: {amount}, {when}", number=one.id, title=blocks.cut(one.title, 80),
                  amount=typed_amount(reader, one), when=one.created_at)
        for one in same[:5]
    ]  # fmt: skip
    total = _sum(reader, [approval, *same])
    head = reader.md("*Counts as one sum with this*, within {count} days:", count=WITHIN.days)
    more = [reader.md("… and {count} more", count=len(same) - 5)] if len(same) > 5 else []
    tail = [*more, *([reader.md("Together with this one: *{total}*", total=total)] if total else [])]
    return [blocks.md("\n".join([head, *lines, *tail]))]


def _sum(reader: Reader, them: list[Approval]) -> str:
    currency = them[0].home_currency
    if any(one.home_currency != currency or one.home_amount is None for one in them):
        return ""
    return reader.money(Money(sum(one.home_amount or 0 for one in them), currency).decimal, currency)


def _waits(session: Session, reader: Reader, approval: Approval) -> str:
    """With whom it is, and until when they have time."""
    open_ones = open_seats(session, approval)
    if not open_ones:
        return reader.md("⚠️ Nobody is left who may decide. The administrators know, and name somebody.")
    asked = dict.fromkeys(one for seat in open_ones for one in _may_answer(seat))
    holders = ", ".join(mention(people.find(session, one)).text for one in asked)
    due = min(one.due_at for one in open_ones)
    if due <= clock.now():
        return reader.md("⏳ With {who}", who=Md(holders))
    return reader.md("⏳ With {who}, until {when}", who=Md(holders), when=due)


def _may_answer(seat: Seat) -> tuple[int, ...]:
    """Who is waited for: after an escalation both."""
    return (seat.holder_id, seat.approver_id) if seat.via is SeatVia.ESCALATED else (seat.holder_id,)


def _where_it_is(session: Session, reader: Reader, approval: Approval) -> str:
    if approval.state is not S.WAITING:
        return reader.term(approval.state)
    open_ones = open_seats(session, approval)
    holders = [person.known_as for person in people.by_ids(session, [one.holder_id for one in open_ones]).values()]
    return reader.say("with {who}", who=holders) if holders else reader.say("with nobody")
