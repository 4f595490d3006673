"""What Deskhand says by itself about requests: cards, and news for those concerned."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, escape, mention
from handlers.requests import cards
from office.catalogue import Catalogue
from office.duties import confidence, notices
from office.duties.requests.access import is_allowed
from storage import drafts, history, offices, outbox, people, request_clocks, requests
from storage.tables import Request
from storage.words import UNFINISHED, Act, CommentKind, RequestState


def card(drawing: Drawing) -> Message:
    """The desk's card, in its channel or in a direct message to each of its people."""
    request = _request(drawing)
    if not _is_the_desks(drawing, request):
        return _moved(drawing, request)
    shown = cards.desk_card(drawing.session, drawing.catalogue, drawing.reader, request, drawing.moment)
    text = drawing.reader.say("Request {what}", what=cards.neutral(drawing.reader, request))
    return Message(text, tuple(shown))


def mine(drawing: Drawing) -> Message:
    request = _request(drawing)
    shown = cards.asker_card(drawing.session, drawing.catalogue, drawing.reader, request, drawing.moment)
    text = drawing.reader.say("Your request {what}", what=cards.neutral(drawing.reader, request))
    return Message(text, tuple(shown))


def said(drawing: Drawing) -> Message | None:
    """Words on a request, for somebody in it or below the desk's card."""
    request = _request(drawing)
    comment = requests.get_comment(drawing.session, drawing.row.detail_id or 0)
    author = people.get(drawing.session, comment.author_id)
    if comment.kind == CommentKind.NOTE and not _may_read_notes(drawing, request):
        return None
    texts = {
        CommentKind.COMMENT: drawing.reader.md("{who} commented on {what}:", who=mention(author), what=_link(drawing)),
        CommentKind.ANSWER: drawing.reader.md("{who} answered on {what}:", who=mention(author), what=_link(drawing)),
        CommentKind.NOTE: drawing.reader.md(
            "{who} wrote a note for the desk on {what}:", who=mention(author), what=_link(drawing)
        ),
    }
    head = texts.get(comment.kind, texts[CommentKind.COMMENT])
    below = drawing.row.parent_id is not None
    if below and comment.kind == CommentKind.NOTE and not _is_the_desks_alone(drawing):
        # A note is for the desk: where others read along it is only told of.
        opens = cards.open_button(drawing.reader.say("Open"), request)
        plain = drawing.reader.say("News on {what}", what=f"#{request.id}")
        return Message(plain, (blocks.md(head), *blocks.actions([opens])))
    act = Act.COMMENT if request.state in UNFINISHED else None
    return Message(
        drawing.reader.say("News on {what}", what=cards.neutral(drawing.reader, request)),
        (blocks.md(head), *blocks.paragraphs(comment.text), *([] if below else _row(drawing, request, act))),
    )


def asked(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    comment = requests.get_comment(drawing.session, drawing.row.detail_id or 0)
    author = people.get(drawing.session, comment.author_id)
    head = drawing.reader.md("{who} needs to know something for {what}:", who=mention(author), what=_link(drawing))
    waits = request.state == RequestState.WAITING
    settled = [] if waits else [blocks.context(drawing.reader.md("✓ This question is settled."))]
    return Message(
        drawing.reader.say("A question about {what}", what=cards.neutral(drawing.reader, request)),
        (
            blocks.md(head),
            *blocks.paragraphs(comment.text),
            *settled,
            *_row(drawing, request, Act.REPLY if waits else None),
        ),
    )


def solved(drawing: Drawing) -> Message | None:
    """The answer, to whoever asked and to those counted in; nothing if it was opened again meanwhile."""
    request = _request(drawing)
    newest = requests.last_comment(drawing.session, drawing.row.subject_id, CommentKind.SOLUTION)
    if request.state not in (RequestState.SOLVED, RequestState.CLOSED) or newest is None:
        return None
    comment = requests.get_comment(drawing.session, drawing.row.detail_id or 0)
    if comment.id != newest.id:
        return None
    author = people.get(drawing.session, comment.author_id)
    head = drawing.reader.md("✅ {who} solved {what}:", who=mention(author), what=_link(drawing))
    asker = drawing.row.reader_id in (request.requester_id, request.beneficiary_id)
    acts = [Act.CONFIRM, Act.REOPEN] if asker and request.state == RequestState.SOLVED else [None]
    return Message(
        drawing.reader.say("Solved: {what}", what=cards.neutral(drawing.reader, request)),
        (
            blocks.md(head),
            *blocks.paragraphs(comment.text),
            *([blocks.context(drawing.reader.md("Not right? Open it again within 5 working days."))] if asker else []),
            *_row(drawing, request, *acts),
        ),
    )


def assigned(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    if request.owner_id != drawing.row.reader_id:
        return None
    return _news(drawing, request, drawing.reader.md("{what} is yours now.", what=_link(drawing)), Act.SOLVE)


def offered(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    if request.offered_to_id != drawing.row.reader_id:
        return None
    text = drawing.reader.md("{what} is offered to you. Will you take it over?", what=_link(drawing))
    plain = drawing.reader.say("News on {what}", what=cards.neutral(drawing.reader, request))
    row = [
        cards.act_button(drawing.reader, request, Act.ACCEPT, style="primary"),
        cards.act_button(drawing.reader, request, Act.HAND_BACK, label=drawing.reader.say("Decline")),
        cards.open_button(drawing.reader.say("Open"), request),
    ]
    return Message(plain, (blocks.md(text), *blocks.actions(row)))


def accepted(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    owner = people.find(drawing.session, request.owner_id)
    text = drawing.reader.md("{who} has taken over {what} from you.", who=mention(owner), what=_link(drawing))
    return _news(drawing, request, text, None)


def handed_back(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    newest = _newest(drawing, Act.HAND_BACK)
    actor = people.find(drawing.session, newest)
    text = drawing.reader.md("{who} handed {what} back.", who=mention(actor), what=_link(drawing))
    return _news(drawing, request, text, Act.TAKE if request.owner_id is None else None)


def freed(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    gone = people.find(drawing.session, drawing.row.detail_id)
    text = drawing.reader.md("{what} needs somebody new: {who} has left.", what=_link(drawing), who=mention(gone))
    return _news(drawing, request, text, Act.TAKE if request.owner_id is None else None)


def held(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    if request.state != RequestState.ON_HOLD:
        return None
    why = next(
        (one.why for one in history.of(drawing.session, "request", request.id or 0, 5) if one.act == Act.HOLD), ""
    )
    message = _news(drawing, request, drawing.reader.md("{what} is on hold for now.", what=_link(drawing)), Act.COMMENT)
    return Message(message.text, (message.blocks[0], *([blocks.words(why)] if why else []), *message.blocks[1:]))


def edited(drawing: Drawing) -> Message | None:
    text = drawing.reader.md("{what} now says something else.", what=_link(drawing))
    return _news(drawing, _request(drawing), text, None)


def reopened(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    if request.state not in UNFINISHED:
        return None
    comment = requests.get_comment(drawing.session, drawing.row.detail_id) if drawing.row.detail_id else None
    message = _news(drawing, request, drawing.reader.md("{what} was opened again.", what=_link(drawing)), Act.SOLVE)
    if comment is None:
        return message
    return Message(message.text, (message.blocks[0], *blocks.paragraphs(comment.text), *message.blocks[1:]))


def cancelled(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    if request.state != RequestState.CANCELLED:
        return None
    text = drawing.reader.md("{what} was cancelled; nothing is left to do.", what=_link(drawing))
    return _news(drawing, request, text, None)


def undone(drawing: Drawing) -> Message | None:
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    actor = people.find(drawing.session, entry.actor_id)
    text = drawing.reader.md("{who} took their last step on {what} back.", who=mention(actor), what=_link(drawing))
    return _news(drawing, _request(drawing), text, None)


def for_you(drawing: Drawing) -> Message | None:
    request = _request(drawing)
    requester = people.get(drawing.session, request.requester_id)
    text = drawing.reader.md("{who} asked for this for you: {what}", who=mention(requester), what=_link(drawing))
    return _news(drawing, request, text, Act.COMMENT)


def answer_soon(drawing: Drawing) -> Message | None:
    return _clock(drawing, drawing.reader.md("{what} wants a first answer soon.", what=_link(drawing)), Act.TAKE)


def answer_late(drawing: Drawing) -> Message | None:
    return _clock(
        drawing, drawing.reader.md("⏰ {what} has had no first answer in time.", what=_link(drawing)), Act.TAKE
    )


def solve_soon(drawing: Drawing) -> Message | None:
    return _clock(drawing, drawing.reader.md("{what} should be solved soon.", what=_link(drawing)), Act.SOLVE)


def solve_late(drawing: Drawing) -> Message | None:
    return _clock(drawing, drawing.reader.md("⏰ {what} was not solved in time.", what=_link(drawing)), Act.SOLVE)


def similar(drawing: Drawing) -> Message | None:
    """Asked back in a direct message: this seems to be logged already."""
    draft = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    if draft is None:
        return None
    near = [one for one in (requests.find(drawing.session, number) for number in draft["similar"]) if one]
    return similar_question(
        drawing.session,
        drawing.catalogue,
        drawing.reader,
        drawing.row.reader_id or 0,
        draft["text"],
        near,
        drawing.row.detail_id or 0,
    )


def similar_question(
    session: Session,
    catalogue: Catalogue,
    reader: Reader,
    asker_id: int,
    text: str,
    near: list[Request],
    draft_id: int,
) -> Message:
    """Shows what is open and seems to be the same; the asker's words are kept as a draft meanwhile."""
    lines = [cards.line(session, catalogue, reader, one) for one in near]
    buttons = [blocks.button(reader.say("Log mine as well"), "requests.log_draft", str(draft_id), style="primary")]
    buttons += [
        blocks.button(
            reader.say("Count me in on #{number}", number=one.id),
            f"requests.follow_draft:{one.id}",
            f"{one.id}.{draft_id}",
        )
        for one in near
        if one.requester_id != asker_id
    ]
    return Message(
        reader.say("This seems to be logged already."),
        (
            blocks.md(reader.md("*This seems to be logged already. Is it the same?*")),
            blocks.words(text),
            *lines,
            *blocks.actions(buttons),
        ),
    )


def outcome(drawing: Drawing) -> Message:
    """What a message with buttons becomes when there is nothing left to press: how the matter stands now."""
    request = _request(drawing)
    text = drawing.reader.md("{what} is {state}.", what=_link(drawing), state=request.state)
    message = _news(drawing, request, text)
    step = cards.last_step(drawing.session, drawing.catalogue, drawing.reader, request, drawing.moment)
    return Message(message.text, (message.blocks[0], *step, *message.blocks[1:]))


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "requests.card": card,
    "requests.mine": mine,
    "requests.said": said,
    "requests.asked": asked,
    "requests.solved": solved,
    "requests.assigned": assigned,
    "requests.offered": offered,
    "requests.accepted": accepted,
    "requests.handed_back": handed_back,
    "requests.freed": freed,
    "requests.held": held,
    "requests.edited": edited,
    "requests.reopened": reopened,
    "requests.cancelled": cancelled,
    "requests.undone": undone,
    "requests.for_you": for_you,
    "requests.answer_soon": answer_soon,
    "requests.answer_late": answer_late,
    "requests.solve_soon": solve_soon,
    "requests.solve_late": solve_late,
    "requests.similar": similar,
}


def _request(drawing: Drawing) -> Request:
    return requests.get(drawing.session, drawing.row.subject_id)


def _is_the_desks(drawing: Drawing, request: Request) -> bool:
    """Whether a card stands where the request's desk is now; it may have been moved or made confidential since."""
    desk = offices.get_desk(drawing.session, request.desk_id)
    if drawing.row.reader_id is not None:
        by_message = confidence.needs_messages(drawing.session, "request", request.id or 0, desk)
        return by_message and drawing.row.reader_id in notices.desk_people(drawing.session, desk)
    cards_place = {drawing.row.destination, drawing.row.channel}
    if drawing.row.redraws_id is not None:
        cards_place.add(outbox.get(drawing.session, drawing.row.redraws_id).channel)
    return desk.channel in cards_place


def _is_the_desks_alone(drawing: Drawing) -> bool:
    return confidence.is_the_desks_alone(drawing.session, drawing.row.destination)


def _moved(drawing: Drawing, request: Request) -> Message:
    """What is left of a card where the request is no longer: not a word of what it says."""
    desk = offices.get_desk(drawing.session, request.desk_id)
    text = drawing.reader.say("#{number} is with the desk “{desk}” now.", number=request.id, desk=desk)
    return Message(text, (blocks.words(text),))


def _link(drawing: Drawing) -> Md:
    """A request by number and title, as mrkdwn."""
    request = _request(drawing)
    return Md(f"*#{request.id}* {escape(blocks.cut(request.title, 150))}")


def _news(drawing: Drawing, request: Request, text: str, *acts: Act | None) -> Message:
    plain = drawing.reader.say("News on {what}", what=cards.neutral(drawing.reader, request))
    return Message(plain, (blocks.md(text), *_row(drawing, request, *acts)))


def _clock(drawing: Drawing, text: str, act: Act) -> Message | None:
    """A clock's word, while that clock runs: what was answered or solved since is no longer late."""
    request = _request(drawing)
    if not request_clocks.runs(drawing.session, drawing.row.detail_id or 0):
        return None
    offered_act = act if act is not Act.TAKE or request.owner_id is None else Act.COMMENT
    return _news(drawing, request, text, offered_act)


def _row(drawing: Drawing, request: Request, *acts: Act | None) -> list[Block]:
    row = [
        cards.act_button(drawing.reader, request, act, "primary" if at == 0 else None)
        for at, act in enumerate(acts)
        if act is not None
    ]
    return blocks.actions([*row, cards.open_button(drawing.reader.say("Open"), request)])


def _may_read_notes(drawing: Drawing, request: Request) -> bool:
    if drawing.row.reader_id is None:
        return True
    reader = people.get(drawing.session, drawing.row.reader_id)
    return is_allowed(drawing.session, reader, request, Act.SEE_NOTES)


def _newest(drawing: Drawing, act: Act) -> int | None:
    entries = history.of(drawing.session, "request", drawing.row.subject_id, limit=20)
    return next((one.actor_id for one in entries if one.act == act.value), None)
