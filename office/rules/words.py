"""What people typed, cleaned once at the boundary and compared without accents and case."""

import re
import unicodedata

from storage.text import fold

LONGEST = 40_000

_THANKS = frozenset(
    fold(
        "thanks thank thx you very much many great perfect super ok okay it works now good tack så mycket bra "
        "fungerar det nu danke vielen dank sehr gut es geht jetzt funktioniert gracias muchas muchísimas "
        "perfecto genial ya funciona vale"
    ).split()
)
_GREETINGS = _THANKS | frozenset(
    fold("hi hello hey help hej hallå hjälp hallo moin guten tag morgen hilfe hola buenos días buenas ayuda").split()
)

# Controls but line feed and tab; lone surrogates; and the marks that turn writing direction, which can make a
# name read as another (Unicode TR #36, 2.6).
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_WORD = re.compile(r"\w+")
# A full stop behind a number or a shortened word ends no sentence: "excl. VAT", "Nr. 4", "am 3. März".
_END_OF_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\bexcl\.)(?<!\bincl\.)(?<!\binkl\.)(?<!\bexkl\.)(?<!\bzzgl\.)(?<!\bapprox\.)(?<!\bca\.)(?<!\bno\.)(?<!\bNo\.)"
    r"(?<!\bnr\.)(?<!\bNr\.)(?<!\bSt\.)(?<!\bst\.)(?<!\bbzw\.)(?<!\busw\.)(?<!\bt\.ex\.)(?<!\bz\.B\.)(?<!\be\.g\.)(?<!\bp\.ej\.)(?<!\bDr\.)"
    r"(?<!\bMr\.)(?<!\bMs\.)(?<!\bSra\.)(?<!\bSr\.)(?<!\bkl\.)(?<!\b\d\.)(?<!\b\d\d\.)\s"
)


def clean(text: str) -> str:
    """Text as it is stored: NFC, no control characters, at most 40,000 characters."""
    kept = _REFUSED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", kept)[:LONGEST].strip()


def clean_line(text: str) -> str:
    """A name or title: one line, and nothing that turns its direction."""
    return " ".join(_BIDI.sub("", clean(text)).split())


def title_of(text: str, longest: int = 120) -> str:
    """The first sentence or line of a text, cut at a word."""
    line = clean_line(next((line for line in clean(text).splitlines() if line.strip()), ""))
    sentence = _END_OF_SENTENCE.split(line, maxsplit=1)[0]
    if len(sentence) <= longest:
        return sentence
    head = sentence[: longest - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head).rstrip(" ,;:-") + "…"


def first_word(text: str) -> tuple[str, str]:
    """The first word and what follows it, on the same line or the next: "order⏎2 coffee" -> "order", "2 coffee"."""
    head, *rest = text.split(maxsplit=1) or [""]
    return head, rest[0].strip() if rest else ""


def tokens(text: str) -> list[str]:
    """Words without case and accents, in their order."""
    return _WORD.findall(fold(text))


def is_thanks(text: str) -> bool:
    """Nothing but a thank-you or "it works", in any of the four languages."""
    return _only(text, _THANKS)


def is_greeting(text: str) -> bool:
    """Nothing but a hello or a call for help, in any of the four languages."""
    return _only(text, _GREETINGS)


def _only(text: str, lexicon: frozenset[str]) -> bool:
    words = tokens(text[:200])
    return 0 < len(words) <= 6 and all(word in lexicon for word in words)
