"""The texts in the code, and handlers/locales/*.po brought in line with them: `make words`."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "handlers" / "locales"
LANGUAGES = ("sv", "de", "es")
# say("…"), md("…"), N_("…"), Refusal("…") and count("one", "many", …)
KEYWORDS = {"say": None, "md": None, "N_": None, "Refusal": None, "count": (1, 2)}


def template() -> Catalog:
    """Every text that people read, in the order of the code."""
    found = Catalog(project="Deskhand")
    for package in ("office", "handlers", "bot"):
        for _, _, message, comments, _ in sorted(
            extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS), key=lambda one: (one[0], one[1])
        ):
            found.add(message, auto_comments=comments)
    return found


def translated(language: str) -> Catalog:
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    for language in LANGUAGES:
        file = LOCALES / f"{language}.po"
        kept = translated(language) if file.exists() else Catalog(locale=language, project="Deskhand")
        kept.update(template(), no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.header_comment = ""
        with file.open("wb") as written:
            write_po(written, kept, no_location=True, omit_header=True, width=110, ignore_obsolete=True)


if __name__ == "__main__":
    update()
