"""The README's pictures, taken from the practice page: `make pictures`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.walks.conftest import Walk, walking

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def take() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, walking(Path(folder)) as walk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        _a_monday(walk)
        _picture(walk, browser, "desk", "maria", "it-desk")
        _picture(walk, browser, "words", "anna", "general")
        _picture(walk, browser, "approval", "greta", "💬")
        _an_order(walk)
        _picture(walk, browser, "supplies", "maria", "office")
        walk.says("karin", "general", "/meeting Säljmöte med @anna @carla imorgon kl 14 i en timme i Goya, varje vecka")
        walk.says("anna", "office", "/meeting Budget review with @maria @greta tomorrow 14:30 for 45m in Goya")
        walk.settled()
        _picture(walk, browser, "meeting", "anna", "office")
        _minutes(walk)
        _picture(walk, browser, "minutes", "carla", "office")
        walk.until(lambda: walk.database.scalar("SELECT count(*) FROM preferences") >= 6, "digests are planned", 20)
        walk.moves_clock(hours=23, minutes=30, seconds=2)
        walk.sees("direct", "Your day", "anna")
        walk.settled()
        _picture(walk, browser, "digest", "anna", "💬")
        _picture(walk, browser, "home", "carla", None)
        browser.close()


def _a_monday(walk: Walk) -> None:
    walk.says("anna", "general", "/request The printer on floor 2 eats paper")
    walk.settled()
    walk.presses("maria", "Take it", "it-desk")
    walk.says("carla", "general", "/request El teclado no funciona")
    walk.says("carla", "general", "/task pedir tóner para el viernes")
    walk.says("carla", "general", "/task llamar al proveedor mañana a las 10")
    walk.says("anna", "general", "/request Two chairs for the meeting room by Friday")
    walk.says("anna", "general", "/task send the minutes tomorrow 15:00")
    walk.says("anna", "general", "/task check the fire extinguishers by Friday @karin")
    walk.says("karin", "general", "/task köp kaffe till fikarummet senast imorgon @anna")
    walk.says("anna", "general", "/desk remind me to water the plants every other Monday 9:00")
    walk.says("anna", "general", '/desk away 8 Mar to 12 Mar cover @karin "on the road"')
    walk.says("anna", "general", "/desk remind me to call Bob tomorrow at 10")
    walk.says("bjorn", "general", "/approvals fråga @greta Konferensstolar 9 000 kr")
    walk.says("anna", "general", "/approvals ask @maria @greta Conference chairs 820 EUR by Friday")
    walk.settled()
    walk.presses("maria", "Approve", "direct")
    walk.settled()


def _minutes(walk: Walk) -> None:
    """A committee of three languages in the middle of its work."""
    walk.says("anna", "office", "/minutes start Office committee with @maria @karin @frank")
    for who, words in (
        ("anna", "item Move to Lisbon"),
        ("maria", "note The lease in Lisbon ends in May; the new one is larger and costs less."),
        ("anna", "decision Lisbon moves on 3 May, at most 18,000"),
        ("frank", "aufgabe @facilities drei Angebote von Umzugsfirmen bis Freitag"),
        ("anna", "vote New desks for all: 3 yes, 1 no"),
        ("anna", "item Coffee room"),
        ("karin", "beslut Vi byter till ekologiskt kaffe"),
        ("anna", "confidential Salaries for @maria"),
    ):
        walk.says(who, "office", f"/minutes {words}")
    walk.settled()


def _an_order(walk: Walk) -> None:
    walk.says("karin", "general", "/supplies beställ 30 kopieringspapper, 2 lådor pennor")
    walk.says("carla", "general", "/supplies pedir 20 papel de copia, dos cajas de bolígrafos")
    walk.says("anna", "general", "/supplies order 20 copy paper and 3 whiteboard markers")
    walk.settled()
    walk.says("maria", "office", "/supplies P1")


def _picture(walk: Walk, browser: Browser, name: str, who: str, place: str | None) -> None:
    page = browser.new_page(viewport={"width": 1180, "height": 760})
    page.goto(walk.practice.url)
    page.wait_for_timeout(600)
    page.locator(".who select").select_option(f"U0{who.upper()}")
    if place is not None:
        page.locator(".sidebar .item", has_text=place).first.click()
    page.wait_for_timeout(600)
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    page.close()


if __name__ == "__main__":
    take()
