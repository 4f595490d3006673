"""The practice page in a real browser: command, form with an error, button, home tab, clock, keyboard, a phone's width."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.walks.conftest import Walk, walking

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium: install it to run the browser tests"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is needed here: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Walk]]:
    with walking(tmp_path) as walk:
        opened = browser.new_page(viewport={"width": 1360, "height": 860})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(walk.practice.url)
        expect(opened.locator(".home .b-header").first).to_contain_text("Hello Anna")
        yield opened, walk
        opened.close()
        assert errors == []


def become(page: Page, handle: str) -> None:
    page.locator(".who select").select_option(f"U0{handle.upper()}")


def go(page: Page, name: str) -> None:
    page.locator(".sidebar .item", has_text=name).first.click()


def write(page: Page, text: str) -> None:
    page.locator("main .composer textarea").fill(text)
    page.keyboard.press("Enter")


def test_the_story_of_the_printer(page: tuple[Page, Walk]) -> None:
    here, _ = page
    go(here, "general")
    write(here, "/request The printer on floor 2 eats paper")
    expect(here.locator(".ephemeral")).to_contain_text("Logged as #1")
    expect(here.locator(".sidebar .item.unread", has_text="it-desk")).to_be_visible()
    become(here, "maria")
    go(here, "it-desk")
    here.get_by_role("button", name="Take it").click()
    expect(here.locator(".message").last).to_contain_text("in progress")
    expect(here.get_by_role("button", name="Take it")).to_have_count(0)
    go(here, "Home")
    expect(here.locator(".home")).to_contain_text("#1")


def test_a_form_shows_its_errors_and_keeps_what_was_typed(page: tuple[Page, Walk]) -> None:
    here, _ = page
    become(here, "greta")
    go(here, "general")
    write(here, "/request")
    here.locator(".modal select").select_option("invoice")
    here.locator(".modal textarea").first.fill("Rechnung 7 ist offen")
    amount = here.get_by_label(re.compile("Betrag"))
    amount.fill("zwölf")
    here.locator(".modal button[type=submit]").click()
    expect(here.locator(".modal .error")).to_contain_text("zwölf")
    expect(here.locator(".modal textarea").first).to_have_value("Rechnung 7 ist offen")
    amount.fill("1.054,60")
    here.locator(".modal button[type=submit]").click()
    expect(here.locator(".modal")).to_have_count(0)
    become(here, "maria")
    go(here, "finance-desk")
    expect(here.locator(".message").last).to_contain_text("1,054.60")


def test_a_required_field_is_asked_for(page: tuple[Page, Walk]) -> None:
    here, _ = page
    here.get_by_role("button", name="New request").first.click()
    here.locator(".modal select").select_option("cleaning")
    here.locator(".modal button[type=submit]").click()
    expect(here.locator(".modal .error").first).to_be_visible()
    here.keyboard.press("Escape")
    expect(here.locator(".modal")).to_have_count(0)


def test_the_clock_is_moved_and_deskhand_acts_by_itself(page: tuple[Page, Walk]) -> None:
    here, walk = page
    go(here, "general")
    write(here, "/request high The printer on floor 2 eats paper")
    expect(here.locator(".ephemeral")).to_contain_text("#1")
    become(here, "frank")
    here.get_by_role("button", name="+1 Stunde").click()
    go(here, "Direktnachricht")
    expect(here.locator(".message").last).to_contain_text("#1")
    here.get_by_role("button", name="Nächster Arbeitsmorgen").click()
    expect(here.locator(".clock")).to_contain_text("24")
    assert walk.workspace.now().hour == 7  # eight in Berlin


def test_commands_and_people_are_completed_with_the_keyboard(page: tuple[Page, Walk]) -> None:
    here, _ = page
    go(here, "general")
    field = here.locator("main .composer textarea")
    field.fill("/re")
    expect(here.locator(".offers li")).to_contain_text("[what you need | mine")
    here.keyboard.press("Tab")
    expect(field).to_have_value("/request ")
    field.type("A badge for @kar")
    expect(here.locator(".offers li")).to_contain_text("Karin")
    here.keyboard.press("Enter")
    expect(field).to_have_value("/request A badge for @karin ")
    here.keyboard.press("Enter")
    expect(here.locator(".ephemeral")).to_contain_text("Karin Ådahl")


def test_a_message_becomes_a_request_from_its_menu(page: tuple[Page, Walk]) -> None:
    here, _ = page
    go(here, "general")
    write(here, "The lift smells of fish & <chips>")
    message = here.locator(".message", has_text="The lift smells")
    expect(message).to_contain_text("fish & <chips>")
    message.hover()
    message.get_by_role("button", name="Make a request").click()
    expect(here.locator(".modal textarea").first).to_have_value("The lift smells of fish & <chips>")


def test_a_thread_is_answered_in(page: tuple[Page, Walk]) -> None:
    here, walk = page
    go(here, "general")
    write(here, "/request The printer on floor 2 eats paper")
    go(here, "Direct message")
    card = here.locator(".message", has_text="#1 The printer").first
    expect(card).to_be_visible()
    walk.settled()
    card.hover()
    card.get_by_role("button", name="Reply below").click()
    here.locator(".thread .composer textarea").fill("It is the left one")
    here.keyboard.press("Enter")
    expect(here.locator(".thread")).to_contain_text("It is the left one")
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM comments") == 1, "the comment")


def test_trouble_is_switched_on_and_off(page: tuple[Page, Walk]) -> None:
    here, walk = page
    # Clicked, not checked: the box shows what the workspace says, which may come a moment later on a busy machine.
    here.get_by_label("Slack is down").click()
    walk.until(lambda: walk.workspace.trouble.down, "down")
    go(here, "general")
    write(here, "/request The printer on floor 2 eats paper")
    expect(here.locator(".ephemeral")).to_contain_text("#1")
    here.get_by_label("Slack is down").click()
    walk.until(lambda: not walk.workspace.trouble.down, "up again")
    walk.moves_clock(minutes=1)
    walk.sees("it-desk", "#1")


@pytest.mark.parametrize("handle", ["anna", "karin", "greta", "carla"])
def test_nothing_is_wider_than_a_phone(page: tuple[Page, Walk], handle: str) -> None:
    here, _ = page
    become(here, handle)
    go(here, "general")
    write(here, "/request The printer on floor 2 eats paper")
    expect(here.locator(".ephemeral")).to_be_visible()
    here.set_viewport_size({"width": 390, "height": 780})
    for close in here.locator(".panel header button").all():
        close.click()
    assert here.evaluate("document.documentElement.scrollWidth") <= 390
    here.locator("header.top .only-narrow").click()
    expect(here.locator(".sidebar")).to_be_in_viewport()
    here.locator(".sidebar .item").first.click()
    expect(here.locator(".home .b-header").first).to_be_visible()
    assert here.evaluate("document.documentElement.scrollWidth") <= 390
