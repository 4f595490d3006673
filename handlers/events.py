"""What Slack tells of people and channels."""

from sqlalchemy.orm import Session

from handlers.context import Answer, Call
from office import clock
from office.duties.arrivals import meet
from storage import outbox


def person_changed(call: Call) -> Answer:
    """Somebody came, left, or changed name, zone or standing."""
    user = call.body["event"].get("user")
    if not isinstance(user, dict) or user.get("is_bot"):
        return Answer()
    profile = call.house.directory.profile(user)

    def do(session: Session) -> Answer:
        meet(session, profile)
        return Answer()

    return call.perform(do)


def joined(call: Call) -> Answer:
    """The bot was invited to a channel: what could not be posted there goes out now."""
    event = call.body["event"]
    if event.get("user") != call.house.bot_user_id:
        return Answer()

    def do(session: Session) -> Answer:
        outbox.revive_channel(session, event["channel"], clock.now())
        return Answer()

    return call.perform(do)
