"""People as Slack knows them; a Slack that does not answer is not asked again for a while."""

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from office import zones
from office.duties.arrivals import Profile
from storage.words import Standing

logger = logging.getLogger(__name__)

# An acknowledgement has 3 s: reading a profile may take one of them, and a Slack that hung is spared for a while.
ANSWER_SECONDS = 0.7
SPARED_SECONDS = 30.0


class Directory:
    """Profiles from users.info and users.list. `client` must time out within a second."""

    def __init__(self, client: WebClient, team_id: str) -> None:
        self._client = client
        self._team_id = team_id
        self._spared_until = 0.0

    def find(self, slack_id: str) -> Profile | None:
        """Somebody's profile; None when Slack does not tell, and then what is known stands."""
        if time.monotonic() < self._spared_until:
            return None
        try:
            user = self._client.users_info(user=slack_id, include_locale=True).get("user")
        except SlackApiError as error:
            logger.info("users.info refused: %s", error.response.get("error"))
            return None
        except Exception as error:  # a network library's own errors differ by platform
            logger.info("users.info did not answer: %s", error)
            self._spared_until = time.monotonic() + SPARED_SECONDS
            return None
        return self.profile(user) if user else None

    def everyone(self) -> Iterator[Profile]:
        """All people of the workspace, bots left out."""
        for page in self._client.users_list(limit=200, include_locale=True):
            for user in page.get("members") or []:
                if not user.get("is_bot") and user.get("id") != "USLACKBOT":
                    yield self.profile(user)

    def channels(self) -> Iterator[tuple[str, str]]:
        """(#name, id) of the channels that the bot can see."""
        pages = self._client.conversations_list(
            limit=200, exclude_archived=True, types="public_channel,private_channel"
        )
        for page in pages:
            for channel in page.get("channels") or []:
                yield f"#{channel['name']}", channel["id"]

    def reads(self, channel: str) -> tuple[bool, list[str]]:
        """Whether a channel is private, and the Slack ids of everybody in it. Raises SlackApiError, OSError."""
        told = self._client.conversations_info(channel=channel).get("channel") or {}
        is_private = bool(told.get("is_private")) and not (told.get("is_ext_shared") or told.get("is_org_shared"))
        if not is_private:
            return False, []
        pages = self._client.conversations_members(channel=channel, limit=200)
        return True, [one for page in pages for one in page.get("members") or []]

    def groups(self) -> list[dict[str, Any]]:
        """The workspace's user groups with their people, as the office keeps them. A plan without groups has none."""
        try:
            found = self._client.usergroups_list(include_users=True).get("usergroups") or []
        except SlackApiError as error:
            logger.info("usergroups.list refused: %s", error.response.get("error"))
            return []
        return [
            {"id": one["id"], "handle": one.get("handle") or "", "name": one.get("name") or "",
             "members": list(one.get("users") or [])}
            for one in found
        ]  # fmt: skip

    def profile(self, user: Mapping[str, Any]) -> Profile:
        """A user as users.info, users.list and user_change show one."""
        shown = user.get("profile") or {}
        names = (shown.get("display_name"), shown.get("real_name"), user.get("real_name"), user.get("name"))
        return Profile(
            slack_id=user["id"],
            name=next((name for name in names if name), ""),
            handle=user.get("name") or "",
            email=shown.get("email") or None,
            locale=user.get("locale") or "",
            # A zone that this machine's data does not know is none: what is known of somebody stands.
            zone=user["tz"] if user.get("tz") in zones.known() else "",
            standing=self._standing(user),
            workspace_admin=bool(user.get("is_admin") or user.get("is_owner")),
        )

    def _standing(self, user: Mapping[str, Any]) -> Standing:
        if user.get("deleted"):
            return Standing.DEACTIVATED
        if user.get("is_bot") or user.get("is_stranger") or (user.get("team_id") or self._team_id) != self._team_id:
            return Standing.EXTERNAL
        if user.get("is_restricted") or user.get("is_ultra_restricted"):
            return Standing.GUEST
        return Standing.MEMBER
