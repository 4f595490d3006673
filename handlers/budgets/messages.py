"""What Deskhand says by itself about budgets: the picture that somebody asked for."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from babel import dates
from sqlalchemy.orm import Session

from handlers import blocks, pictures
from handlers.approvals.routes_said import budget_name
from handlers.drawing import Attachment, Drawing, Message
from handlers.i18n import Md, Reader, mention
from handlers.pictures import Panel
from office.duties import budgets as duty
from office.rules import fiscal
from office.rules.money import Money, digits
from storage import budgets, people
from storage.money_tables import Budget, BudgetMove
from storage.words import MoveKind

MOST = 4


def picture(drawing: Drawing) -> Message | None:
    """Budget, committed and spent by month, of the budgets that its reader may see."""
    person = people.get(drawing.session, drawing.row.reader_id or 0)
    chosen = drawing.row.detail_id
    found = duty.seen_by(drawing.session, person, drawing.row.subject_id)
    found = [one for one in found if chosen is None or one.id == chosen][:MOST]
    if not found:
        return None
    reader = drawing.reader
    labels = (reader.say("Budget"), reader.say("Committed"), reader.say("Spent"))
    panels = [panel(drawing.session, reader, one) for one in found]
    content = pictures.months(panels, labels, lambda value: reader.number(Decimal(round(value))))
    title = reader.say("Budgets {year}", year=fiscal.name_of(found[0].year, duty.first_month(drawing.session)))
    return Message(title, (), Attachment(f"budget-{drawing.row.key[:8]}.png", title, content))


def panel(session: Session, reader: Reader, budget: Budget) -> Panel:
    """The ledger of a budget as sums at the end of each month of its fiscal year."""
    months = fiscal.months_of(budget.year, duty.first_month(session))
    lines = budgets.moves(session, budget.id or 0)
    ends = [*months[1:], months[-1] + timedelta(days=31)]
    today = reader.today()
    shown = [end for start, end in zip(months, ends, strict=True) if start <= today] or ends[:1]
    first = next((one.amount for one in lines if one.kind is MoveKind.SET), 0)
    scale = Decimal(10) ** -digits(budget.currency)
    committed, spent, amount = zip(*(_sums(reader, lines, end) for end in shown), strict=True)
    empty = [0.0] * (len(months) - len(shown))
    names = [dates.format_skeleton("MMM", one, locale=reader.locale) for one in months]
    name = budget_name(session, reader, budget)
    left = reader.money(Decimal(budget.left) * scale, budget.currency)
    return Panel(
        reader.say("{name} ({currency}): {left} left", name=name, currency=budget.currency, left=left),
        names,
        [*(float(one * scale) for one in committed), *empty],
        [*(float(one * scale) for one in spent), *empty],
        # The year's money from its first day on, whenever in the year it was written down.
        [*(float((one or first) * scale) for one in amount), *[float(amount[-1] * scale)] * len(empty)],
    )


def _sums(reader: Reader, lines: list[BudgetMove], end: date) -> tuple[int, int, int]:
    committed = spent = amount = 0
    for one in lines:
        if one.at.astimezone(reader.tz).date() >= end:
            continue
        match one.kind:
            case MoveKind.COMMIT:
                committed += one.amount
            case MoveKind.RELEASE:
                committed -= one.amount
            case MoveKind.SPEND:
                spent += one.amount
            case MoveKind.SET | MoveKind.RAISE | MoveKind.MOVE:
                amount += one.amount
    return committed, spent, amount


def changed(drawing: Drawing) -> Message:
    """Somebody set a budget up, raised it, or moved money: told to them, and to whoever answers for it."""
    reader = drawing.reader
    line = budgets.get_move(drawing.session, drawing.row.detail_id or 0)
    budget = budgets.get(drawing.session, line.budget_id)
    name = budget_name(drawing.session, reader, budget)
    who = mention(people.find(drawing.session, line.actor_id))
    text = reader.md(
        "{who} has changed the budget *{name}*: {line}. {left} left.",
        who=who, name=name, line=Md(line_said(drawing.session, reader, line)), left=Money(budget.left, budget.currency),
    )  # fmt: skip
    opens = blocks.button(reader.say("Budgets"), "budgets.overview")
    plain = reader.say("Budget {name}", name=name)
    return Message(plain, (blocks.md(text), *blocks.actions([opens])))


def line_said(session: Session, reader: Reader, line: BudgetMove) -> str:
    """One line of a ledger in mrkdwn: what happened, how much, from or to which budget, and why."""
    budget = budgets.get(session, line.budget_id)
    amount = Money(line.amount, budget.currency)
    said = reader.md("{kind} {amount}", kind=line.kind, amount=amount)
    if line.other_id is not None:
        other = budget_name(session, reader, budgets.get(session, line.other_id))
        texts = {
            True: reader.md("{amount} moved here from {other}", amount=amount, other=other),
            False: reader.md("{amount} moved to {other}", amount=Money(-line.amount, budget.currency), other=other),
        }
        said = texts[line.amount > 0]
    about = f" · A{line.approval_id}" if line.approval_id is not None else ""
    return said + about + (reader.md(": {why}", why=line.why) if line.why else "")


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {"budgets.picture": picture, "budgets.changed": changed}
