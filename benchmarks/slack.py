"""A Slack that answers at once, in a process of its own: enough for Deskhand to start.

    python -m benchmarks.slack PORT [refusing]

`refusing` takes no message, so that Deskhand's delivery rests and the answers are measured by themselves.
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PERSON = {"team_id": "T1", "deleted": False, "tz": "Europe/Stockholm", "locale": "en-GB", "is_bot": False}


async def method(request: Request) -> JSONResponse:
    name = request.path_params["name"]
    people = [
        {"id": f"U{n:04}", "name": f"p{n}", "profile": {"real_name": f"Person {n}"}, **PERSON} for n in range(200)
    ]
    answers = {
        "auth.test": {"team_id": "T1", "user_id": "U1", "team": "Bench", "bot_id": "B1"},
        "users.list": {"members": people},
        "conversations.open": {"channel": {"id": "D1"}},
        "conversations.list": {"channels": []},
        "chat.postMessage": {"channel": "C1", "ts": "1.1"},
    }
    if name == "chat.postMessage" and "refusing" in sys.argv:
        return JSONResponse({"ok": False, "error": "invalid_auth"})
    return JSONResponse({"ok": True, **answers.get(name, {})})


if __name__ == "__main__":
    site = Starlette(routes=[Route("/api/{name}", method, methods=["GET", "POST"])])
    uvicorn.run(site, port=int(sys.argv[1]), log_config=None, access_log=False)
