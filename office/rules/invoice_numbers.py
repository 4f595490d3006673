"""Numbers of invoices: the same one, and one that is so alike that it may be."""

import re

from storage.text import fold

# Letters that look like a figure, or are typed for one.
_LOOKS = str.maketrans({"o": "0", "l": "1", "i": "1", "s": "5", "b": "8"})


def cleaned(number: str) -> str:
    """An invoice number as it is compared: letters and digits only, without case, accents and leading zeros."""
    return re.sub(r"[\W_]", "", fold(number)).lstrip("0")


def likeness(number: str) -> str:
    """What the number of one invoice has in common however it is typed: "RE 2027/118", "2027-0118", "2027/l18" and
    "2027/118a" are alike; "A-12" and "B-12" are not."""
    parts = re.findall(r"[a-z0-9]+", fold(number))
    # A word before the number, such as "RE" or "Faktura", is no part of it.
    while len(parts) > 1 and len(parts[0]) > 1 and parts[0].isalpha() and not _is_figures(parts[0]):
        parts = parts[1:]
    return "-".join(group for part in parts for group in _groups(part))


def _groups(part: str) -> list[str]:
    """The figures of a part without leading zeros, and a letter that stands by itself."""
    if part.isalpha() and not _is_figures(part):
        return [part]
    figures = part.translate(_LOOKS) if _is_figures(part) else part
    return [group.lstrip("0") or "0" for group in re.findall(r"[0-9]+", figures)]


def _is_figures(part: str) -> bool:
    """Whether a part is figures but for letters that look like some: "3OO", "l18", "II8"."""
    return len(part) > 1 and part.translate(_LOOKS).isdecimal() and any(char.isdecimal() for char in part)
