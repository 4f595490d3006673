"""Text as searches compare it."""

import unicodedata


def fold(text: str | None) -> str:
    """Lower case without accents: "Größe" and "GROSSE" are the same word.

    On PostgreSQL the migration defines a function of the same name.
    """
    if not text:
        return ""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
