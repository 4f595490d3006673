"""The best times for several people: by working hours, holidays, being away and what they have already."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

STEP = timedelta(minutes=15)
A_DAY = 2
Span = tuple[datetime, datetime]


class Why(StrEnum):
    """Why somebody can't come."""

    MEETING = "meeting"
    AWAY = "away"
    OFF = "off"  # not in their working hours, or a holiday


@dataclass(frozen=True)
class Diary:
    """What is known of one person in the window. `works`: their working spans, merged and in order."""

    person_id: int
    works: Sequence[Span]
    meetings: Sequence[Span] = ()
    away: Sequence[Span] = ()

    def why_not(self, start: datetime, end: datetime) -> Why | None:
        """Why this person can't come at a time; None: they can."""
        return _Sweep(self).why_not(start, end)


@dataclass(frozen=True)
class Slot:
    start: datetime
    end: datetime
    missing: tuple[tuple[int, Why], ...] = ()


def best(
    diaries: Sequence[Diary], window: Span, length: timedelta, most: int = 5, must: int | None = None
) -> list[Slot]:
    """The best slots of a window: those whom most can come to, the earliest of them first, none overlapping another.

    `must`: a person without whom there is no meeting.
    """
    sweeps = [_Sweep(one) for one in diaries]
    found = []
    for start in _starts(diaries, window, length):
        end = start + length
        missing = tuple((sweep.person_id, why) for sweep in sweeps if (why := sweep.why_not(start, end)) is not None)
        if len(missing) < len(sweeps) or not sweeps:
            found.append(Slot(start, end, missing))
    with_host = [one for one in found if must not in {who for who, _ in one.missing}]
    return _apart(sorted(with_host, key=_worth), most)


def _worth(slot: Slot) -> tuple[int, int, datetime]:
    """The fewest missing; of those the fewest who are busy, since who is merely off may still come."""
    busy = sum(why is not Why.OFF for _, why in slot.missing)
    return len(slot.missing), busy, slot.start


def _apart(slots: Iterable[Slot], most: int) -> list[Slot]:
    """The first of them that don't overlap."""
    chosen: list[Slot] = []
    for slot in slots:
        if all(slot.end <= one.start or one.end <= slot.start for one in chosen):
            chosen.append(slot)
        if len(chosen) == most:
            break
    return chosen


def spread(slots: Sequence[Slot], most: int) -> list[Slot]:
    """Of those to which as many can come no more than two a day, where other days have some; best first."""
    chosen: list[Slot] = []
    days: dict[tuple[int, date], int] = {}
    for slot in slots:
        day = (len(slot.missing), slot.start.date())
        days[day] = days.get(day, 0) + 1
        if days[day] <= A_DAY:
            chosen.append(slot)
    fewest = min((len(one.missing) for one in slots), default=0)
    best_ones = [one for one in chosen if len(one.missing) == fewest][:most]
    rest = [one for one in slots if one not in best_ones]
    return sorted([*best_ones, *rest[: most - len(best_ones)]], key=_worth)


def _starts(diaries: Sequence[Diary], window: Span, length: timedelta) -> list[datetime]:
    """Every quarter of an hour at which somebody works."""
    starts = set()
    for first, last in (span for one in diaries for span in one.works):
        moment = _rounded(max(first, window[0]))
        while moment + length <= min(last, window[1]):
            starts.add(moment)
            moment += STEP
    return sorted(starts)


def _rounded(moment: datetime) -> datetime:
    """The next full quarter."""
    over = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment + STEP - over


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


class _Sweep:
    """One person's diary, made quick to ask."""

    def __init__(self, diary: Diary) -> None:
        self.person_id = diary.person_id
        self._works = _Spans(diary.works)
        self._busy: Mapping[Why, _Spans] = {Why.AWAY: _Spans(diary.away), Why.MEETING: _Spans(diary.meetings)}

    def why_not(self, start: datetime, end: datetime) -> Why | None:
        for why, spans in self._busy.items():
            if spans.touch(start, end):
                return why
        return None if self._works.hold(start, end) else Why.OFF


class _Spans:
    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = merged(spans)
        self._ends = [end for _, end in self._spans]

    def touch(self, start: datetime, end: datetime) -> bool:
        """Whether some of a time lies in one of the spans."""
        at = bisect_left(self._ends, start)
        while at < len(self._spans) and self._spans[at][1] <= start:
            at += 1
        return at < len(self._spans) and self._spans[at][0] < end

    def hold(self, start: datetime, end: datetime) -> bool:
        """Whether all of a time lies in one of the spans."""
        at = bisect_left(self._ends, end)
        return at < len(self._spans) and self._spans[at][0] <= start
