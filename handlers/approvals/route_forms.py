"""The office's routes, for its administrators: seen at a glance, and changed by a form."""

import json

from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.approvals import cards
from handlers.blocks import Block
from handlers.context import Answer, Call, FormErrors
from handlers.i18n import Reader
from office.catalogue import Catalogue
from office.duties.approvals import default_route, routes, vat
from office.duties.approvals.routes import ASK, OF_THE_OFFICE, PURCHASE, department_name
from office.duties.people import office_currency, refuse_unless_admin
from office.errors import Refusal
from office.rules.approval_routing import Step
from office.rules.money import Money
from storage import approvals, offices
from storage.money_tables import Route

SHOWN = 20


def overview(call: Call) -> Answer:
    """Every route with its steps, and what can't go on because nobody may decide."""
    refuse_unless_admin(call.person)
    reader = call.reader
    with call.reading() as session:
        lines = [_line(session, call, one) for one in approvals.routes(session)[:SHOWN]]
        terms = _terms_said(session, reader)
        stuck = [cards.line(session, reader, one, "stuck") for one in approvals.stuck(session)]
    heading = reader.say("Approval routes")
    shown: list[Block] = [blocks.header(heading), *(lines or [blocks.md(reader.md("There are none yet."))])]
    if stuck:
        shown += [blocks.md(reader.md("*Nobody may decide on these: name somebody*")), *stuck]
    row = [
        blocks.button(reader.say("Add a route"), "approvals.route", "-", style="primary"),
        blocks.button(reader.say("Limit and VAT"), "approvals.terms"),
    ]
    shown.append(blocks.context(terms))
    hint = reader.md("`deskhand office route TYPE --amount 520 --by HANDLE` tells who would be asked.")
    return Answer(heading, (*shown, *blocks.actions(row), blocks.context(hint)))


def open_form(call: Call) -> Answer:
    """A new route, or the one that the button names."""
    refuse_unless_admin(call.person)
    reader = call.reader
    with call.reading() as session:
        route = next((one for one in approvals.routes(session) if str(one.id) == call.value), None)
        departments = [blocks.option(one.name, str(one.id)) for one in offices.departments(session)]
    types = [blocks.option(_title(call, one), one) for one in OF_THE_OFFICE]
    types += [blocks.option(reader.titles(one.title), one.key) for one in call.catalogue.types.values()]
    steps = "\n".join(Step.read(one).line() for one in route.steps) if route else ""
    everybody = blocks.option(reader.say("all departments"), "0")
    chosen = str(route.department_id or 0) if route else "0"
    had = route.type if route else None
    parts: list[Block] = [
        blocks.field("type", reader.say("For what?"), blocks.select(types, had), optional=False),
        blocks.field("department", reader.say("Department"), blocks.select([everybody, *departments], chosen)),
        blocks.field(
            "steps", reader.say("Who must agree, a line for each step"), blocks.text_input(steps, multiline=True),
            hint=reader.say(
                "manager from 1000 ⏎ @greta, role:finance need 2 from 10000 hours 16. Also managers_manager, "
                "budget_owner, group:@name, all, below, when field=value. Empty takes the route away."
            ),
        ),
    ]  # fmt: skip
    title = reader.say("Approval route")
    view = blocks.modal("approvals.route", title, parts, reader.say("Close"), reader.say("Save"), json.dumps({}))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        type_key = forms.text(held, "type")
        if type_key not in OF_THE_OFFICE and call.catalogue.find(type_key) is None:
            raise forms.old_form()
        department = forms.text(held, "department")
        department_id = int(department) if department.isdecimal() and department != "0" else None
        steps = [_step(call, line) for line in forms.text(held, "steps").splitlines() if line.strip()]
        try:
            routes.save(session, call.person, type_key, department_id, steps)
        except Refusal as refusal:
            raise FormErrors({"steps": call.reader.say(refusal.text, **refusal.facts)}) from refusal
        return Answer()

    return call.perform_form(do)


def open_terms(call: Call) -> Answer:
    """What holds for all approvals: above which amount finance is asked, and how amounts are meant."""
    refuse_unless_admin(call.person)
    reader = call.reader
    with call.reading() as session:
        limit, meant = default_route.limit(session), vat.with_vat(session)
    ways = [blocks.option(reader.say("With VAT"), "yes"), blocks.option(reader.say("Without VAT"), "no")]
    chosen = None if meant is None else "yes" if meant else "no"
    parts: list[Block] = [
        blocks.field(
            "limit", reader.say("Above which amount is finance asked, too?"),
            blocks.text_input(money.typed(reader, limit), longest=40), optional=False,
            hint=reader.say("Where no route is declared: the manager, and above this amount also finance."),
        ),
        blocks.field(
            "vat", reader.say("Amounts that people write are"), blocks.select(ways, chosen, "radio_buttons")
        ),
    ]  # fmt: skip
    title = reader.say("Limit and VAT")
    view = blocks.modal("approvals.terms", title, parts, reader.say("Close"), reader.say("Save"), json.dumps({}))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def terms_sent(call: Call) -> Answer:
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        typed, currency = forms.text(held, "limit").strip(), office_currency(session)
        try:
            limit = Money(0, currency) if typed in ("0", "") else money.read(call.reader, typed, currency)
            default_route.choose_limit(session, call.person, limit)
        except Refusal as refusal:
            raise FormErrors({"limit": call.reader.say(refusal.text, **refusal.facts)}) from refusal
        if forms.text(held, "vat") in ("yes", "no"):
            vat.choose(session, call.person, forms.text(held, "vat") == "yes")
        return Answer()

    return call.perform_form(do)


def _terms_said(session: Session, reader: Reader) -> str:
    said = reader.md(
        "Where no route is declared: the manager, and above {amount} also finance.", amount=default_route.limit(session)
    )
    meant = vat.with_vat(session)
    if meant is None:
        return said
    more = reader.md("Amounts are with VAT.") if meant else reader.md("Amounts are without VAT.")
    return f"{said} {more}"


def _step(call: Call, line: str) -> Step:
    try:
        return Step.typed(line)
    except ValueError as error:
        text = call.reader.say("“{line}” is not a step. Write one like: manager from 1000.", line=blocks.cut(line, 80))
        raise FormErrors({"steps": text}) from error


def _line(session: Session, call: Call, route: Route) -> Block:
    name = " · ".join(filter(None, (_title(call, route.type), department_name(session, route.department_id))))
    steps = "\n".join(f"{at}. {Step.read(one).line()}" for at, one in enumerate(route.steps, start=1))
    edit = blocks.button(call.reader.say("Edit"), f"approvals.route:{route.id}", str(route.id))
    return blocks.md(call.reader.md("*{name}*\n{steps}", name=name, steps=steps), edit)


def _title(call: Call, type_key: str) -> str:
    if type_key == PURCHASE:
        return call.reader.say("Orders to suppliers")
    if type_key == ASK:
        return call.reader.say("What has no request type")
    catalogue: Catalogue = call.catalogue
    kind = catalogue.find(type_key)
    return call.reader.titles(kind.title) if kind is not None else type_key
