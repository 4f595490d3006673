"""Budgets and exchange rates, as Slack hears and shows them."""

from handlers.budgets import actions, commands

ACTIONS = {
    "budgets.overview": actions.overview,
    "budgets.menu": commands.menu,
    "budgets.new": actions.new,
    "budgets.rates": actions.rates,
}
VIEWS = {"budgets.form": actions.form_sent}
