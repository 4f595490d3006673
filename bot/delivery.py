"""Claims due outbox rows, renders, sends, retries; the only caller of chat.postMessage and chat.update."""

import hashlib
import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.caldav import CalDav
from bot.homes import Homes
from bot.mail import MailServer
from bot.outages import Outages
from bot.web_api import Result, WebApi
from handlers import marks
from handlers.context import House
from handlers.desk.letters import TRIES
from handlers.drawing import Attachment, Drawing, Message
from handlers.i18n import Reader, harmless, office_reader, reader_of
from handlers.meetings.calendars import entry_of
from handlers.messages import MAILS, MESSAGES, OUTCOMES, may_read, unreadable
from office import clock
from office.duties import letters, mails
from office.installation import epoch_of
from storage import facts, offices, outbox, people
from storage.tables import Outbox
from storage.words import OutboxState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# Slack takes about one message a second in a channel; a little more lets its clock and ours differ.
PACE_SECONDS = 1.02
POLL_SECONDS = 0.5
TRIED_FOR = timedelta(hours=24)
# A claim is not used in its last seconds: another process may think it over by then.
LEASE_MARGIN = timedelta(seconds=15)
# An outage that lasted so long is told to the administrators.
TOLD_AFTER = timedelta(minutes=10)
# An e-mail goes to "mail:" and its address.
MAIL = "mail:"
# An entry in the calendar of the company's server goes to "caldav:" and whose it is.
CALDAV = "caldav:"
NOT_SLACK = (MAIL, CALDAV)
BUSY, FEW, BUSY_SECONDS = 2, 2, 0.05
GATHER_SECONDS = 0.003

# https://docs.slack.dev/reference/methods/chat.postMessage#errors: what no later try can change.
PERMANENT = frozenset(
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "no_text",
        "msg_blocks_too_long",
        "user_disabled",
        "user_not_found",
        "users_not_found",
        "cannot_dm_bot",
        "user_not_visible",
        "restricted_action",
        "restricted_action_read_only_channel",
        "messages_tab_disabled",
        "missing_scope",
        "metadata_too_large",
        "invalid_arguments",
        "as_user_not_supported",
        "mail_refused",
        "no_mail_server",
    ]
)
# The card is gone or can't be changed any more: there is nothing to redraw.
CARD_GONE = frozenset(["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"])


class Delivery:
    """One dispatcher thread that claims, and a pool of threads that send."""

    def __init__(
        self,
        house: House,
        api: WebApi,
        count: Callable[[str], None] = lambda _: None,
        traffic: Callable[[], int] = lambda: 0,
        workers: int = 24,
        mail: MailServer | None = None,
        caldav: CalDav | None = None,
    ) -> None:
        self._house = house
        self._database = house.database
        self._api = api
        self._mail = mail
        self._caldav = caldav
        self._count = count
        self._traffic = traffic
        self._owner = secrets.token_hex(8)  # random for each start: a restart never takes its old self for another
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="delivery")
        self._homes = Homes(house, api, self._pool)
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self._changed = threading.Condition()
        self._woken = False
        self._stopping = False
        self._flying: set[str] = set()  # destinations that something is on its way to
        self._waiting: dict[int, tuple[Outbox, OutboxState]] = {}  # claimed, and no thread has begun with it yet
        self._free_at: dict[str, float] = {}
        self._outages = Outages(lambda: api.call("auth.test", {}), self._outage_ended)
        self._channels: dict[int, str] = {}

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something may be due: called after every commit."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def stop(self, within: float = 7.0) -> None:
        """Takes nothing more, finishes what is being sent, and leaves the rest to whoever starts next."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=within)
        self._pool.shutdown(wait=True, cancel_futures=True)
        for row, before in self._waiting.values():
            handed_back = OutboxState.RETRY if before is OutboxState.NEW else before
            self._finish(row, handed_back, due_at=clock.now(), attempts=row.attempts - 1)
        self._api.close()

    @property
    def outage(self) -> Outages:
        """Whether Slack can be reached and takes our token."""
        return self._outages

    def _run(self) -> None:
        while not self._stopping:
            try:
                wait = self._round()
            except Exception:
                logger.exception("a round of delivery failed; the next one follows")
                wait = POLL_SECONDS
            # Changes that come together are looked at together.
            time.sleep(BUSY_SECONDS if wait == BUSY_SECONDS else GATHER_SECONDS)
            with self._changed:
                if not self._woken and not self._stopping:
                    self._changed.wait(wait)
                self._woken = False

    def _round(self) -> float:
        """Claims and hands out what can leave now; returns the seconds until something else may."""
        if self._outages.error:
            self._outages.look_again(self._pool)
        else:
            self._homes.publish()
        now = clock.now()
        with self._database.read() as session:
            heads = [
                (row_id, to)
                for row_id, to in outbox.due_heads(session, now)
                if not self._outages.error or to.startswith(NOT_SLACK)
            ]
        moment = time.monotonic()
        waits = [self._free_at.get(destination, 0) - moment for _, destination in heads]
        ready = [
            row_id for (row_id, to), wait in zip(heads, waits, strict=True) if wait <= 0 and to not in self._flying
        ]
        busy = self._traffic() > BUSY
        # Whoever waits for an answer goes first: in heavy traffic messages leave a few at a time.
        self._hand_out(ready[: max(0, (FEW if busy else self._workers) - len(self._flying))], now)
        return BUSY_SECONDS if busy else min([POLL_SECONDS, *(wait for wait in waits if wait > 0)])

    def _hand_out(self, ids: list[int], now: datetime) -> None:
        if not ids:
            return

        def do(session: Session) -> list[tuple[Outbox, OutboxState]]:
            return outbox.claim(session, outbox.claimable(session, ids, now), self._owner, now, LEASE)

        for row, before in self._database.write(do):
            self._flying.add(row.destination)
            self._waiting[row.id or 0] = (row, OutboxState.UNKNOWN if before is OutboxState.CLAIMED else before)
            self._pool.submit(self._deliver, row, before)

    def _deliver(self, row: Outbox, before: OutboxState) -> None:
        started = time.monotonic()
        self._waiting.pop(row.id or 0, None)
        try:
            self._send(row, unsure=before in (OutboxState.UNKNOWN, OutboxState.CLAIMED))
        except Exception as error:
            logger.exception("message %s (%s) could not be made", row.id, row.kind)
            # An e-mail may have left before something failed: it is not sent again by itself.
            is_mail = row.destination.startswith(MAIL)
            self._later(row, f"bug: {type(error).__name__}", OutboxState.UNKNOWN if is_mail else OutboxState.RETRY)
        finally:
            self._free_at[row.destination] = max(self._free_at.get(row.destination, 0), started + PACE_SECONDS)
            self._flying.discard(row.destination)
            self.wake()

    def _send(self, row: Outbox, unsure: bool) -> None:
        if row.redraws_id is not None:
            self._redraw(row)
            return
        if row.destination.startswith(MAIL):
            self._send_mail(row, unsure)
            return
        if row.destination.startswith(CALDAV):
            self._write_calendar(row)
            return
        # Made first, so that nothing is asked of Slack for a message that has nothing to say.
        message = None if unsure else self._rendered(row, repeat=False)
        if message is None and not unsure:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        channel = self._channel_of(row)
        if channel is None:
            return
        if unsure:
            repeat = self._is_unheard(row, channel)
            if repeat is None:
                return
            message = self._rendered(row, repeat)
        if message is None:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        self._post(row, channel, message)

    def _is_unheard(self, row: Outbox, channel: str) -> bool | None:
        """Looks a message up that may have arrived: None when that ended the try, else whether it may be a repeat."""
        found = self._look_up(row, channel)
        if isinstance(found, str):
            self._sent(row, channel, found, drawn=None)
            return None
        if found.error and found.error not in PERMANENT:
            self._failed(row, found)
            return None
        return found.error is not None

    def _is_still_ours(self, row: Outbox) -> bool:
        """Looked at right before something leaves: a process that was frozen has lost its claims meanwhile."""
        if row.lease_until is not None and clock.now() < row.lease_until - LEASE_MARGIN:
            return True
        logger.warning("message %s was claimed too long ago and is left to whoever claims it now", row.id)
        self._finish(row, OutboxState.UNKNOWN, due_at=clock.now(), attempts=row.attempts - 1)
        return False

    def _post(self, row: Outbox, channel: str, message: Message) -> None:
        if not self._is_still_ours(row):
            return
        if message.file is not None:
            self._hand_over(row, channel, message.text, message.file)
            return
        thread_ts = self._thread_of(row)
        result = self._api.call("chat.postMessage", _post(row, channel, message, thread_ts))
        if result.error == "not_in_channel" and self._api.call("conversations.join", {"channel": channel}).ok:
            result = self._api.call("chat.postMessage", _post(row, channel, message, thread_ts))
        if result.ok:
            self._sent(row, str(result.body.get("channel", channel)), str(result.body["ts"]), _fingerprint(message))
        else:
            self._failed(row, result)

    def _hand_over(self, row: Outbox, channel: str, text: str, file: Attachment) -> None:
        """A message that is a file: its bytes go to Slack first, and appear when the last call names the channel."""
        given = self._api.query(
            "files.getUploadURLExternal", {"filename": file.name, "length": len(file.content)}
        )  # fmt: skip
        if not given.ok:
            self._failed(row, given)
            return
        put = self._api.upload(str(given.body["upload_url"]), file.content)
        if not put.ok:
            self._failed(row, put)
            return
        named = [{"id": given.body["file_id"], "title": file.title}]
        result = self._api.call(
            "files.completeUploadExternal", {"files": named, "channel_id": channel, "initial_comment": harmless(text)}
        )
        if result.ok:
            self._count("sent")
            self._finish(row, OutboxState.SENT, channel=channel, sent_at=clock.now())
        else:
            self._failed(row, result)

    def _send_mail(self, row: Outbox, unsure: bool) -> None:
        """An e-mail. One that may have left can't be looked up: it is left to people, and never sent twice by
        itself."""
        if unsure:
            self._give_up(row, "mail_unclear")
            return
        if self._mail is None:
            self._give_up(row, "no_mail_server")
            return
        with self._database.read() as session:
            drawing = Drawing(session, self._house.catalogue, self._office_reader(session, row), row, personal=False)
            mail = MAILS[row.kind](drawing)
        if mail is None:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        address = row.destination.removeprefix(MAIL)
        result = self._mail.send(address, mail, row.key)
        if result.ok:
            self._mailed(row, address)
        elif result.unclear:
            self._give_up(row, "mail_unclear")
        else:
            self._failed(row, result)

    def _write_calendar(self, row: Outbox) -> None:
        """One meeting in a calendar of the company's server, as it stands now: writing it twice is writing it once."""
        if self._caldav is None:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        email = row.destination.removeprefix(CALDAV)
        with self._database.read() as session:
            key, content = entry_of(session, row.subject_id, email)
        result = self._caldav.put(email, key, content) if content else self._caldav.delete(email, key)
        if result.ok:
            self._count("sent")
            self._finish(row, OutboxState.SENT, sent_at=clock.now())
        else:
            self._failed(row, result)

    def _mailed(self, row: Outbox, address: str) -> None:
        self._count("sent")

        def do(session: Session) -> None:
            if outbox.finish(session, row, OutboxState.SENT, sent_at=clock.now()):
                mails.left(session, row, address)

        self._database.write(do)

    def _office_reader(self, session: Session, row: Outbox) -> Reader:
        return self._channel_reader(session, row, facts.find(session, "language") or "en")

    def _redraw(self, row: Outbox) -> None:
        """Changes a message that was sent, unless it shows already what it would show."""
        with self._database.read() as session:
            card = outbox.get(session, row.redraws_id or 0)
        if card.ts is None or card.channel is None:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        message = self._rendered(row, repeat=False)
        fingerprint = _fingerprint(message) if message else ""
        if message is None or fingerprint == card.drawn:
            self._finish(row, OutboxState.SUPERSEDED)
            return
        arguments = {
            "channel": card.channel,
            "ts": card.ts,
            "text": harmless(message.text),
            "blocks": list(message.blocks),
        }
        result = self._api.call("chat.update", arguments)
        if result.ok:
            self._count("updated")
            self._finish(row, OutboxState.SENT, card=(card.id or 0, fingerprint))
        elif result.error in CARD_GONE:
            self._finish(row, OutboxState.SUPERSEDED)
        else:
            self._failed(row, result)

    def _rendered(self, row: Outbox, repeat: bool) -> Message | None:
        """The words of a message, made from how things stand now."""
        with self._database.read() as session:
            person = people.find(session, row.reader_id)
            language = facts.find(session, "language") or "en"
            reader = reader_of(person, language) if person else self._channel_reader(session, row, language)
            drawing = Drawing(session, self._house.catalogue, reader, row, personal=person is not None)
            message = MESSAGES[row.kind](drawing) if may_read(session, row) else unreadable(drawing)
            if message is None and row.redraws_id is not None and row.subject in OUTCOMES:
                message = OUTCOMES[row.subject](drawing)
            if message is not None:
                marked = marks.message(message.blocks, epoch_of(session), row.redraws_id or row.id or 0)
                message = replace(message, blocks=tuple(marked))
            if message is not None and repeat:
                text = reader.say(
                    "{words} (this may be a repeat: Slack did not say whether it arrived)", words=message.text
                )
                return Message(text, message.blocks)
            return message

    def _channel_reader(self, session: Session, row: Outbox, language: str) -> Reader:
        desk = offices.desk_of_channel(session, row.destination)
        place = offices.find_place(session, desk.place_id) if desk else None
        place = place or offices.first_place(session)
        return office_reader((desk.language if desk else None) or language, place.zone if place else "UTC")

    def _channel_of(self, row: Outbox) -> str | None:
        """Where a row goes; None when that ended the try."""
        if row.destination.startswith("person:"):
            return self._direct(row, int(row.destination.partition(":")[2]))
        if row.destination.startswith("#"):
            return self._named(row)
        return row.destination

    def _direct(self, row: Outbox, person_id: int) -> str | None:
        if person_id in self._channels:
            return self._channels[person_id]
        with self._database.read() as session:
            person = people.get(session, person_id)
        if person.slack_id is None:
            self._failed(row, Result({}, error="not_here_yet"))
            return None
        if person.direct_channel is not None:
            return person.direct_channel
        result = self._api.query("conversations.open", {"users": person.slack_id})
        if not result.ok:
            self._failed(row, Result(result.body, result.error, result.retry_after))
            return None
        channel = str(result.body["channel"]["id"])
        self._channels[person_id] = channel
        # Kept, so that a morning of digests after a restart does not ask Slack for every one of them again.
        self._database.write(lambda session: people.direct_channel(session, person_id, channel))
        return channel

    def _named(self, row: Outbox) -> str | None:
        """A channel that an office file named is looked up once, and its id kept."""
        for name, channel in self._house.directory.channels():
            if name == row.destination:
                self._database.write(partial(offices.channel_found, name=name, channel=channel))
                return channel
        self._failed(row, Result({}, error="channel_not_found"))
        return None

    def _thread_of(self, row: Outbox) -> str | None:
        if row.parent_id is None:
            return None
        with self._database.read() as session:
            return outbox.get(session, row.parent_id).ts

    def _look_up(self, row: Outbox, channel: str) -> str | Result:
        """The ts of a message that may have been posted, found by its metadata; else what the search said."""
        thread_ts = self._thread_of(row)
        with self._database.read() as session:
            # By Slack's own clock, which may be far from ours.
            before = outbox.sent_before(session, row, channel)
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments: dict[str, Any] = {
            "channel": channel,
            "limit": 100,
            "include_all_metadata": True,
            **({"oldest": before} if before else {}),
            **({"ts": thread_ts} if thread_ts else {}),
        }
        for _ in range(10):
            result = self._api.query(method, arguments)
            if not result.ok:
                return result
            for message in result.body.get("messages", []):
                named = any(row.key[:8] in str(file.get("name")) for file in message.get("files") or ())
                if named or message.get("metadata", {}).get("event_payload", {}).get("id") == row.key:
                    return str(message["ts"])
            cursor = result.body.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return result
            arguments["cursor"] = cursor
        return result

    def _sent(self, row: Outbox, channel: str, ts: str, drawn: str | None) -> None:
        self._count("sent")
        self._finish(row, OutboxState.SENT, channel=channel, ts=ts, drawn=drawn, sent_at=clock.now())

    def _failed(self, row: Outbox, result: Result) -> None:
        error = result.error or "unknown_error"
        if error == "ratelimited":
            # Slack asks for patience: no attempt was made.
            wait = result.retry_after or 1.0
            self._free_at[row.destination] = time.monotonic() + wait
            self._finish(row, OutboxState.RETRY, due_at=clock.now(), attempts=row.attempts - 1, trouble=error)
        elif not row.destination.startswith(NOT_SLACK) and self._outages.begins_with(error):
            # No attempt of this message: it waits, as all do.
            state = OutboxState.UNKNOWN if result.unclear else OutboxState.RETRY
            self._finish(row, state, due_at=clock.now(), attempts=row.attempts - 1, trouble=error)
        elif error in PERMANENT:
            self._give_up(row, error)
        else:
            self._later(row, error, OutboxState.UNKNOWN if result.unclear else OutboxState.RETRY)

    def _later(self, row: Outbox, error: str, state: OutboxState = OutboxState.RETRY) -> None:
        # A mail or calendar server that is away is no fault of the message; it has a day.
        is_away = row.destination.startswith(NOT_SLACK) and "unreachable" in error
        if clock.now() - row.created_at > TRIED_FOR if is_away else row.attempts >= TRIES:
            self._give_up(row, "too_many_tries" if not error.startswith("bug") else error)
            return
        self._count("retried")
        self._finish(row, state, due_at=clock.now() + backoff(row.attempts), trouble=error)

    def _outage_ended(self, since: datetime, error: str) -> None:
        """What waited leaves, and the administrators hear once of an outage that was long."""

        def do(session: Session) -> None:
            if clock.now() - since > TOLD_AFTER:
                letters.tell_of_outage(session, since, error)

        self._database.write(do)
        self.wake()

    def _give_up(self, row: Outbox, error: str) -> None:
        logger.warning("message %s (%s) to %s can't be delivered: %s", row.id, row.kind, row.destination, error)
        self._count("dead")

        def do(session: Session) -> None:
            if outbox.finish(session, row, OutboxState.DEAD, trouble=error):
                letters.take_the_next_way(session, row, error)

        self._database.write(do)

    def _finish(self, row: Outbox, state: OutboxState, card: tuple[int, str] | None = None, **values: Any) -> None:
        def do(session: Session) -> None:
            if not outbox.finish(session, row, state, **values):
                logger.warning("message %s was claimed by somebody else meanwhile", row.id)
            if card is not None:
                outbox.drawn(session, *card)

        self._database.write(do)


def backoff(attempts: int) -> timedelta:
    """2 s x 2^n with jitter, at most 10 minutes."""
    seconds = min(600.0, 2.0 * 2 ** max(0, attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))


def _post(row: Outbox, channel: str, message: Message, thread_ts: str | None) -> Mapping[str, Any]:
    return {
        "channel": channel,
        "text": harmless(message.text),
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "client_msg_id": row.key,
        # Other apps can read it: it names the message and nothing else.
        "metadata": {"event_type": "deskhand_message", "event_payload": {"id": row.key}},
        **({"thread_ts": thread_ts} if thread_ts else {}),
    }


def _fingerprint(message: Message) -> str:
    return hashlib.sha256(json.dumps([message.text, message.blocks], sort_keys=True).encode()).hexdigest()[:32]
