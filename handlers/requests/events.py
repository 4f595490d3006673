"""Messages to Deskhand: a direct message is a request, a reply below one of ours belongs to its request."""

from sqlalchemy.orm import Session

from handlers.approvals.verbs import TYPED as APPROVAL_WORDS
from handlers.context import Answer, Call
from handlers.requests import commands, modals, verbs
from handlers.slack_text import readable, words_of
from handlers.supplies import files as supply_files
from handlers.tasks.verbs import TYPED as TASK_WORDS
from office.duties import notices
from office.duties import requests as duty
from office.errors import Refusal
from office.rules.words import clean, is_greeting
from storage import outbox
from storage.words import Act


def message(call: Call) -> Answer:
    """Somebody wrote where Deskhand listens."""
    event = call.body["event"]
    direct = event.get("channel_type") == "im"
    if event.get("thread_ts") and event["thread_ts"] != event.get("ts"):
        return _in_thread(call, event["channel"], event["thread_ts"], direct)
    return _direct(call) if direct else Answer()


def _in_thread(call: Call, channel: str, thread_ts: str, direct: bool) -> Answer:
    event = call.body["event"]

    def do(session: Session) -> Answer:
        card = outbox.card_at(session, channel, thread_ts)
        if card is not None and card.subject == "approval" and direct:
            raise Refusal(
                "Words below this card reach nobody. Press a button on it, or type /approvals changes {number} and "
                "your words.",
                number=card.subject_id,
            )
        if card is None or card.subject != "request":
            return Answer()
        text = readable(session, call.text) or _names_of_files(call)
        if not text.strip():
            return Answer()
        source = f"{channel}:{event['ts']}"
        try:
            duty.hear(session, call.catalogue, call.person, card.subject_id, text, source, from_desk=not direct)
        except Refusal:
            # Talk below a card among people who have no part in the request is their own affair.
            if direct:
                raise
        return Answer()

    return call.perform(do)


def _direct(call: Call) -> Answer:
    if supply_files.is_list(call):
        return supply_files.received(call)
    raw = call.text or words_of(call.body["event"])
    text = clean(raw)
    files = tuple(modals.file_of(one) for one in call.body["event"].get("files", ()))
    if not text and not files:
        return Answer()
    if not files and is_greeting(text):
        return call.perform(lambda session: _greet(session, call))
    wanted = verbs.read(text)
    if isinstance(wanted, verbs.ActWanted) and wanted.act is Act.COMMENT and wanted.words:
        return call.perform(lambda session: _comment(session, call, wanted))
    command = _command_meant(text)
    if command is not None:
        raise Refusal(
            "This looks like a command. Type {command} {words}, or write it in more words to make it a request.",
            command=command, words=text[:60],
        )  # fmt: skip
    raw = raw if text else _names_of_files(call)

    def do(session: Session) -> Answer:
        commands.log_words(session, call, raw, files)
        return Answer()

    return call.perform(do)


def _command_meant(text: str) -> str | None:
    """The command whose words these are: what was meant as an answer must not become a request."""
    if isinstance(verbs.read(text), verbs.ActWanted | verbs.ListWanted):
        return "/request"
    if TASK_WORDS.read(text) is not None:
        return "/task"
    return "/approvals" if APPROVAL_WORDS.read(text) is not None else None


def _greet(session: Session, call: Call) -> Answer:
    notices.tell(session, "desk.hello", "person", call.person.id or 0, [call.person.id])
    return Answer()


def _comment(session: Session, call: Call, wanted: verbs.ActWanted[Act]) -> Answer:
    duty.reply(session, call.catalogue, call.person, wanted.number, readable(session, wanted.words))
    return Answer()


def _names_of_files(call: Call) -> str:
    return ", ".join(str(one.get("name") or one.get("title") or "file") for one in call.body["event"].get("files", ()))
