"""The forms of approvals: asking and editing, the words of one act, approving several, and the whole sheet."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, money
from handlers.approvals import cards, evidence
from handlers.blocks import Block, View
from handlers.i18n import Reader
from handlers.tasks.modals import snooze_fields
from office.catalogue import Catalogue
from office.duties.approvals.access import terms_of
from storage import people
from storage.approvals import open_seats
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import ApprovalAct

A = ApprovalAct
MOST_SEVERAL = 10


def form(
    reader: Reader,
    currency: str,
    categories: Sequence[str],
    metadata: Mapping[str, Any],
    filled: Mapping[str, Any] | None = None,
) -> View:
    """What is asked for, of whom and for how much. `categories` of the budgets that it may take from. `filled`:
    block_id -> what is in it already."""
    given = filled or {}
    whom: Block = {"type": "multi_users_select", "max_selected_items": 10}
    whom |= {"initial_users": given["who"]} if given.get("who") else {}
    title_entry = blocks.text_input(str(given.get("title", "")), longest=200)
    supplier_entry = blocks.text_input(str(given.get("supplier", "")), longest=120)
    parts = [
        blocks.field("title", reader.say("What is it for?"), title_entry, optional=False),
        blocks.field(
            "amount", reader.say("Amount"), blocks.text_input(str(given.get("amount", "")), longest=40),
            hint=reader.say(
                "In all: 450, or 450 EUR. Without a currency it is in {currency}; 0 where it costs nothing.",
                currency=currency,
            ),
        ),
        blocks.field(
            "who", reader.say("Who else should agree to it?"), whom,
            hint=reader.say("They are asked beside your manager, or whom the office asks for such things."),
        ),
        blocks.field("text", reader.say("Why?"), blocks.text_input(str(given.get("text", "")), multiline=True)),
        blocks.field("supplier", reader.say("Supplier"), supplier_entry),
        blocks.field("for", reader.say("For somebody else?"), blocks.person_select(given.get("for"))),
        blocks.field("needed_by", reader.say("Needed by"), blocks.date_picker(given.get("needed_by"))),
        blocks.field("files", reader.say("Files"), {"type": "file_input", "max_files": 5}),
    ]  # fmt: skip
    if categories:
        options = [blocks.option(one, one) for one in categories]
        choice = blocks.select(options, given.get("category"))
        parts.insert(2, blocks.field("category", reader.say("Budget category"), choice))
    title = reader.say("Edit A{number}", number=metadata["id"]) if "id" in metadata else reader.say("Ask for approval")
    return blocks.modal("approvals.form", title, parts, reader.say("Close"), reader.say("Send"), json.dumps(metadata))


def filled_from(session: Session, reader: Reader, approval: Approval) -> dict[str, Any]:
    """An approval as its form holds it."""
    named = [int(one.partition(":")[2]) for one in approval.named if one.startswith("person:")]
    known = people.by_ids(session, [*named, approval.beneficiary_id])
    beneficiary = known.get(approval.beneficiary_id or 0)
    return {
        "title": approval.title,
        "amount": "0" if approval.unclear else money.typed(reader, terms_of(approval).money),
        "who": [known[one].slack_id for one in named if one in known and known[one].slack_id],
        "text": approval.text,
        "supplier": approval.supplier,
        "category": approval.category,
        "for": beneficiary.slack_id if beneficiary else None,
        "needed_by": approval.day,
    }


def act_form(
    session: Session, reader: Reader, approval: Approval, act: ApprovalAct, viewer: Person, metadata: Mapping[str, Any]
) -> View:
    """The words, the person or the time that one act needs."""
    carried = {"id": approval.id, "act": act.value, "edition": approval.edition, "step": approval.step, **metadata}
    parts = [blocks.words(blocks.cut(f"{approval.title} {cards.amount_said(reader, approval)}".strip(), 300))]
    return blocks.modal(
        "approvals.act",
        blocks.cut(f"A{approval.id} {cards.labels(reader)[act]}", blocks.TITLE),
        [*parts, *_act_fields(session, reader, approval, act, viewer)],
        reader.say("Close"),
        reader.say("Send"),
        json.dumps(carried),
    )


def several(session: Session, reader: Reader, them: Sequence[Approval]) -> View:
    """What waits for somebody, each with its amount: those that are ticked are approved together."""
    options = []
    for one in them[:MOST_SEVERAL]:
        requester = people.find(session, one.requester_id)
        said = [cards.typed_amount(reader, one), requester.known_as if requester else ""]
        said += [cards.sum_said(session, reader, one)]
        about = " · ".join(part for part in said if part)
        options.append(blocks.option(f"A{one.id} {one.title}", f"{one.id}.{one.edition}.{one.step}", about))
    choice = {"type": "checkboxes", "options": options}
    parts = [
        blocks.field("chosen", reader.say("Approve these"), choice, optional=False),
        blocks.context(reader.md("What exceeds a budget, or was changed meanwhile, is left for you to open.")),
    ]
    return blocks.modal(
        "approvals.several", reader.say("Approve several"), parts, reader.say("Close"), reader.say("Approve")
    )


def sheet(session: Session, catalogue: Catalogue, reader: Reader, viewer: Person, approval: Approval) -> View:
    """Everything about an approval: what it is, what can be done, and its whole history."""
    shown = cards.card(session, catalogue, reader, approval, viewer, whole=True)
    lines = evidence.lines(session, catalogue, reader, approval)
    story = [blocks.divider(), *(blocks.context(one) for one in lines[-40:])]
    title = reader.say("Approval A{number}", number=approval.id)
    return blocks.modal(
        "approvals.sheet", title, [*shown, *story], reader.say("Close"), metadata=json.dumps({"id": approval.id})
    )


def _act_fields(session: Session, reader: Reader, approval: Approval, act: ApprovalAct, viewer: Person) -> list[Block]:
    text = blocks.text_input("", multiline=True)
    match act:
        case A.APPROVE:
            return [blocks.field("text", reader.say("Why may it exceed the budget?"), text, optional=False)]
        case A.REJECT:
            return [blocks.field("text", reader.say("Why? Whoever asked reads this."), text, optional=False)]
        case A.CHANGES:
            return [blocks.field("text", reader.say("What should be different?"), text, optional=False)]
        case A.REASSIGN:
            return [
                *_whose(session, reader, approval, viewer),
                blocks.field("who", reader.say("To whom?"), blocks.person_select(), optional=False),
                blocks.field("text", reader.say("Why? (others read it)"), text, optional=False),
            ]
        case A.SNOOZE:
            return snooze_fields(reader)
        case A.UNPAY:
            return [blocks.field("text", reader.say("What was wrong with it?"), text, optional=False)]
        case A.PAY:
            amount = blocks.text_input(money.typed(reader, terms_of(approval).money), longest=40)
            return [blocks.field("amount", reader.say("How much was paid?"), amount, optional=False)]
    return [blocks.field("text", reader.say("Why? (others read it)"), text)]


def _whose(session: Session, reader: Reader, approval: Approval, viewer: Person) -> list[Block]:
    """Which question, for an administrator who has none of their own."""
    open_ones = open_seats(session, approval)
    if len(open_ones) < 2 or any(viewer.id in (one.holder_id, one.approver_id) for one in open_ones):
        return []
    known = people.by_ids(session, [one.holder_id for one in open_ones])
    options = [blocks.option(known[one.holder_id].known_as, str(one.id)) for one in open_ones]
    return [blocks.field("seat", reader.say("Instead of whom?"), blocks.select(options), optional=False)]
