"""What people are told of meetings: invitations, changes, reminders, offers, visitors; by message and by e-mail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.drawing import Attachment, Drawing, Message
from handlers.i18n import Md, Reader, escape, mention
from handlers.meetings import asking, calendars, cards, ics, outside, room_messages, told
from office import clock
from office.duties.meetings import access, finding, replying
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.finding import Wanted
from office.duties.meetings.plans import Plan
from storage import drafts, history, meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate
from storage.tables import History, Person
from storage.words import DateState, MeetingAct, MeetingState, Reply


def card(drawing: Drawing) -> Message | None:
    """The organiser's own card, kept current."""
    meeting, viewer = told.meeting_of(drawing), told.reader_of(drawing)
    shown = cards.card(drawing.session, drawing.reader, meeting, viewer)
    return Message(told.plain(drawing, meeting), tuple(blocks.fitting(shown)))


def invited(drawing: Drawing) -> Message | None:
    meeting, viewer = told.meeting_of(drawing), told.reader_of(drawing)
    if drawing.row.redraws_id is None and _is_over(drawing, meeting):
        return None
    who = mention(people.find(drawing.session, meeting.organiser_id))
    text = drawing.reader.md("{who} invites you. Can you come?", who=who)
    shown = cards.card(drawing.session, drawing.reader, meeting, viewer)
    if not access.takes_part(drawing.session, viewer, meeting):
        gone = drawing.reader.md("You are not expected at {what} any more.", what=cards.link(meeting))
        return Message(told.plain(drawing, meeting), (blocks.md(gone),))
    head = [] if meeting.state is MeetingState.CANCELLED else [blocks.md(text)]
    return Message(told.plain(drawing, meeting), tuple(blocks.fitting([shown[0], *head, *shown[1:]])))


def moved(drawing: Drawing) -> Message | None:
    """Another time, and the question again."""
    meeting, day = told.meeting_of(drawing), told.day_of(drawing)
    if meeting.state is MeetingState.CANCELLED or (day is not None and day.state is DateState.CANCELLED):
        return None
    which = day or meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    if which is None:
        return None
    reader, viewer = drawing.reader, told.reader_of(drawing)
    entry = told.newest(drawing.session, meeting, ("move", "end"), day)
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
    return Message(told.plain(drawing, meeting), (blocks.md(text), blocks.md("\n".join(facts)), *tail,
                                              *blocks.actions([*row, _opens(reader, meeting, which)])))  # fmt: skip


def cancelled(drawing: Drawing) -> Message | None:
    meeting, day = told.meeting_of(drawing), told.day_of(drawing)
    reader = drawing.reader
    entry = told.newest(drawing.session, meeting, ("cancel", "cancel_date"), day)
    who = mention(people.find(drawing.session, entry.actor_id)) if entry and entry.actor_id else Md("Deskhand")
    if day is not None:
        when = cards.date_said(reader, day)
        text = reader.md("{who} has left out one date of {what}: {when}.", who=who, what=cards.link(meeting), when=when)
    else:
        text = reader.md("{who} has cancelled {what}.", who=who, what=cards.link(meeting))
    why = [blocks.words(entry.why)] if entry and entry.why else []
    return Message(told.plain(drawing, meeting), (blocks.md(text), *why))


def ends(drawing: Drawing) -> Message | None:
    """A series ends earlier."""
    meeting = told.meeting_of(drawing)
    if meeting.state is MeetingState.CANCELLED:
        return None
    reader = drawing.reader
    left = meetings.dates(drawing.session, meeting.id or 0)
    last = cards.date_said(reader, left[-1]) if left else "–"
    return told.news(
        drawing,
        meeting,
        reader.md("{what} ends earlier. Its last date is {when}.", what=cards.link(meeting), when=last),
    )


def room(drawing: Drawing) -> Message | None:
    """Another room; nobody needs to answer again."""
    meeting = told.meeting_of(drawing)
    day = told.day_of(drawing) or meetings.next_date(drawing.session, meeting.id or 0, clock.now())
    if day is None or meeting.state is MeetingState.CANCELLED or day.state is DateState.CANCELLED:
        return None
    reader = drawing.reader
    where = cards.rooms_said(drawing.session, reader, [day]) or reader.say("No room")
    text = reader.md(
        "{what} on {when} is in another place: {where}", what=cards.link(meeting), when=cards.date_said(reader, day),
        where=where,
    )  # fmt: skip
    return told.news(drawing, meeting, text)


def replied(drawing: Drawing) -> Message | None:
    """What the organiser should know of an answer."""
    meeting, entry = told.meeting_of(drawing), history.get(drawing.session, drawing.row.detail_id or 0)
    reader, session = drawing.reader, drawing.session
    if entry.act == "stand_in":
        sender, other = people.find(session, entry.actor_id), people.find(session, entry.after.get("stands_in"))
        text = reader.md(
            "{who} sends {other} to {what}.", who=mention(sender), other=mention(other), what=cards.link(meeting)
        )
        return told.news(drawing, meeting, text)
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
    return told.news(drawing, meeting, texts[reply], *([blocks.words(note)] if note else []))


def proposed(drawing: Drawing) -> Message | None:
    """Another time that somebody would like: one press moves the meeting there."""
    meeting, reader = told.meeting_of(drawing), drawing.reader
    entry = history.get(drawing.session, drawing.row.detail_id or 0)
    day = meetings.find_date(drawing.session, int(entry.after["date"]))
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    start = datetime.fromisoformat(entry.after["start"])
    guest = meetings.find_invitee(drawing.session, int(entry.after.get("invitee") or 0))
    person = people.find(drawing.session, entry.actor_id)
    who = Md(escape(guest.email)) if person is None and guest is not None else mention(person)
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
    return Message(told.plain(drawing, meeting), tuple(shown))


def kept(drawing: Drawing) -> Message | None:
    meeting = told.meeting_of(drawing)
    who = mention(people.find(drawing.session, meeting.organiser_id))
    text = drawing.reader.md("{who} keeps the time of {what}.", who=who, what=cards.link(meeting))
    return told.news(drawing, meeting, text)


def chase(drawing: Drawing) -> Message | None:
    """Asked once more; nothing for whoever has answered meanwhile."""
    meeting, day = told.meeting_of(drawing), told.day_of(drawing)
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    mine = _mine(drawing, meeting, day)
    if drawing.row.redraws_id is None and (mine is not Reply.ASKED or day.starts_at <= clock.now()):
        return None
    reader = drawing.reader
    text = reader.md(
        "You have not answered yet: {what}, {when}.", what=cards.link(meeting), when=cards.date_said(reader, day)
    )
    can = access.is_allowed(drawing.session, told.reader_of(drawing), meeting, MeetingAct.ANSWER)
    replies = cards.reply_buttons(reader, meeting, day, one_date=day.moved) if can else []
    row = [*replies, _opens(reader, meeting, day)]
    return Message(
        told.plain(drawing, meeting), (blocks.md(text), *_your_answer(drawing, meeting, day), *blocks.actions(row))
    )


def soon(drawing: Drawing) -> Message | None:
    """A reminder, worked out now: nothing of what was moved, cancelled, or has begun."""
    meeting, day = told.meeting_of(drawing), told.day_of(drawing)
    if day is None or day.state is DateState.CANCELLED or meeting.state is MeetingState.CANCELLED:
        return None
    if drawing.row.redraws_id is None and not clock.now() < day.starts_at <= clock.now() + timedelta(
        minutes=meeting.remind_before + 5
    ):
        return None
    viewer = told.reader_of(drawing)
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
    return Message(told.plain(drawing, meeting), (blocks.md(text), blocks.md("\n".join(facts)), *blocks.actions(row)))


def uninvited(drawing: Drawing) -> Message | None:
    meeting = told.meeting_of(drawing)
    text = drawing.reader.md("You are not expected at {what} any more.", what=cards.link(meeting))
    return Message(told.plain(drawing, meeting), (blocks.md(text),))


def mail_lost(drawing: Drawing) -> Message | None:
    meeting = told.meeting_of(drawing)
    text = drawing.reader.md(
        "An e-mail about {what} could not be delivered. Check the addresses, or send the calendar file yourself.",
        what=cards.link(meeting),
    )
    return told.news(drawing, meeting, text)


def calendar(drawing: Drawing) -> Message | None:
    """One's own calendar, or a room's, as a file: where there is no address to subscribe to."""
    session, reader = drawing.session, drawing.reader
    person = told.reader_of(drawing)
    title = reader.say("Calendar file")
    content = calendars.calendar_of(session, person, drawing.row.detail_id, reader)
    return Message(title, file=Attachment(f"calendar-{drawing.row.key[:8]}.ics", title, content, "text/calendar"))


def file(drawing: Drawing) -> Message | None:
    """The calendar file of one meeting."""
    meeting = told.meeting_of(drawing)
    title = told.plain(drawing, meeting)
    content = ics.of_meeting(drawing.session, meeting, "PUBLISH")
    return Message(
        blocks.cut(title, 150),
        file=Attachment(f"M{meeting.id}-{drawing.row.key[:8]}.ics", title, content, "text/calendar"),
    )


def question(drawing: Drawing) -> Message | None:
    """What a form could not settle: the ways out, or the best times, as a direct message."""
    session, person = drawing.session, told.reader_of(drawing)
    kept = drafts.find(session, drawing.row.detail_id or 0, person.id or 0)
    if kept is None:
        return None
    plan, number = Plan.revived(kept["meeting"]), drawing.row.detail_id or 0
    if "until" in kept:
        window = (plan.day, date.fromisoformat(kept["until"]))
        wanted = Wanted(timedelta(minutes=plan.minutes), *window, plan.people, plan.rooms)
        times = finding.find(session, person, wanted)
        title = drawing.reader.say("Meeting") if plan.private else blocks.cut(plan.title, 80)
        heading = drawing.reader.say("When? The best times for {title}", title=title)
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
    **room_messages.MESSAGES,
    **outside.MESSAGES,
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
    "meetings.mail_lost": mail_lost,
    "meetings.calendar": calendar,
    "meetings.file": file,
    "meetings.question": question,
}
# Told also to those who may not look at the meeting: what they are told is all that they see.
LAST_WORDS = frozenset({"meetings.uninvited", "meetings.ask_room", "meetings.cancelled"})


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


def _settled(session: Session, meeting: Meeting, entry: History) -> bool:
    return any(
        one.act == "keep_time" and one.after.get("entry") == entry.id
        for one in history.of(session, "meeting", meeting.id or 0, 50)
    )
