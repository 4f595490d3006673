"""/desk budget and /desk rate: what is left, its picture, and the forms of those who look after it."""

import re
from decimal import Decimal

from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.approvals.routes_said import budget_name
from handlers.blocks import Block
from handlers.budgets import modals
from handlers.budgets.messages import line_said
from handlers.context import Answer, Call
from handlers.i18n import Md, Reader
from office.duties import budgets as duty
from office.duties import notices, rates
from office.duties.approvals.ask import home_of
from office.errors import Refusal
from office.rules import fiscal
from office.rules.money import Money
from office.rules.words import tokens
from storage import budgets, offices, people
from storage.money_tables import Budget
from storage.words import BudgetMode, Role

SHOWN = 12
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d)(?:/\d{2,4})?(?!\d)")
_RATE = re.compile(
    r"(?:1\s+)?(?P<currency>[A-Za-z]{3})\s*(?:=|to|in|i|till|a|is)?\s*(?P<rate>[0-9][0-9.,]*)\s*(?P<against>[A-Za-z]{3})\s*(?P<sure>!)?"
)


def budget(call: Call, typed: str = "") -> Answer:
    """The budgets that somebody may see, and their picture as a message."""
    with call.reading() as session:
        year, words = _year_in(session, call, typed)
        found = duty.seen_by(session, call.person, year)
        if words:
            named = set(tokens(words))
            found = [one for one in found if named <= set(tokens(budget_name(session, call.reader, one)))]
        years = duty.years_seen_by(session, call.person)
        name = fiscal.name_of(year, duty.first_month(session))
        others = [_year_button(session, call, one) for one in years if one != year][-4:]
        if (words or typed) and not found:
            known = [fiscal.name_of(one, duty.first_month(session)) for one in years]
            raise Refusal(
                "There is no such budget of {year} that you can see. /desk budget shows yours; there are some of: "
                "{known}.",
                year=name,
                known=known or ["–"],
            )
        lines = [_line(session, call, one) for one in found[:SHOWN]]
    heading = call.reader.say("Budgets {year}", year=name)
    if not lines:
        text = call.reader.md(
            "There is no budget of {year} that you can see. Finance or an administrator sets them up here.", year=name
        )
        return Answer(heading, (blocks.header(heading), blocks.md(text), *blocks.actions([*others, *_tools(call)])))
    _order_picture(call, year, found[0].id if len(found) == 1 else None)
    note = blocks.context(call.reader.md("The picture by month comes in our direct messages."))
    return Answer(heading, (blocks.header(heading), *lines, note, *blocks.actions([*others, *_tools(call)])))


def _year_in(session: Session, call: Call, typed: str) -> tuple[int, str]:
    """The fiscal year that was typed, "2027" or "2026/27", else that of today; and the other words."""
    found = _YEAR.search(typed)
    if found is None:
        return duty.this_year(session, call.reader.today()), typed.strip()
    return int(found["year"]), " ".join(f"{typed[: found.start()]} {typed[found.end() :]}".split())


def _year_button(session: Session, call: Call, year: int) -> Block:
    name = fiscal.name_of(year, duty.first_month(session))
    return blocks.button(name, f"budgets.overview:{year}", str(year))


def ledger(call: Call, budget_id: int) -> Answer:
    """Every change of one budget, the newest last."""
    reader = call.reader
    with call.reading() as session:
        found = duty.look(session, call.person, budget_id)
        lines = []
        for one in budgets.moves(session, budget_id, limit=25):
            who = people.find(session, one.actor_id)
            said = Md(line_said(session, reader, one))
            lines.append(
                reader.md("{when} · {line} · {who}", when=one.at, line=said, who=who.known_as if who else "Deskhand")
            )
        name = budget_name(session, reader, found)
        shown = [
            blocks.header(name),
            *summary(reader, found),
            blocks.divider(),
            *(blocks.context(one) for one in lines),
        ]
    return Answer(modal=blocks.modal("budgets.ledger", reader.say("Ledger"), shown, reader.say("Close")),
                  how="push" if call.in_modal else "open")  # fmt: skip


def rate(call: Call, typed: str = "") -> Answer:
    """Sets a rate from today on, or shows those that hold."""
    if not typed:
        return _rates(call)
    found = _RATE.fullmatch(typed.strip())
    if found is None:
        raise Refusal("This is no rate. Write it like: /desk rate 1 USD = 0.92 EUR.")
    value = money.figure(call.reader, found["rate"])

    def do(session: Session) -> Answer:
        sure = found["sure"] is not None
        was = rates.save(
            session, call.person, call.reader.today(), found["currency"], found["against"], value, sure
        )  # fmt: skip
        named = {"currency": found["currency"].upper(), "other": found["against"].upper()}
        said = call.reader.say(
            "From today on 1 {currency} is {rate} {other}.", rate=_figures(call.reader, value), **named
        )
        if was is not None:
            said += " " + call.reader.say("Until now it was {rate}.", rate=_figures(call.reader, was))
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def _figures(reader: Reader, rate: Decimal) -> str:
    """A rate with as many figures as it has, six at most."""
    return format_decimal(Decimal(f"{rate:.6g}"), "0.#########", locale=reader.locale)


def summary(reader: Reader, one: Budget) -> list[Block]:
    """The five numbers of a budget, and a bar of how much of it is gone."""
    amount = {
        reader.say("Budget"): one.amount, reader.say("Committed"): one.committed, reader.say("Spent"): one.spent,
        reader.say("Left"): one.left,
    }  # fmt: skip
    pairs = [
        reader.md("*{label}*\n{value}", label=label, value=Money(value, one.currency))
        for label, value in amount.items()
    ]
    return [blocks.fields(pairs), blocks.context(f"{bar(one)}  {mode_said(reader, one)}")]


def bar(one: Budget, width: int = 20) -> str:
    """Spent, committed, left: ▰▰▱▱ with a mark where it is over."""
    total = max(one.amount, 1)
    spent = min(width, round(width * one.spent / total))
    gone = min(width, -(-width * (one.spent + one.committed) // total)) if one.committed else spent
    return "█" * spent + "▓" * max(0, gone - spent) + "░" * (width - max(spent, gone)) + (" ⚠️" if one.left < 0 else "")


def mode_said(reader: Reader, one: Budget) -> str:
    if one.mode is BudgetMode.STOP:
        return reader.md("what exceeds it must be allowed by its owner")
    return reader.md("what exceeds it is warned of, and goes through")


def _line(session: Session, call: Call, one: Budget) -> Block:
    reader = call.reader
    owner = people.find(session, one.owner_id)
    text = reader.md(
        "*{name}*: {left} left of {amount}\n{bar} committed {committed}, spent {spent}",
        name=budget_name(session, reader, one), left=Money(one.left, one.currency),
        amount=Money(one.amount, one.currency), bar=bar(one), committed=Money(one.committed, one.currency),
        spent=Money(one.spent, one.currency),
    )  # fmt: skip
    if owner is not None:
        text += reader.md(" · owner {who}", who=owner.known_as)
    options = [
        blocks.option(reader.say("Ledger"), f"{one.id}.ledger"),
        blocks.option(reader.say("Picture"), f"{one.id}.picture"),
    ]
    if may_change(call, one):
        options.append(blocks.option(reader.say("Raise or lower"), f"{one.id}.raise"))
        options.append(blocks.option(reader.say("Move money"), f"{one.id}.move"))
    if may_set_up(call):
        options.append(blocks.option(reader.say("Edit"), f"{one.id}.edit"))
    return blocks.md(text, blocks.overflow(f"budgets.menu:{one.id}", options))


def menu(call: Call) -> Answer:
    shown, _, chosen = call.value.partition(".")
    number = forms.pressed(shown)
    if chosen == "ledger":
        return ledger(call, number)
    if chosen == "picture":
        with call.reading() as session:
            found = duty.look(session, call.person, number)
        _order_picture(call, found.year, found.id)
        said = call.reader.say("The picture by month comes in our direct messages.")
        return Answer(said, (blocks.words(said),))
    with call.reading() as session:
        found = duty.look(session, call.person, number)
        view = modals.form_of(session, call, chosen, found)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def may_change(call: Call, one: Budget) -> bool:
    return one.owner_id == call.person.id or may_set_up(call)


def may_set_up(call: Call) -> bool:
    return call.person.has(Role.FINANCE) or call.person.has(Role.ADMIN)


def _tools(call: Call) -> list[Block]:
    row = [blocks.button(call.reader.say("Ask for approval"), "approvals.new")]
    if may_set_up(call):
        row.append(blocks.button(call.reader.say("Set up a budget"), "budgets.new"))
        row.append(blocks.button(call.reader.say("Exchange rates"), "budgets.rates"))
    return row


def _order_picture(call: Call, year: int, budget_id: int | None) -> None:
    """A picture takes a second to draw: it is made when it is sent."""

    def do(session: Session) -> Answer:
        notices.tell(session, "budgets.picture", "budget", year, [call.person.id], detail_id=budget_id)
        return Answer()

    call.perform(do)


def _rates(call: Call) -> Answer:
    reader = call.reader
    with call.reading() as session:
        found = budgets.newest_rates(session, reader.today())
        home = home_of(session, call.person)
        places = sorted({one.currency for one in offices.places(session)})
    heading = reader.say("Exchange rates")
    lines = [
        reader.md(
            "1 {currency} = {rate} {other}, {day}",
            currency=one.currency,
            rate=_figures(reader, Decimal(one.rate)),
            other=one.against,
            day=one.day,
        )
        for one in found[:40]
    ]  # fmt: skip
    hint = reader.md("Set one from today on: `/desk rate 1 USD = 0.92 {home}`. The office counts in {places}.",
                     home=home, places=places)  # fmt: skip
    body = "\n".join(lines) or reader.md("There are no rates yet.")
    return Answer(heading, (blocks.header(heading), blocks.md(body), blocks.context(hint)))
