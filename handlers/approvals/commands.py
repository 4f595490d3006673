"""/approvals: words -> an approval that is asked for, a list, or an act on one."""

import re
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from handlers import blocks, money
from handlers.approvals import asking, cards, lists, modals
from handlers.approvals.verbs import ACT_WORDS, ASK, HISTORY, PAPER, TYPED
from handlers.context import Answer, Call
from handlers.slack_text import readable
from handlers.tasks.commands import moment_named, without_people
from handlers.typed import GROUP, ActWanted, ListWanted, Misspelt, as_written, nearest
from office.duties import approvals as duty
from office.duties import budgets as budget_duty
from office.duties import notices
from office.duties import requests as request_duty
from office.duties.approvals.access import belongs_to_request
from office.duties.approvals.ask import home_of
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.words import clean, first_word
from storage import approvals, people
from storage.money_tables import Approval
from storage.tables import Person
from storage.text import fold
from storage.words import ApprovalAct

A = ApprovalAct
Handler = Callable[[Call], Answer]

# What needs no more words, or has them behind the number, and is done at once.
WITH_WORDS = (A.REJECT, A.CHANGES, A.REASSIGN, A.SNOOZE, A.PAY, A.UNPAY)
# A word and a number say that something is to be done with it; what it is can only be asked.
_WORD_AND_NUMBER = re.compile(r"(?P<word>[^\W\d_]+)[:,]?\s+[#Aa]?(?P<number>\d{1,12})[.!]?")


def approvals_command(call: Call) -> Answer:
    """/approvals: what waits, the words of something to be approved, a list, or something about one."""
    text = clean(call.text)
    if not text:
        return lists.show(call, "waiting")
    first, rest = first_word(text)
    if fold(first) in ASK:
        return asking.ask_words(call, rest.strip())
    wanted = TYPED.read(text)
    match wanted:
        case ListWanted():
            page = _LISTS.get(wanted.name)
            return page(call) if page is not None else lists.show(call, wanted.name, wanted.page)
        case ActWanted():
            return _act(call, wanted)
        case Misspelt():
            return _did_you_mean(call, wanted)
    _refuse_mere_words(text)
    return asking.ask_words(call, text)


def _refuse_mere_words(text: str) -> None:
    """Without “ask” only words with somebody or some amount in them are meant for an approver: a greeting is not."""
    first = text.split()[0]
    if fold(first) in TYPED.acts or nearest(first, as_written(ACT_WORDS), 80):
        raise Refusal("Say which one, by its number: /approvals {act} 12. /approvals shows them.", act=first)
    if found := _WORD_AND_NUMBER.fullmatch(text):
        raise Refusal(
            "I don't know what “{word}” should do with A{number}. /approvals help tells what can be done. To ask for "
            "something, write the currency behind an amount: /approvals ask {word} {number} EUR.",
            word=found["word"],
            number=found["number"],
        )
    is_list = fold(first) in TYPED.lists
    if not is_list and (mentions(text) or GROUP.search(text) or any(char.isdigit() for char in text)):
        return
    raise Refusal(
        "I don't know “/approvals {typed}”. To ask for something: /approvals ask and your words. /approvals help tells "
        "more.",
        typed=blocks.cut(text, 60),
    )


def usage(call: Call) -> Answer:
    say = call.reader.md
    lines = [
        "`/approvals` — " + say("what waits for your decision"),
        say("`/approvals ask @anna Conference ticket 450 EUR`") + " — " + say("asks her; without a name, your manager"),
        "`/approvals ask` — " + say("the same with a form, and files"),
        say("`/approvals mine` · `decided` · `several`")
        + " — "
        + say("what you asked for, what you decided, several at once"),
        "`/approvals 12` — " + say("one of them: what, who, why, the budget, every verdict"),
        say("`/approvals approve 12` · `reject 12 …` · `changes 12 …`")
        + " — "
        + say("deciding, with a reason where it is a no"),
        say("`/approvals reassign 12 @bo …` · `snooze 12 tomorrow`") + " — " + say("to somebody else; later"),
        say("`/approvals edit 12` · `withdraw 12` · `reopen 12`") + " — " + say("changing, taking back, asking again"),
        say("`/approvals history 12` · `pdf 12` · `paid 12 438.50` · `unpaid 12 …`")
        + " — "
        + say("who saw and answered what; as PDF; booked by finance, and corrected"),
    ]
    heading = call.reader.say("How to use /approvals")
    row = [
        blocks.button(call.reader.say("Ask for approval"), "approvals.new", style="primary"),
        blocks.button(call.reader.say("Waiting for me"), "approvals.page:waiting", "waiting|1"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), *blocks.actions(row)))


def done(session: Session, call: Call, act: ApprovalAct, approval: Approval) -> Answer:
    """The answer to an act that was typed, or pressed where nothing redraws itself."""
    reader = call.reader
    said = {"number": approval.id, "title": approval.title, "amount": cards.amount_said(reader, approval)}
    texts: Mapping[ApprovalAct, str] = {
        A.APPROVE: reader.say("Approved by you: A{number} {title} {amount}", **said),
        A.REJECT: reader.say("Rejected: A{number} {title}", **said),
        A.CHANGES: reader.say("Sent back for changes: A{number} {title}", **said),
        A.REASSIGN: reader.say("Given on: A{number} {title}", **said),
        A.WITHDRAW: reader.say("Taken back: A{number} {title}", **said),
        A.REOPEN: reader.say("Asked once more: A{number} {title}", **said),
        A.PAY: reader.say("Booked as paid: A{number} {title}", **said),
        A.UNPAY: reader.say("Not booked as paid any more: A{number} {title}", **said),
    }
    head = " ".join(texts[act].split())
    if act is A.REASSIGN and approval.proposed is not None:
        to = people.get(session, approval.proposed["to"])
        head = reader.say(
            "Proposed: {who} decides on A{number}. The route knows nobody else, so another administrator has to say "
            "the same; they have been asked.",
            who=to.known_as, number=approval.id,
        )  # fmt: skip
    state = cards.status(session, reader, approval)
    return Answer(
        head, (blocks.words(head), *state, *blocks.actions([cards.open_button(reader.say("Open"), approval)]))
    )


def snoozed(call: Call, number: int, until: object) -> Answer:
    said = call.reader.say("A{number} comes back to you {when}. Its time goes on.", number=number, when=until)
    return Answer(said, (blocks.words(said),))


def several(call: Call) -> Answer:
    """All that waits for somebody, to be approved with one look."""
    with call.reading() as session:
        page = approvals.waiting_for(session, call.person.id or 0, 1, modals.MOST_SEVERAL)
        them = [
            one
            for one in page.rows
            if duty.is_allowed(session, call.person, one, A.APPROVE) and not cards.needs_reason(one)
        ]
        if not them:
            raise Refusal("Nothing waits for your decision.")
        view = modals.several(session, call.reader, them)
    return Answer(modal=view, how="push" if call.in_modal else "open")


_LISTS: Mapping[str, Handler] = {"help": usage, "new": asking.new, "several": several}


def open_act(call: Call, act: ApprovalAct, number: int) -> Answer:
    """The form of an act that needs more words."""
    with call.reading() as session:
        approval = duty.look(session, call.person, number, act)
        metadata = {"sheet": call.in_modal}
        if act is A.EDIT:
            currency, filled = home_of(session, call.person), modals.filled_from(session, call.reader, approval)
            carried = {"id": number, "edition": approval.edition, **metadata}
            categories = budget_duty.categories(session, call.person)
            view = modals.form(call.reader, currency, categories, carried, filled)
        else:
            view = modals.act_form(session, call.reader, approval, act, call.person, metadata)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def perform(
    session: Session,
    call: Call,
    act: ApprovalAct,
    number: int,
    words: str,
    edition: int | None = None,
    step: int | None = None,
) -> Approval:
    """One act with its words, typed or from a form; each refuses by itself what is missing."""
    match act:
        case A.APPROVE:
            return duty.approve(session, call.person, number, edition, words, step)
        case A.REJECT:
            return duty.reject(session, call.person, number, edition, words)
        case A.CHANGES:
            return duty.want_changes(session, call.person, number, edition, words)
        case A.WITHDRAW:
            return duty.withdraw(session, call.person, number, words)
        case A.REOPEN:
            return _reopen(session, call, number, words)
        case A.PAY:
            approval = duty.look(session, call.person, number, A.PAY)
            paid = money.read(call.reader, words, approval.currency or home_of(session, call.person))
            return duty.pay(session, call.person, number, paid)
        case A.UNPAY:
            return duty.unpay(session, call.person, number, words)
    raise Refusal("This button is from an older message. /approvals shows what waits for you.")


def order_paper(call: Call, number: int) -> Answer:
    """The PDF is made when it is sent: it comes as a message."""

    def do(session: Session) -> Answer:
        duty.look(session, call.person, number)
        notices.tell(session, "approvals.paper", "approval", number, [call.person.id])
        said = call.reader.say("The PDF comes in our direct messages.")
        return Answer(said, (blocks.words(said),))

    return call.perform(do)


def somebody(session: Session, words: str) -> Person:
    named = mentions(words)
    if not named:
        raise Refusal("Say who, with an @: for example /approvals reassign 12 @anna on holiday with me.")
    return people.find_by_slack(session, named[0]) or people.appear(session, named[0])


def _act(call: Call, wanted: ActWanted[str]) -> Answer:
    number, words = wanted.number, wanted.words
    if wanted.act == PAPER:
        return order_paper(call, number)
    if wanted.act in (A.SEE.value, HISTORY):
        with call.reading() as session:
            approval = duty.look(session, call.person, number)
            if wanted.act == HISTORY:
                view = modals.sheet(session, call.catalogue, call.reader, call.person, approval)
                return Answer(f"A{number}", tuple(blocks.fitting(view["blocks"])))
            shown = cards.card(session, call.catalogue, call.reader, approval, call.person)
        return Answer(f"A{number} {approval.title}", tuple(blocks.fitting(shown)))
    act = ApprovalAct(wanted.act)
    with call.reading() as session:
        linked = _linked_request(session, call, number, act)
    if linked is not None:
        return linked
    if act is A.EDIT or (act in WITH_WORDS and not words):
        return open_act(call, act, number)
    call.meet(mentions(words))
    return call.perform(lambda session: _typed(session, call, act, number, words))


def _typed(session: Session, call: Call, act: ApprovalAct, number: int, words: str) -> Answer:
    if act is A.SNOOZE:
        until = moment_named(session, call, words)
        duty.snooze(session, call.person, number, until, call.reader.zone)
        return snoozed(call, number, until)
    if act is A.REASSIGN:
        to, why = somebody(session, words), readable(session, without_people(words))
        return done(session, call, act, duty.reassign(session, call.person, number, to, why))
    if act is A.APPROVE and duty.look(session, call.person, number, act).edition > 1:
        # Typed words name no version: what has changed is looked at before it is agreed to.
        return _look_first(session, call, number)
    return done(session, call, act, perform(session, call, act, number, readable(session, words)))


def _look_first(session: Session, call: Call, number: int) -> Answer:
    approval = duty.look(session, call.person, number)
    head = call.reader.say("A{number} has changed since it was asked first. Look, and press.", number=number)
    shown = cards.card(session, call.catalogue, call.reader, approval, call.person)
    return Answer(head, (blocks.words(head), *blocks.fitting(shown)))


def _reopen(session: Session, call: Call, number: int, words: str) -> Approval:
    approval = duty.look(session, call.person, number, A.REOPEN)
    if approval.request_id is not None:
        request_duty.reopen(session, call.person, approval.request_id, words)
        return approvals.get(session, number)
    return duty.reopen(session, call.person, number, words)


def _linked_request(session: Session, call: Call, number: int, act: ApprovalAct) -> Answer | None:
    """What is asked with a request is changed there."""
    approval = approvals.find(session, number)
    if act is not A.EDIT or approval is None or approval.request_id is None:
        return None
    duty.look(session, call.person, number, act)
    raise belongs_to_request(approval)


def _did_you_mean(call: Call, wanted: Misspelt) -> Answer:
    text = call.reader.say("Did you mean /approvals {near}?", near=str(wanted))
    if wanted.number is not None:
        label = call.reader.say("Open A{number}", number=wanted.number)
        row = [blocks.button(label, "approvals.open", str(wanted.number), style="primary")]
    else:
        name = TYPED.lists[fold(wanted.near)]
        action = {"help": "approvals.help", "new": "approvals.new", "several": "approvals.several"}.get(
            name, f"approvals.page:{name}"
        )
        row = [blocks.button(f"/approvals {wanted}", action, f"{name}|1", style="primary")]
    return Answer(text, (blocks.words(text), blocks.words(clean(call.text)), *blocks.actions(row)))
