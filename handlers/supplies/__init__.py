"""Supplies, as Slack hears and shows them."""

from handlers.supplies import actions, commands, lists, submissions

COMMANDS = {"/supplies": commands.supplies_command}
ACTIONS = {
    "supplies.new": actions.new,
    "supplies.help": actions.usage,
    "supplies.page": actions.page,
    "supplies.catalogue": actions.catalogue,
    "supplies.again": actions.again,
    "supplies.choose": actions.choose,
    "supplies.typed": actions.typed,
    "supplies.open": actions.open_one,
    "supplies.form": actions.form,
    "supplies.item_menu": actions.item_menu,
    "supplies.line": actions.line_menu,
    "supplies.collect": actions.collect,
    "supplies.collect_all": actions.collect_all,
    "supplies.cancel": actions.cancel,
    "supplies.favourite": actions.favourite,
    "supplies.add": actions.add,
    "supplies.ledger": actions.ledger,
    "supplies.supplier": actions.supplier,
    "supplies.submit": actions.submit,
    "supplies.sent": actions.sent,
    "supplies.receive_all": actions.receive_all,
    "supplies.papers": actions.papers,
    "supplies.story": actions.story,
    "supplies.story_paper": actions.story_paper,
    "supplies.pay": actions.pay,
    "supplies.export": actions.export,
    "supplies.starter": actions.starter,
    "supplies.import_yes": actions.import_yes,
    "supplies.import_no": actions.import_no,
    "supplies.suppliers": actions.listing(lists.suppliers),
    "supplies.drafts": actions.listing(lists.drafts),
    "supplies.draw_up": actions.listing(commands.draw_up),
    "supplies.deliveries": actions.listing(lists.deliveries),
    "supplies.invoices": actions.listing(lists.bills),
    "supplies.unpaid": actions.listing(lists.unpaid),
}
VIEWS = {
    "supplies.order_form": submissions.order_sent,
    "supplies.item_form": submissions.item_sent,
    "supplies.supplier_form": submissions.supplier_sent,
    "supplies.count_form": submissions.count_sent,
    "supplies.act": submissions.act_sent,
}
SHORTCUTS = {"supplies.new": actions.new}
