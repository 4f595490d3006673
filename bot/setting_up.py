"""deskhand setup: from nothing to an app that runs, step by step."""

import os
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.prompt import Confirm, Prompt

from bot import manifest
from bot.doctor import examine
from bot.settings import Settings, read


def guide(env_file: Path, out: Console) -> None:
    """Asks for what Slack shows, writes the settings, and checks them."""
    out.print("[bold]1.[/] Make the app: open this link, choose your workspace, press Create, then Install.")
    out.print(manifest.creation_link(), style="cyan")
    out.print("\n[bold]2.[/] Copy its tokens. Nothing that you type here is shown.")
    bot = _token("Bot User OAuth Token (OAuth & Permissions)", "xoxb-")
    socket_mode = Confirm.ask("   Socket Mode? (yes: no public address is needed)", default=True)
    given = {"SLACK_BOT_TOKEN": bot}
    if socket_mode:
        given["SLACK_APP_TOKEN"] = _token("App-Level Token with connections:write (Basic Information)", "xapp-")
    else:
        given["SLACK_SIGNING_SECRET"] = _token("Signing Secret (Basic Information)", "")
        out.print("   In the app's settings switch Socket Mode off, and give https://YOUR-HOST/slack/events as the")
        out.print("   Request URL of events, interactivity and both commands.")
    given["DATABASE_URL"] = Prompt.ask("   Where the data lives", default="sqlite:///deskhand.db")
    write(env_file, given)
    out.print(f"\n[bold]3.[/] Written to {env_file} (only you can read it). Checking:")
    for finding in examine(_settings_of(given)):
        mark = "[red]✗[/]" if finding.wrong else "[yellow]·[/]" if finding.hint else "[green]✓[/]"
        out.print(f"   {mark} {finding.what}: {finding.text}")
    out.print("\nNow start it: [bold]deskhand run[/]. Then open Deskhand's home tab in Slack as a workspace admin.")


def write(env_file: Path, given: dict[str, str]) -> None:
    """Puts settings into a file that only its owner can read; other lines of it stay."""
    kept = env_file.read_text("utf-8").splitlines() if env_file.exists() else []
    kept = [line for line in kept if line.partition("=")[0].strip() not in given]
    text = "\n".join([*kept, *(f"{name}={value}" for name, value in given.items())]) + "\n"
    fresh = env_file.with_name(env_file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(env_file)


def _token(name: str, prefix: str) -> str:
    while True:
        typed = Prompt.ask(f"   {name}", password=True).strip()
        if typed.startswith(prefix) and len(typed) > len(prefix):
            return typed
        Console().print(f"   That is not it: it begins with {prefix}." if prefix else "   Nothing was typed.")


def _settings_of(given: dict[str, str]) -> Settings:
    values = {name.lower(): SecretStr(value) for name, value in given.items()}
    return read().model_copy(update=values)
