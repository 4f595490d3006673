"""The manifest agrees with the code, and the check can fail."""

import pytest

from bot import manifest


def test_the_manifest_agrees_with_the_code() -> None:
    assert list(manifest.disagreements()) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("command: /request", "command: /ask", "/ask is in the manifest"),
        ("callback_id: requests.new", "callback_id: requests.old", "requests.old"),
        ("      - user_change\n", "", "user_change is listened to"),
        ("      - chat:write\n", "", "chat.postMessage is called"),
        ("      - im:write\n", "      - im:write\n      - pins:read\n", "pins:read is asked for"),
    ],
)
def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str) -> None:
    changed = manifest.text().replace(old, new)
    monkeypatch.setattr(manifest, "text", lambda: changed)
    assert any(says in one for one in manifest.disagreements())


def test_every_method_that_is_called_has_its_scopes_named() -> None:
    assert {"chat.postMessage", "chat.update", "views.open", "users.info"} <= manifest.called_methods()


def test_the_link_fits_into_a_browser() -> None:
    assert manifest.creation_link().startswith("https://api.slack.com/apps?") and len(manifest.creation_link()) < 8000


def test_it_keeps_slacks_limits() -> None:
    features = manifest.read()["features"]
    assert len(features["slash_commands"]) <= 50 and len(features["shortcuts"]) <= 10
    assert all(len(one["name"]) <= 24 for one in features["shortcuts"])
    assert all(len(one["command"]) <= 32 and len(one["usage_hint"]) <= 1000 for one in features["slash_commands"])
