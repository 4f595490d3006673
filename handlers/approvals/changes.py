"""What has changed in an approval, old and new, in words that a person knows from its form."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.i18n import Reader
from handlers.requests import cards as request_cards
from office.catalogue import Catalogue
from office.duties.approvals.routes import department_name
from office.duties.budgets import first_month
from office.rules import fiscal
from office.rules.money import Money
from storage import people
from storage.money_tables import Approval

Values = Mapping[str, Any]


def changes_said(
    session: Session, catalogue: Catalogue, reader: Reader, approval: Approval, before: Values, after: Values
) -> Iterator[str]:
    """Each thing that has changed, a line of mrkdwn."""
    names = {
        "type": reader.say("Type"),
        "title": reader.say("What"),
        "supplier": reader.say("Supplier"),
        "beneficiary_id": reader.say("For"),
        "department_id": reader.say("Department"),
        "day": reader.say("Needed by"),
        "category": reader.say("Budget category"),
        "year": reader.say("Budget year"),
        "text": reader.say("Why?"),
        "files": reader.say("Files"),
    }
    old_money, new_money = (_money_said(reader, one) for one in (before, after))
    if old_money != new_money:
        yield reader.md("• {label}: {old} → *{new}*", label=reader.say("Amount"), old=old_money, new=new_money)
    for name, label in names.items():
        if name in after and before.get(name) != after[name]:
            old, new = (_value_said(session, catalogue, reader, name, one.get(name)) for one in (before, after))
            yield reader.md("• {label}: {old} → *{new}*", label=label, old=old, new=new)
    kind = catalogue.get(str(after.get("type") or approval.type))
    old_answers, new_answers = (one.get("answers") or {} for one in (before, after))
    if "answers" in after:
        for key in dict.fromkeys([*old_answers, *new_answers]):
            if old_answers.get(key) != new_answers.get(key):
                label, was = request_cards.answer_said(session, catalogue, reader, kind, key, old_answers.get(key))
                _, now = request_cards.answer_said(session, catalogue, reader, kind, key, new_answers.get(key))
                yield reader.md("• {label}: {old} → *{new}*", label=label, old=was, new=now)


def _money_said(reader: Reader, values: Values) -> str:
    amount, currency = values.get("amount"), values.get("currency")
    if not isinstance(amount, int) or not isinstance(currency, str):
        return "–"
    return reader.money(Money(amount, currency).decimal, currency)


def _value_said(session: Session, catalogue: Catalogue, reader: Reader, name: str, value: object) -> str:
    if value in (None, "", {}, []):
        return "–"
    if name == "beneficiary_id" and isinstance(value, int):
        return people.get(session, value).known_as
    if name == "department_id" and isinstance(value, int):
        return department_name(session, value)
    if name == "year" and isinstance(value, int):
        return fiscal.name_of(value, first_month(session))
    if name == "day" and isinstance(value, str):
        return reader.day(date.fromisoformat(value))
    if name == "type":
        kind = catalogue.find(str(value))
        return reader.titles(kind.title) if kind is not None else str(value)
    if isinstance(value, list):
        return ", ".join(str(one.get("name", "")) for one in value if isinstance(one, Mapping))
    return blocks.cut(str(value), 300)
