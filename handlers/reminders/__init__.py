"""Reminders, as Slack hears and shows them."""

from handlers.reminders import actions

ACTIONS = {
    "reminders.new": actions.new,
    "reminders.overview": actions.overview,
    "reminders.menu": actions.menu,
    "reminders.move": actions.move,
    "reminders.done": actions.settle,
    "reminders.decline": actions.decline,
    "reminders.snooze_to": actions.snooze_to,
    "reminders.snooze": actions.snooze,
    "reminders.draft_form": actions.draft_form,
}
VIEWS = {
    "reminders.form": actions.form_sent,
    "reminders.snooze": actions.snooze_sent,
    "reminders.next": actions.next_sent,
}
