"""/request and what is written to Deskhand in a direct message: words -> a call."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, money
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import Reader
from handlers.requests import acts, cards, lists, messages, modals, verbs
from handlers.slack_text import readable
from office import clock
from office.catalogue import RequestType, TypeField
from office.duties import notices
from office.duties import requests as duty
from office.duties.approvals.ask import home_of
from office.errors import Refusal
from office.rules import amount_words
from office.rules.money import Money, Price
from office.rules.request_words import understand
from office.rules.titles import without
from office.rules.words import clean
from storage import drafts, offices, people, request_clocks
from storage.tables import Request
from storage.text import fold
from storage.words import Act, FieldKind, Priority, RequestState, Standing


def request(call: Call) -> Answer:
    """/request: a form, a list, something about one request, or the words of a new one."""
    text = clean(call.text)
    if not text:
        return Answer(modal=modals.chooser(call.reader, call.catalogue, call.person))
    wanted = verbs.read(text)
    match wanted:
        case verbs.ListWanted(name="help"):
            return usage(call)
        case verbs.ListWanted(name="new"):
            return Answer(modal=modals.chooser(call.reader, call.catalogue, call.person))
        case verbs.ListWanted():
            return lists.show(call, wanted.name, wanted.page, wanted.words)
        case verbs.ActWanted():
            return _act(call, wanted)
        case verbs.Misspelt():
            return _did_you_mean(call, wanted)
        case _:
            return call.perform(lambda session: log_words(session, call, call.text))


def usage(call: Call) -> Answer:
    say = call.reader.md
    lines = [
        "`/request` — " + say("a form for everything that can be asked"),
        say("`/request The printer on floor 2 eats paper`") + " — " + say("logged at once; the type is guessed"),
        say("`/request high …`") + " — " + say("with high priority"),
        say("`/request … for @anna by Friday`") + " — " + say("for somebody else, with a date"),
        say("`/request mine` · `waiting` · `desk` · `list` · `find printer`") + " — " + say("lists"),
        "`/request 12` — " + say("one request with everything about it"),
        say("`/request take 12` · `solve 12 …` · `comment 12 …` · `ask 12 …` · `note 12 …`")
        + " — "
        + say("working on it"),
        say("`/request assign 12 @anna` · `handover 12 @anna` · `move 12 facilities`")
        + " — "
        + say("giving it to others"),
        say("`/request priority 12 high` · `hold 12` · `resume 12` · `reopen 12` · `cancel 12` · `edit 12`")
        + " — "
        + say("changing it"),
    ]
    heading = call.reader.say("How to use /request")
    buttons = [
        blocks.button(call.reader.say("New request"), "requests.new", style="primary"),
        blocks.button(call.reader.say("Mine"), "requests.page:mine", "mine|1|"),
        blocks.button(call.reader.say("Waiting for me"), "requests.page:waiting", "waiting|1|"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), *blocks.actions(buttons)))


def log_words(session: Session, call: Call, raw: str, files: tuple[dict[str, str], ...] = ()) -> Answer:
    """Logs typed words at once, unless something like it is open: then asks first, and keeps the words."""
    if (question := which_amount(session, call, raw, files)) is not None:
        return question
    asked = read_words(session, call, raw, files)
    near = duty.similar_to(session, call.person, asked.type, asked.text)
    if near:
        return _ask_first(session, call, asked, near)
    return logged(session, call, duty.log(session, call.person, asked))


def read_words(session: Session, call: Call, raw: str, files: tuple[dict[str, str], ...] = ()) -> duty.Ask:
    """The type, priority, person and date that stand plainly in typed words."""
    understood = understand(clean(raw), call.reader.today(), call.reader.language)
    kind = call.catalogue.guess(readable(session, understood.text))
    # Whom it is for and by when stand beside it.
    text = readable(session, without(understood.text, understood.spans))
    answers = amount_in(session, call, kind, text)
    if answers and (price := _price_in(session, call, text)) is not None:
        text = without(money.plain(call.reader, text), [(price.start, price.end)])
    slack_id = understood.beneficiary
    beneficiary = (people.find_by_slack(session, slack_id) or people.appear(session, slack_id)) if slack_id else None
    return duty.Ask(
        type=kind,
        text=text,
        answers=answers,
        priority=understood.priority,
        beneficiary_id=beneficiary.id if beneficiary else None,
        needed_by=understood.needed_by,
        files=files,
    )


def which_amount(session: Session, call: Call, raw: str, files: tuple[dict[str, str], ...] = ()) -> Answer | None:
    """Asks whether a price is for one or for all, where the words do not say and the type looks at the sum; None where
    nothing is to be asked."""
    understood = understand(clean(raw), call.reader.today(), call.reader.language)
    text = readable(session, understood.text)
    kind = call.catalogue.guess(text)
    if not call.body.get("command") or not any(one.kind is FieldKind.AMOUNT for one in kind.fields):
        return None
    found = _price_of_several(session, call, text)
    if found is None:
        return None
    each, count = found
    reader = call.reader
    kept = {"text": raw, "files": [dict(one) for one in files], "amounts": True}
    draft = drafts.keep(session, call.person.id or 0, kept, clock.now())
    said = reader.say("Is {amount} for each of the {count}, or for all of them together?", amount=each, count=count)
    total = Money(each.minor * count, each.currency)
    in_all = reader.say("{amount} in all ({count} × {each})", amount=total, count=count, each=each)
    row = [
        blocks.button(in_all, "requests.amount:each", f"{draft}.each"),
        blocks.button(reader.say("{amount} in all", amount=each), "requests.amount:all", f"{draft}.all"),
    ]
    return Answer(said, (blocks.words(said), blocks.context(reader.md("You typed:")), blocks.words(text),
                         *blocks.actions(row)))  # fmt: skip


def with_amount(call: Call) -> Answer:
    """The words that were kept, with the price as one of the buttons said it."""
    draft, _, said = call.value.partition(".")

    def do(session: Session) -> Answer:
        number, me = (int(draft) if draft.isdecimal() and len(draft) < 10 else 0), call.person.id or 0
        kept = drafts.find(session, number, me)
        if kept is None or "amounts" not in kept or not drafts.use(session, number, me):
            raise Refusal("This was answered already. /request mine lists what you asked for.")
        asked = replace(read_words(session, call, kept["text"]), files=tuple(kept.get("files", ())))
        found = _price_of_several(session, call, readable(session, clean(kept["text"])))
        asks = next((one for one in asked.type.fields if one.kind is FieldKind.AMOUNT), None)
        if found is not None and asks is not None:
            asked = replace(asked, answers={**asked.answers, **_answers(asks, *found, by_each=said == "each")})
        return logged(session, call, duty.log(session, call.person, asked), replaces=True)

    return call.perform(do)


def _answers(asks: TypeField, price: Money, count: int, by_each: bool) -> dict[str, Any]:
    """A price of several things as the form would hold it: for each of so many, where the form asks how many."""
    each = price.decimal if by_each else price.decimal / count
    if asks.times and each == each.quantize(Decimal("0.01")):
        return {asks.key: {"amount": str(each), "currency": price.currency}, asks.times: str(count)}
    total = price.decimal * count if by_each else price.decimal
    return {asks.key: {"amount": str(total), "currency": price.currency}, **({asks.times: "1"} if asks.times else {})}


def _price_of_several(session: Session, call: Call, text: str) -> tuple[Money, int] | None:
    """A price that may be for one of several things, and how many those are."""
    price = _price_in(session, call, text)
    count = amount_words.count_before(money.plain(call.reader, text), price.start) if price is not None else None
    return (price.money, count.number) if price is not None and count is not None else None


def amount_in(session: Session, call: Call, kind: RequestType, text: str) -> dict[str, Any]:
    """The amount that stands in typed words, as the answer to the type's question for one. Where it may be for one of
    several, the larger sum is looked at until somebody says otherwise."""
    asks = next((one for one in kind.fields if one.kind is FieldKind.AMOUNT), None)
    price = _price_in(session, call, text) if asks is not None else None
    if asks is None or price is None:
        return {}
    answer = {asks.key: {"amount": str(price.money.decimal), "currency": price.money.currency}}
    count = amount_words.count_before(money.plain(call.reader, text), price.start)
    if count is None:
        return answer
    return answer | {asks.times: str(count.number)} if asks.times else {}


def _price_in(session: Session, call: Call, text: str) -> Price | None:
    try:
        return money.find(call.reader, money.plain(call.reader, text), currency_of(session, call))
    except Refusal:
        return None  # the words are logged as they are; whoever works on it reads them


def logged(session: Session, call: Call, request: Request, replaces: bool = False) -> Answer:
    """The answer to whoever asked: what was understood, and how to change it with one press."""
    reader = call.reader
    kind = call.catalogue.get(request.type)
    types = modals.type_options(reader.language, call.catalogue, call.person.standing == Standing.MEMBER)
    facts: list[str] = [reader.md("*Type* {type}", type=kind.title)]
    if request.priority != Priority.NORMAL:
        facts.append(reader.md("*Priority* {priority}", priority=request.priority))
    if request.beneficiary_id:
        facts.append(reader.md("*For* {who}", who=people.get(session, request.beneficiary_id).known_as))
    if request.needed_by:
        facts.append(reader.md("*Needed by* {day}", day=request.needed_by))
    head = reader.say("Logged as #{number}: {title}", number=request.id, title=request.title)
    other = Priority.NORMAL if request.priority == Priority.HIGH else Priority.HIGH
    version = f"{request.id}.{request.version}"
    row: list[Block] = [
        {"action_id": "requests.retype_to", **blocks.select(types, request.type)},
        blocks.button(
            reader.say("High priority") if other == Priority.HIGH else reader.say("Normal priority"),
            "requests.prioritise_to",
            f"{version}.{other.value}",
        ),
        blocks.button(reader.say("Add details"), "requests.edit", str(request.id)),
        blocks.button(reader.say("Undo"), "desk.undo", version),
    ]
    return Answer(
        head,
        (
            blocks.words(head),
            blocks.md(" · ".join(facts)),
            blocks.context(_what_follows(session, reader, request)),
            *blocks.actions(row, block_id=f"logged:{version}"),
        ),
        replaces=replaces,
    )


def _what_follows(session: Session, reader: Reader, request: Request) -> str:
    if request.awaits_id is not None:
        return cards.awaited(session, reader, request)
    desk = reader.desk(offices.get_desk(session, request.desk_id))
    if not offices.is_staffed(session, request.desk_id):
        return reader.md(
            "It is kept for the desk “{desk}”, where nobody works yet. Your administrator sets it up with /desk "
            "office.",
            desk=desk,
        )
    due = request_clocks.answer_due(session, request.id or 0)
    if due is None:
        return reader.md("The desk “{desk}” has it now. I write to you in our direct messages.", desk=desk)
    return reader.md(
        "The desk “{desk}” has it now and answers by {when}. I write to you in our direct messages.",
        desk=desk,
        when=due,
    )


def one_request(session: Session, call: Call, request: Request) -> Answer:
    shown = cards.sheet(session, call.catalogue, call.reader, call.person, request)
    return Answer(cards.neutral(call.reader, request), tuple(blocks.fitting(shown)))


def done(session: Session, call: Call, act: Act, request: Request) -> Answer:
    """The answer to an act that was typed."""
    head = call.reader.say(
        "Done: {act}. #{number} is {state}.", act=cards.labels(call.reader)[act], number=request.id, state=request.state
    )
    value = f"{request.id}.{request.version}"
    buttons = [cards.open_button(call.reader.say("Open"), request)]
    if act not in (Act.COMMENT, Act.NOTE, Act.ASK, Act.REPLY, Act.FOLLOW):
        buttons.append(blocks.button(call.reader.say("Undo"), "desk.undo", value))
    return Answer(head, (blocks.words(head), *blocks.actions(buttons)))


def _act(call: Call, wanted: verbs.ActWanted[Act]) -> Answer:
    act, number = wanted.act, wanted.number
    if act is Act.SEE:
        with call.reading() as session:
            return one_request(session, call, duty.look(session, call.person, number))
    if act is Act.EDIT or (act in acts.WITH_WORDS and not wanted.words and act is not Act.HOLD):
        return open_act(call, act, number)

    def do(session: Session) -> Answer:
        if act in acts.AT_ONCE:
            return done(session, call, act, acts.at_once(session, call, act, number))
        words = wanted.words if act in (Act.ASSIGN, Act.HAND_OVER) else readable(session, wanted.words)
        request = acts.with_words(session, call, act, number, acts.Wanted(words=words))
        return done(session, call, act, request)

    return call.perform(do)


def open_act(call: Call, act: Act, number: int, text: str = "") -> Answer:
    """The form of an act that needs more words."""
    with call.reading() as session:
        request = duty.look(session, call.person, number, act)
        if act is Act.REPLY and request.state != RequestState.WAITING:
            act = Act.COMMENT  # somebody answered meanwhile; more words are welcome all the same
        duty.refuse_impossible(session, request, act)
        if act is Act.EDIT:
            kind = call.catalogue.get(request.type)
            filled = modals.filled_from(session, call.reader, request, kind)
            title = call.reader.say("Edit #{number}", number=number)
            metadata = {"id": number, "version": request.version, "sheet": call.in_modal}
            view = modals.form(call.reader, kind, currency_of(session, call), metadata, filled, title)
        else:
            view = modals.act_form(session, call.catalogue, call.reader, request, act, {"sheet": call.in_modal}, text)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def currency_of(session: Session, call: Call) -> str:
    return home_of(session, call.person)


def _did_you_mean(call: Call, wanted: verbs.Misspelt) -> Answer:
    reader = call.reader
    text = reader.say("Did you mean /request {near}?", near=str(wanted))
    if wanted.number is not None:
        label = reader.say("Open #{number}", number=wanted.number)
        buttons = [blocks.button(label, "requests.open", str(wanted.number), style="primary")]
    elif (name := verbs.LISTS[fold(wanted.near)]) in ("help", "new", "find"):
        buttons = [blocks.button(reader.say("Help"), "requests.help", style="primary")]
    else:
        buttons = [blocks.button(f"/request {wanted}", f"requests.page:{name}", f"{name}|1|", style="primary")]
    draft = call.perform(
        lambda session: Answer(str(drafts.keep(session, call.person.id or 0, {"text": call.text}, clock.now())))
    )
    buttons.append(blocks.button(reader.say("No, log it as a request"), "requests.log_draft", draft.text))
    return Answer(text, (blocks.words(text), blocks.words(clean(call.text)), *blocks.actions(buttons)))


def _ask_first(session: Session, call: Call, asked: duty.Ask, near: list[Request]) -> Answer:
    """Something like it is open already: the words are kept, and the asker decides."""
    assert call.person.id is not None
    kept = {"text": call.text, "similar": [one.id for one in near], "files": [dict(one) for one in asked.files]}
    draft_id = drafts.keep(session, call.person.id, kept, clock.now())
    if not call.body.get("command"):
        notices.tell(session, "requests.similar", "draft", draft_id, [call.person.id], detail_id=draft_id)
        return Answer()
    question = messages.similar_question(
        session, call.catalogue, call.reader, call.person.id, asked.text, near, draft_id
    )
    return Answer(question.text, question.blocks)


def from_draft(call: Call, draft_id: int) -> Answer:
    """Logs words that were kept, as they were typed."""

    def do(session: Session) -> Answer:
        assert call.person.id is not None
        kept = drafts.find(session, draft_id, call.person.id)
        if kept is None or not drafts.use(session, draft_id, call.person.id):
            raise Refusal("This was answered already. /request mine lists what you asked for.")
        files = tuple(kept.get("files", ()))
        asked = replace(read_words(session, call, kept["text"]), files=files, link=kept.get("link"))
        return logged(session, call, duty.log(session, call.person, asked), replaces=True)

    return call.perform(do)
