"""The words after /request."""

import pytest

from handlers.requests.verbs import ActWanted, ListWanted, Misspelt, read
from storage.words import Act


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
    ],
)
def test_a_command_is_told_from_a_request(text: str, wanted: object) -> None:
    assert read(text) == wanted


def test_huge_numbers_are_no_numbers_of_ours() -> None:
    assert read("9" * 400) is None
