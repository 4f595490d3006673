"""python -m bot is deskhand."""

from bot.cli import app

app()
