"""How a request looks: to its desk, to whoever asked, and in full."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import cleared
from handlers.blocks import Block
from handlers.i18n import Md, Reader, escape, mention
from handlers.people import shown as shown_person
from handlers.terms import DONE
from office.catalogue import Catalogue, RequestType
from office.duties.requests.access import is_allowed, too_old_to_reopen
from office.rules import request_states
from storage import approvals, history, offices, people, request_clocks, requests
from storage.tables import History, Person, Request
from storage.words import (
    UNFINISHED,
    Act,
    ClockStep,
    CommentKind,
    FieldKind,
    Priority,
    RequestState,
    SeatState,
    Visibility,
)

MomentShown = Callable[[object], Md]

# Acts that need no more words happen with the press itself.
AT_ONCE = (Act.TAKE, Act.ACCEPT, Act.HAND_BACK, Act.RESUME, Act.CONFIRM, Act.FOLLOW)
_PRIMARY = {Act.TAKE, Act.ACCEPT, Act.REPLY, Act.CONFIRM, Act.RESUME}


def labels(reader: Reader) -> dict[Act, str]:
    """What can be done, in the order in which it is offered, by the words of the buttons."""
    return {
        Act.TAKE: reader.say("Take it"),
        Act.ACCEPT: reader.say("Accept"),
        Act.REPLY: reader.say("Reply"),
        Act.CONFIRM: reader.say("It works, thank you"),
        Act.RESUME: reader.say("Take it up again"),
        Act.SOLVE: reader.say("Solve"),
        Act.ASK: reader.say("Ask"),
        Act.COMMENT: reader.say("Add a comment"),
        Act.NOTE: reader.say("Add a note"),
        Act.ASSIGN: reader.say("Assign"),
        Act.HAND_OVER: reader.say("Hand over"),
        Act.MOVE_DESK: reader.say("Another desk"),
        Act.HAND_BACK: reader.say("Hand back"),
        Act.HOLD: reader.say("Put on hold"),
        Act.PRIORITISE: reader.say("Priority"),
        Act.RETYPE: reader.say("Another type"),
        Act.EDIT: reader.say("Edit"),
        Act.FOLLOW: reader.say("Count me in"),
        Act.REOPEN: reader.say("Open again"),
        Act.CANCEL: reader.say("Cancel it"),
    }


def desk_card(
    session: Session, catalogue: Catalogue, reader: Reader, request: Request, shown: MomentShown
) -> list[Block]:
    """The card in the desk's channel."""
    kind = catalogue.get(request.type)
    return [
        blocks.header(f"#{request.id} {request.title}"),
        blocks.fields(_fields(session, reader, request, kind, shown, for_desk=True)),
        *_text(request),
        *answers(session, catalogue, reader, request),
        *_awaited(session, reader, request, kind),
        *_offered(session, reader, request),
        *last_step(session, catalogue, reader, request, shown),
        *_buttons(reader, request, _desk_acts(request)),
    ]


def asker_card(
    session: Session, catalogue: Catalogue, reader: Reader, request: Request, shown: MomentShown
) -> list[Block]:
    """The card of whoever asked."""
    kind = catalogue.get(request.type)
    return [
        blocks.header(f"#{request.id} {request.title}"),
        blocks.fields(_fields(session, reader, request, kind, shown, for_desk=False)),
        *_text(request),
        *answers(session, catalogue, reader, request),
        *_awaited(session, reader, request, kind),
        *_open_question(session, reader, request),
        *last_step(session, catalogue, reader, request, shown),
        *_buttons(reader, request, _asker_acts(request)),
    ]


def sheet(session: Session, catalogue: Catalogue, reader: Reader, viewer: Person, request: Request) -> list[Block]:
    """Everything about a request that the viewer may see, and everything that they may do."""
    assert request.id is not None
    kind = catalogue.get(request.type)
    notes = is_allowed(session, viewer, request, Act.SEE_NOTES)
    own = viewer.id == request.requester_id

    def shown(moment: object) -> Md:
        return Md(reader.moment(moment)) if isinstance(moment, datetime) else Md("–")

    acts = [act for act in labels(reader) if can(session, viewer, request, act)]
    return [
        blocks.header(f"#{request.id} {request.title}"),
        blocks.fields(_fields(session, reader, request, kind, shown, for_desk=not own)),
        *_whole_text(request),
        *answers(session, catalogue, reader, request),
        *_links(session, reader, request),
        *_awaited(session, reader, request, kind),
        *_offered(session, reader, request),
        *_buttons(reader, request, acts, more=False),
        *_words_said(session, reader, request, notes),
        *_history(session, catalogue, reader, request, notes, shown),
    ]


def can(session: Session, viewer: Person, request: Request, act: Act) -> bool:
    """Whether to offer an act: allowed to this person, possible in this state, and not pointless."""
    if request_states.after(act, request.state) is None or not is_allowed(session, viewer, request, act):
        return False
    if request.awaits_id is not None and request.state in UNFINISHED and act in request_states.HELD_BACK:
        return False
    asker = viewer.id in (request.requester_id, request.beneficiary_id)
    pointless = {
        Act.TAKE: request.owner_id is not None,
        Act.ASK: asker,
        Act.HAND_BACK: viewer.id not in (request.owner_id, request.offered_to_id),
        Act.FOLLOW: asker or is_allowed(session, viewer, request, Act.NOTE),
        Act.COMMENT: asker and request.state == RequestState.WAITING,
        Act.REOPEN: too_old_to_reopen(session, request),
        Act.RESUME: request.state == RequestState.WAITING and asker,
        Act.SOLVE: asker and request.owner_id != viewer.id and not is_allowed(session, viewer, request, Act.TAKE),
    }
    return not pointless.get(act, False)


def act_button(reader: Reader, request: Request, act: Act, style: str | None = None, label: str | None = None) -> Block:
    """A button for one act. What happens at once names the version that it was drawn for: the same gesture twice is
    then one gesture, and a later one on the same message another."""
    value = f"{request.id}.{request.version}" if act in AT_ONCE else f"{request.id}"
    return blocks.button(label or labels(reader)[act], f"requests.{act.value}", value, style=style)


def open_button(text: str, request: Request, action_id: str = "requests.open") -> Block:
    return blocks.button(text, action_id, str(request.id))


def line(session: Session, catalogue: Catalogue, reader: Reader, request: Request) -> Block:
    """One request in a list, with a button that opens it."""
    owner = people.find(session, request.owner_id)
    mark = "🔴 " if request.priority == Priority.HIGH and request.state in UNFINISHED else ""
    parts = [
        reader.titles(catalogue.get(request.type).title),
        state_said(reader, request),
        owner.known_as if owner else "",
        _due(session, reader, request),
    ]
    opens = open_button(reader.say("Open"), request, f"requests.open:{request.id}")
    title = blocks.cut(request.title, 200)
    return blocks.md(
        reader.md("{mark}*#{number}* {title}\n{about}", mark=Md(mark), number=request.id, title=title,
                  about=" · ".join(part for part in parts if part)),
        accessory=opens,
    )  # fmt: skip


def _due(session: Session, reader: Reader, request: Request) -> str:
    """By when something is promised, else since when it is there."""
    running = [one for one in request_clocks.of(session, request.id or 0) if one.running_since and one.due_at]
    if any(one.step is ClockStep.NONE for one in running):
        return "⏰ " + reader.say("overdue")
    due = min((one.due_at for one in running if one.due_at), default=None)
    if due is not None:
        return reader.say("due {when}", when=due)
    return reader.say("since {day}", day=request.created_at.date())


def state_said(reader: Reader, request: Request) -> str:
    """How a request stands; one that is held for an approval says so."""
    if request.awaits_id is not None and request.state in UNFINISHED:
        return reader.say("waiting for the approval A{number}", number=request.awaits_id)
    return reader.term(request.state)


def neutral(reader: Reader, request: Request) -> str:
    """A request in a text that may stand on a lock screen: its title only where it is open to all."""
    if request.visibility == Visibility.EVERYONE:
        return f"#{request.id} {request.title}"
    return f"#{request.id}"


def answers(session: Session, catalogue: Catalogue, reader: Reader, request: Request) -> list[Block]:
    """What the form asked and got; an answer whose field is gone from the catalogue is shown under its key."""
    kind = catalogue.get(request.type)
    pairs = [answer_said(session, catalogue, reader, kind, key, value) for key, value in request.answers.items()]
    lines = [reader.md("*{label}* {value}", label=label, value=value) for label, value in pairs]
    lines += [reader.md("*{label}* {value}", label=reader.say("File"), value=file_said(one)) for one in request.files]
    if sum(len(line) for line in lines) < blocks.SECTION - len(lines):
        return [blocks.md("\n".join(lines))] if lines else []
    return [blocks.md(line) for line in lines]


def answer_said(
    session: Session, catalogue: Catalogue, reader: Reader, kind: RequestType, key: str, value: Any
) -> tuple[str, object]:
    """(question, answer) in the reader's language. An answer from before a request became this type names that type:
    "new_equipment.price"."""
    of_type, _, name = key.rpartition(".")
    asked_by = catalogue.find(of_type) if of_type else kind
    one = next((one for one in asked_by.fields if one.key == name), None) if asked_by is not None else None
    label = reader.titles(one.label) if one is not None else key
    return label, "–" if value in (None, "", []) else _answer(session, reader, one, value)


def priority_options(reader: Reader) -> list[Block]:
    return [blocks.option(reader.term(one), one.value) for one in (Priority.HIGH, Priority.NORMAL, Priority.LOW)]


def _fields(
    session: Session, reader: Reader, request: Request, kind: RequestType, shown: MomentShown, for_desk: bool
) -> list[str]:
    everyone = people.by_ids(session, [request.requester_id, request.beneficiary_id, request.owner_id])
    desk = offices.get_desk(session, request.desk_id)
    pairs: list[tuple[str, object]] = [(reader.say("Type"), reader.titles(kind.title))]
    pairs.append((reader.say("State"), state_said(reader, request)))
    if for_desk:
        pairs.append((reader.say("From"), shown_person(session, reader, everyone.get(request.requester_id))))
    else:
        pairs.append((reader.say("Desk"), reader.desk(desk)))
    if request.beneficiary_id:
        pairs.append((reader.say("For"), shown_person(session, reader, everyone.get(request.beneficiary_id))))
    pairs.append((reader.say("Owner"), shown_person(session, reader, everyone.get(request.owner_id or 0))))
    if request.priority != Priority.NORMAL or for_desk:
        pairs.append((reader.say("Priority"), reader.term(request.priority)))
    if request.needed_by:
        pairs.append((reader.say("Needed by"), reader.day(request.needed_by)))
    pairs += _promises(session, reader, request, shown)
    return [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]


def _promises(session: Session, reader: Reader, request: Request, shown: MomentShown) -> list[tuple[str, object]]:
    assert request.id is not None
    running = [one for one in request_clocks.of(session, request.id) if one.due_at is not None and one.running_since]
    names = {"answer": reader.say("Answer due"), "solve": reader.say("Solve by")}
    late = reader.say("overdue")
    return [
        (names[one.kind.value], Md(shown(one.due_at).text + (f" · {late}" if one.step is ClockStep.NONE else "")))
        for one in running
    ]


def _text(request: Request) -> list[Block]:
    return [] if request.text == request.title else [blocks.words(request.text)]


def _whole_text(request: Request) -> list[Block]:
    if request.text == request.title:
        return []
    return blocks.paragraphs(request.text, most=14)


def _answer(session: Session, reader: Reader, one: Any, value: Any) -> object:
    try:
        return _typed_answer(session, reader, one, value)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        return str(value)  # the catalogue has changed since: what was answered is shown as it was


def _typed_answer(session: Session, reader: Reader, one: Any, value: Any) -> object:
    if one is None:
        return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
    choices = {choice.key: reader.titles(choice.label) for choice in one.choices}
    match one.kind:
        case FieldKind.CHOICE:
            return choices.get(value, str(value))
        case FieldKind.CHOICES:
            return ", ".join(choices.get(part, part) for part in value)
        case FieldKind.PERSON:
            return mention(people.find(session, int(value)))
        case FieldKind.DATE:
            return reader.day(date.fromisoformat(value))
        case FieldKind.YES_NO:
            return reader.say("yes") if value == "yes" else reader.say("no")
        case FieldKind.AMOUNT:
            return reader.money(Decimal(value["amount"]), value["currency"])
        case FieldKind.QUANTITY:
            return reader.number(Decimal(value))
        case _:
            return str(value)


def file_said(one: Mapping[str, str]) -> Md:
    """A file as a link that Slack opens, or by its name."""
    name = escape(one.get("name") or "file").replace("|", "¦").replace("\u2060", "")
    return Md(f"<{one['url']}|{name}>") if one.get("url", "").startswith("https://") else Md(name)


def _links(session: Session, reader: Reader, request: Request) -> list[Block]:
    lines = []
    if request.link:
        here = reader.say("this message")
        lines.append(reader.md("Made from {link}.", link=Md(f"<{request.link}|{here}>")))
    if request.follows_id:
        lines.append(reader.md("Follows #{number}.", number=request.follows_id))
    followers = len(requests.followers(session, request.id or 0))
    if followers:
        lines.append(
            reader.count("{count} more person is counted in.", "{count} more people are counted in.", followers)
        )
    return [blocks.context(*lines)] if lines else []


def awaited(session: Session, reader: Reader, request: Request) -> str:
    """With whom the approval is that a request waits for."""
    if request.awaits_id is None or request.state not in UNFINISHED:
        return ""
    open_ones = [one for one in approvals.seats(session, request.awaits_id) if one.state is SeatState.OPEN]
    who = ", ".join(mention(people.find(session, one.holder_id)).text for one in open_ones) or "–"
    return reader.md("⏳ It begins when A{number} is approved: with {who} now.", number=request.awaits_id, who=Md(who))


def _awaited(session: Session, reader: Reader, request: Request, kind: RequestType) -> list[Block]:
    said = awaited(session, reader, request) or cleared.of_request(session, reader, request, kind)
    return [blocks.context(said)] if said else []


def _offered(session: Session, reader: Reader, request: Request) -> list[Block]:
    offered = people.find(session, request.offered_to_id)
    if offered is None:
        return []
    return [blocks.context(reader.md("Offered to {who}, who has not accepted yet.", who=mention(offered)))]


def _open_question(session: Session, reader: Reader, request: Request) -> list[Block]:
    if request.state != RequestState.WAITING:
        return []
    question = requests.last_comment(session, request.id or 0, CommentKind.QUESTION)
    return [blocks.md(reader.md("*Question*")), blocks.words(question.text)] if question else []


def last_step(
    session: Session, catalogue: Catalogue, reader: Reader, request: Request, shown: MomentShown
) -> list[Block]:
    """Who did what last, and when; that the desk noted something is the desk's affair."""
    assert request.id is not None
    newest = [one for one in history.of(session, "request", request.id, limit=10) if one.act != Act.NOTE.value][:1]
    return [blocks.context(_step(session, catalogue, reader, one, shown)) for one in newest]


def _history(
    session: Session, catalogue: Catalogue, reader: Reader, request: Request, notes: bool, shown: MomentShown
) -> list[Block]:
    assert request.id is not None
    entries = history.of(session, "request", request.id, limit=20)
    lines = [
        _step(session, catalogue, reader, one, shown) for one in reversed(entries) if notes or one.act != Act.NOTE.value
    ]
    return [blocks.divider(), blocks.context("\n".join(lines))] if lines else []


def _step(session: Session, catalogue: Catalogue, reader: Reader, entry: History, shown: MomentShown) -> str:
    """A line of history: who did what, and when."""
    after = entry.after
    everyone = people.by_ids(session, [entry.actor_id, after.get("owner_id"), after.get("offered_to_id")])
    desk = offices.get_desk(session, after["desk_id"]) if after.get("desk_id") else None
    kind = catalogue.find(after.get("type", ""))
    did = reader.md(
        DONE[Act(entry.act)],
        who=mention(everyone.get(entry.actor_id)) if entry.actor_id else Md("Deskhand"),
        owner=mention(everyone.get(after.get("owner_id", 0))),
        offered=mention(everyone.get(after.get("offered_to_id", 0))),
        desk=reader.desk(desk) if desk else "–",
        priority=Priority(after["priority"]) if "priority" in after else "–",
        type=reader.titles(kind.title) if kind else after.get("type", "–"),
    )
    why = reader.md(" ({why})", why=entry.why) if entry.why and entry.act not in ("undo", "hand_back") else ""
    return f"{did}{why} · {shown(entry.at).text}"


def _words_said(session: Session, reader: Reader, request: Request, notes: bool) -> list[Block]:
    said = requests.comments(session, request.id or 0, with_notes=notes, limit=12)
    if request.visibility is Visibility.DESK:
        # What another desk noted about a confidential matter stays with that desk.
        said = [one for one in said if one.kind is not CommentKind.NOTE or one.desk_id == request.desk_id]
    authors = people.by_ids(session, [one.author_id for one in said])
    shown: list[Block] = []
    for one in said:
        head = reader.md(
            "{who} · {kind} · {when}", who=mention(authors.get(one.author_id)), kind=one.kind, when=one.created_at
        )
        shown += [blocks.context(head), *blocks.paragraphs(one.text, most=14)]
    return [blocks.divider(), *shown[:60]] if shown else []


def _desk_acts(request: Request) -> list[Act]:
    if request.state not in UNFINISHED or request.awaits_id is not None:
        return []
    if request.state == RequestState.ON_HOLD:
        return [Act.RESUME, Act.SOLVE]
    if request.owner_id is None:
        return [Act.TAKE, Act.ASK, Act.SOLVE]
    return [Act.SOLVE, Act.ASK, Act.COMMENT]


def _asker_acts(request: Request) -> list[Act]:
    if request.state == RequestState.WAITING:
        return [Act.REPLY, Act.CANCEL]
    if request.state == RequestState.SOLVED:
        return [Act.CONFIRM, Act.REOPEN]
    return [Act.COMMENT, Act.EDIT, Act.CANCEL] if request.state in UNFINISHED else []


def _buttons(reader: Reader, request: Request, acts: Iterable[Act], more: bool = True) -> list[Block]:
    row = [act_button(reader, request, act, "primary" if act in _PRIMARY else None) for act in acts]
    if more:
        row.append(open_button(reader.say("More …"), request))
    return blocks.actions(row)
