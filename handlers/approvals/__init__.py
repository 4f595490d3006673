"""Approvals, as Slack hears and shows them."""

from handlers.approvals import actions, asking, commands, route_forms
from storage.words import ApprovalAct

_FORMS = (
    ApprovalAct.REJECT, ApprovalAct.CHANGES, ApprovalAct.REASSIGN, ApprovalAct.SNOOZE, ApprovalAct.EDIT,
    ApprovalAct.REOPEN, ApprovalAct.WITHDRAW, ApprovalAct.PAY, ApprovalAct.UNPAY,
)  # fmt: skip

COMMANDS = {"/approvals": commands.approvals_command}
ACTIONS = {
    "approvals.new": actions.new,
    "approvals.help": actions.usage,
    "approvals.page": actions.page,
    "approvals.open": actions.show,
    "approvals.several": actions.several,
    "approvals.paper": actions.paper,
    "approvals.approve": actions.approve,
    "approvals.amount": asking.with_amount,
    "approvals.amount_form": asking.amount_form,
    "approvals.second": actions.second,
    "approvals.vat": actions.vat,
    "approvals.routes": route_forms.overview,
    "approvals.route": route_forms.open_form,
    "approvals.terms": route_forms.open_terms,
    "approvals.reasoned": actions.reasoned,
    **{f"approvals.{act.value}": actions.with_form(act) for act in _FORMS},
}
VIEWS = {
    "approvals.form": actions.form_sent,
    "approvals.act": actions.act_sent,
    "approvals.several": actions.several_sent,
    "approvals.route": route_forms.sent,
    "approvals.terms": route_forms.terms_sent,
}
SHORTCUTS = {"approvals.new": actions.new}
