"""The texts in the code, and handlers/locales/*.po brought in line with them: `make words`."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "handlers" / "locales"
LANGUAGES = ("sv", "de", "es")
# say("…"), md("…"), N_("…"), Refusal("…") and count("one", "many", …)
KEYWORDS = {"say": 1, "md": 1, "N_": 1, "Refusal": 1, "NotUnderstood": 1, "count": 2}


@cache
def texts() -> tuple[tuple[str, ...], ...]:
    """Every text that people read, in the order of the code; two forms where it counts."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, ...]]:
    for package in ("office", "handlers", "bot"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and (found := _text(node)):
                    yield found


def template() -> Catalog:
    found = Catalog(project="Deskhand")
    for text in texts():
        found.add(text if len(text) > 1 else text[0])
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
        with file.open("wb") as written:
            write_po(written, kept, no_location=True, omit_header=True, width=110, ignore_obsolete=True)


def _text(call: ast.Call) -> tuple[str, ...] | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    forms = call.args[: KEYWORDS.get(name, 0)]
    if not forms or not all(isinstance(form, ast.Constant) and isinstance(form.value, str) for form in forms):
        return None
    return tuple(form.value for form in forms if isinstance(form, ast.Constant))


if __name__ == "__main__":
    update()
