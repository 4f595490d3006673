"""Clicks on approvals, and their forms."""

from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.approvals import asking, commands, lists, modals
from handlers.blocks import Block
from handlers.context import Answer, Call, FormErrors
from handlers.requests.commands import open_act as open_request
from handlers.requests.modals import file_of
from handlers.tasks.commands import snoozed_until
from office.duties import approvals as duty
from office.duties.approvals import vat as vat_duty
from office.duties.approvals.ask import home_of, refuse_named, refuse_unread
from office.errors import Refusal
from storage import approvals, people
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import Act, ApprovalAct

A = ApprovalAct


def new(call: Call) -> Answer:
    return asking.new(call)


def usage(call: Call) -> Answer:
    return commands.usage(call)


def page(call: Call) -> Answer:
    name, _, number = call.value.partition("|")
    return lists.show(call, name, _whole(number), replaces=call.is_ephemeral or call.in_modal)


def show(call: Call) -> Answer:
    with call.reading() as session:
        approval = duty.look(session, call.person, _number(call))
        view = modals.sheet(session, call.catalogue, call.reader, call.person, approval)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def several(call: Call) -> Answer:
    return commands.several(call)


def paper(call: Call) -> Answer:
    return commands.order_paper(call, _number(call))


def second(call: Call) -> Answer:
    """Another administrator says the same as the first."""
    number, to, seat = (_whole(one) for one in (call.value.split(".") + ["", "", ""])[:3])

    def do(session: Session) -> Answer:
        proposed = duty.look(session, call.person, number, A.REASSIGN).proposed or {}
        if (proposed.get("to"), proposed.get("seat") or 0) != (to, seat):
            raise Refusal("This is not proposed any more. /approvals {number} shows how it stands.", number=number)
        why, person = str(proposed.get("why", "")), people.get(session, to)
        return _after(session, call, A.REASSIGN, duty.reassign(session, call.person, number, person, why, seat or None))

    return call.perform(do)


def vat(call: Call) -> Answer:
    """Whether amounts are meant with VAT: "yes" or "no"."""

    def do(session: Session) -> Answer:
        vat_duty.choose(session, call.person, call.value == "yes")
        return Answer(replaces=True)

    return call.perform(do)


def approve(call: Call) -> Answer:
    """One press is a verdict: on the version and the step that the card shows."""
    number, edition, step = _shown(call)

    def do(session: Session) -> Answer:
        return _after(session, call, A.APPROVE, duty.approve(session, call.person, number, edition, step=step))

    return call.perform(do)


def reasoned(call: Call) -> Answer:
    """Approving what exceeds a budget needs a reason first."""
    return with_form(A.APPROVE)(call)


def with_form(act: ApprovalAct) -> commands.Handler:
    """The handler of a button that opens a form first; on a card of an older version it says what has changed."""

    def handler(call: Call) -> Answer:
        number, edition, step = _shown(call)
        with call.reading() as session:
            linked = approvals.find(session, number)
            if act in (A.REJECT, A.CHANGES, A.APPROVE):
                duty.refuse_old(session, duty.look(session, call.person, number, act), edition, step)
        if act is A.EDIT and linked is not None and linked.request_id is not None:
            return open_request(call, Act.EDIT, linked.request_id)
        return commands.open_act(call, act, number)

    return handler


def form_sent(call: Call) -> Answer:
    """The form of something to be approved: new, or changed."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet([*forms.texts(held, "who"), forms.text(held, "for")])

    def do(session: Session) -> Answer:
        proposal = _proposal(session, call, held)
        try:
            refuse_named(session, call.person, proposal)
        except Refusal as refusal:
            raise FormErrors({"who": call.reader.say(refusal.text, **refusal.facts)}) from refusal
        try:
            refuse_unread(proposal)
        except Refusal as refusal:
            raise FormErrors({"amount": call.reader.say(refusal.text, **refusal.facts)}) from refusal
        if "id" not in metadata:
            duty.ask(session, call.person, proposal)
            return Answer()
        number = forms.number(metadata, "id")
        duty.edit(session, call.person, number, proposal, forms.number(metadata, "edition"))
        return Answer(sheet=f"approval:{number}" if metadata.get("sheet") else None)

    return call.perform_form(do)


def act_sent(call: Call) -> Answer:
    """The form of one act."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "who")])

    def do(session: Session) -> Answer:
        number, edition = forms.number(metadata, "id"), forms.number(metadata, "edition")
        if metadata.get("act") not in list(ApprovalAct):
            raise forms.old_form()
        act = ApprovalAct(metadata["act"])
        if act is A.SNOOZE:
            duty.snooze(session, call.person, number, snoozed_until(session, call, held), call.reader.zone)
        elif act is A.REASSIGN:
            seat = forms.text(held, "seat")
            to, why = _person(session, call, held), forms.text(held, "text")
            duty.reassign(session, call.person, number, to, why, _whole(seat) if seat else None)
        else:
            words = forms.text(held, "amount" if act is A.PAY else "text")
            commands.perform(session, call, act, number, words, edition, forms.number(metadata, "step"))
        return Answer(sheet=f"approval:{number}" if metadata.get("sheet") else None)

    return call.perform_form(do)


def several_sent(call: Call) -> Answer:
    """Those that were ticked; what could not be approved of them is told in the same window."""
    ticked = [_parts(one) for one in forms.texts(blocks.values(call.body["view"]), "chosen")]
    chosen = [(number, edition or 0, step or 0) for number, edition, step in ticked]

    def do(session: Session) -> Answer:
        results = duty.approve_several(session, call.person, chosen)
        reader = call.reader
        good = [f"A{number}" for number, refusal in results if refusal is None]
        shown: list[Block] = [blocks.words(reader.say("Approved by you: {what}", what=good))] if good else []
        shown += [
            blocks.words(f"A{number}: {reader.say(refusal.text, **refusal.facts)}")
            for number, refusal in results
            if refusal is not None
        ]
        view = blocks.modal("approvals.told", reader.say("Approve several"), shown, reader.say("Close"))
        return Answer(modal=view, how="update")

    return call.perform_form(do)


def _proposal(session: Session, call: Call, held: forms.Held) -> duty.Proposal:
    """What a form holds. Raises FormErrors beside the field that is wrong."""
    amount, whom = forms.text(held, "amount").strip(), forms.text(held, "for")
    is_free = amount.strip("0.,-: ") == "" and "0" in amount
    try:
        paid = money.read(call.reader, amount, home_of(session, call.person)) if amount and not is_free else None
    except Refusal as refusal:
        raise FormErrors({"amount": call.reader.say(refusal.text, **refusal.facts)}) from refusal
    day = forms.day(held, "needed_by")
    beneficiary = (people.find_by_slack(session, whom) or people.appear(session, whom)) if whom else None
    named = [people.find_by_slack(session, one) or people.appear(session, one) for one in forms.texts(held, "who")]
    return duty.Proposal(
        title=forms.text(held, "title"),
        text=forms.text(held, "text"),
        money=paid,
        named=tuple(f"person:{one.id}" for one in named),
        supplier=forms.text(held, "supplier"),
        category=forms.text(held, "category"),
        beneficiary_id=beneficiary.id if beneficiary is not None else None,
        day=day,
        files=tuple(file_of(one) for one in held.get("files") or ()),
        unclear=is_free,
    )


def _person(session: Session, call: Call, held: forms.Held) -> Person:
    found = people.find_by_slack(session, forms.text(held, "who"))
    if found is None:
        raise FormErrors({"who": call.reader.say("Choose a colleague.")})
    return found


def _after(session: Session, call: Call, act: ApprovalAct, approval: Approval) -> Answer:
    """What the clicker sees: a card redraws itself; a sheet is drawn again in its place; elsewhere it is said."""
    if call.in_modal:
        view = modals.sheet(session, call.catalogue, call.reader, call.person, approval)
        return Answer(modal=view, how="update")
    on_home = (call.body.get("view") or {}).get("type") == "home"
    return Answer() if call.body.get("message") and not call.is_ephemeral and not on_home else commands.done(
        session, call, act, approval
    )  # fmt: skip


def _shown(call: Call) -> tuple[int, int | None, int | None]:
    return _parts(call.value)


def _parts(value: str) -> tuple[int, int, int | None]:
    """ "12.2.1" -> number, version, step; buttons that open a form carry less."""
    parts = value.split(".")
    numbers = [_whole(one) for one in parts]
    return numbers[0], numbers[1] if len(numbers) > 1 else None, numbers[2] if len(numbers) > 2 else None  # type: ignore[return-value]


def _number(call: Call) -> int:
    return _parts(call.value)[0]


def _whole(text: str) -> int:
    return forms.whole(text, Refusal("This button is from an older message. /approvals shows what waits for you."))
