"""Meetings and rooms, as Slack hears and shows them."""

from handlers.meetings import actions, commands, submissions

_FORMS = ("move", "cancel", "edit", "invite", "room", "prepare", "visitor", "side", "propose", "standin")

COMMANDS = {"/meeting": commands.meeting}
ACTIONS = {
    "meetings.new": actions.new,
    "meetings.help": actions.usage,
    "meetings.mine": actions.mine,
    "meetings.rooms": actions.all_rooms,
    "meetings.room_day": actions.room_day,
    "meetings.picture": actions.picture,
    "meetings.open": actions.show,
    "meetings.reply": actions.reply,
    "meetings.choose": actions.choose,
    "meetings.date": actions.date_choice,
    "meetings.move_to": actions.move_to,
    "meetings.proposal": actions.proposal,
    "meetings.keeper": actions.keeper,
    "meetings.offer": actions.offer,
    "meetings.check_in": actions.check_in,
    "meetings.ics": actions.file,
    "meetings.feed": actions.feed,
    "meetings.room_feed": actions.room_feed,
    "meetings.feed_end": actions.feed_end,
    "meetings.busy": actions.busy,
    "meetings.room_form": actions.room_form,
    "meetings.typed": actions.typed,
    **{f"meetings.{act}": actions.form(act) for act in _FORMS},
}
VIEWS = {
    "meetings.book_form": submissions.book_sent,
    "meetings.act": submissions.act_sent,
    "meetings.room_setup": submissions.room_sent,
    "meetings.busy": submissions.busy_sent,
}
SHORTCUTS = {"meetings.new": actions.new}
