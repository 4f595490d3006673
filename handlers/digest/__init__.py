"""The digest and the settings, as Slack hears and shows them."""

from handlers.digest import settings

ACTIONS = {
    "digest.now": settings.now,
    "digest.settings": settings.open_form,
    "requests.menu": settings.request_menu,
}
VIEWS = {"digest.settings": settings.sent}
