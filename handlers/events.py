"""What Slack tells of people and channels."""

from sqlalchemy.orm import Session

from handlers.context import Answer, Call
from handlers.desk import channels
from office import clock
from office.duties import desk_channels
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
    """The bot was invited to a channel: what could not be posted there goes out now. Or somebody else came into one:
    what is confidential is not said there any more."""
    event = call.body["event"]
    is_bot = event.get("user") == call.house.bot_user_id

    def do(session: Session) -> Answer:
        if is_bot:
            outbox.revive_channel(session, event["channel"], clock.now())
        else:
            desk_channels.somebody_joined(session, event["channel"], str(event.get("user", "")))
        return Answer()

    if is_bot:
        call.house.later("a look at a desk's channel", lambda: channels.look(call.house))

    return call.perform(do)
