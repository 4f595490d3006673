"""A list that was sent, as it is shown before it is taken over: its columns, what each row would do, what is wrong."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block, View
from handlers.drawing import Drawing, Message
from handlers.i18n import Md, Reader, escape
from handlers.supplies import cards
from office.duties.supplies.headings import THEIRS, fields_of
from office.duties.supplies.imports import Choices, choices_of
from office.duties.supplies.matching import ASKED, CHANGED, IS_ITEM, IS_NEW, NEW
from storage import purchases, supplies, supply_imports
from storage.supply_tables import Import
from storage.words import ImportState, Unit

# Rows in the message, questions in it, wrong cells in it, rows on a page of the window.
ROWS, QUESTIONS, WRONG, PAGE = 10, 6, 10, 120
_PER_SECTION = 12


def preview(drawing: Drawing) -> Message | None:
    """What would change, row by row, what is to be said first, what is wrong; then whether to do it."""
    found = supply_imports.find(drawing.session, drawing.row.subject_id)
    if found is None:
        return None
    reader = drawing.reader
    head = reader.say("{name}: what will change", name=found.name)
    shown: list[Block] = [blocks.header(head), blocks.md(_counts(reader, found))]
    if found.state is ImportState.SHOWN:
        shown += [*_columns(reader, found), *_questions(drawing.session, reader, found), *_rows(reader, found)]
    shown += [*_wrong(reader, found), *_choice(reader, found)]
    return Message(head, tuple(blocks.fitting(shown)))


def all_rows(reader: Reader, found: Import, page: int) -> View:
    """A page of the rows that would change something."""
    lines = list(_changes(reader, found))
    last = max(1, -(-len(lines) // PAGE))
    page = min(max(1, page), last)
    shown = _sections(lines[(page - 1) * PAGE : page * PAGE])
    row = [
        blocks.button(label, f"supplies.import_rows:{to}", f"{found.id}.{to}")
        for label, to in ((reader.say("Back"), page - 1), (reader.say("Next"), page + 1))
        if 1 <= to <= last
    ]
    foot = [blocks.context(reader.say("Page {page} of {last}", page=page, last=last))] if last > 1 else []
    return blocks.modal(
        "supplies.import_rows", reader.say("What will change"), [*shown, *foot, *blocks.actions(row)],
        reader.say("Close"),
    )  # fmt: skip


def columns_form(session: Session, reader: Reader, found: Import) -> View:
    """What each column is; for a list of items also who sells them, and for how many a price is."""
    about, said = found.found, choices_of(found)
    options = [blocks.option(reader.say("Not used"), "-")]
    options += [blocks.option(blocks.cut(reader.field(one), 70), one) for one in fields_of(found.kind)]
    examples = _examples(found)
    parts = [
        blocks.field(f"c{at}", heading, blocks.select(options, field or "-"), hint=examples.get(at, ""))
        for at, (heading, field) in enumerate(zip(about["headings"], about["fields"], strict=True))
        if heading
    ][:60]
    if found.kind == "items":
        parts = [*_of_all_rows(session, reader, said), *parts]
    metadata = json.dumps({"id": found.id})
    return blocks.modal(
        "supplies.import_columns", reader.say("Columns"), parts, reader.say("Close"), reader.say("Save"), metadata
    )


def _of_all_rows(session: Session, reader: Reader, said: Choices) -> list[Block]:
    sellers = [blocks.option(one.name, one.name[:70]) for one in purchases.suppliers(session)][:90]
    prices = [
        blocks.option(reader.say("a pack"), "pack"),
        blocks.option(reader.say("one of it"), "one"),
    ]
    none = blocks.option(reader.say("Not said"), "-")
    return [
        blocks.field(
            "supplier", reader.say("Supplier of all rows that name none"),
            blocks.select([none, *sellers], said.supplier or "-"),
        ),
        blocks.field(
            "for_one", reader.say("The price is for"), blocks.select(prices, "one" if said.for_one else "pack")
        ),
    ]  # fmt: skip


def _examples(found: Import) -> dict[int, str]:
    """column -> what stands in it first, so that one sees what it is."""
    rows = found.cells[found.found["head"] + 1 : found.found["head"] + 40]
    width = len(found.found["headings"])
    return {
        at: blocks.cut(next((row[at] for row in rows if at < len(row) and row[at].strip()), ""), 70)
        for at in range(width)
    }


def _counts(reader: Reader, found: Import) -> str:
    about = found.found
    parts = [
        reader.md("*{count}* new", count=about["new"]), reader.md("*{count}* changed", count=about["changed"]),
        reader.md("*{count}* as they are", count=about["same"]),
    ]  # fmt: skip
    if about.get("asked"):
        parts.append(reader.md("*{count}* to be asked", count=about["asked"]))
    if about.get("sums"):
        rows = ", ".join(map(str, about["sums"][:5]))
        parts.append(reader.md("sums, left out: row {rows}", rows=rows))
    if found.state is ImportState.RUNNING:
        parts = [reader.md("⏳ {done} of {all} rows are looked at.", done=found.done, all=len(found.rows))]
    return " · ".join(parts)


def _columns(reader: Reader, found: Import) -> list[Block]:
    """Which column is what, and which is not used, with the way to say it otherwise."""
    about = found.found
    if "headings" not in about:
        return []
    said: list[str] = []
    unused: list[str] = []
    theirs: list[str] = []
    for at, (heading, field) in enumerate(zip(about["headings"], about["fields"], strict=True)):
        if field:
            said.append(f"{escape(heading)} → {escape(reader.field(field))}")
        elif heading:
            (theirs if at in about["theirs"] else unused).append(escape(heading))
    lines = [reader.md("Columns: {columns}", columns=Md(" · ".join(said)))] if said else []
    if unused:
        lines.append(reader.md("⚠️ Not understood, and not used: {columns}", columns=Md(", ".join(unused))))
    if theirs:
        fields = ", ".join(reader.field(one) for one in THEIRS)
        lines.append(reader.md("Theirs, and not taken for ours ({fields}): {columns}", fields=fields,
                               columns=Md(", ".join(theirs))))  # fmt: skip
    if found.kind == "items" and not any(name.startswith("name_") for name in about["fields"] if name):
        lines.append(reader.md("⚠️ No column is the name. Say which one it is."))
    button = blocks.button(reader.say("Columns"), "supplies.import_columns", str(found.id))
    return [blocks.md(blocks.cut("\n".join(lines), 2900), button)]


def _questions(session: Session, reader: Reader, found: Import) -> list[Block]:
    """Rows that are found by another word only: whether they are that item, or a new one."""
    asked = [one for one in found.rows if one.get("what") == ASKED]
    if not asked:
        return []
    items = supplies.by_ids(session, [one["item_id"] for one in asked[:QUESTIONS]])
    shown: list[Block] = []
    for one in asked[:QUESTIONS]:
        name = cards.item_name(reader, items.get(one["item_id"]))
        options = [
            blocks.option(blocks.cut(reader.say("It is {name}", name=name), 70), f"{found.id}.{one['row']}.{IS_ITEM}"),
            blocks.option(reader.say("It is something new"), f"{found.id}.{one['row']}.{IS_NEW}"),
        ]
        text = reader.md("❓ Row {row}, “{match}”: another word for {name}. Left out until you say what it is.",
                         row=str(one["row"]), match=one["match"], name=name)  # fmt: skip
        shown.append(blocks.md(text, blocks.overflow(f"supplies.import_row:{one['row']}", options)))
    if len(asked) > QUESTIONS:
        shown.append(blocks.context(reader.md("… and {count} more", count=len(asked) - QUESTIONS)))
    if len(asked) > 1:
        shown += blocks.actions([
            blocks.button(reader.say("All are these items"), "supplies.import_asked:item", f"{found.id}.{IS_ITEM}"),
            blocks.button(reader.say("All are new"), "supplies.import_asked:new", f"{found.id}.{IS_NEW}"),
        ])  # fmt: skip
    return shown


def _rows(reader: Reader, found: Import) -> list[Block]:
    lines = list(_changes(reader, found))
    shown = _sections(lines[:ROWS])
    if len(lines) > ROWS:
        label = reader.count("All {count} row", "All {count} rows", len(lines))
        shown += blocks.actions([blocks.button(label, "supplies.import_rows", f"{found.id}.1")])
    return shown


def _changes(reader: Reader, found: Import) -> Iterator[str]:
    """Each row that would change something: what it was matched by, and each field as it is and as it would be."""
    for one in found.rows:
        if one.get("what") not in (NEW, CHANGED):
            continue
        written = one["written"]
        name = next((written[key] for key in written if key.startswith("name")), one["match"])
        if one["what"] == NEW:
            said = ", ".join(_new(reader, one["fields"]))
            yield reader.md("{row} · 🆕 *{name}* {fields}", row=str(one["row"]), name=name, fields=Md(said))
            continue
        by = {
            "article": reader.md("by its article number {match}", match=one["match"]),
            "ean": reader.md("by its EAN {match}", match=one["match"]),
            "synonym": reader.md("by the word “{match}”", match=one["match"]),
        }.get(one["by"], "")
        fields = ", ".join(
            f"{escape(reader.field(key))}: {_shown(reader, key, old) or '–'} → {_shown(reader, key, new) or '–'}"
            for key, (old, new) in one["fields"].items()
        )
        yield reader.md("{row} · *{name}* {by} {fields}", row=str(one["row"]), name=name, by=Md(by), fields=Md(fields))


def _new(reader: Reader, fields: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is worth seeing of something new."""
    for key in ("price", "pack", "unit", "supplier", "article", "minimum", "target", "on_hand", "email", "terms"):
        text = fields.get(key, ("", ""))[1]
        if text and (key, text) not in (("pack", "1"), ("minimum", "0"), ("target", "0")):
            yield f"{escape(reader.field(key))}: {_shown(reader, key, text)}"


def _shown(reader: Reader, key: str, text: str) -> str:
    """A value of a list in the reader's words."""
    if key == "price" and text:
        amount, _, currency = text.partition(" ")
        return escape(reader.money(Decimal(amount), currency))
    if key == "unit" and text in set(Unit):
        return escape(reader.term(Unit(text)))
    if key == "category" and text:
        return escape(reader.category(text))
    return escape(blocks.cut(text, 60))


def _sections(lines: Sequence[str]) -> list[Block]:
    """Lines in as few blocks as hold them."""
    parts = ("\n".join(lines[at : at + _PER_SECTION]) for at in range(0, len(lines), _PER_SECTION))
    return [blocks.md(blocks.cut(part, 2900)) for part in parts]


def _wrong(reader: Reader, found: Import) -> list[Block]:
    about = found.found
    if not about["errors"]:
        return []
    lines = [_wrong_cell(reader, one) for one in about["wrong"][:WRONG]]
    count = reader.count(
        "{count} row is wrong and is left out:", "{count} rows are wrong and are left out:", about["errors"]
    )
    return [blocks.md("\n".join([f"⚠️ *{escape(count)}*", *lines]))]


def _wrong_cell(reader: Reader, one: Mapping[str, Any]) -> str:
    """One wrong cell, in the reader's words: its refusal was kept as it is."""
    text, facts = str(one["text"]), dict(one["facts"])
    if "unit" in facts and "known" in facts:
        facts["known"] = [reader.term(Unit(each)) for each in facts["known"]]
    why = Md(escape(reader.say(text, **facts)))
    return reader.md("• row {row}, {column}: {why}", row=str(one["row"]), column=one["column"], why=why)


def _choice(reader: Reader, found: Import) -> list[Block]:
    """Whether to do it, where it would do anything."""
    about = found.found
    if found.state is not ImportState.SHOWN:
        return []
    rows = about["new"] + about["changed"]
    if not rows:
        return [blocks.context(reader.md("Nothing would change."))] if about["same"] else []
    label = reader.count("Take over {count} row", "Take over {count} rows", rows)
    return blocks.actions([
        blocks.button(label, "supplies.import_yes", str(found.id), style="primary"),
        blocks.button(reader.say("Drop it"), "supplies.import_no", str(found.id)),
    ])  # fmt: skip
