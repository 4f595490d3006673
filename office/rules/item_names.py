"""What names of items are compared by: folded words, with and without the endings of number and case."""

import re

from storage.text import fold

_SKIPPED = frozenset(
    fold("the a an of de del la el los las der die das den dem des av en ett ein eine un una i and och und y "
        "for för für")
    .split()
)  # fmt: skip
_ENDINGS = (
    "orna", "arna", "erna", "ores", "ern", "ers", "ens", "ets", "ena", "en", "et", "ar", "er", "or", "os", "as",
    "es", "na",
    "n", "s", "e", "a", "o",
)  # fmt: skip
_WORDS = re.compile(r"[^\W_]+")


def key(words: str) -> str:
    """What names are compared by: folded words without endings of number and case, in order of the alphabet."""
    found = [_stem(word) for word in _WORDS.findall(fold(words)) if word not in _SKIPPED]
    return " ".join(sorted(found))


def exact(words: str) -> str:
    """The same with every word as it is, for telling "stapler" from "staples"."""
    return "=" + " ".join(sorted(word for word in _WORDS.findall(fold(words)) if word not in _SKIPPED))


def _stem(word: str) -> str:
    """A word without the ending of its number and case: the same for "batteries" and "battery"."""
    if word.endswith("ces") and len(word) > 5:
        return word[:-3] + "z"
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= _shortest(one)), None)
    if ending is not None:
        return word[: -len(ending)]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _shortest(ending: str) -> int:
    """How much of a word must be left: "cups" is a plural, "data" need not be one."""
    return 3 if len(ending) > 1 or ending == "s" else 4
