"""The history of one approval in sentences: who was asked when, what they saw, what they answered, for whom, why."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.approvals import absent, changes
from handlers.i18n import Md, Reader, escape, mention
from handlers.times import moment_said
from office.catalogue import Catalogue
from office.duties.approvals.access import who_did
from office.rules.money import Money
from storage import history, people
from storage.money_tables import Approval
from storage.tables import History
from storage.words import SeatVia


def lines(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval, full: bool = False) -> list[str]:
    """One line of mrkdwn an entry, oldest first; what has nothing to tell a person is left out. `full`: each day with
    its year, for a paper that is kept."""
    return [
        f"{escape(moment_said(reader, at) if full else reader.moment(at))} · {said}"
        for at, said in events(session, catalogue, reader, approval)
    ]


def events(
    session: Session, catalogue: Catalogue, reader: Reader, approval: Approval
) -> Iterator[tuple[datetime, str]]:
    """(when, what) of an approval's history."""
    for entry in reversed(history.of(session, "approval", approval.id or 0, 5000)):
        said = _said(session, catalogue, reader, approval, entry)
        if said:
            why = f": {escape(entry.why)}" if entry.why and entry.act not in ("asked", "approved") else ""
            yield entry.at, f"{said}{why}"


def _said(session: Session, catalogue: Catalogue, reader: Reader, approval: Approval, entry: History) -> str:
    actor_id = who_did(entry)
    who = mention(people.find(session, actor_id)) if actor_id else Md("Deskhand")
    after = entry.after
    match entry.act:
        case "ask":
            return reader.md("{who} asked for {what}", who=who, what=Md(_matter(reader, after)))
        case "asked":
            return _asked(session, reader, after)
        case "approve" | "reject" | "changes":
            return _verdict(session, reader, who, entry)
        case "edit":
            found = changes.changes_said(session, catalogue, reader, approval, entry.before, after)
            changed = ", ".join(one.lstrip("• ") for one in found)
            version = reader.md("version {number}", number=after["edition"]) if "edition" in after else ""
            return reader.md(
                "{who} changed it: {changes}", who=who, changes=Md(" · ".join(filter(None, (changed, version))) or "–")
            )
        case "reassign":
            to = mention(people.find(session, after.get("approver_id")))
            return reader.md("{who} gave it to {to}", who=who, to=to)
        case "pay":
            paid = Money(after["paid"], after["currency"])
            return reader.md("{who} booked {amount} as paid", who=who, amount=paid)
        case "proposed":
            to = mention(people.find(session, (after.get("proposed") or {}).get("to")))
            return reader.md("{who} proposed that {to} decides", who=who, to=to)
    return _plain(reader, entry.act, who)


def _verdict(session: Session, reader: Reader, who: Md, entry: History) -> str:
    facts = {"who": who, "what": Md(_saw(reader, entry.after)), "whom": _for(session, reader, entry)}
    texts = {
        "approve": reader.md("{who} approved {what}{whom}", **facts),
        "reject": reader.md("{who} rejected {what}{whom}", **facts),
        "changes": reader.md("{who} asked for changes of {what}{whom}", **facts),
    }
    return texts[entry.act]


def _plain(reader: Reader, act: str, who: Md) -> str:
    texts = {
        "approved": reader.md("It is approved"),
        "rejected": reader.md("It is rejected"),
        "withdrawn": reader.md("{who} took it back", who=who),
        "expired": reader.md("It expired: nobody had touched it for two months"),
        "reopen": reader.md("{who} asked once more", who=who),
        "unpay": reader.md("{who} took the payment back", who=who),
        "left": reader.md("An approver may not decide any more; others are asked"),
        "needless": reader.md("No approval is needed any more"),
    }
    return texts.get(act, "")


def _asked(session: Session, reader: Reader, after: Mapping[str, Any]) -> str:
    holder, approver = (mention(people.find(session, after.get(name))) for name in ("holder_id", "approver_id"))
    facts = {"holder": holder, "approver": approver, "step": after["step"] + 1, "number": after["edition"]}
    if after["holder_id"] == after["approver_id"]:
        return reader.md("{holder} was asked (step {step}, version {number})", **facts)
    texts = {
        SeatVia.COVER.value: reader.md(
            "{holder} was asked as cover of {approver} (step {step}, version {number})", **facts
        ),
        SeatVia.MANAGER.value: reader.md(
            "{holder} was asked, as {why} (step {step}, version {number})",
            why=absent.said(session, reader, after["approver_id"], after.get("absent")),
            **facts,
        ),
        SeatVia.ESCALATED.value: reader.md(
            "{holder} was asked too, as the time of {approver} was over (step {step}, version {number})", **facts
        ),
    }
    return texts.get(after["via"], "")


def _matter(reader: Reader, values: Mapping[str, Any]) -> str:
    amount = values.get("amount")
    money = reader.money(Money(amount, values["currency"]).decimal, values["currency"]) if amount is not None else ""
    return " · ".join(part for part in (f"*{escape(str(values.get('title', '')))}*", escape(money)) if part)


def _saw(reader: Reader, after: Mapping[str, Any]) -> str:
    """What stood on the card that was answered."""
    version = reader.md("version {number}", number=after["edition"])
    return f"{_matter(reader, after.get('saw', {}))} ({version})"


def _for(session: Session, reader: Reader, entry: History) -> Md:
    """In whose place it was answered."""
    approver = entry.after.get("approver_id")
    if approver == entry.actor_id:
        return Md("")
    name = mention(people.find(session, approver))
    if entry.after.get("via") == SeatVia.COVER.value:
        return Md(reader.md(" (cover) for {who}", who=name))
    return Md(reader.md(" for {who}", who=name))
