"""People's words for times: what they mean, what is refused, and what is said about it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import dates

from office.errors import Refusal
from office.rules.working_time import Calendar
from office.when import Moved, NotUnderstood, Speaker, When, find, misspelt_deadline, read, weekday_named
from tests import examples
from tests.rules import phrases

STOCKHOLM = Calendar(
    "Europe/Stockholm", tuple(((time(8), time(17)),) if day < 5 else () for day in range(7)), country="SE"
)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday, 09:00 in Stockholm
TABLES = {"en": phrases.ENGLISH, "sv": phrases.SWEDISH, "de": phrases.GERMAN, "es": phrases.SPANISH}
CASES = [
    (language, *line.split(" => ")) for language, table in TABLES.items() for line in table.splitlines() if line.strip()
]


def speaker(language: str, zone: str = "Europe/Stockholm", month_first: bool = False) -> Speaker:
    return Speaker(language, zone, STOCKHOLM, month_first)


def shown(when: When) -> str:
    """A reading as the tables of phrases write it."""
    if when.is_length and when.length is not None:
        return f"{when.length // timedelta(minutes=1)} min"
    assert when.day is not None
    parts = [f"{when.day:%a %Y-%m-%d}"]
    if when.clock:
        parts.append(f" {when.clock:%H:%M}")
    if when.end:
        parts.append(f"-{when.end.astimezone(ZoneInfo(when.zone)):%H:%M}")
    if when.last_day:
        parts.append(f"..{when.last_day:%a %Y-%m-%d}")
    if when.rule:
        parts.append(f" {when.rule}")
    if when.on_holidays != "keep":
        parts.append(f" {when.on_holidays}")
    if not when.floats and when.zone != "Europe/Stockholm":
        parts.append(f" {when.zone}")
    return "".join(parts)


def test_there_are_sixty_phrases_in_every_language() -> None:
    for language in TABLES:
        assert len({phrase for one, phrase, _ in CASES if one == language}) >= 60


@pytest.mark.parametrize(("language", "phrase", "meaning"), CASES)
def test_a_phrase_means(language: str, phrase: str, meaning: str) -> None:
    assert shown(read(phrase, speaker(language), NOW)) == meaning


@pytest.mark.parametrize(
    ("language", "phrase", "named"),
    [
        ("en", "tomorrow at 25", "25"),
        ("en", "Friday after the frost", "frost"),
        ("sv", "på fredag efter hackmötet", "hackmötet"),
        ("de", "morgen um 15 Uhr irgendwo", "irgendwo"),
        ("es", "mañana a las 15 en punta", "punta"),
        ("en", "30 February", "30"),
        ("en", "tomorrow Friday", "Friday"),
        ("en", "", ""),
    ],
)
def test_what_is_left_over_is_named(language: str, phrase: str, named: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(phrase, speaker(language), NOW)
    assert named in str(refused.value.facts["words"])


@pytest.mark.parametrize(
    ("language", "typed", "near"),
    [
        ("en", "Fryday", "friday"),
        ("sv", "onsdg", "onsdag"),
        ("de", "Donerstag", "donnerstag"),
        ("es", "juebes", "jueves"),
    ],
)
def test_a_misspelt_word_is_asked_about(language: str, typed: str, near: str) -> None:
    with pytest.raises(NotUnderstood, match=near):
        read(typed, speaker(language), NOW)
    by = {"en": "by", "sv": "senast", "de": "bis", "es": "para"}[language]
    assert misspelt_deadline(f"x {by} {typed}", language) == (typed, near)


def test_another_language_than_ones_own_is_understood_too() -> None:
    assert shown(read("imorgon halv tre", speaker("en"), NOW)) == "Tue 2026-11-24 14:30"
    assert shown(read("next Tuesday 14-15:30", speaker("es"), NOW)) == "Tue 2026-12-01 14:00-15:30"


def test_day_and_month_are_in_the_order_of_the_speakers_country() -> None:
    assert read("4/12", speaker("en"), NOW).day == date(2026, 12, 4)
    assert read("4/12", speaker("en", month_first=True), NOW).day == date(2027, 4, 12)
    assert read("12/24", speaker("en", month_first=True), NOW).day == date(2026, 12, 24)
    assert read("24/12", speaker("en", month_first=True), NOW).day == date(2026, 12, 24), "there is no 24th month"


def test_at_17_is_today_until_it_is_over() -> None:
    today = read("at 17", speaker("en"), NOW.replace(hour=15))
    assert (today.day, today.moved) == (date(2026, 11, 23), None)
    later = read("at 17", speaker("en"), NOW.replace(hour=16, minute=30))
    assert (later.day, later.moved) == (date(2026, 11, 24), Moved.TO_TOMORROW)


def test_a_weekday_whose_time_is_over_is_next_weeks() -> None:
    when = read("Monday at 8", speaker("en"), NOW)
    assert (when.day, when.moved) == (date(2026, 11, 30), Moved.TO_NEXT_WEEK)


@pytest.mark.parametrize("phrase", ["2026-11-22", "yesterday", "today at 8:00", "22 November 2026 at 10:00"])
def test_what_is_over_is_refused(phrase: str) -> None:
    with pytest.raises(Refusal, match="is over"):
        read(phrase, speaker("en"), NOW)


def test_a_day_without_a_year_that_is_over_is_next_years() -> None:
    when = read("22 November", speaker("en"), NOW)
    assert (when.day, when.moved) == (date(2027, 11, 22), Moved.TO_NEXT_YEAR)


@pytest.mark.parametrize("phrase", ["tomorrow 15:00-15:00", "tomorrow 16:00-15:00", "12 March 2027 to 8 March 2027"])
def test_an_end_before_the_beginning_is_refused(phrase: str) -> None:
    with pytest.raises(Refusal, match="The end"):
        read(phrase, speaker("en"), NOW)


def test_a_time_that_the_clock_change_leaves_out_is_said() -> None:
    with pytest.raises(Refusal, match=r"02:30 does not exist .* Write 03:00 instead"):
        read("28 March 2027 at 02:30", speaker("en"), NOW)


def test_a_time_that_comes_twice_is_said_and_can_be_told_apart() -> None:
    with pytest.raises(Refusal, match=r"02:30 comes twice .* “02:30 CEST” for the first or “02:30 CET” for the second"):
        read("31 October 2027 at 02:30", speaker("en"), NOW)
    first = read("31 October 2027 02:30 CEST", speaker("en"), NOW)
    second = read("31 October 2027 02:30 CET", speaker("en"), NOW)
    assert first.start and second.start and second.start - first.start == timedelta(hours=1)


def test_a_zone_in_the_words_is_kept_and_does_not_float() -> None:
    when = read("tomorrow 9:00 EST", speaker("en"), NOW)
    assert when.start == datetime(2026, 11, 24, 14, 0, tzinfo=UTC) and not when.floats
    assert read("tomorrow 9:00", speaker("en"), NOW).floats


def test_a_distance_from_now_is_absolute() -> None:
    # The clocks are put forward in between: two hours are two hours all the same.
    evening = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert read("in 2 hours", speaker("en"), evening).start == evening + timedelta(hours=2)


@pytest.mark.parametrize(
    ("language", "text", "rest", "meaning"),
    [
        ("en", "order flowers by Friday", "order flowers", "Fri 2026-11-27"),
        ("en", "tomorrow at 9 to call Bob", "to call Bob", "Tue 2026-11-24 09:00"),
        ("en", "send it by tomorrow 3pm please", "send it please", "Tue 2026-11-24 15:00"),
        ("sv", "vattna växterna varje måndag kl 9", "vattna växterna", "Mon 2026-11-30 09:00 FREQ=WEEKLY;BYDAY=MO"),
        ("de", "Vertrag prüfen in zwei Wochen", "Vertrag prüfen", "Mon 2026-12-07"),
        ("es", "pedir flores para el viernes", "pedir flores", "Fri 2026-11-27"),
        ("de", "order flowers by Friday", "order flowers", "Fri 2026-11-27"),
        ("sv", "call Bob tomorrow 15:00", "call Bob", "Tue 2026-11-24 15:00"),
        ("en", "zahlen bis Dienstag 15:00", "zahlen", "Tue 2026-11-24 15:00"),
        ("de", "Herrn Sommer morgen anrufen", "Herrn Sommer anrufen", "Tue 2026-11-24"),
        ("de", "Mittagessen für Freitag bestellen", "Mittagessen bestellen", "Fri 2026-11-27"),
        ("es", "enviar el informe semanal antes del viernes", "enviar el informe semanal", "Fri 2026-11-27"),
        ("en", "book lunch tomorrow", "book lunch", "Tue 2026-11-24"),
    ],
)
def test_a_time_is_found_in_other_words(language: str, text: str, rest: str, meaning: str) -> None:
    found = find(text, speaker(language), NOW)
    assert found is not None
    assert (found.rest_of(text), shown(found.when)) == (rest, meaning)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Fr. Schulz anrufen"), ("de", "So ein Mist"), ("en", "Do the Q4 figures"), ("es", "llamar a Mar"),
        ("en", "send minutes from last Friday"), ("es", "enviar el acta del lunes"), ("en", "weekly report to Bob"),
        ("en", "review the Friday report"), ("sv", "skicka protokollet från måndag"), ("en", "morning coffee"),
    ],
)  # fmt: skip
def test_names_titles_and_what_was_are_no_deadline(language: str, text: str) -> None:
    assert find(text, speaker(language), NOW) is None


@pytest.mark.parametrize(
    "text",
    ["Review budget 2027", "call room 12", "buy 20 chairs for 2 hours", "may I go home", "The sun is out", "Fix it"],
)
def test_other_words_are_no_time(text: str) -> None:
    assert find(text, speaker("en"), NOW) is None


@pytest.mark.parametrize("language", ["en", "sv", "de", "es"])
def test_what_is_written_out_is_read_again_in_every_zone(language: str) -> None:
    """Formatted by Babel, read by the grammar: the same moment, over all zones."""
    dice = random.Random(11)
    locale = {"en": "en_GB", "sv": "sv_SE", "de": "de_DE", "es": "es_ES"}[language]
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        if zone.startswith(("Etc/", "posix/", "right/")):
            continue
        moment = NOW + timedelta(minutes=dice.randrange(60 * 24 * 700) + 1441)
        local = moment.astimezone(ZoneInfo(zone))
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            continue  # it comes twice, and is asked about
        for written in (
            f"{dates.format_date(local, 'long', locale=locale)} {dates.format_time(local, 'HH:mm', locale=locale)}",
            f"{dates.format_date(local, 'full', locale=locale)} {dates.format_time(local, 'HH:mm', locale=locale)}",
            f"{local:%Y-%m-%d %H:%M}",
        ):
            when = read(written, speaker(language, zone), NOW)
            assert when.start == moment.replace(second=0), (zone, written)


def test_three_thousand_characters_of_anything_end() -> None:
    dice = random.Random(5)
    hostile = ["1 " * 1500, "every " * 500, "on the " * 430, "1:" * 1500, "<@U1>" * 600, "9-" * 1500, "by Friday " * 300,
               "första tisdagen i " * 170, "ä" * 3000, "and " * 750, "(" * 3000, "1/" * 1500]  # fmt: skip
    hostile += ["".join(dice.choices("abc 0123456789:/.-,åé\u202e<>@", k=3000)) for _ in range(10)]
    languages = list(TABLES)
    for at, text in enumerate(hostile):
        for language in languages if examples.EVERYTHING else [languages[at % len(languages)]]:
            try:
                find(text, speaker(language), NOW)
                read(text, speaker(language), NOW)
            except Refusal:
                pass


@pytest.mark.parametrize(
    ("word", "number"), [("mon", 0), ("Mån", 0), ("mo", 0), ("mié", 2), ("Sonnabend", 5), ("x", None), ("dom", 6)]
)
def test_weekdays_have_many_names(word: str, number: int | None) -> None:
    assert weekday_named(word) == number


@pytest.mark.parametrize(
    ("phrase", "first", "begins", "last", "ends"),
    [
        ("Thursday 1pm to Friday noon", date(2026, 11, 26), time(13), date(2026, 11, 27), "27 12:00"),
        ("26 Nov 13:00 to 30 Nov", date(2026, 11, 26), time(13), date(2026, 11, 30), None),
        ("26 Nov to 30 Nov 12:00", date(2026, 11, 26), time(0), date(2026, 11, 30), "30 12:00"),
        ("23 Nov to 30 Nov 12:00", date(2026, 11, 23), time(0), date(2026, 11, 30), "30 12:00"),
    ],
)
def test_a_span_of_days_may_begin_and_end_at_a_time(
    phrase: str, first: date, begins: time, last: date, ends: str | None
) -> None:
    when = read(phrase, speaker("en"), NOW)
    end = when.end and when.end.astimezone(ZoneInfo("Europe/Stockholm")).strftime("%d %H:%M")
    assert (when.day, when.clock, when.last_day, end) == (first, begins, last, ends)


@pytest.mark.parametrize(
    "text",
    [
        "pay on the last working day of May at 16:00",
        "tidy on the last day of March at 9",
        "order for May at 10",
        "buy cake by 30 Feb",
        "pay rent by 31 June",
        "remind tomorrow at 25:00 to pay",
        "pay rent on 31 February",
        "meet on 2026-13-45",
        "pay every day at 9 until 31 Dec 9999",
    ],
)
def test_a_day_that_is_only_half_understood_is_not_taken_for_today(text: str) -> None:
    with pytest.raises(NotUnderstood):
        find(text, speaker("en"), NOW)


def test_the_last_working_day_is_no_holiday() -> None:
    american = Speaker("en", "America/New_York", replace(speaker("en").calendar, country="US"))
    may = datetime(2027, 5, 27, 9, tzinfo=ZoneInfo("America/New_York"))
    assert read("last working day of the month at 16:00", american, may).day == date(2027, 5, 28), "Memorial Day"
