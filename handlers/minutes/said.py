"""The words of minutes: a document -> headings and paragraphs in a reader's language; what people wrote stays as it is.

The same sections become a window, a message, a PDF and Markdown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.i18n import Reader
from office.duties.minutes.documents import Document
from office.when import place_of
from storage.words import Aim, Choice, Closes, EntryKind, ItemState, Presence


@dataclass(frozen=True)
class Paragraph:
    """Some words of a section. `entry`: the entry that they are, where they are one."""

    text: str
    entry: int | None = None
    bold: str = ""  # what stands before the text: "D4", "A2 · Decision"


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: Sequence[Paragraph]
    item: int | None = None


def title_of(reader: Reader, document: Document) -> str:
    return reader.say("Minutes {name}: {title}", name=document["name"], title=document["title"])


def facts_of(reader: Reader, document: Document) -> list[tuple[str, str]]:
    """Label and value: when, where, who."""
    zone = ZoneInfo(document["zone"])
    start, end = (datetime.fromisoformat(document[name]).astimezone(zone) for name in ("starts", "ends"))
    when = f"{reader.full_day(start.date())}, {reader.clock(start.time())}–{reader.clock(end.time())}"
    found = [
        (reader.say("When"), f"{when} ({place_of(document['zone'])})"),
        (reader.say("Where"), document["where"]),
        (reader.say("Chair"), document["chair"]),
        (reader.say("Minutes by"), document["taker"]),
        (reader.say("Meeting"), f"M{document['meeting']}"),
    ]
    if document["quorum"]:
        reached = document["there"] >= document["quorum"]
        facts = {"there": document["there"], "quorum": document["quorum"]}
        text = (
            reader.say("{there} of the {quorum} that are needed: reached", **facts)
            if reached
            else reader.say("{there} of the {quorum} that are needed: not reached", **facts)
        )
        found.append((reader.say("Quorum"), text))
    return [(label, value) for label, value in found if value]


def sections_of(reader: Reader, document: Document) -> list[Section]:
    """Who was there, what was open, each item with what was said, and what was added later."""
    found = [Section(reader.say("Attendance"), [Paragraph(one) for one in attendance_said(reader, document)])]
    if document["carried"]:
        rows = [Paragraph(_action(reader, one), bold=one["ref"]) for one in document["carried"]]
        found.append(Section(reader.say("Still open from before"), rows))
    only = len(document["items"]) == 1 and not document["hidden"]
    found += [_item(reader, item, only) for item in document["items"]]
    if document["hidden"]:
        found.append(Section(hidden_said(reader, document["hidden"]), []))
    for one in document["addenda"]:
        day = reader.full_day(date.fromisoformat(one["day"]))
        by = reader.say("Written by {who}, agreed to by {chair}.", who=one["by"], chair=one["accepted_by"])
        heading = reader.say("Addendum {number} of {day}", number=one["number"], day=day)
        found.append(Section(heading, [Paragraph(one["text"]), Paragraph(by)]))
    return found


def attendance_said(reader: Reader, document: Document) -> list[str]:
    """One line for each way of having been there, or not."""
    lines = []
    for presence in Presence:
        names = [
            _there(reader, one)
            for one in document["attendance"]
            if one["presence"] == presence.value and not one["guest"]
        ]
        if names:
            lines.append(f"{reader.term(presence).capitalize()}: {', '.join(names)}")
    guests = [
        _there(reader, one)
        for one in document["attendance"]
        if one["guest"] and one["presence"] == Presence.PRESENT.value
    ]
    if guests:
        lines.append(f"{reader.say('Guests')}: {', '.join(guests)}")
    return lines


def hidden_said(reader: Reader, count: int) -> str:
    return reader.count("{count} confidential item", "{count} confidential items", count)


def changes_said(reader: Reader, changes: Sequence[Mapping[str, Any]]) -> list[Paragraph]:
    """What a version changed: old and new, who and when."""
    found = []
    for one in changes:
        when = datetime.fromisoformat(one["at"])
        if one["by"] == one["accepted_by"]:
            who = reader.say("Changed by {who}, {when}.", who=one["by"], when=when)
        else:
            who = reader.say(
                "Proposed by {who}, agreed to by {chair}, {when}.", who=one["by"], chair=one["accepted_by"], when=when
            )
        if one["old"]:
            old, new = passages(one["old"], one["new"])
            found.append(Paragraph(old, bold=reader.say("{ref} before", ref=one["ref"]).strip()))
            found.append(Paragraph(new, bold=reader.say("{ref} now", ref=one["ref"]).strip()))
        else:
            found.append(Paragraph(one["new"], bold=reader.say("Added")))
        found.append(Paragraph(f"{who} {one['why']}".strip()))
    return found


def passages(old: str, new: str, longest: int = 800, around: int = 120) -> tuple[str, str]:
    """Old and new as they differ: whole where they are short, else what has changed with a little around it."""
    if len(old) <= longest and len(new) <= longest:
        return old, new
    first = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start = max(0, first - around)

    def part(text: str) -> str:
        end = min(len(text), len(text) - last + around)
        return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"

    return part(old), part(new)


def entry_said(reader: Reader, entry: Mapping[str, Any]) -> Paragraph:
    """One entry: what it is, its number, and its words."""
    match EntryKind(entry["kind"]):
        case EntryKind.DECISION:
            text = entry["text"]
            if entry["replaces"]:
                text = f"{text} ({reader.say('replaces {ref}', ref=entry['replaces'])})"
            return Paragraph(text, entry["id"], reader.say("Decision {ref}", ref=entry["ref"]))
        case EntryKind.ACTION:
            return Paragraph(_action(reader, entry), entry["id"], reader.say("Action {ref}", ref=entry["ref"]))
        case EntryKind.VOTE:
            text = f"{entry['text']} – {vote_said(reader, entry)}"
            return Paragraph(text, entry["id"], reader.say("Vote {ref}", ref=entry["ref"]))
        case _:
            return Paragraph(entry["text"], entry["id"])


def vote_said(reader: Reader, entry: Mapping[str, Any]) -> str:
    """How a vote went; while people are voting no more than how many have."""
    if entry["open"]:
        return reader.count("{count} has voted so far", "{count} have voted so far", sum(entry["tally"].values()))
    return tally_said(reader, entry["tally"])


def tally_said(reader: Reader, tally: Mapping[str, int]) -> str:
    """ "5 in favour, 2 against, 1 abstention: carried"."""
    yes, no, abstain = (tally.get(one.value, 0) for one in (Choice.YES, Choice.NO, Choice.ABSTAIN))
    counted = [
        reader.say("{count} in favour", count=yes), reader.say("{count} against", count=no),
        reader.count("{count} abstention", "{count} abstentions", abstain),
    ]  # fmt: skip
    if yes == no:
        result = reader.say("a tie") if yes else reader.say("nobody has voted")
    else:
        result = reader.say("carried") if yes > no else reader.say("not carried")
    return f"{', '.join(counted)}: {result}"


def markdown(title: str, facts: Sequence[tuple[str, str]], sections: Sequence[Section], foot: str) -> str:
    """The whole as Markdown; what people wrote is never a heading or a link of its own."""
    lines = [f"# {_literal(title)}", ""]
    lines += [f"- **{_literal(label)}:** {_literal(value)}" for label, value in facts]
    for section in sections:
        if section.heading:
            lines += ["", f"## {_literal(section.heading)}"]
        for one in section.paragraphs:
            bold = f"**{_literal(one.bold)}:** " if one.bold else ""
            lines += ["", bold + _literal(one.text)]
    return "\n".join([*lines, "", "---", "", f"_{_literal(foot)}_", ""])


def _literal(text: str) -> str:
    """Words that Markdown takes for nothing but words."""
    escaped = "".join(f"\\{one}" if one in "\\`*_[]<>#|!" else one for one in text)
    # Two spaces at its end keep a line; a list or a quotation is none.
    return "  \n".join(f"\\{line}" if line[:1] in ("-", "+", "=", "~") else line for line in escaped.splitlines())


def _item(reader: Reader, item: Mapping[str, Any], only: bool) -> Section:
    """An item with what was said. What belongs to none comes last; without any agenda it has no heading."""
    if item["id"] is None:
        heading = reader.say("What was said") if only else reader.say("Other matters")
        return Section(heading, [entry_said(reader, one) for one in item["entries"]])
    about = [item["owner"], reader.term(Aim(item["aim"]))]
    if item["readers"]:
        about.append(reader.say("confidential"))
    if item["state"] == ItemState.POSTPONED.value:
        about.append(reader.say("put off to the next meeting"))
    heading = f"{item['number']}. {item['title']} ({', '.join(one for one in about if one)})"
    paragraphs = [entry_said(reader, one) for one in item["entries"]]
    if item["link"]:
        paragraphs.insert(0, Paragraph(item["link"]))
    return Section(heading, paragraphs, item["id"])


def _action(reader: Reader, entry: Mapping[str, Any]) -> str:
    about = [", ".join(entry["owners"]) or reader.say("nobody named")]
    if len(entry["owners"]) > 1 and entry.get("closes") == Closes.ANY.value:
        about.append(reader.say("one of them is enough"))
    if entry["due"]:
        about.append(reader.say("by {day}", day=reader.full_day(date.fromisoformat(entry["due"]))))
    return f"{entry['text']} – {', '.join(about)}"


def _there(reader: Reader, one: Mapping[str, Any]) -> str:
    about = []
    if one["by"]:
        about.append(reader.say("by {who}", who=one["by"]))
    if one["came"]:
        about.append(reader.say("from {time}", time=one["came"]))
    if one["left"]:
        about.append(reader.say("until {time}", time=one["left"]))
    return f"{one['name']} ({', '.join(about)})" if about else str(one["name"])
