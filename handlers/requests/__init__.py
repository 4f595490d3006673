"""Requests, as Slack hears and shows them."""

from handlers.requests import actions, acts, cards, commands, events
from storage.words import Act

COMMANDS = {"/request": commands.request}
ACTIONS = {
    "requests.new": actions.new,
    "requests.help": actions.usage,
    "requests.choose": actions.choose,
    "requests.open": actions.show,
    "requests.page": actions.page,
    "requests.retype_to": actions.retype_to,
    "requests.prioritise_to": actions.prioritise_to,
    "requests.log_draft": actions.log_draft,
    "requests.amount": commands.with_amount,
    "requests.follow_draft": actions.follow_draft,
    "requests.edit": actions.with_form(Act.EDIT),
    **{f"requests.{act.value}": actions.at_once(act) for act in cards.AT_ONCE},
    **{f"requests.{act.value}": actions.with_form(act) for act in acts.WITH_WORDS},
}
VIEWS = {"requests.form": actions.form_sent, "requests.act": actions.act_sent}
SHORTCUTS = {"requests.from_message": actions.from_message, "requests.new": actions.new}
EVENTS = {"message": events.message}
