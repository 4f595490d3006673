"""What is unsigned, forged, stale, oversized or malformed: never a 5xx, never an effect."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import uvicorn
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.metrics import Metrics
from bot.running import bound
from bot.signatures import Signatures
from bot.web import LARGEST_BODY, site
from handlers.context import House
from handlers.directory import Directory
from handlers.listen import listen
from office import catalogue, clock
from storage.database import Database
from tests.conftest import Office

SECRET = "shhh-it-is-a-secret"


@pytest.fixture
def address(office: Office) -> Iterator[int]:
    """The web application on a port, with everything behind it but Slack."""
    with ThreadPoolExecutor(2) as pool:
        directory = cast(Directory, _NoSlack())
        house = House(office.database, catalogue.load(), cast(Any, _NoSlack()), directory, "U0BOT", lambda: None, pool)
        app = App(
            authorize=lambda **_: AuthorizeResult(
                enterprise_id=None, team_id="T", bot_token="xoxb", bot_user_id="U0BOT"
            ),
            process_before_response=True,
            request_verification_enabled=False,
        )
        metrics = Metrics()
        listen(app, house, metrics.timed)
        listening = bound("127.0.0.1", 0)
        config = uvicorn.Config(site(app, Signatures(SECRET), metrics, dict), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


class _NoSlack:
    base_url = "https://slack.com/api/"

    def find(self, slack_id: str) -> None:
        return None


def command(text: str, trigger: str = "1.1", user: str = "U0ANNA") -> bytes:
    fields = {
        "command": "/request", "text": text, "user_id": user, "team_id": "T", "channel_id": "C1",
        "trigger_id": trigger, "response_url": "https://hooks.slack.com/x", "api_app_id": "A",
    }  # fmt: skip
    return urlencode(fields).encode()


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    sent_at = str(int(clock.now().timestamp() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{sent_at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": sent_at,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/x-www-form-urlencoded",
    }


def send(
    port: int, body: bytes, headers: dict[str, str], method: str = "POST", path: str = "/slack/events"
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def count(database: Database) -> int:
    return int(database.scalar("SELECT count(*) FROM requests"))


def test_a_signed_command_is_answered(address: int, office: Office) -> None:
    body = command("The printer on floor 2 eats paper")
    status, answer = send(address, body, signed(body))
    assert status == 200 and "Logged as #1" in json.loads(answer)["text"]
    assert count(office.database) == 1


def test_the_same_delivery_again_gets_the_same_answer(address: int, office: Office) -> None:
    body = command("The printer on floor 2 eats paper")
    answers = {send(address, body, signed(body)) for _ in range(4)}  # to the letter
    assert len(answers) == 1 and count(office.database) == 1


def test_ssl_check_and_url_verification_are_answered(address: int) -> None:
    body = b"ssl_check=1&token=x"
    assert send(address, body, signed(body))[0] == 200
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    headers = signed(body) | {"content-type": "application/json"}
    status, answer = send(address, body, headers)
    assert status == 200 and b"abc" in answer


def test_health_needs_no_signature(address: int) -> None:
    assert send(address, b"", {}, "GET", "/healthz") == (200, b"ok")
    assert send(address, b"", {}, "GET", "/readyz")[0] == 200
    status, numbers = send(address, b"", {}, "GET", "/metrics")
    assert status == 200 and b"deskhand_answer_seconds" in numbers
    assert send(address, b"", {}, "GET", "/slack/events")[0] == 405


def hostile(dice: random.Random, number: int) -> tuple[bytes, dict[str, str], bool]:
    """One delivery that must have no effect, and whether its signature is right."""
    body = command(f"forged {number}", trigger=f"f{number}")
    kind = number % 14
    if kind == 0:
        return body, {}, False
    if kind == 1:
        return body, signed(body, secret="another"), False
    if kind == 2:
        return body, signed(body, at=clock.now().timestamp() - 301 - dice.random() * 1e6), False
    if kind == 3:
        return body, signed(body, at=clock.now().timestamp() + 400), False
    if kind == 4:
        return body + b"&x=1", signed(body), False
    if kind == 5:
        return (
            body,
            signed(body) | {"x-slack-signature": dice.choice(["", "v0=", "v1=abc", "v0=" + "0" * 64, "ü"])},
            False,
        )
    if kind == 6:
        return (
            body,
            signed(body) | {"x-slack-request-timestamp": dice.choice(["", "abc", "9" * 40, "-1", "1e9", "٣٤٥"])},
            False,
        )
    if kind == 7:
        return b"x" * (LARGEST_BODY + 1) if number < 60 else b"", {}, False
    if kind == 8:
        junk = dice.randbytes(dice.randint(0, 400))
        return junk, signed(junk), True
    if kind == 9:
        junk = b'{"type": "event_callback", "event": ' + dice.choice([b"null}", b"[]}", b'"x"}', b"{}}", b"{"])
        return junk, signed(junk) | {"content-type": "application/json"}, True
    if kind == 10:
        junk = urlencode(
            {"payload": dice.choice(["", "{", "[]", "null", '{"type": "block_actions"}', '{"type": "x"}'])}
        ).encode()
        return junk, signed(junk), True
    if kind == 11:
        junk = urlencode(
            {"command": dice.choice(["", "/nothing", "request"]), "text": "x", "user_id": dice.choice(["", "U0ANNA"])}
        ).encode()
        return junk, signed(junk), True
    if kind == 12:
        junk = json.dumps({"type": "view_submission", "view": dice.choice([None, {}, {"id": 1}]), "user": {}}).encode()
        body = b"payload=" + urlencode({"p": junk.decode()}).encode()[2:]
        return body, signed(body), True
    nested = b"[" * 3000 + b"]" * 3000
    return nested, signed(nested) | {"content-type": "application/json"}, True


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_does_not_come_from_slack_has_no_effect(address: int, office: Office) -> None:
    """2,000 deliveries that are unsigned, forged, stale, oversized or malformed."""
    dice = random.Random(11)
    cases = [hostile(dice, number) for number in range(2000)]

    def one(case: tuple[bytes, dict[str, str], bool]) -> tuple[int, bool]:
        body, headers, right = case
        try:
            encoded = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}
            return send(address, body, encoded)[0], right
        except (http.client.HTTPException, OSError):
            return 0, right  # the server closed on it

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, cases))
    assert not [status for status, _ in results if status >= 500]
    assert not [status for status, right in results if not right and status == 200]
    assert count(office.database) == 0
    body = command("The printer still eats paper")
    assert send(address, body, signed(body))[0] == 200
