"""The words after a command -> a list, an act on something with a number, or the words of something new."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from office.rules.words import first_word
from storage.text import fold

A = TypeVar("A")
# A user group, as Slack writes it.
GROUP = re.compile(r"<!subteam\^(?P<id>S[A-Z0-9]+)(?:\|[^>]*)?>")
_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class ListWanted:
    name: str
    page: int
    words: str


@dataclass(frozen=True)
class ActWanted(Generic[A]):
    act: A
    number: int
    words: str


@dataclass(frozen=True)
class Misspelt:
    """Almost a list; or, with a number, almost an act on it."""

    near: str
    number: int | None = None

    def __str__(self) -> str:
        return self.near if self.number is None else f"{self.near} {self.number}"


def by_word(names: Mapping[A, str]) -> dict[str, A]:
    """name -> "word word …" in four languages, turned round: folded word -> name."""
    return {fold(word): name for name, words in names.items() for word in words.split()}


def as_written(names: Mapping[A, str]) -> dict[str, str]:
    """The same words, each folded -> as it is written first."""
    found: dict[str, str] = {}
    for word in (word for words in names.values() for word in words.split()):
        found.setdefault(fold(word), word)
    return found


class Typed(Generic[A]):
    """The lists and acts of one command, by their words in all languages.

    A verb counts only beside a number and a list only by itself, so that "cancel my newspaper" is something new.
    `sees` is the act of a number alone; `comments` that of "#12 more words", where there is one; `letter` may stand
    before a number ("T12").
    """

    def __init__(
        self, lists: Mapping[str, str], acts: Mapping[A, str], sees: A, comments: A | None = None, letter: str = ""
    ) -> None:
        self.lists = by_word(lists)
        self.acts = by_word(acts)
        self._lists_written, self._acts_written = as_written(lists), as_written(acts)
        self._sees = sees
        self._comments = comments
        self._number = re.compile(rf"[#{letter}{letter.lower()}]?(\d{{1,12}})[:,.]?")

    def read(self, text: str) -> ListWanted | ActWanted[A] | Misspelt | None:
        """What a typed command asks for; None when it is the words of something new."""
        first, rest = first_word(text)
        rest = rest.strip()
        if found := self._number.fullmatch(first):
            second, more = first_word(rest)
            act = self.acts.get(fold(second)) if second else self._sees
            if act is not None:
                return ActWanted(act, int(found[1]), more.strip())
            return self._number_with_words(int(found[1]), first, rest)
        second, more = first_word(rest)
        if fold(first) in self.acts and (found := self._number.fullmatch(second)):
            return ActWanted(self.acts[fold(first)], int(found[1]), more.strip())
        if (found := self._number.fullmatch(rest)) and (near := nearest(first, self._acts_written, 80)):
            return Misspelt(near, int(found[1]))
        return self._list(first, rest)

    def _number_with_words(self, number: int, first: str, rest: str) -> ActWanted[A] | None:
        """ "#12 it is the left one" is a comment on 12; "12 chairs for Monday" is something new."""
        if self._comments is None or not first.startswith("#"):
            return None
        return ActWanted(self._comments, number, rest)

    def _list(self, first: str, rest: str) -> ListWanted | Misspelt | None:
        name = self.lists.get(fold(first))
        if name == "find" and rest:
            return ListWanted(name, 1, rest)
        if name and (not rest or _PAGE.fullmatch(rest)):
            return ListWanted(name, int(rest or 1), "")
        if name is None and not rest and (near := nearest(first, self._lists_written, 75)):
            return Misspelt(near)
        return None


def one_word(text: str, twos: Mapping[str, str]) -> str:
    """Verbs of two words, as people type them, as one: "bjud in M1 @anna" -> "bjud-in M1 @anna"."""
    for two, one in twos.items():
        if re.match(rf"{re.escape(fold(two))}(?=\s|$)", fold(text)):
            return f"{one}{text[len(two) :]}"
    return text


def nearest(word: str, written: Mapping[str, str], least: int) -> str | None:
    """What a word almost is, as it is written: better asked than taken for something new. `least` is in per cent."""
    folded = fold(word)
    if not 3 <= len(folded) <= 20:
        return None
    found = process.extractOne(folded, list(written), scorer=fuzz.ratio, score_cutoff=least)
    return written[found[0]] if found else None
