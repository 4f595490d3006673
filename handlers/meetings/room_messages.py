"""What people are told of rooms: asked for, offered, let go; and what the front desk hears of visitors."""

from collections.abc import Callable
from datetime import date

from handlers import blocks, paper
from handlers.drawing import Attachment, Drawing, Message
from handlers.i18n import mention
from handlers.meetings import cards, lists, told
from office import clock
from office.duties.meetings import replying, visiting
from office.duties.meetings.booking import is_keeper
from storage import facts, history, meetings, people, rooms
from storage.words import DateState, WaitState


def ask_room(drawing: Drawing) -> Message | None:
    """A keeper is asked whether a meeting may have a room."""
    session, reader = drawing.session, drawing.reader
    meeting, which = told.meeting_of(drawing), rooms.find(session, drawing.row.detail_id or 0)
    if which is None or not is_keeper(session, told.reader_of(drawing), which):
        return None
    waits = [one for one in replying.pending_of(session, meeting) if one.room_id == which.id]
    who = mention(people.find(session, meeting.organiser_id))
    title = reader.say("a private meeting") if meeting.private else meeting.title
    dates = [meetings.get_date(session, one.date_id) for one in waits]
    if not waits:
        decided = next(
            (one for one in history.of(session, "meeting", meeting.id or 0, 100) if one.after.get("room") == which.id),
            None,
        )
        state = reader.say("confirmed") if decided and decided.act == "room_yes" else reader.say("not given")
        text = reader.md("{room} for {who}, “{title}”: {state}.", room=which.name, who=who, title=title, state=state)
        return Message(reader.say("A room was asked for"), (blocks.md(text),))
    when = ", ".join(cards.date_said(reader, one) for one in dates[:3])
    more = reader.count("and {count} more date", "and {count} more dates", len(dates) - 3) if len(dates) > 3 else ""
    text = reader.md("{who} would like {room} for “{title}”: {when} {more}", who=who, room=which.name, title=title,
                     when=when, more=more)  # fmt: skip
    value = f"{meeting.id}|{which.id}"
    row = [
        blocks.button(reader.say("Confirm"), "meetings.keeper:yes", f"{value}|yes", style="primary"),
        blocks.button(reader.say("Decline"), "meetings.keeper:no", f"{value}|no"),
    ]
    return Message(reader.say("A room was asked for"), (blocks.md(text.strip()), *blocks.actions(row)))


def room_decided(drawing: Drawing) -> Message | None:
    meeting, entry = told.meeting_of(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader = drawing.reader
    name = rooms.get(drawing.session, int(entry.after["room"])).name
    who = mention(people.find(drawing.session, entry.actor_id))
    if entry.act == "room_yes":
        return told.news(
            drawing,
            meeting,
            reader.md("{who} has confirmed {room} for {what}.", who=who, room=name, what=cards.link(meeting)),
        )
    text = reader.md(
        "{who} can't give you {room} for {what}. The meeting stands without it: choose another room.",
        who=who, room=name, what=cards.link(meeting),
    )  # fmt: skip
    day = meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    row = [blocks.button(reader.say("Room"), "meetings.room", f"{meeting.id}|{day.id}")] if day else []
    return told.news(drawing, meeting, text, *([blocks.words(entry.why)] if entry.why else []), *blocks.actions(row))


def offer(drawing: Drawing) -> Message | None:
    """A room that was freed, for the first who waits."""
    session, reader = drawing.session, drawing.reader
    wait = rooms.find_wait(session, drawing.row.subject_id)
    if wait is None:
        return None
    day = meetings.get_date(session, wait.date_id)
    meeting = meetings.get(session, day.meeting_id)
    name = rooms.get(session, wait.room_id).name
    what, when = cards.link(meeting), cards.date_said(reader, day)
    texts = {
        WaitState.OFFERED: reader.md(
            "{room} has become free for {what}, {when}. It is kept for you until {until}.",
            room=name,
            what=what,
            when=when,
            until=wait.offered_until or day.starts_at,
        ),
        WaitState.TAKEN: reader.md("{room} is yours for {what}, {when}.", room=name, what=what, when=when),
        WaitState.PASSED: reader.md(
            "{room} went to the next who waits; {what} stays without it.", room=name, what=what
        ),
        WaitState.GONE: reader.md("{what} waits for {room} no more.", room=name, what=what),
        WaitState.WAITING: reader.md("{what} is on the waiting list of {room}.", room=name, what=what),
    }
    row = []
    if wait.state is WaitState.OFFERED:
        row = [
            blocks.button(reader.say("Take the room"), "meetings.offer:yes", f"{wait.id}|yes", style="primary"),
            blocks.button(reader.say("No, thanks"), "meetings.offer:no", f"{wait.id}|no"),
        ]
    return Message(told.plain(drawing, meeting), (blocks.md(texts[wait.state]), *blocks.actions(row)))


def offer_over(drawing: Drawing) -> Message | None:
    wait = rooms.find_wait(drawing.session, drawing.row.subject_id)
    if wait is None:
        return None
    meeting = meetings.get(drawing.session, meetings.get_date(drawing.session, wait.date_id).meeting_id)
    name = rooms.get(drawing.session, wait.room_id).name
    text = drawing.reader.md(
        "You did not answer in time, so {room} was offered to the next. {what} stands without it.",
        room=name, what=cards.link(meeting),
    )  # fmt: skip
    return Message(told.plain(drawing, meeting), (blocks.md(text),))


def released(drawing: Drawing) -> Message | None:
    meeting, entry = told.meeting_of(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    name = rooms.get(drawing.session, int(entry.after["room"])).name
    text = drawing.reader.md(
        "Nobody has checked in, so {room} is free for others now ({what}).", room=name, what=cards.link(meeting)
    )  # fmt: skip
    return told.news(drawing, meeting, text)


def conflict(drawing: Drawing) -> Message | None:
    """Dates further ahead that could not have their room."""
    meeting, entry = told.meeting_of(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader = drawing.reader
    found = [meetings.find_date(drawing.session, int(one)) for one in entry.after["dates"]]
    days = [cards.date_choice(reader, one) for one in found if one is not None and one.state is DateState.PLANNED]
    if not days:
        return None
    text = reader.md("{what} has no room on: {days}. Choose another room, or leave these dates out.",
                     what=cards.link(meeting), days=days)  # fmt: skip
    return told.news(drawing, meeting, text)


def visitors(drawing: Drawing) -> Message | None:
    """Who is expected today, for the front desk; with a list to print."""
    session, reader = drawing.session, drawing.reader
    day = date.fromordinal(drawing.row.subject_id)
    found = visiting.visitors_on(session, day)
    lines = []
    for one, _ in found:
        for visitor in meetings.visitors(session, [one.id or 0]):
            who = f"{visitor.name} ({visitor.company})" if visitor.company else visitor.name
            host = mention(people.find(session, visitor.host_id))
            where = cards.rooms_said(session, reader, [one])
            text = reader.md("{when} · *{who}* for {host} · {where}", when=drawing.moment(one.starts_at), who=who,
                             host=host, where=where or "–")  # fmt: skip
            lines.append(blocks.md(text))
    if not lines and drawing.row.redraws_id is None:
        return None
    heading = reader.say("Visitors today: {count}", count=len(lines))
    return Message(heading, (blocks.header(heading), *lines[:45]))


def badges(drawing: Drawing) -> Message | None:
    """The same to print: names to cut out, and where to bring them."""
    session, reader = drawing.session, drawing.reader
    day = date.fromordinal(drawing.row.subject_id)
    rows = [
        [
            visitor.name, visitor.company, people.get(session, visitor.host_id).known_as,
            f"{reader.time(one.starts_at)} {cards.rooms_said(session, reader, [one])}".strip(),
        ]
        for one, _ in visiting.visitors_on(session, day)
        for visitor in meetings.visitors(session, [one.id or 0])
    ]  # fmt: skip
    if not rows:
        return None
    heads = [reader.say("Name"), reader.say("Company"), reader.say("Host"), reader.say("When and where")]
    title = reader.say("Visitors of {day}", day=reader.full_day(day))
    foot = facts.find(session, "name") or "Deskhand"
    content = paper.pdf(title, [], [], foot, paper.Grid(heads, rows, (48, 42, 42, 38)))
    return Message(title, file=Attachment(f"visitors-{drawing.row.key[:8]}.pdf", title, content, "application/pdf"))


def picture(drawing: Drawing) -> Message | None:
    title = drawing.reader.say("Rooms today")
    content = lists.day_picture(drawing.session, drawing.reader)
    file = Attachment(f"rooms-{drawing.row.key[:8]}.png", title, content, "image/png")
    return Message(title, file=file)


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "meetings.ask_room": ask_room,
    "meetings.room_said": room_decided,
    "meetings.offer": offer,
    "meetings.offer_over": offer_over,
    "meetings.released": released,
    "meetings.conflict": conflict,
    "meetings.visitors": visitors,
    "meetings.badges": badges,
    "meetings.picture": picture,
}
