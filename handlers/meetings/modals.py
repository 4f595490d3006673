"""The forms of meetings and rooms."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, times, when_form
from handlers.blocks import Block, View
from handlers.context import Call
from handlers.i18n import Reader
from handlers.meetings import cards
from office import clock
from office.duties import offices as office_duty
from office.duties.meetings import plans
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.busy import BY_CALDAV
from storage import meetings, offices, people, rooms
from storage.meeting_tables import Meeting, MeetingDate, Room
from storage.words import MeetingAct, RoomKind

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 480)
REMINDERS = (0, 5, 10, 15, 30, 60, 120, 1440)
LONGEST_FIELD = 2900
THIS, FOLLOWING, ALL = "this", "following", "all"


def book_form(session: Session, call: Call, title: str = "", owners: Sequence[str] = (), words: str = "") -> View:
    """A new meeting."""
    reader = call.reader
    private = [blocks.option(reader.say("Private: others see that the time is taken, and no more"), "yes")]
    return _modal(reader, "meetings.book_form", reader.say("New meeting"), {}, [
        blocks.field("title", reader.say("What is it about?"), blocks.text_input(title, longest=300), optional=False),
        *_when(reader, words),
        _length(reader, plans.USUAL_MINUTES),
        blocks.field("people", reader.say("Who is invited?"), blocks.people_select(owners)),
        blocks.field(
            "guests", reader.say("Guests, by e-mail"), blocks.text_input(longest=2000),
            hint=reader.say("Addresses with a comma between them."),
        ),
        *_room_choice(session, reader, ()),
        blocks.field("private", reader.say("Who sees it?"), blocks.several(private, (), "checkboxes")),
    ])  # fmt: skip


def move_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    """Another time for a date, or for it and all that follow."""
    reader = call.reader
    local = day.starts_at.astimezone(reader.tz)
    minutes = int((day.ends_at - day.starts_at).total_seconds() // 60)
    parts = [
        *_date_choice(session, reader, meeting, day),
        *_scope(reader, meeting, everything=False),
        *when_form.fields(reader, day=local.date(), at=f"{local:%H:%M}"),
        _length(reader, minutes),
    ]
    carried = when_form.shown(local.date(), f"{local:%H:%M}")
    return _act(reader, "move", reader.say("Move M{number}", number=meeting.id), meeting, day, parts, carried)


def cancel_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate, why: str = "") -> View:
    reader = call.reader
    parts = [
        *_date_choice(session, reader, meeting, day),
        *_scope(reader, meeting, everything=True),
        blocks.field("why", reader.say("Why? (those invited read it)"), blocks.text_input(why, longest=300)),
    ]
    title = reader.say("Cancel M{number}", number=meeting.id)
    return _act(reader, "cancel", title, meeting, day, parts, submit=reader.say("Cancel the meeting"))


def edit_form(call: Call, meeting: Meeting, day: MeetingDate) -> View:
    reader = call.reader
    private = [blocks.option(reader.say("Private: others see that the time is taken, and no more"), "yes")]
    before = [
        blocks.option(
            reader.say("no reminder")
            if one == 0
            else reader.say("{time} before", time=times.minutes_said(reader, one)),
            str(one),
        )
        for one in REMINDERS
    ]
    parts = [
        blocks.field(
            "title", reader.say("What is it about?"), blocks.text_input(meeting.title, longest=300), optional=False
        ),
        blocks.field("remind", reader.say("Reminder"), blocks.select(before, str(meeting.remind_before))),
        blocks.field("video", reader.say("Video link"), blocks.text_input(meeting.video, longest=500)),
        blocks.field(
            "private", reader.say("Who sees it?"),
            blocks.several(private, ["yes"] if meeting.private else [], "checkboxes"),
        ),
    ]  # fmt: skip
    return _act(reader, "edit", reader.say("Edit M{number}", number=meeting.id), meeting, day, parts)


def invite_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    """Who is invited: taken out and added in one form."""
    reader = call.reader
    them = meetings.invitees(session, meeting.id or 0)
    known = people.by_ids(session, [one.person_id for one in them])
    mails = ", ".join(one.email for one in them if one.email)
    # More than a field holds: those there stay, and others are added.
    adds = len(mails) > LONGEST_FIELD
    chosen = [one.slack_id for one in known.values() if one.slack_id]
    parts = [
        blocks.field("people", reader.say("Who is invited?"), blocks.people_select(chosen)),
        blocks.field(
            "guests", reader.say("Guests, by e-mail"),
            blocks.text_input("" if adds else mails, longest=3000),
            hint=reader.say("Addresses with a comma between them."),
        ),
    ]  # fmt: skip
    title = reader.say("Invite to M{number}", number=meeting.id)
    return _act(reader, "invite", title, meeting, day, parts, {"adds": adds})


def room_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    """Other rooms and equipment."""
    reader = call.reader
    chosen = [one.room_id for one in rooms.of_dates(session, [day.id or 0])]
    parts = [
        *_date_choice(session, reader, meeting, day),
        *([_scope(reader, meeting, everything=True, following=False)[0]] if meeting.rule else []),
        *_room_choice(session, reader, chosen),
    ]
    return _act(reader, "room", reader.say("Room of M{number}", number=meeting.id), meeting, day, parts)


def prepare_form(call: Call, meeting: Meeting, day: MeetingDate) -> View:
    """An item of the agenda, something to be done before, or materials."""
    reader = call.reader
    kinds = [
        blocks.option(reader.say("An item of the agenda"), "agenda"),
        blocks.option(reader.say("Something to be done before"), "task"),
        blocks.option(reader.say("A link or file"), "link"),
    ]
    days = [
        blocks.option(reader.count("{count} working day", "{count} working days", one), str(one))
        for one in (0, 1, 2, 3, 5, 10)
    ]
    parts = [
        blocks.field("kind", reader.say("What?"), blocks.select(kinds, "agenda", "radio_buttons"), optional=False),
        blocks.field("text", reader.say("In words"), blocks.text_input(longest=300), optional=False),
        blocks.field("minutes", reader.say("Minutes, of an item of the agenda"), blocks.text_input(longest=4)),
        blocks.field(
            "owner", reader.say("Who does it?"), blocks.person_select(), hint=reader.say("Nobody chosen: you.")
        ),
        blocks.field("before", reader.say("How long before the meeting?"), blocks.select(days, "2")),
        blocks.field("link", reader.say("The link"), blocks.text_input(longest=2000, placeholder="https://")),
    ]
    return _act(reader, "prepare", reader.say("Prepare M{number}", number=meeting.id), meeting, day, parts)


def visitor_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    reader = call.reader
    them = meetings.visitors(session, [day.id or 0])
    written = "\n".join(f"{one.name} ({one.company})" if one.company else one.name for one in them)
    parts = [
        blocks.field(
            "names",
            reader.say("Who comes?"),
            blocks.text_input("" if len(written) > LONGEST_FIELD else written, multiline=True),
            hint=reader.say("One a line: Jane Doe (Acme). The front desk hears of them in the morning."),
        ),
        blocks.field("host", reader.say("Who meets them?"), blocks.person_select(call.person.slack_id)),
    ]
    title = reader.say("Visitors of M{number}", number=meeting.id)
    return _act(reader, "visitor", title, meeting, day, parts, {"adds": len(written) > LONGEST_FIELD})


def side_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    """What a negotiation is about, for our side only."""
    reader = call.reader
    known = people.by_ids(session, meeting.our_side)
    parts = [
        blocks.context(reader.md("Only you and those named here see this; it stands in no list, e-mail or search.")),
        blocks.field("side", reader.say("Who is on our side?"), blocks.people_select([
            one.slack_id for one in known.values() if one.slack_id
        ])),
        blocks.field("parties", reader.say("The other side"), blocks.text_input(meeting.parties, multiline=True)),
        blocks.field("aims", reader.say("What we want"), blocks.text_input(meeting.aims, multiline=True)),
        blocks.field("limits", reader.say("How far we go"), blocks.text_input(meeting.limits, multiline=True)),
    ]  # fmt: skip
    return _act(reader, "side", reader.say("Our side of M{number}", number=meeting.id), meeting, day, parts)


def propose_form(session: Session, call: Call, meeting: Meeting, day: MeetingDate) -> View:
    reader = call.reader
    parts = [
        *_date_choice(session, reader, meeting, day),
        *when_form.fields(reader),
        blocks.field(
            "note", reader.say("Why? (the organiser reads it)"), blocks.text_input(longest=1000, multiline=True)
        ),
    ]
    return _act(reader, "propose", reader.say("Another time"), meeting, day, parts, submit=reader.say("Send"))


def standin_form(call: Call, meeting: Meeting, day: MeetingDate) -> View:
    reader = call.reader
    parts = [blocks.field("who", reader.say("Who comes in your place?"), blocks.person_select(), optional=False)]
    return _act(reader, "standin", reader.say("Send somebody else"), meeting, day, parts, submit=reader.say("Send"))


def sheet(session: Session, call: Call, meeting: Meeting, day: MeetingDate | None = None) -> View:
    """The whole of a meeting."""
    shown = cards.card(session, call.reader, meeting, call.person, day, whole=True)
    title = call.reader.say("Meeting M{number}", number=meeting.id)
    metadata = json.dumps({"id": meeting.id, "date": day.id if day else None})
    return blocks.modal("meetings.sheet", title, shown, call.reader.say("Close"), metadata=metadata)


def room_setup_form(session: Session, call: Call, room: Room | None) -> View:
    """A room or a piece of equipment, for those who run the office."""
    reader = call.reader
    places = [blocks.option(one.name, one.name) for one in offices.places(session)]
    place = offices.find_place(session, room.place_id) if room else offices.find_place(session, call.person.place_id)
    kinds = [
        blocks.option(reader.say("A room"), "room"),
        blocks.option(reader.say("Equipment that moves"), "equipment"),
    ]
    flags = [
        blocks.option(reader.say("Needs a yes of whoever keeps it"), "yes"),
        blocks.option(reader.say("Is let go when nobody checks in"), "check_in"),
        *([blocks.option(reader.say("Is not kept any more"), "removed")] if room else []),
    ]
    chosen = [name for name, on in (("yes", room and room.needs_yes), ("check_in", room and room.check_in)) if on]
    keeper = people.find(session, room.keeper_id) if room else None
    bookers = [one for one in room.bookers if not one.startswith("group:")] if room else []

    def line(key: str, label: str, value: object = "", hint: str = "", many: bool = False) -> Block:
        entry = blocks.text_input(str(value or ""), multiline=many, longest=2000)
        return blocks.field(key, label, entry, hint=hint)

    parts = [
        blocks.field(
            "name", reader.say("Name"), blocks.text_input(room.name if room else "", longest=60), optional=False
        ),
        blocks.field(
            "kind", reader.say("What is it?"), blocks.select(kinds, (room.kind if room else RoomKind.ROOM).value)
        ),
        *(
            [blocks.field("place", reader.say("Place"), blocks.select(places, place.name if place else None))]
            if places
            else []
        ),
        line("seats", reader.say("Seats"), room.seats if room else ""),
        line(
            "features",
            reader.say("What it has"),
            ", ".join(room.features) if room else "",
            reader.say("With commas: screen, whiteboard, video."),
        ),
        line(
            "hours",
            reader.say("Opening hours"),
            office_duty.written_hours(room.hours) if room else "",
            reader.say("08:00-18:00; empty: always open."),
        ),
        line(
            "days",
            reader.say("On which days"),
            office_duty.written_days(room.hours) if room and room.hours else "mon-fri",
        ),
        blocks.field("flags", reader.say("Rules"), blocks.several(flags, chosen, "checkboxes")),
        line("longest", reader.say("Longest booking, in minutes"), room.longest if room else ""),
        line("notice", reader.say("Booked at least so many minutes before"), room.notice if room else ""),
        line("ahead", reader.say("Booked at most so many days ahead"), room.ahead if room else ""),
        line("buffer", reader.say("Minutes between two bookings"), room.buffer if room else ""),
        blocks.field("bookers", reader.say("Who may book it? Nobody chosen: everybody"), blocks.people_select(bookers)),
        blocks.field("keeper", reader.say("Who keeps it?"), blocks.person_select(keeper.slack_id if keeper else None)),
        line(
            "closed",
            reader.say("Closed"),
            room_duty.closed_written(room) if room else "",
            reader.say("One a line: 2027-07-01 2027-07-31 Painting."),
            many=True,
        ),
    ]
    title = room.name if room else reader.say("New room")
    return _modal(reader, "meetings.room_setup", title, {"id": room.id if room else 0}, parts)


def feed_form(session: Session, call: Call) -> View:
    """Where one's other calendar can be read, so that others see when one is busy."""
    reader = call.reader
    kept = meetings.busy_feed(session, call.person.id or 0)
    parts = [
        blocks.field(
            "url",
            reader.say("Address of your other calendar (ICS)"),
            blocks.text_input(kept.url if kept and kept.url != BY_CALDAV else "", longest=2000, placeholder="https://"),
            hint=reader.say("I read when you are busy and nothing else. Empty: I forget it."),
        ),
    ]
    return _modal(reader, "meetings.busy", reader.say("Your other calendar"), {}, parts)


def act_views() -> Mapping[str, tuple[MeetingAct, Any]]:
    """The forms of one meeting: what one must be allowed to, and the function that draws it."""
    return {
        "move": (MeetingAct.MOVE, move_form),
        "cancel": (MeetingAct.CANCEL, cancel_form),
        "edit": (MeetingAct.CHANGE, lambda session, call, meeting, day: edit_form(call, meeting, day)),
        "invite": (MeetingAct.INVITE, invite_form),
        "room": (MeetingAct.MOVE, room_form),
        "prepare": (MeetingAct.PREPARE, lambda session, call, meeting, day: prepare_form(call, meeting, day)),
        "visitor": (MeetingAct.PREPARE, visitor_form),
        "side": (MeetingAct.SEE_OUR_SIDE, side_form),
        "propose": (MeetingAct.PROPOSE, propose_form),
        "standin": (MeetingAct.ANSWER, lambda session, call, meeting, day: standin_form(call, meeting, day)),
    }


def _when(reader: Reader, words: str) -> list[Block]:
    parts = when_form.fields(reader, words=words)
    parts[0]["hint"] = blocks.plain(
        reader.say("“tomorrow 14:00 for 45m, every week”. Without a time I look for the best ones."), 2000
    )
    return parts


def _length(reader: Reader, minutes: int) -> Block:
    choices = sorted({*LENGTHS, minutes})
    options = [blocks.option(times.minutes_said(reader, one), str(one)) for one in choices]
    return blocks.field("minutes", reader.say("How long?"), blocks.select(options, str(minutes)))


def _room_choice(session: Session, reader: Reader, chosen: Sequence[int]) -> list[Block]:
    options = [blocks.option(cards.room_said(session, reader, one), str(one.id)) for one in rooms.everything(session)]
    if not options:
        return []
    return [
        blocks.field("rooms", reader.say("Room and equipment"), blocks.several(options, [str(one) for one in chosen]))
    ]


def _date_choice(session: Session, reader: Reader, meeting: Meeting, day: MeetingDate) -> list[Block]:
    """Which date of a series, where there are several."""
    if meeting.rule is None:
        return []
    ahead = [one for one in meetings.dates(session, meeting.id or 0) if one.ends_at > clock.now()]
    first = max(0, next((at for at, one in enumerate(ahead) if one.id == day.id), 0) - 5)
    options = [blocks.option(cards.date_choice(reader, one), str(one.id)) for one in ahead[first : first + 60]]
    if len(options) < 2:
        return []
    return [blocks.field("date", reader.say("Which date?"), blocks.select(options, str(day.id)), optional=False)]


def _scope(reader: Reader, meeting: Meeting, everything: bool, following: bool = True) -> list[Block]:
    if meeting.rule is None:
        return []
    options = [blocks.option(reader.say("This date only"), THIS)]
    if following:
        options.append(blocks.option(reader.say("This and all that follow"), FOLLOWING))
    if everything:
        options.append(blocks.option(reader.say("All dates to come"), ALL))
    return [blocks.field("scope", reader.say("What?"), blocks.select(options, THIS, "radio_buttons"), optional=False)]


def _act(
    reader: Reader, act: str, title: str, meeting: Meeting, day: MeetingDate, parts: list[Block],
    carried: Mapping[str, Any] | None = None, submit: str = "",
) -> View:  # fmt: skip
    metadata = {"act": act, "id": meeting.id, "date": day.id, "version": meeting.version, **(carried or {})}
    head = blocks.words(blocks.cut(f"M{meeting.id} {meeting.title}", 200))
    return blocks.modal(
        "meetings.act", title, [head, *parts], reader.say("Close"), submit or reader.say("Save"), json.dumps(metadata)
    )  # fmt: skip


def _modal(reader: Reader, callback: str, title: str, metadata: Mapping[str, Any], parts: list[Block]) -> View:
    return blocks.modal(callback, title, parts, reader.say("Close"), reader.say("Save"), json.dumps(metadata))
