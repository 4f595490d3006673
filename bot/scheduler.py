"""Every timer in one table; a tick is one line that calls a duty."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from office import clock
from office.duties import absences as absence_duty
from office.duties import approvals as approval_duty
from office.duties import digests as digest_duty
from office.duties import letters
from office.duties import reminders as reminder_duty
from office.duties import requests as request_duty
from office.duties import tasks as task_duty
from office.duties.meetings import timers as meeting_timers
from office.duties.meetings import visiting, waiting
from office.duties.minutes import agenda, confirming
from office.duties.supplies import draft, imports, invoices, placed, spending
from storage import (
    absences,
    approvals,
    digests,
    drafts,
    inbox,
    meetings,
    minutes,
    outbox,
    purchases,
    reminders,
    request_clocks,
    rooms,
    seals,
    supply_imports,
    tasks,
    timers,
)
from storage.database import Database
from storage.statements import BATCH

logger = logging.getLogger(__name__)

MOST_ROUNDS, BREATH_SECONDS = 1000, 0.05
INBOX_KEPT, DRAFTS_KEPT, OUTBOX_KEPT = timedelta(days=3), timedelta(days=30), timedelta(days=30)
# How far the clock may drift from monotonic time in one look before it has been set.
STEP_SECONDS = 5.0


@dataclass(frozen=True)
class Timer:
    """`every` seconds, `duty` runs in a transaction. `due` looks first whether there is anything to do; without it,
    only one process runs the timer in each interval. A duty that did a whole `batch` is run again at once."""

    name: str
    every: int
    duty: Callable[[Session], object]
    due: Callable[[Session], bool] | None = None
    batch: int = BATCH


TIMERS = (
    Timer("clocks", 1, request_duty.ring_clocks, due=lambda session: bool(request_clocks.due(session, clock.now(), 1))),
    Timer("reminders", 1, reminder_duty.fire_due, due=lambda session: bool(reminders.due(session, clock.now(), 1))),
    Timer("tasks", 1, task_duty.remind_of_tasks, due=lambda session: bool(tasks.due_pings(session, clock.now(), 1))),
    Timer("approvals", 1, approval_duty.chase, due=lambda session: bool(approvals.due_seats(session, clock.now(), 1))),
    Timer("looks", 1, approval_duty.look_again, due=lambda session: bool(approvals.to_look_at(session, 1))),
    Timer("budget year", 60, approval_duty.turn_of_year),
    Timer("expiry", 600, approval_duty.expire),
    Timer("order day", 30, draft.draw_up_due),
    Timer("late orders", 30, placed.chase, due=lambda session: bool(purchases.due(session, clock.now(), 1))),
    Timer(
        "due invoices", 30, invoices.remind, due=lambda session: bool(purchases.due_invoices(session, clock.now(), 1))
    ),
    Timer("imports", 1, imports.run, due=lambda session: bool(supply_imports.running(session)), batch=imports.BATCH),
    Timer("spending", 60, spending.tell_weekly),
    Timer(
        "meetings", 1, meeting_timers.remind_due, due=lambda session: bool(meetings.to_remind(session, clock.now(), 1))
    ),
    Timer(
        "invitations",
        10,
        meeting_timers.chase_due,
        due=lambda session: bool(meetings.to_chase(session, clock.now(), 1)),
    ),
    Timer(
        "check-in",
        5,
        meeting_timers.release_unchecked,
        due=lambda session: bool(rooms.unchecked(session, clock.now(), 1)),
    ),
    Timer("offers", 1, waiting.pass_over, due=lambda session: bool(rooms.offers_over(session, clock.now(), 1))),
    Timer("series", 3600, meeting_timers.extend_series),
    Timer("agendas", 60, agenda.send_due),
    Timer(
        "minutes", 5, confirming.silence_counts, due=lambda session: bool(minutes.to_confirm(session, clock.now(), 1))
    ),
    Timer("visitors", 2, visiting.tell_of_visitors, due=visiting.visitors_due),
    Timer("absences", 1, absence_duty.begin_and_end, due=lambda session: bool(absences.due(session, clock.now(), 1))),
    Timer(
        "digests",
        1,
        digest_duty.send_due,
        due=lambda session: bool(digests.due(session, clock.now(), 1)),
        batch=digest_duty.AT_ONCE,
    ),
    Timer(
        "first digests", 10, digest_duty.plan_first, due=lambda session: bool(digests.without_preference(session, 1))
    ),
    Timer("dead letters", 10, letters.tell_of_dead, due=lambda session: outbox.count_dead(session) > 0),
    Timer("seal", 10, lambda session: seals.seal(session, clock.now())),
    Timer("anchor", 3600, letters.tell_anchor),
    Timer("pulse", 20, lambda session: None),
    Timer("close", 60, request_duty.close_old),
    Timer("tidy outbox", 600, lambda session: outbox.forget_before(session, clock.now() - OUTBOX_KEPT)),
    Timer("tidy inbox", 3600, lambda session: inbox.forget_before(session, clock.now() - INBOX_KEPT)),
    Timer("tidy news", 3600, lambda session: digests.forget_news_before(session, clock.now() - digest_duty.NEWS_KEPT)),
    Timer("tidy drafts", 3600, lambda session: drafts.forget_before(session, clock.now() - DRAFTS_KEPT)),
)


class Scheduler:
    """APScheduler as a ticker: what is due stands in our tables, so a missed tick loses nothing."""

    def __init__(
        self,
        database: Database,
        wake: Callable[[], None],
        errands: Sequence[tuple[Callable[[], None], timedelta]] = (),
    ) -> None:
        self._database = database
        self._wake = wake
        self._ticker = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for timer in TIMERS:
            # The first tick comes at once: what fell due while nothing ran is not kept waiting.
            at_once = datetime.now(UTC)
            self._ticker.add_job(self.tick, "interval", seconds=timer.every, args=[timer], next_run_time=at_once)
        # What asks somebody outside runs beside the timers: one that hangs holds up only itself.
        for errand, every in errands:
            self._ticker.add_job(errand, "interval", seconds=every.total_seconds())
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watch_clock, name="clock", daemon=True)

    def start(self) -> None:
        self._ticker.start()
        self._watch.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._ticker.running:
            self._ticker.shutdown(wait=True)

    def _watch_clock(self) -> None:
        """APScheduler waits by the wall clock: one that is set back would let everything stand still until it has
        caught up."""
        wall, steady = clock.now().timestamp(), time.monotonic()
        while not self._stopping.wait(1.0):
            step = (clock.now().timestamp() - wall) - (time.monotonic() - steady)
            wall, steady = clock.now().timestamp(), time.monotonic()
            if step < -STEP_SECONDS:
                logger.warning("the clock was set back by %.0f s: every timer begins anew", -step)
                self.begin_anew()

    def begin_anew(self) -> None:
        """Every timer ticks now and goes on from here."""
        for job in self._ticker.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        try:
            self._database.write(lambda session: outbox.stepped_back(session, clock.now()))
        except Exception:
            logger.exception("messages that wait for a time that was could not be put right")
        self._wake()

    def _work_off(self, timer: Timer) -> None:
        """Runs a duty until nothing is due: a little at a time, so that whoever waits for an answer comes between."""
        for _ in range(MOST_ROUNDS):
            done = self._database.write(timer.duty)
            self._wake()
            if not isinstance(done, int) or done < timer.batch:
                return
            time.sleep(BREATH_SECONDS)

    def tick(self, timer: Timer) -> None:
        try:
            if timer.due is not None:
                with self._database.read() as session:
                    if not timer.due(session):
                        return
                self._work_off(timer)
            elif not self._database.write(lambda session: _claimed(session, timer)):
                return
            self._wake()
        except Exception:
            logger.exception("the timer %r failed; it runs again in %s s", timer.name, timer.every)


def _claimed(session: Session, timer: Timer) -> bool:
    # Half an interval: ticks of one process must not fall out because one came a moment early.
    if not timers.claim(session, timer.name, clock.now(), timedelta(seconds=timer.every / 2)):
        return False
    timer.duty(session)
    return True
