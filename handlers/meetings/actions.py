"""Clicks on meetings, rooms and calendars."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import blocks, forms
from handlers.context import Answer, Call
from handlers.meetings import acts, asking, cards, commands, lists, modals, moving
from office.duties import notices
from office.duties.meetings import cancelling, feeds, replying, waiting
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.access import look, planned_date
from storage import meetings, people, rooms
from storage.words import Reply


def new(call: Call) -> Answer:
    return commands.new(call)


def usage(call: Call) -> Answer:
    return commands.usage(call)


def mine(call: Call) -> Answer:
    return lists.mine(call, replaces=call.is_ephemeral or call.in_modal)


def all_rooms(call: Call) -> Answer:
    return lists.all_rooms(call, replaces=call.is_ephemeral or call.in_modal)


def room_day(call: Call) -> Answer:
    number, _, day = call.value.partition("|")
    try:
        which = date.fromisoformat(day)
    except ValueError:
        raise forms.old_button() from None
    if not 2000 <= which.year <= 2200:
        raise forms.old_button()
    with call.reading() as session:
        if rooms.find(session, forms.pressed(number)) is None:
            raise forms.old_button()
    return lists.one_room(call, forms.pressed(number), which, replaces=call.is_ephemeral or call.in_modal)


def picture(call: Call) -> Answer:
    def do(session: Session) -> Answer:
        notices.tell(session, "meetings.picture", "office", 0, [call.person.id])
        text = call.reader.say("The picture comes in our direct messages.")
        return Answer(text, (blocks.words(text),))

    return call.perform(do)


def show(call: Call) -> Answer:
    number, day = _numbers(call, 2)
    with call.reading() as session:
        meeting = look(session, call.person, number)
        which = meetings.find_date(session, day)
        view = modals.sheet(session, call, meeting, which if which and which.meeting_id == number else None)
    return Answer(modal=view, how="push" if call.in_modal else "open")


def form(act: str) -> Callable[[Call], Answer]:
    """The handler of a button that opens the form of an act."""

    def handler(call: Call) -> Answer:
        number, day = _numbers(call, 2)
        return acts.open_form(call, act, number, day)

    return handler


def reply(call: Call) -> Answer:
    typed, day, chosen = forms.parts(call.value, 3)
    if chosen not in list(Reply):
        raise forms.old_button()
    number = forms.pressed(typed)

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, number)
        answer = acts.replied(session, call, meeting, Reply(chosen), forms.pressed(day) or None)
        # A card redraws itself; in a window it is drawn anew.
        if call.in_modal:
            which = meetings.find_date(session, forms.pressed(day)) if day != "0" else None
            return Answer(modal=modals.sheet(session, call, look(session, call.person, number), which), how="update")
        return answer if call.is_ephemeral else Answer()

    return call.perform(do)


def choose(call: Call) -> Answer:
    return asking.choose(call)


def date_choice(call: Call) -> Answer:
    """What becomes of one date of a series that could not have its room."""
    number, day, how, argument = forms.parts(call.value, 4)

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, forms.pressed(number))
        which = planned_date(session, meeting, forms.pressed(day))
        if how == "skip":
            cancelling.cancel_date(session, call.person, meeting.id or 0, which.id or 0)
            return moving.opens(
                call, call.reader.say("Left out: {day}.", day=cards.date_choice(call.reader, which)), meeting
            )
        if how == "room":
            # The series' other rooms stay; a room of an earlier press gives way to this one.
            held = [one.room_id for one in rooms.of_dates(session, [which.id or 0]) if one.room_id in meeting.rooms]
            them = dict.fromkeys([*held, forms.pressed(argument)])
            return moving.set_rooms(session, call, meeting, which.id, list(them))
        if how == "wait":
            return moving.wait_for(session, call, meeting, which.id or 0, forms.pressed(argument))
        raise forms.old_button()

    return call.perform(do)


def move_to(call: Call) -> Answer:
    """One of the ways out when a room could not move along."""
    number, day, minutes, moment, them = forms.parts(call.value, 5)

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, forms.pressed(number))
        which = planned_date(session, meeting, forms.pressed(day))
        start = datetime.fromtimestamp(forms.pressed(moment), UTC)
        chosen = None if not them else tuple(forms.pressed(one) for one in them.split(",") if one != "-")
        return moving.move_to(session, call, meeting, which, start, forms.pressed(minutes), chosen, replaces=True)

    return call.perform(do)


def proposal(call: Call) -> Answer:
    """The organiser takes up another time that somebody has proposed, or leaves the meeting where it is."""
    number, entry, chosen = forms.parts(call.value, 3)

    def do(session: Session) -> Answer:
        meeting = look(session, call.person, forms.pressed(number))
        wanted = replying.proposal(session, meeting.id or 0, forms.pressed(entry))
        if chosen != "yes":
            replying.keep_time(session, call.person, meeting.id or 0, forms.pressed(entry))
            text = call.reader.say("It stays as it is; {who} is told.", who=_name(session, wanted["by"]))
            return Answer(text, (blocks.words(text),))
        which = planned_date(session, meeting, int(wanted["date"]))
        start = datetime.fromisoformat(wanted["start"]).astimezone(ZoneInfo(meeting.zone))
        answer = moving.move_to(session, call, meeting, which, start)
        if meetings.get_date(session, which.id or 0).starts_at == start:
            replying.agree(session, meeting, which, wanted["by"])
        return answer

    return call.perform(do)


def keeper(call: Call) -> Answer:
    number, room, chosen = forms.parts(call.value, 3)

    def do(session: Session) -> Answer:
        replying.decide_room(session, call.person, forms.pressed(number), forms.pressed(room), chosen == "yes")
        return Answer()

    return call.perform(do)


def offer(call: Call) -> Answer:
    number, chosen = forms.parts(call.value, 2)

    def do(session: Session) -> Answer:
        if chosen == "yes":
            waiting.take(session, call.person, forms.pressed(number))
        else:
            waiting.pass_on(session, call.person, forms.pressed(number))
        notices.redraw(session, "wait", forms.pressed(number), [call.person.id])
        return Answer()

    return call.perform(do)


def check_in(call: Call) -> Answer:
    number, day = _numbers(call, 2)

    def do(session: Session) -> Answer:
        replying.check_in(session, call.person, number, day)
        text = call.reader.say("Checked in. The room is yours.")
        return Answer(text, (blocks.words(text),))

    return call.perform(do)


def file(call: Call) -> Answer:
    number, _ = _numbers(call, 2)
    return call.perform(lambda session: acts.send_file(session, call, look(session, call.person, number)))


def feed(call: Call) -> Answer:
    return acts.feed(call)


def room_feed(call: Call) -> Answer:
    return acts.room_feed(call, forms.pressed(call.value))


def feed_end(call: Call) -> Answer:
    room_id = forms.pressed(call.value) or None

    def do(session: Session) -> Answer:
        ended = feeds.end(session, call.person, room_id)
        text = (
            call.reader.say("This address is good no more.")
            if ended
            else call.reader.say("There is no address to end.")
        )
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def busy(call: Call) -> Answer:
    return commands.busy(call)


def room_form(call: Call) -> Answer:
    with call.reading() as session:
        room_duty.refuse_others(call.person)
        view = modals.room_setup_form(session, call, rooms.find(session, forms.pressed(call.value)))
    return Answer(modal=view, how="push" if call.in_modal else "open")


def typed(call: Call) -> Answer:
    return commands.typed_again(call)


def _numbers(call: Call, count: int) -> list[int]:
    return [forms.pressed(one) for one in forms.parts(call.value, count)]


def _name(session: Session, person_id: int | None) -> str:
    person = people.find(session, person_id)
    return person.known_as if person else "–"
