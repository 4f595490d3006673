"""What people are told of meetings: invitations, changes, reminders, offers, visitors; by message and by e-mail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers import blocks, paper
from handlers.blocks import Block
from handlers.drawing import Attachment, Drawing, Message
from handlers.i18n import Md, Reader, escape, mention
from handlers.meetings import asking, calendars, cards, ics, lists
from office import clock
from office.duties.meetings import access, finding, replying, visiting
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.finding import Wanted
from office.duties.meetings.plans import Plan
from storage import drafts, facts, history, meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate
from storage.tables import History, Person
from storage.words import DateState, MeetingAct, MeetingState, Reply, WaitState


def card(drawing: Drawing) -> Message | None:
    """The organiser's own card, kept current."""
    meeting, viewer = _meeting(drawing), _reader(drawing)
    shown = cards.card(drawing.session, drawing.reader, meeting, viewer)
    return Message(_plain(drawing, meeting), tuple(blocks.fitting(shown)))


def invited(drawing: Drawing) -> Message | None:
    meeting, viewer = _meeting(drawing), _reader(drawing)
    if drawing.row.redraws_id is None and _is_over(drawing, meeting):
        return None
    who = mention(people.find(drawing.session, meeting.organiser_id))
    text = drawing.reader.md("{who} invites you. Can you come?", who=who)
    shown = cards.card(drawing.session, drawing.reader, meeting, viewer)
    head = [] if meeting.state is MeetingState.CANCELLED else [blocks.md(text)]
    return Message(_plain(drawing, meeting), tuple(blocks.fitting([shown[0], *head, *shown[1:]])))


def moved(drawing: Drawing) -> Message | None:
    """Another time, and the question again."""
    meeting, day = _meeting(drawing), _day(drawing)
    if meeting.state is MeetingState.CANCELLED or (day is not None and day.state is DateState.CANCELLED):
        return None
    which = day or meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    if which is None:
        return None
    reader, viewer = drawing.reader, _reader(drawing)
    entry = _newest(drawing.session, meeting, ("move", "end"), day)
    who = mention(people.find(drawing.session, entry.actor_id)) if entry and entry.actor_id else Md("Deskhand")
    text = reader.md("{who} has moved {what}. Can you come?", who=who, what=cards.link(meeting))
    if viewer.id == meeting.organiser_id:
        text = reader.md("{who} has moved {what}.", who=who, what=cards.link(meeting))
    facts = [reader.md("*When* {when}", when=cards.date_said(reader, which))]
    if entry is not None and "starts_at" in entry.before:
        was = datetime.fromisoformat(entry.before["starts_at"])
        facts.append(
            reader.md("*Before* {when}", when=cards.span_said(reader, was, was + (which.ends_at - which.starts_at)))
        )
    if where := cards.rooms_said(drawing.session, reader, [which]):
        facts.append(reader.md("*Where* {where}", where=where))
    if meeting.rule and day is None:
        facts.append(reader.md("*Repeats* {rhythm}", rhythm=cards.rhythm_said(reader, meeting)))
    can = access.is_allowed(drawing.session, viewer, meeting, MeetingAct.ANSWER)
    row = (
        cards.reply_buttons(reader, meeting, which, one_date=day is not None and meeting.rule is not None)
        if can
        else []
    )
    tail = _your_answer(drawing, meeting, which)
    return Message(_plain(drawing, meeting), (blocks.md(text), blocks.md("\n".join(facts)), *tail,
                                              *blocks.actions([*row, _opens(reader, meeting, which)])))  # fmt: skip


def cancelled(drawing: Drawing) -> Message | None:
    meeting, day = _meeting(drawing), _day(drawing)
    reader = drawing.reader
    entry = _newest(drawing.session, meeting, ("cancel", "cancel_date"), day)
    who = mention(people.find(drawing.session, entry.actor_id)) if entry and entry.actor_id else Md("Deskhand")
    if day is not None:
        when = cards.date_said(reader, day)
        text = reader.md("{who} has left out one date of {what}: {when}.", who=who, what=cards.link(meeting), when=when)
    else:
        text = reader.md("{who} has cancelled {what}.", who=who, what=cards.link(meeting))
    why = [blocks.words(entry.why)] if entry and entry.why else []
    return Message(_plain(drawing, meeting), (blocks.md(text), *why))


def ends(drawing: Drawing) -> Message | None:
    """A series ends earlier."""
    meeting = _meeting(drawing)
    if meeting.state is MeetingState.CANCELLED:
        return None
    reader = drawing.reader
    left = meetings.dates(drawing.session, meeting.id or 0)
    last = cards.date_said(reader, left[-1]) if left else "–"
    return _news(
        drawing,
        meeting,
        reader.md("{what} ends earlier. Its last date is {when}.", what=cards.link(meeting), when=last),
    )


def room(drawing: Drawing) -> Message | None:
    """Another room; nobody needs to answer again."""
    meeting = _meeting(drawing)
    day = _day(drawing) or meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    if day is None or meeting.state is MeetingState.CANCELLED or day.state is DateState.CANCELLED:
        return None
    reader = drawing.reader
    where = cards.rooms_said(drawing.session, reader, [day]) or reader.say("No room")
    text = reader.md(
        "{what} on {when} is in another place: {where}", what=cards.link(meeting), when=cards.date_said(reader, day),
        where=where,
    )  # fmt: skip
    return _news(drawing, meeting, text)


def replied(drawing: Drawing) -> Message | None:
    """What the organiser should know of an answer."""
    meeting, entry = _meeting(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader, session = drawing.reader, drawing.session
    if entry.act == "stand_in":
        sender, other = people.find(session, entry.actor_id), people.find(session, entry.after.get("stands_in"))
        text = reader.md(
            "{who} sends {other} to {what}.", who=mention(sender), other=mention(other), what=cards.link(meeting)
        )
        return _news(drawing, meeting, text)
    invitee = meetings.find_invitee(session, int(entry.after.get("invitee") or 0))
    person = people.find(session, entry.actor_id)
    who = mention(person) if person else Md(blocks.cut(invitee.email, 200) if invitee else "–")
    reply = Reply(entry.after["reply"])
    date_id = entry.after.get("date")
    day = meetings.find_date(session, date_id) if date_id else None
    when = f" · {cards.date_said(reader, day)}" if day is not None and meeting.rule else ""
    texts = {
        Reply.NO: reader.md("{who} can't come to {what}{when}.", who=who, what=cards.link(meeting), when=when),
        Reply.YES: reader.md("{who} comes to {what}{when}.", who=who, what=cards.link(meeting), when=when),
        Reply.MAYBE: reader.md("{who} may come to {what}{when}.", who=who, what=cards.link(meeting), when=when),
    }
    note = str(entry.after.get("note") or "")
    return _news(drawing, meeting, texts[reply], *([blocks.words(note)] if note else []))


def proposed(drawing: Drawing) -> Message | None:
    """Another time that somebody would like: one press moves the meeting there."""
    meeting, reader = _meeting(drawing), drawing.reader
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    day = meetings.find_date(drawing.session, int(entry.after["date"]))
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    start = datetime.fromisoformat(entry.after["start"])
    who = mention(people.find(drawing.session, entry.actor_id))
    when = cards.span_said(reader, start, start + (day.ends_at - day.starts_at))
    text = reader.md(
        "{who} would rather meet for {what} at another time: {when}", who=who, what=cards.link(meeting), when=when
    )
    note = str(entry.after.get("note") or "")
    shown: list[Block] = [blocks.md(text), *([blocks.words(note)] if note else [])]
    ids = [one for one in access.expected(drawing.session, meeting) if one != entry.actor_id]
    missing = finding.why_not(drawing.session, ids, start, start + (day.ends_at - day.starts_at), meeting.id or 0)
    if missing:
        shown.append(blocks.context(escape(cards.missing_said(drawing.session, reader, missing))))
    settled = _settled(drawing.session, meeting, entry)
    if day.starts_at == start:
        shown.append(blocks.context(reader.md("It was moved there.")))
    elif settled:
        shown.append(blocks.context(reader.md("It stays as it is.")))
    else:
        value = f"{meeting.id}|{entry.id}"
        shown += blocks.actions([
            blocks.button(reader.say("Move it there"), "meetings.proposal:yes", f"{value}|yes", style="primary"),
            blocks.button(reader.say("Keep the time"), "meetings.proposal:no", f"{value}|no"),
            _opens(reader, meeting, day),
        ])  # fmt: skip
    return Message(_plain(drawing, meeting), tuple(shown))


def kept(drawing: Drawing) -> Message | None:
    meeting = _meeting(drawing)
    who = mention(people.find(drawing.session, meeting.organiser_id))
    text = drawing.reader.md("{who} keeps the time of {what}.", who=who, what=cards.link(meeting))
    return _news(drawing, meeting, text)


def chase(drawing: Drawing) -> Message | None:
    """Asked once more; nothing for whoever has answered meanwhile."""
    meeting, day = _meeting(drawing), _day(drawing)
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    mine = _mine(drawing, meeting)
    if drawing.row.redraws_id is None and (mine is not Reply.ASKED or day.starts_at <= clock.now()):
        return None
    reader = drawing.reader
    text = reader.md(
        "You have not answered yet: {what}, {when}.", what=cards.link(meeting), when=cards.date_said(reader, day)
    )
    row = [*cards.reply_buttons(reader, meeting, day), _opens(reader, meeting, day)]
    return Message(
        _plain(drawing, meeting), (blocks.md(text), *_your_answer(drawing, meeting, day), *blocks.actions(row))
    )


def soon(drawing: Drawing) -> Message | None:
    """A reminder, worked out now: nothing of what was moved, cancelled, or has begun."""
    meeting, day = _meeting(drawing), _day(drawing)
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    if drawing.row.redraws_id is None and not clock.now() < day.starts_at <= clock.now() + timedelta(
        minutes=meeting.remind_before + 5
    ):
        return None
    viewer = _reader(drawing)
    if viewer.id != meeting.organiser_id and _mine(drawing, meeting, day) in (Reply.NO, None):
        return None
    reader, session = drawing.reader, drawing.session
    facts = [reader.md("*When* {when}", when=cards.date_said(reader, day))]
    if where := cards.rooms_said(session, reader, [day]):
        facts.append(reader.md("*Where* {where}", where=where))
    if meeting.video:
        facts.append(reader.md("*Video* {link}", link=meeting.video))
    text = reader.md("⏰ {what} begins {when}.", what=cards.link(meeting), when=reader.time(day.starts_at))
    value = f"{meeting.id}|{day.id}"
    row = [_opens(reader, meeting, day)]
    if any(one.check_by is not None for one in rooms.of_dates(session, [day.id or 0])):
        row.insert(0, blocks.button(reader.say("We are here"), "meetings.check_in", value, style="primary"))
    return Message(_plain(drawing, meeting), (blocks.md(text), blocks.md("\n".join(facts)), *blocks.actions(row)))


def uninvited(drawing: Drawing) -> Message | None:
    meeting = _meeting(drawing)
    text = drawing.reader.md("You are not expected at {what} any more.", what=cards.link(meeting))
    return Message(_plain(drawing, meeting), (blocks.md(text),))


def ask_room(drawing: Drawing) -> Message | None:
    """A keeper is asked whether a meeting may have a room."""
    session, reader = drawing.session, drawing.reader
    meeting, which = _meeting(drawing), rooms.find(session, drawing.row.detail_id or 0)
    if which is None or not replying.is_keeper(session, _reader(drawing), which):
        return None
    waits = [one for one in replying.pending_of(session, meeting) if one.room_id == which.id]
    who = mention(people.find(session, meeting.organiser_id))
    title = reader.say("a private meeting") if meeting.private else meeting.title
    dates = [meetings.get_date(session, one.date_id) for one in waits]
    if not waits:
        decided = _newest(session, meeting, ("room_yes", "room_no", "cancel"), None)
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
    meeting, entry = _meeting(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader = drawing.reader
    name = rooms.get(drawing.session, int(entry.after["room"])).name
    who = mention(people.find(drawing.session, entry.actor_id))
    if entry.act == "room_yes":
        return _news(
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
    return _news(drawing, meeting, text, *([blocks.words(entry.why)] if entry.why else []), *blocks.actions(row))


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
    return Message(_plain(drawing, meeting), (blocks.md(texts[wait.state]), *blocks.actions(row)))


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
    return Message(_plain(drawing, meeting), (blocks.md(text),))


def released(drawing: Drawing) -> Message | None:
    meeting, entry = _meeting(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    name = rooms.get(drawing.session, int(entry.after["room"])).name
    text = drawing.reader.md(
        "Nobody has checked in, so {room} is free for others now ({what}).", room=name, what=cards.link(meeting)
    )  # fmt: skip
    return _news(drawing, meeting, text)


def mail_lost(drawing: Drawing) -> Message | None:
    meeting = _meeting(drawing)
    text = drawing.reader.md(
        "An e-mail about {what} could not be delivered. Check the addresses, or send the calendar file yourself.",
        what=cards.link(meeting),
    )
    return _news(drawing, meeting, text)


def conflict(drawing: Drawing) -> Message | None:
    """Dates further ahead that could not have their room."""
    meeting, entry = _meeting(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader = drawing.reader
    found = [meetings.find_date(drawing.session, int(one)) for one in entry.after["dates"]]
    days = [cards.date_choice(reader, one) for one in found if one is not None and one.state is DateState.PLANNED]
    if not days:
        return None
    text = reader.md("{what} has no room on: {days}. Choose another room, or leave these dates out.",
                     what=cards.link(meeting), days=days)  # fmt: skip
    return _news(drawing, meeting, text)


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


def calendar(drawing: Drawing) -> Message | None:
    """One's own calendar, or a room's, as a file: where there is no address to subscribe to."""
    session, reader = drawing.session, drawing.reader
    person = _reader(drawing)
    title = reader.say("Calendar file")
    content = calendars.calendar_of(session, person, drawing.row.detail_id, reader)
    return Message(title, file=Attachment(f"calendar-{drawing.row.key[:8]}.ics", title, content, "text/calendar"))


def file(drawing: Drawing) -> Message | None:
    """The calendar file of one meeting."""
    meeting = _meeting(drawing)
    title = _plain(drawing, meeting)
    content = ics.of_meeting(drawing.session, meeting, "PUBLISH")
    return Message(
        blocks.cut(title, 150),
        file=Attachment(f"M{meeting.id}-{drawing.row.key[:8]}.ics", title, content, "text/calendar"),
    )


def question(drawing: Drawing) -> Message | None:
    """What a form could not settle: the ways out, or the best times, as a direct message."""
    session, person = drawing.session, _reader(drawing)
    kept = drafts.find(session, drawing.row.detail_id or 0, person.id or 0)
    if kept is None:
        return None
    plan, number = Plan.revived(kept["meeting"]), drawing.row.detail_id or 0
    if "until" in kept:
        window = (plan.day, date.fromisoformat(kept["until"]))
        wanted = Wanted(timedelta(minutes=plan.minutes), *window, plan.people, plan.rooms)
        times = finding.find(session, person, wanted)
        heading = drawing.reader.say("When? The best times for {title}", title=blocks.cut(plan.title, 80))
        return Message(heading, tuple(asking.times_blocks(session, drawing.reader, plan, times, window, number)))
    named = [one for one in rooms.by_ids(session, plan.rooms).values() if not one.removed]
    against = room_duty.clashes(session, person, named, [(plan.start, plan.end)])[0]
    shown = asking.conflict_blocks(session, drawing.reader, person, plan, against, number)
    heading = drawing.reader.say("Not booked yet")
    return Message(heading, tuple(shown))


def may_read(session: Session, reader: Person, number: int) -> bool:
    meeting = meetings.find(session, number)
    return meeting is not None and access.is_allowed(session, reader, meeting, MeetingAct.SEE)


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "meetings.card": card,
    "meetings.invited": invited,
    "meetings.moved": moved,
    "meetings.cancelled": cancelled,
    "meetings.ends": ends,
    "meetings.room": room,
    "meetings.replied": replied,
    "meetings.proposed": proposed,
    "meetings.kept": kept,
    "meetings.chase": chase,
    "meetings.soon": soon,
    "meetings.uninvited": uninvited,
    "meetings.ask_room": ask_room,
    "meetings.room_said": room_decided,
    "meetings.offer": offer,
    "meetings.offer_over": offer_over,
    "meetings.released": released,
    "meetings.mail_lost": mail_lost,
    "meetings.conflict": conflict,
    "meetings.visitors": visitors,
    "meetings.badges": badges,
    "meetings.picture": picture,
    "meetings.calendar": calendar,
    "meetings.file": file,
    "meetings.question": question,
}
# Told also to those who may not look at the meeting: what they are told is all that they see.
LAST_WORDS = frozenset({"meetings.uninvited", "meetings.ask_room", "meetings.cancelled"})


def _meeting(drawing: Drawing) -> Meeting:
    return meetings.get(drawing.session, drawing.row.subject_id)


def _day(drawing: Drawing) -> MeetingDate | None:
    return meetings.find_date(drawing.session, drawing.row.detail_id) if drawing.row.detail_id else None


def _reader(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)


def _plain(drawing: Drawing, meeting: Meeting) -> str:
    """What a notification reads: never the title of a private meeting, which would stand on lock screens."""
    if meeting.private:
        return drawing.reader.say("M{number}: a meeting", number=meeting.id)
    return f"M{meeting.id} {blocks.cut(meeting.title, 150)}"


def _is_over(drawing: Drawing, meeting: Meeting) -> bool:
    return meetings.next_date(drawing.session, meeting.id or 0, clock.now()) is None


def _mine(drawing: Drawing, meeting: Meeting, day: MeetingDate | None = None) -> Reply | None:
    """What the reader has answered; None where they are not expected."""
    them = meetings.invitees(drawing.session, meeting.id or 0)
    given = replying.replies_of(drawing.session, day, them) if day is not None else [(one, one.reply) for one in them]
    return next((reply for one, reply in given if (one.stands_in_id or one.person_id) == drawing.row.reader_id), None)


def _your_answer(drawing: Drawing, meeting: Meeting, day: MeetingDate) -> list[Block]:
    mine = _mine(drawing, meeting, day)
    if mine in (None, Reply.ASKED):
        return []
    return [blocks.context(drawing.reader.md("Your answer: {reply}", reply=mine))]


def _opens(reader: Reader, meeting: Meeting, day: MeetingDate) -> Block:
    return blocks.button(reader.say("Open"), "meetings.open", f"{meeting.id}|{day.id}")


def _news(drawing: Drawing, meeting: Meeting, text: str, *more: Block) -> Message:
    opens = [blocks.button(drawing.reader.say("Open"), "meetings.open", f"{meeting.id}|0")]
    return Message(_plain(drawing, meeting), (blocks.md(text), *more, *blocks.actions(opens)))


def _newest(session: Session, meeting: Meeting, acts: tuple[str, ...], day: MeetingDate | None) -> History | None:
    found = history.of(session, "meeting", meeting.id or 0, 50)
    if meeting.follows_id and "end" in acts:
        found = [*found, *history.of(session, "meeting", meeting.follows_id, 50)]
    mine = [one for one in found if one.act in acts]
    if day is not None:
        mine = [one for one in mine if one.after.get("date") in (None, day.id)]
    return mine[0] if mine else None


def _settled(session: Session, meeting: Meeting, entry: History) -> bool:
    return any(
        one.act == "keep_time" and one.after.get("entry") == entry.id
        for one in history.of(session, "meeting", meeting.id or 0, 50)
    )
