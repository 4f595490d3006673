"""Clicks on agendas, and the shortcut that puts a message on one."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import forms
from handlers.blocks import View
from handlers.context import Answer, Call
from handlers.minutes import acts, agenda_commands, agenda_forms, lists
from handlers.slack_text import readable
from office.duties.meetings import preparing
from office.duties.minutes import access, agenda
from office.errors import Refusal
from storage import drafts, meetings
from storage.meeting_tables import Meeting, MeetingDate


def agenda_open(call: Call) -> Answer:
    return _window(call, agenda_forms.agenda_sheet)


def agendas(call: Call) -> Answer:
    """Whose agenda? The meetings to come."""
    return agenda_commands.agenda_command(call, "")


def agenda_new(call: Call) -> Answer:
    return _window(call, agenda_forms.agenda_form)


def agenda_put(call: Call) -> Answer:
    """What was typed goes on the agenda that was chosen; with nothing typed that agenda opens."""
    kept, number, date_id = (forms.pressed(one) for one in forms.parts(call.value, 3))
    with call.reading() as session:
        draft = drafts.find(session, kept, call.person.id or 0)
        meeting, day = _meeting(session, call, number, date_id)
    raw = str(draft["typed"]) if draft is not None and "typed" in draft else ""
    every = bool(draft and draft.get("every"))
    if not raw:
        return agenda_open(call.with_value(f"{number}|{date_id}"))

    def do(session: Session) -> Answer:
        if not drafts.use(session, kept, call.person.id or 0):
            raise Refusal("This was answered already.")
        return replace(agenda_commands.put(session, call, meeting, day, raw, every), replaces=True)

    return call.perform(do)


def agenda_menu(call: Call) -> Answer:
    number, date_id, matter_id, act = forms.parts(call.value, 4)
    with call.reading() as session:
        meeting, day = _meeting(session, call, forms.pressed(number), forms.pressed(date_id))
        matter = meetings.find_matter(session, forms.pressed(matter_id))
        ours = matter is not None and matter.meeting_id == meeting.id and access.sees(call.person, matter.readers)
        if act == "edit" and ours:
            return Answer(modal=agenda_forms.agenda_form(session, call, meeting, day, matter), how="push")

    def do(session: Session) -> Answer:
        if act == "off":
            preparing.drop(session, call.person, meeting.id or 0, forms.pressed(matter_id))
        else:
            agenda.shift(session, call.person, meeting.id or 0, forms.pressed(matter_id), -1 if act == "up" else 1)
        now, when = _meeting(session, call, meeting.id or 0, forms.pressed(date_id))
        return Answer(modal=agenda_forms.agenda_sheet(session, call, now, when), how="update")

    return call.perform(do)


def agenda_from_message(call: Call) -> Answer:
    """The shortcut "Add to an agenda"."""
    text, source = acts.message_of(call)
    with call.reading() as session:
        them = lists.next_meetings(session, call)
        if not them:
            raise Refusal("You have no upcoming meeting. Book one: /meeting Budget review with @anna tomorrow 14:00.")
        title = " ".join(readable(session, text).split())[:300]
        view = agenda_forms.message_agenda_form(session, call, them[:100], title, source)
    return Answer(modal=view)


def _meeting(session: Session, call: Call, number: int, date_id: int) -> tuple[Meeting, MeetingDate | None]:
    meeting = agenda.look_at(session, call.person, number)
    return meeting, agenda.date_for(session, meeting, date_id or None)


def _window(call: Call, view: Callable[[Session, Call, Meeting, MeetingDate | None], View]) -> Answer:
    """What the agenda that was pressed opens in."""
    number, date_id = (forms.pressed(one) for one in forms.parts(call.value, 2))
    with call.reading() as session:
        meeting, day = _meeting(session, call, number, date_id)
        shown = view(session, call, meeting, day)
    return Answer(modal=shown, how="push" if call.in_modal else "open")
