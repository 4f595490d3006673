"""The words of something to be approved -> what is asked, or one question about what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import blocks, money
from handlers.approvals import cards, modals, routes_said
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.people import away_word
from handlers.slack_text import readable
from handlers.tasks.commands import without_people
from handlers.typed import GROUP
from office import clock
from office.duties import approvals as duty
from office.duties import budgets as budget_duty
from office.duties.approvals.ask import home_of
from office.errors import Refusal
from office.rules import amount_words
from office.rules.money import Money, Price
from office.rules.request_words import mentions, understand
from office.rules.titles import without
from office.rules.words import title_of, tokens
from office.when import Deadline, find_deadline
from storage import drafts, people
from storage.approvals import open_seats
from storage.money_tables import Approval

FREE, OTHER = "free", "other"


@dataclass(frozen=True)
class Words:
    """What stands in typed words. `text` is readable, with figures as everybody writes them."""

    raw: str
    text: str
    price: Price | None = None
    deadline: Deadline | None = None
    trouble: Refusal | None = None  # the amount can't be read

    @property
    def says_what(self) -> bool:
        """Whether there is anything beside the amount."""
        return self.price is None or bool(tokens(self.text[: self.price.start] + self.text[self.price.end :]))

    def title(self, with_amount: bool = False) -> str:
        """The words without what stands beside them on the card."""
        spans = list(self.deadline.span) if self.deadline else []
        spans += [(self.price.start, self.price.end)] if self.price and not with_amount else []
        return without(self.text, spans)


def new(call: Call) -> Answer:
    with call.reading() as session:
        currency, categories = home_of(session, call.person), budget_duty.categories(session, call.person)
    return Answer(modal=modals.form(call.reader, currency, categories, {}), how="push" if call.in_modal else "open")


def ask_words(call: Call, raw: str) -> Answer:
    if not raw:
        return new(call)
    call.meet(mentions(raw))
    return call.perform(lambda session: _ask(session, call, raw))


def with_amount(call: Call) -> Answer:
    """The answer to what something costs: as one of the buttons said it."""
    draft, _, said = call.value.partition(".")

    def do(session: Session) -> Answer:
        raw = _kept(session, call, draft, uses=True)
        if said == FREE:
            return _asked_for(session, call, _read(session, call, raw), None, free=True, replaces=True)
        minor, _, currency = said.partition(".")
        meant = Money(int(minor) if minor.isdecimal() else 0, currency)
        return _asked_for(session, call, _read(session, call, raw), meant, replaces=True)

    return call.perform(do)


def amount_form(call: Call) -> Answer:
    """The form with what was understood in it, for an amount that is none of those on the buttons."""
    with call.reading() as session:
        words = _read(session, call, _kept(session, call, call.value))
        understood = understand(words.raw, call.reader.today(), call.reader.language)
        filled = {
            "title": words.title(with_amount=words.price is None), "who": mentions(words.raw),
            "for": understood.beneficiary, "needed_by": words.deadline.day if words.deadline else None,
        }  # fmt: skip
        if understood.beneficiary:
            filled["who"] = [one for one in mentions(words.raw) if one != understood.beneficiary]
        categories = budget_duty.categories(session, call.person)
        view = modals.form(call.reader, home_of(session, call.person), categories, {}, filled)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def asked(session: Session, call: Call, approval: Approval, replaces: bool = False) -> Answer:
    """The answer to whoever asked: what was understood, who decides, and how to change it."""
    reader = call.reader
    head = reader.say("A{number} {title}", number=approval.id, title=approval.title)
    facts = [reader.md("*Amount* {amount}", amount=cards.amount_or_none(session, reader, approval))]
    if approval.beneficiary_id is not None:
        facts.append(reader.md("*For* {people}", people=[people.get(session, approval.beneficiary_id).known_as]))
    if approval.day is not None:
        facts.append(reader.md("*Needed by* {day}", day=approval.day))
    route = reader.md("*Asked* {route}", route=routes_said.route(session, reader, approval))
    row = [
        blocks.button(reader.say("Add details"), "approvals.edit", str(approval.id)),
        blocks.button(reader.say("Withdraw"), "approvals.withdraw", str(approval.id)),
    ]
    away = [
        word
        for one in open_seats(session, approval)
        if (word := away_word(session, reader, people.find(session, one.approver_id)))
    ]
    shown = [blocks.words(head), blocks.md(" · ".join(facts)), blocks.md(route)]
    shown += [blocks.context(word) for word in away]
    if approval.amount is None:
        shown.append(blocks.context(reader.md("I found no amount in your words. *Add details* takes one.")))
    return Answer(head, (*shown, *blocks.actions(row)), replaces=replaces)


def _ask(session: Session, call: Call, raw: str) -> Answer:
    words = _read(session, call, raw)
    reader, home = call.reader, home_of(session, call.person)
    if words.trouble is not None:
        text, facts = words.trouble.text, words.trouble.facts
        return _question(session, call, words, reader.say(text, **facts), ())
    if words.price is None:
        rest = words.title()
        found = amount_words.unread(rest, reader.language)
        if found is None:
            return _asked_for(session, call, words, None)
        text = reader.say("I see “{words}”. What does it cost in all?", words=found)
        return _question(session, call, words, text, _guesses(call, found, home), may_be_free=True)
    if not words.says_what:
        raise Refusal("Say what it is for, for example: /approvals ask @anna Conference ticket 450 EUR.")
    count = amount_words.count_before(words.text, words.price.start)
    if count is None:
        return _asked_for(session, call, words, words.price.money)
    each = words.price.money
    text = reader.say(
        "Is {amount} for each of the {count}, or for all of them together?", amount=each, count=count.number
    )
    return _question(session, call, words, text, (Money(each.minor * count.number, each.currency), each), count.number)


def _asked_for(
    session: Session, call: Call, words: Words, amount: Money | None, free: bool = False, replaces: bool = False
) -> Answer:
    understood = understand(words.raw, call.reader.today(), call.reader.language)
    beneficiary = people.find_by_slack(session, understood.beneficiary) if understood.beneficiary else None
    named = [people.find_by_slack(session, one) or people.appear(session, one) for one in mentions(words.raw)]
    asked_people = [f"person:{one.id}" for one in named if beneficiary is None or one.id != beneficiary.id]
    groups = [f"group:{found['id']}" for found in GROUP.finditer(words.raw)]
    whole = words.title(with_amount=amount is None)
    title = title_of(whole, 200)
    proposal = duty.Proposal(
        title=title,
        text="" if title == whole else words.text,
        money=amount,
        named=tuple(dict.fromkeys([*asked_people, *groups])),
        beneficiary_id=beneficiary.id if beneficiary is not None else None,
        day=words.deadline.day if words.deadline else None,
        unclear=free,
    )
    return asked(session, call, duty.ask(session, call.person, proposal), replaces)


def _read(session: Session, call: Call, raw: str) -> Words:
    reader = call.reader
    text = money.plain(reader, readable(session, without_people(GROUP.sub(" ", raw))))
    deadline = find_deadline(text, reader.today(), reader.language)
    try:
        price = money.find(reader, text, home_of(session, call.person))
    except Refusal as refusal:
        return Words(raw, text, None, deadline, refusal)
    return Words(raw, text, price, deadline)


def _guesses(call: Call, found: str, home: str) -> Sequence[Money]:
    """Figures without a currency are rather money of where the writer is; said on the button, and pressed."""
    try:
        return (money.read(call.reader, found, home),)
    except Refusal:
        return ()


def _question(
    session: Session,
    call: Call,
    words: Words,
    text: str,
    sums: Sequence[Money],
    count: int = 0,
    may_be_free: bool = False,
) -> Answer:
    """One question about what it costs, each answer with the sum that it would be; the words are kept meanwhile."""
    reader = call.reader
    draft = drafts.keep(session, call.person.id or 0, {"approval": words.raw}, clock.now())
    row: list[Block] = []
    for at, one in enumerate(sums):
        label = reader.say("{amount} in all", amount=one)
        if count and at == 0:
            label = reader.say("{amount} in all ({count} × {each})", amount=one, count=count, each=sums[1])
        row.append(blocks.button(label, f"approvals.amount:{at}", f"{draft}.{one.minor}.{one.currency}"))
    row.append(blocks.button(reader.say("Another amount …"), "approvals.amount_form", str(draft)))
    if may_be_free:
        row.append(blocks.button(reader.say("It costs nothing"), "approvals.amount:free", f"{draft}.{FREE}"))
    asked_for = readable(session, words.raw)
    return Answer(text, (blocks.words(text), blocks.context(reader.md("You typed:")), blocks.words(asked_for),
                         *blocks.actions(row)))  # fmt: skip


def _kept(session: Session, call: Call, draft: str, uses: bool = False) -> str:
    number = int(draft) if draft.isdecimal() and len(draft) < 10 else 0
    kept = drafts.find(session, number, call.person.id or 0)
    if kept is None or "approval" not in kept or (uses and not drafts.use(session, number, call.person.id or 0)):
        raise Refusal("This was answered already. /approvals mine shows what you asked for.")
    return str(kept["approval"])
