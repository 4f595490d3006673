"""Tasks, as Slack hears and shows them."""

from handlers.tasks import actions, cards, commands
from storage.words import TaskAct

COMMANDS = {"/task": commands.task}
ACTIONS = {
    "tasks.new": actions.new,
    "tasks.help": actions.usage,
    "tasks.page": actions.page,
    "tasks.open": actions.show,
    "tasks.menu": actions.menu,
    "tasks.closes": actions.closes,
    "tasks.draft": actions.draft,
    "tasks.draft_form": actions.draft_form,
    **{f"tasks.{act.value}": actions.at_once(act) for act in cards.AT_ONCE},
    **{f"tasks.{act.value}": actions.with_form(act) for act in (TaskAct.EDIT, TaskAct.OFFER, TaskAct.SNOOZE)},
}
VIEWS = {"tasks.form": actions.form_sent, "tasks.act": actions.act_sent}
SHORTCUTS = {"tasks.from_message": actions.from_message, "tasks.new": actions.new}
