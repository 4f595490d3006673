"""From an act's name to its duty: one table for what is typed, clicked and sent from a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers.context import Answer, Call
from handlers.requests import cards
from office.duties import requests as duty
from office.errors import Refusal
from office.rules.request_words import mentions
from office.rules.words import first_word, tokens
from storage import offices, people
from storage.tables import Person, Request
from storage.words import Act, Priority

Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Wanted:
    """What came with an act: words, a Slack user id, or the key of a choice."""

    words: str = ""
    who: str | None = None
    choice: str | None = None


AT_ONCE: Mapping[Act, Callable[[Session, Person, int], Request]] = {
    Act.TAKE: duty.take,
    Act.ACCEPT: duty.accept,
    Act.HAND_BACK: duty.hand_back,
    Act.RESUME: duty.resume,
    Act.CONFIRM: duty.confirm,
    Act.FOLLOW: duty.follow,
}
assert set(AT_ONCE) == set(cards.AT_ONCE)


def at_once(session: Session, call: Call, act: Act, number: int) -> Request:
    return AT_ONCE[act](session, call.person, number)


def with_words(session: Session, call: Call, act: Act, number: int, wanted: Wanted) -> Request:
    return WITH_WORDS[act](session, call, number, wanted)


def _assign(session: Session, call: Call, number: int, wanted: Wanted) -> Request:
    if wanted.choice and wanted.choice.isdigit():
        return duty.assign(session, call.person, number, people.get(session, int(wanted.choice)))
    return duty.assign(session, call.person, number, _somebody(session, wanted))


def _hand_over(session: Session, call: Call, number: int, wanted: Wanted) -> Request:
    return duty.hand_over(session, call.person, number, _somebody(session, wanted), _without_mention(wanted.words))


def _move(session: Session, call: Call, number: int, wanted: Wanted) -> Request:
    if wanted.choice:
        return duty.move_desk(session, call.person, number, wanted.choice, wanted.words)
    key, why = _desk_and_why(session, call, wanted.words)
    return duty.move_desk(session, call.person, number, key, why)


def _prioritise(session: Session, call: Call, number: int, wanted: Wanted) -> Request:
    typed = wanted.choice or wanted.words
    named = {tokens(call.reader.term(one))[0]: one for one in Priority} | {one.value: one for one in Priority}
    priority = named.get(typed.strip().lower()) or named.get(" ".join(tokens(typed)))
    if priority is None:
        known = list(Priority)
        raise Refusal("“{typed}” is not a priority. There are: {known}.", typed=typed, known=known)
    kind = call.catalogue.get(duty.look(session, call.person, number).type)
    return duty.prioritise(session, call.person, number, priority, kind)


def _retype(session: Session, call: Call, number: int, wanted: Wanted) -> Request:
    kind = call.catalogue.find(wanted.choice or "")
    if kind is None:
        raise Refusal("This type is no longer in the catalogue. Choose another one.")
    return duty.retype(session, call.catalogue, call.person, number, kind)


WITH_WORDS: Mapping[Act, Callable[[Session, Call, int, Wanted], Request]] = {
    Act.ASSIGN: _assign,
    Act.HAND_OVER: _hand_over,
    Act.MOVE_DESK: _move,
    Act.PRIORITISE: _prioritise,
    Act.RETYPE: _retype,
    Act.COMMENT: lambda s, c, number, wanted: duty.reply(s, c.catalogue, c.person, number, wanted.words),
    Act.REPLY: lambda s, c, number, wanted: duty.reply(s, c.catalogue, c.person, number, wanted.words),
    Act.NOTE: lambda s, c, number, wanted: duty.note(s, c.person, number, wanted.words),
    Act.ASK: lambda s, c, number, wanted: duty.ask(s, c.person, number, wanted.words),
    Act.SOLVE: lambda s, c, number, wanted: duty.solve(s, c.person, number, wanted.words),
    Act.HOLD: lambda s, c, number, wanted: duty.hold(s, c.person, number, wanted.words),
    Act.CANCEL: lambda s, c, number, wanted: duty.cancel(s, c.person, number, wanted.words),
    Act.REOPEN: lambda s, c, number, wanted: duty.reopen(s, c.person, number, wanted.words),
}


def _somebody(session: Session, wanted: Wanted) -> Person:
    named = [wanted.who] if wanted.who else mentions(wanted.words)
    if not named:
        raise Refusal("Say who, with an @: for example /request assign 12 @anna.")
    return people.find_by_slack(session, named[0]) or people.appear(session, named[0])


def _without_mention(words: str) -> str:
    return words.partition(">")[2].strip() if words.startswith("<@") else words


def _desk_and_why(session: Session, call: Call, typed: str) -> tuple[str, str]:
    """ "facilities a plug is loose" -> the desk's key and the rest; a desk's name may have several words."""
    for desk in offices.desks(session):
        for name in (desk.key, call.reader.desk(desk)):
            if f"{typed} ".casefold().startswith(f"{name} ".casefold()):
                return desk.key, typed[len(name) :].strip(" ,:-")
    first, rest = first_word(typed)
    return first, rest.strip()
