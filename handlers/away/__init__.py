"""Being away, as Slack hears and shows it."""

from handlers.away import actions

ACTIONS = {
    "away.new": actions.new,
    "away.overview": actions.overview,
    "away.back": actions.back,
    "away.cancel": actions.cancel,
    "away.yes": actions.yes,
    "away.no": actions.no,
}
VIEWS = {"away.form": actions.form_sent}
