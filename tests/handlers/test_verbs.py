"""The words after /request, and those that help names for each command."""

import re
from collections.abc import Callable

import pytest

from handlers.approvals.verbs import TYPED as APPROVAL_WORDS
from handlers.desk.commands import WORDS
from handlers.i18n import Reader
from handlers.requests.verbs import ActWanted, ListWanted, Misspelt, read
from handlers.supplies.verbs import numbered, verb_of
from handlers.tasks.verbs import TYPED as TASK_WORDS
from storage.text import fold
from storage.words import Act
from tests import words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12", ActWanted(Act.SEE, 12, "")),
        ("#12", ActWanted(Act.SEE, 12, "")),
        ("take 12", ActWanted(Act.TAKE, 12, "")),
        ("12 take", ActWanted(Act.TAKE, 12, "")),
        ("solve #12 new rollers", ActWanted(Act.SOLVE, 12, "new rollers")),
        ("lös 12 nya valsar", ActWanted(Act.SOLVE, 12, "nya valsar")),
        ("nehmen 12", ActWanted(Act.TAKE, 12, "")),
        ("resolver 12 rodillos nuevos", ActWanted(Act.SOLVE, 12, "rodillos nuevos")),
        ("#12 it is the left one", ActWanted(Act.COMMENT, 12, "it is the left one")),
        ("#12: still broken", ActWanted(Act.COMMENT, 12, "still broken")),
        ("12 chairs for Monday", None),
        ("cancel my newspaper", None),
        ("take me to the airport", None),
        ("mine", ListWanted("mine", 1, "")),
        ("Väntar", ListWanted("waiting", 1, "")),
        ("meine 2", ListWanted("mine", 2, "")),
        ("find printer paper", ListWanted("find", 1, "printer paper")),
        ("help", ListWanted("help", 1, "")),
        ("help me with the printer", None),
        ("list of suppliers", None),
        ("waitting", Misspelt("waiting")),
        ("toner", None),
        ("solvee 12", Misspelt("solve", 12)),
        ("übernehmn 12", Misspelt("übernehmen", 12)),
        ("pens 20", None),
        ("chairs 12", None),
        ("room 12", None),
    ],
)
def test_a_command_is_told_from_a_request(text: str, wanted: object) -> None:
    assert read(text) == wanted


def test_huge_numbers_are_no_numbers_of_ours() -> None:
    assert read("9" * 400) is None


def _shown(language: str, command: str) -> list[str]:
    """The examples of a command, without its name, as the help in a language shows them."""
    reader = Reader(language, language, "UTC")
    texts = [reader.say(text) for (text, *_) in words.texts() if text.startswith(f"`/{command} ")]
    return [example for text in texts for example in re.findall(r"`(?:/\w+ )?([^`]+)`", text)]


@pytest.mark.parametrize("language", ["en", *words.LANGUAGES])
@pytest.mark.parametrize(
    ("command", "reads"), [("request", read), ("task", TASK_WORDS.read), ("approvals", APPROVAL_WORDS.read)]
)
def test_what_help_names_is_understood(language: str, command: str, reads: Callable[[str], object]) -> None:
    verbs = [one for one in _shown(language, command) if "12" in one or " " not in one]
    assert len(verbs) >= 9
    assert [one for one in verbs if not isinstance(reads(one), ActWanted | ListWanted)] == []


@pytest.mark.parametrize("language", ["en", *words.LANGUAGES])
def test_what_help_names_of_supplies_is_understood(language: str) -> None:
    examples = _shown(language, "supplies")
    assert len(examples) >= 25
    heads = [one.split()[0] for one in examples]
    assert [one for one in heads if verb_of(one) is None and numbered(one) is None] == []


@pytest.mark.parametrize("language", ["en", *words.LANGUAGES])
def test_what_the_glance_names_is_a_page(language: str) -> None:
    pages = {fold(word) for names in WORDS.values() for word in names.split()}
    named = [fold(one.split()[0]) for one in _shown(language, "desk")]
    assert len(named) >= 10 and set(named) <= pages
