"""Words -> the request type that they hint at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from office.rules.words import tokens


@dataclass(frozen=True)
class HintIndex:
    """Hints by their first word, so that the time taken grows with the text and not with the catalogue."""

    by_word: Mapping[str, list[tuple[tuple[str, ...], str]]]
    stems: Mapping[str, list[tuple[str, str]]]  # first three letters -> (stem, type)
    order: Mapping[str, int] = field(default_factory=dict)


def index(hints: Iterable[tuple[str, Iterable[str]]]) -> HintIndex:
    """Hints as the catalogue gives them: words, phrases, and stems that end in "*"."""
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    stems: dict[str, list[tuple[str, str]]] = {}
    order: dict[str, int] = {}
    for place, (key, phrases) in enumerate(hints):
        order[key] = place
        for phrase in phrases:
            words = tuple(tokens(phrase))
            if phrase.endswith("*") and len(words) == 1:
                stems.setdefault(words[0][:3], []).append((words[0], key))
            elif words:
                by_word.setdefault(words[0], []).append((words, key))
    return HintIndex(by_word, stems, order)


def guess(text: str, hints: HintIndex, otherwise: str) -> str:
    """The type with the strongest hints; longer phrases and earlier words weigh more."""
    words = tokens(text[:1000])
    scores: dict[str, float] = {}
    for place, word in enumerate(words):
        near_front = 1.0 if place < 8 else 0.5
        for phrase, key in hints.by_word.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                scores[key] = scores.get(key, 0) + near_front * (1 + len(phrase))
        for stem, key in hints.stems.get(word[:3], ()):
            if word.startswith(stem):
                scores[key] = scores.get(key, 0) + near_front * (1 + len(stem) / 10)
    if not scores:
        return otherwise
    return max(scores, key=lambda key: (scores[key], -hints.order[key]))
