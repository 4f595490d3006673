"""Request types, one TOML file each, and the loader that checks them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from office.rules.approval_routing import Step
from office.rules.type_guess import HintIndex, guess, index
from storage.words import ClockKind, FieldKind, Priority, Visibility

HERE = Path(__file__).parent
LANGUAGES = ("en", "sv", "de", "es")
ANYTHING_ELSE = "anything_else"
DAY = 8 * 60  # minutes of a working day, for answer and solve times

Titles = Annotated[dict[str, str], Field(min_length=1)]


class CatalogueError(Exception):
    """A file of the catalogue is wrong; names the file, the key, and what was expected."""


def in_language(titles: Mapping[str, str], language: str) -> str:
    """A title in the reader's language, else in English, else in the first there is."""
    return titles.get(language) or titles.get("en") or next(iter(titles.values()))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    key: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    label: Titles


class TypeField(_Part):
    """One answer that a request type asks for."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    kind: FieldKind
    label: Titles
    required: bool = False
    help: Titles | None = None
    choices: tuple[Choice, ...] = ()
    times: str | None = None  # an amount counts as many times as the quantity in this field

    @model_validator(mode="after")
    def choices_where_needed(self) -> "TypeField":
        wants = self.kind in (FieldKind.CHOICE, FieldKind.CHOICES)
        if wants != bool(self.choices):
            raise ValueError(
                "a choice needs 'choices'" if wants else f"'choices' are only for choice and choices, not {self.kind}"
            )
        if len(self.choices) > 100:
            raise ValueError("at most 100 choices fit into a form")
        return self


class Times(_Part):
    """Working minutes by priority."""

    low: Annotated[int, Field(gt=0)]
    normal: Annotated[int, Field(gt=0)]
    high: Annotated[int, Field(gt=0)]

    def of(self, priority: Priority) -> int:
        return {Priority.LOW: self.low, Priority.NORMAL: self.normal, Priority.HIGH: self.high}[priority]


def _steps(written: object) -> tuple[Step, ...]:
    if not isinstance(written, list | tuple):
        raise ValueError("expected [[approval]] tables, one a step")
    return tuple(one if isinstance(one, Step) else Step.declared(one) for one in written)


class RequestType(_Part):
    """What can be asked: who answers it, what they need to know, and how soon they do."""

    key: str
    title: Titles
    desk: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    help: Titles | None = None
    ask: Literal["everyone", "members"] = "everyone"
    see: Visibility = Visibility.DESK
    confidential: bool = False  # its words never stand in a channel that others than the desk read
    hints: tuple[str, ...] = ()
    answer: Times = Times(low=2 * DAY, normal=DAY, high=60)
    solve: Times = Times(low=10 * DAY, normal=5 * DAY, high=DAY)
    fields: tuple[TypeField, ...] = ()
    approval: Annotated[tuple[Step, ...], BeforeValidator(_steps)] = ()
    approval_in_channel: bool = False  # the card that is decided on stands in the desk's channel, too
    budget: str = ""  # the category of its department's budget

    @model_validator(mode="after")
    def keys_differ(self) -> "RequestType":
        keys = [one.key for one in self.fields]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"fields: the key {min(twice)!r} is used twice")
        if len(keys) > 40:
            raise ValueError("fields: at most 40 fit into a form")
        if self.confidential and self.see is not Visibility.DESK:
            raise ValueError('confidential: what everyone may see can\'t be; say see = "desk"')
        return self

    def minutes(self, kind: ClockKind, priority: Priority) -> int:
        return (self.answer if kind is ClockKind.ANSWER else self.solve).of(priority)


@dataclass(frozen=True, eq=False)
class Catalogue:
    types: Mapping[str, RequestType]
    hints: HintIndex

    def find(self, key: str) -> RequestType | None:
        return self.types.get(key)

    def get(self, key: str) -> RequestType:
        """A type, or "anything else" for one that was taken out of the catalogue."""
        return self.types.get(key) or self.types[ANYTHING_ELSE]

    def guess(self, text: str) -> RequestType:
        return self.types[guess(text, self.hints, ANYTHING_ELSE)]

    def desks(self) -> list[str]:
        return list(dict.fromkeys(one.desk for one in self.types.values()))


def load(own: Path | None = None) -> Catalogue:
    """The shipped types and, from a folder, the company's own: a file of the same name takes a type's place, and an
    empty one takes it out. Raises CatalogueError."""
    if own is not None and not own.is_dir():
        raise CatalogueError(f"DESKHAND_CATALOGUE: there is no folder {own}. Make it, or leave the setting out.")
    files = {file.stem: file for folder in (HERE, own) if folder is not None for file in sorted(folder.glob("*.toml"))}
    types = {key: read(file) for key, file in files.items() if file.read_text("utf-8").strip()}
    if ANYTHING_ELSE not in types:
        raise CatalogueError(f"{ANYTHING_ELSE}.toml may be changed but not emptied: it takes what fits nowhere else.")
    return Catalogue(types, index((key, one.hints) for key, one in types.items()))


def read(file: Path) -> RequestType:
    """One request type from its file. Raises CatalogueError with file, key and what was expected."""
    try:
        written = tomllib.loads(file.read_text("utf-8"))
        return RequestType(key=file.stem, **written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: this is not TOML: {error}.") from error
    except TypeError as error:
        raise CatalogueError(f"{file.name}: 'key' is the file's name; take the line out.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CatalogueError(f"{file.name}: {where}: {first['msg']} (found {first['input']!r:.60}).") from error
