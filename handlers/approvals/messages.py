"""What Deskhand says by itself about approvals: cards to decide on, and how it went."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from handlers import blocks
from handlers.approvals import absent, cards, papers, routes_said
from handlers.blocks import Block
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, mention
from office import clock
from office.duties import approvals as duty
from office.duties.approvals import vat
from office.duties.approvals.afterwards import subject_of
from office.duties.approvals.charging import is_uncharged
from office.duties.approvals.seats import step_of
from office.duties.covers import is_away
from office.rules.approval_routing import OVER_BUDGET
from storage import approvals, history, outbox, people
from storage.approvals import open_seats
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, SeatState, SeatVia

A, S = ApprovalAct, ApprovalState
LATE = timedelta(minutes=10)


def asked(drawing: Drawing) -> Message:
    """The card of whoever is to decide. When it is no longer theirs to answer, it is what became of it."""
    approval, seat = _approval(drawing), _seat(drawing)
    if not _is_theirs(drawing, approval, seat):
        return _outcome(drawing, approval, seat)
    reader = drawing.reader
    requester = mention(people.find(drawing.session, approval.requester_id))
    approver = mention(people.find(drawing.session, seat.approver_id))
    texts = {
        SeatVia.SELF: reader.md("{who} asks for your approval.", who=requester),
        SeatVia.COVER: reader.md(
            "{who} asks for an approval. {approver} is away, and you stand in.", who=requester, approver=approver
        ),
        SeatVia.MANAGER: reader.md(
            "{who} asks for an approval. It is yours: {why}.",
            who=requester, why=absent.said(drawing.session, reader, seat.approver_id, seat.absent),
        ),
        SeatVia.ESCALATED: reader.md(
            "{who} asks for an approval. {approver} has not answered in time; both of you can.",
            who=requester, approver=approver,
        ),
    }  # fmt: skip
    head = texts[seat.via if seat.approver_id != drawing.row.reader_id else SeatVia.SELF]
    if step_of(approval).kind == OVER_BUDGET:
        head += " " + reader.md("It exceeds the budget, which only you can allow.")
    shown = cards.card(drawing.session, drawing.catalogue, reader, approval, _reader(drawing))
    plain = reader.say("Your approval is asked for: {what}", what=cards.neutral(approval))
    return Message(plain, (blocks.context(head), *blocks.fitting(shown)))


def covered(drawing: Drawing) -> Message:
    """To an approver who is away: somebody else has their question. They may answer it all the same."""
    approval, seat = _approval(drawing), _seat(drawing)
    if not _is_theirs(drawing, approval, seat):
        return _outcome(drawing, approval, seat)
    if seat.holder_id == drawing.row.reader_id:
        return _news(drawing, approval, drawing.reader.md("{what} waits for you again.", what=cards.link(approval)))
    holder = mention(people.find(drawing.session, seat.holder_id))
    text = drawing.reader.md(
        "{what} waits for your decision. While you are away {who} decides for you.",
        what=cards.link(approval), who=holder,
    )  # fmt: skip
    return _news(drawing, approval, text)


def mine(drawing: Drawing) -> Message:
    """The card of whoever asked; it stays current."""
    approval = _approval(drawing)
    shown = cards.card(drawing.session, drawing.catalogue, drawing.reader, approval, _reader(drawing))
    plain = drawing.reader.say("You asked for an approval: {what}", what=cards.neutral(approval))
    return Message(plain, tuple(blocks.fitting(shown)))


def for_you(drawing: Drawing) -> Message:
    approval = _approval(drawing)
    requester = mention(people.find(drawing.session, approval.requester_id))
    text = drawing.reader.md("{who} asks for an approval for you: {what}", who=requester, what=cards.link(approval))
    return _news(drawing, approval, text, *cards.status(drawing.session, drawing.reader, approval))


def shown_to_desk(drawing: Drawing) -> Message:
    """In the desk's channel: whoever is asked can decide here; anybody else who presses is told whose it is."""
    approval = _approval(drawing)
    reader = drawing.reader
    row = [cards.act_button(reader, approval, act) for act in cards.FIRST] if approval.state is S.WAITING else []
    shown = cards.card(drawing.session, drawing.catalogue, reader, approval, Person(id=0))
    body = [one for one in shown if one["type"] != "actions"]
    row.append(cards.open_button(reader.say("More …"), approval))
    plain = reader.say("An approval is asked for: {what}", what=cards.neutral(approval))
    return Message(plain, tuple(blocks.fitting([*body, *blocks.actions(row)])))


def approved(drawing: Drawing) -> Message | None:
    approval = _approval(drawing)
    if approval.state is not S.APPROVED:
        return None
    text = drawing.reader.md("✅ {what} is approved.", what=cards.link(approval))
    if approval.request_id is not None:
        text += " " + drawing.reader.md("The desk has it now: #{number}.", number=approval.request_id)
    if approval.purchase_id is not None:
        # Whoever ordered gets the order's own card.
        return None
    return _news(drawing, approval, text, *cards.status(drawing.session, drawing.reader, approval))


def rejected(drawing: Drawing) -> Message | None:
    approval, seat = _approval(drawing), _seat(drawing)
    if approval.state is not S.REJECTED:
        return None
    who = cards.decider(drawing.session, drawing.reader, seat)
    text = drawing.reader.md("⛔ {who} rejected {what}:", who=who, what=cards.link(approval))
    hint = (
        drawing.reader.md("You can ask again, with what has changed: open #{number} again.", number=approval.request_id)
        if approval.request_id is not None
        else drawing.reader.md("You can ask again, with what has changed.")
    )
    again = [A.REOPEN] if subject_of(approval) == "ask" else []
    if approval.purchase_id is not None:
        hint = drawing.reader.md("What is still wanted stands on the next order again: /supplies drafts.")
    if approval.invoice_id is not None:
        hint = drawing.reader.md("The invoice I{number} stays held.", number=str(approval.invoice_id))
    return _news(drawing, approval, text, blocks.words(seat.why), blocks.context(hint), acts=again)


def changes(drawing: Drawing) -> Message | None:
    """What an approver wants changed; it waits for whoever asked."""
    approval, seat = _approval(drawing), _seat(drawing)
    if approval.state is not S.CHANGES:
        return None
    who = cards.decider(drawing.session, drawing.reader, seat)
    text = drawing.reader.md("✏️ {who} wants {what} changed:", who=who, what=cards.link(approval))
    acts = [A.EDIT, A.WITHDRAW]
    hint = drawing.reader.md("Change it and send it again: then it goes on where it was.")
    if approval.purchase_id is not None:
        acts = [A.WITHDRAW]
        hint = drawing.reader.md(
            "Change its lines: /supplies P{number}. Then it is asked again.", number=str(approval.purchase_id)
        )
    return _news(drawing, approval, text, blocks.words(seat.why), blocks.context(hint), acts=acts)


def escalated(drawing: Drawing) -> Message | None:
    approval, seat = _approval(drawing), _seat(drawing)
    if seat.state is not SeatState.OPEN:
        return None
    text = drawing.reader.md(
        "⏰ {approver} has not answered on {what} in time. {who} can now, too.",
        approver=mention(people.find(drawing.session, seat.approver_id)), what=cards.link(approval),
        who=mention(people.find(drawing.session, seat.holder_id)),
    )  # fmt: skip
    return _news(drawing, approval, text)


def reassigned(drawing: Drawing) -> Message:
    approval = _approval(drawing)
    entries = history.of(drawing.session, "approval", approval.id or 0, 20)
    entry = next((one for one in entries if one.act == "reassign"), None)
    who = mention(people.find(drawing.session, entry.actor_id if entry else None))
    to = mention(people.find(drawing.session, drawing.row.detail_id))
    text = drawing.reader.md("{who} gave {what} to {to} to decide:", who=who, what=cards.link(approval), to=to)
    return _news(drawing, approval, text, *([blocks.words(entry.why)] if entry and entry.why else []))


def stuck(drawing: Drawing) -> Message:
    """To the administrators: nobody may decide, so they name somebody; they decide nothing."""
    approval = _approval(drawing)
    if approval.state is not S.WAITING:
        return outcome(drawing)
    reasons = [
        absent.said(drawing.session, drawing.reader, one.approver_id, one.absent).text
        for one in open_seats(drawing.session, approval)
        if is_away(drawing.session, one.holder_id, clock.now())
    ]
    why = "; ".join(reasons) or drawing.reader.md("nobody is left who may decide")
    text = drawing.reader.md(
        "⚠️ {what} can't go on: {why}. Name somebody whom its route could have asked, with a reason.",
        what=cards.link(approval), why=Md(why),
    )  # fmt: skip
    if not approval.stuck:
        text = drawing.reader.md(
            "⚠️ {what} has waited for long, and nobody is above those who are asked. Name somebody else, if that helps.",
            what=cards.link(approval),
        )
    route = drawing.reader.md("Route: {route}", route=routes_said.route(drawing.session, drawing.reader, approval))
    return _news(drawing, approval, text, blocks.context(route), acts=[A.REASSIGN])


def proposed(drawing: Drawing) -> Message:
    """To the other administrators: one of them has named somebody whom the route does not know."""
    approval = _approval(drawing)
    said = approval.proposed
    if approval.state is not S.WAITING or said is None:
        return outcome(drawing)
    by, to = (mention(people.find(drawing.session, said.get(name))) for name in ("by", "to"))
    reader = drawing.reader
    text = reader.md(
        "{who} proposes that {to} decides on {what}. Nobody is left whom its route could ask, so a second "
        "administrator has to agree:",
        who=by, to=to, what=cards.link(approval),
    )  # fmt: skip
    value = f"{approval.id}.{said.get('to')}.{said.get('seat') or 0}"
    row = [
        blocks.button(reader.say("Agree"), "approvals.second", value, style="primary"),
        cards.act_button(reader, approval, A.REASSIGN),
        cards.open_button(reader.say("Open"), approval),
    ]
    may = duty.is_allowed(drawing.session, _reader(drawing), approval, A.REASSIGN)
    shown = row if may and drawing.row.reader_id != said.get("by") else row[2:]
    amount = cards.amount_said(reader, approval)
    more = [blocks.words(str(said.get("why", ""))), *([blocks.context(amount)] if amount else [])]
    plain = reader.say("News on {what}", what=cards.neutral(approval))
    return Message(plain, (blocks.md(text), *more, *blocks.actions(shown)))


def uncharged(drawing: Drawing) -> Message | None:
    """To finance: money was agreed to that no budget has given."""
    approval = _approval(drawing)
    if not is_uncharged(drawing.session, approval):
        return None
    text = drawing.reader.md(
        "⚠️ {what} is approved, and no budget took its {amount}: none is there for it. /desk budget sets one up.",
        what=cards.link(approval), amount=cards.typed_amount(drawing.reader, approval),
    )  # fmt: skip
    return _news(drawing, approval, text)


def vat_asked(drawing: Drawing) -> Message:
    """Asked once of finance: how the office means its amounts."""
    reader, meant = drawing.reader, vat.with_vat(drawing.session)
    if meant is not None:
        said = reader.say("Amounts in approvals are with VAT.") if meant else reader.say(
            "Amounts in approvals are without VAT."
        )  # fmt: skip
        row = [blocks.button(reader.say("Change it"), "approvals.vat", "no" if meant else "yes")]
        return Message(said, (blocks.words(said), *blocks.actions(row)))
    text = reader.say("Are the amounts that people write in approvals with or without VAT? Each card says it then.")
    row = [
        blocks.button(reader.say("With VAT"), "approvals.vat:yes", "yes"),
        blocks.button(reader.say("Without VAT"), "approvals.vat:no", "no"),
    ]
    return Message(text, (blocks.words(text), *blocks.actions(row)))


def withdrawn(drawing: Drawing) -> Message | None:
    approval = _approval(drawing)
    if approval.state is not S.WITHDRAWN:
        return None
    who = mention(people.find(drawing.session, approval.requester_id))
    text = drawing.reader.md("{who} took {what} back; there is nothing to decide.", who=who, what=cards.link(approval))
    return _news(drawing, approval, text)


def needless(drawing: Drawing) -> Message | None:
    approval = _approval(drawing)
    text = drawing.reader.md("{what} needs no answer of yours any more.", what=cards.link(approval))
    return _news(drawing, approval, text)


def expired(drawing: Drawing) -> Message | None:
    approval = _approval(drawing)
    if approval.state is not S.EXPIRED:
        return None
    text = drawing.reader.md("{what} has expired: nobody has touched it for two months.", what=cards.link(approval))
    return _news(drawing, approval, text, acts=[A.REOPEN] if subject_of(approval) == "ask" else [])


def chased(drawing: Drawing) -> Message | None:
    """A reminder on a working day of the approver's, worked out now."""
    approval, seat = _approval(drawing), _seat(drawing)
    if not _is_theirs(drawing, approval, seat):
        return None if drawing.row.redraws_id is None else _outcome(drawing, approval, seat)
    reader = drawing.reader
    requester = mention(people.find(drawing.session, approval.requester_id))
    text = reader.md(
        "⏰ {who} waits for your decision on {what}, since {when}.",
        who=requester, what=cards.link(approval), when=seat.asked_at,
    )  # fmt: skip
    first = drawing.row if drawing.row.redraws_id is None else outbox.get(drawing.session, drawing.row.redraws_id)
    tail: list[Block] = []
    if seat.due_at > clock.now() and not seat.escalated:
        tail.append(blocks.context(reader.md("At {when} it goes to your manager, too.", when=seat.due_at)))
    if clock.now() - first.created_at > LATE:
        tail.append(blocks.context(reader.md("This comes late: it was meant for {when}.", when=first.created_at)))
    amount = cards.amount_said(reader, approval)
    return _news(drawing, approval, text, *([blocks.context(amount)] if amount else []), *tail, acts=list(cards.FIRST))


def paper(drawing: Drawing) -> Message:
    """The whole history as a file, for whoever asked for it."""
    approval = _approval(drawing)
    attached = papers.evidence(drawing.session, drawing.catalogue, drawing.reader, approval, drawing.row.key)
    text = drawing.reader.say("The history of {what}", what=cards.neutral(approval))
    return Message(text, (), attached)


def outcome(drawing: Drawing) -> Message:
    """What a message with buttons becomes when there is nothing left to press."""
    approval = _approval(drawing)
    text = drawing.reader.md("{what}: *{state}*", what=cards.link(approval), state=approval.state)
    return _news(drawing, approval, text, *cards.status(drawing.session, drawing.reader, approval))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "approvals.asked": asked,
    "approvals.covered": covered,
    "approvals.mine": mine,
    "approvals.for_you": for_you,
    "approvals.desk": shown_to_desk,
    "approvals.approved": approved,
    "approvals.rejected": rejected,
    "approvals.changes": changes,
    "approvals.escalated": escalated,
    "approvals.reassigned": reassigned,
    "approvals.stuck": stuck,
    "approvals.proposed": proposed,
    "approvals.uncharged": uncharged,
    "approvals.vat": vat_asked,
    "approvals.withdrawn": withdrawn,
    "approvals.expired": expired,
    "approvals.needless": needless,
    "approvals.chased": chased,
    "approvals.paper": paper,
}


def _outcome(drawing: Drawing, approval: Approval, seat: Seat) -> Message:
    """What became of a question: who answered it, or where it went."""
    reader = drawing.reader
    holder = mention(people.find(drawing.session, seat.holder_id))
    if seat.state is SeatState.OPEN:
        said = reader.md("{what} is with {who} now.", what=cards.link(approval), who=holder)
    elif seat.decided_at is not None:
        said = cards.link(approval).text + "\n" + cards.verdict_said(drawing.session, reader, seat, approval)
        if approval.state in (S.WITHDRAWN, S.EXPIRED):
            said += "\n" + reader.md("*{state}*", state=approval.state)
    elif seat.edition < approval.edition:
        said = reader.md(
            "{what} has changed: version {number} is asked for now.", what=cards.link(approval), number=approval.edition
        )
    elif seat.state is SeatState.VOID:
        said = reader.md("{what} is in other hands now.", what=cards.link(approval))
    else:
        said = reader.md("{what} needs no answer of yours any more.", what=cards.link(approval))
    amount = cards.amount_said(reader, approval) if seat.edition == approval.edition else ""
    state = cards.status(drawing.session, reader, approval) if seat.decided_at is None else []
    return _news(drawing, approval, said, *([blocks.context(amount)] if amount else []), *state)


def _news(drawing: Drawing, approval: Approval, text: str, *more: Block, acts: Sequence[ApprovalAct] = ()) -> Message:
    person = _reader(drawing)
    row = [
        cards.act_button(drawing.reader, approval, act)
        for act in acts
        if duty.is_allowed(drawing.session, person, approval, act)
    ]
    row.append(cards.open_button(drawing.reader.say("Open"), approval))
    plain = drawing.reader.say("News on {what}", what=cards.neutral(approval))
    return Message(plain, tuple(blocks.fitting([blocks.md(text), *more, *blocks.actions(row)])))


def _is_theirs(drawing: Drawing, approval: Approval, seat: Seat) -> bool:
    """Whether the reader has this very question to answer now."""
    asks = approval.state is S.WAITING and seat.state is SeatState.OPEN
    return asks and drawing.row.reader_id in (seat.holder_id, seat.approver_id)


def _approval(drawing: Drawing) -> Approval:
    return approvals.get(drawing.session, drawing.row.subject_id)


def _seat(drawing: Drawing) -> Seat:
    return approvals.get_seat(drawing.session, drawing.row.detail_id or 0)


def _reader(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)
