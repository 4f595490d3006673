"""A bare Bolt app, as its documentation shows it: it checks the signature, finds the listener, and acknowledges.

    python -m benchmarks.bare documented|default|tuned PORT

`documented` is started by app.start(). The other two stand behind the same web server as Deskhand, so that only the
work differs; `tuned` has process_before_response, which is the floor.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.load import SECRET


def bolt(tuned: bool) -> App:
    app = App(
        signing_secret=SECRET,
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U1"),
        process_before_response=tuned,
        listener_executor=ThreadPoolExecutor(32),
    )

    @app.command("/request")
    def request(ack: Ack) -> None:
        ack("Logged.")

    return app


def served(app: App) -> Starlette:
    pool = ThreadPoolExecutor(32)

    def dispatch(text: str, headers: dict[str, Any]) -> Response:
        answer = app.dispatch(BoltRequest(body=text, headers=headers))
        return Response(answer.body or "", answer.status, {name: values[0] for name, values in answer.headers.items()})

    async def events(request: Request) -> Response:
        body = (await request.body()).decode()
        return await asyncio.get_running_loop().run_in_executor(pool, dispatch, body, dict(request.headers))

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


if __name__ == "__main__":
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "documented":
        bolt(tuned=False).start(port, http_server_logger_enabled=False)
    else:
        uvicorn.run(served(bolt(kind == "tuned")), port=port, log_config=None, access_log=False)
