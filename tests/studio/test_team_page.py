"""A team's page without a mouse; whose face is seen when is in `test_pages.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from ..chromium import browser, needs_chromium, visitor
from .pages import check, eventually, press, reach, script
from .painted_team import Coloured, copied, painted_team
from .running import studio

pytestmark = [needs_chromium, pytest.mark.slow]


Opened = tuple[Browser, Any, str, Path]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A browser, the cookies of whoever runs a team, the studio's address, and the team's place."""
    place = tmp_path_factory.mktemp("company")
    painted_team(place / "own", "Ada Önder", "Ben Brown", "Cy Green", runner=Coloured())
    with studio(place / "studio") as link, browser() as started:
        with visitor(started) as (context, _):
            page = context.new_page()
            page.goto(link)
            expect(page.locator(".hero .primary")).to_be_visible()
            cookies = context.storage_state()
        yield started, cookies, link.split("/enter")[0], place


def shown(address: str, place: Path, out: Path) -> str:
    """Open a team as a script does; the address of its page."""
    team = script(address, place, "POST", "/teams", {"folder": str(out)})["id"]
    return f"{address}/team/{team}"


def test_a_team_is_run_searched_and_deleted_with_the_keyboard(opened: Opened) -> None:
    started, cookies, home, place = opened
    out = copied(place / "own", place / "other")
    script(home, place, "POST", "/teams", {"folder": str(place / "own" / "out")})
    address = shown(home, place, out)
    with visitor(started, storage_state=cookies) as (context, heard):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{home}/teams")
        expect(page.locator(".team-list a")).to_have_count(2)
        check(page, heard, home)
        reach(page, ".team-open input")
        page.keyboard.type("/etc")
        page.keyboard.press("Enter")
        expect(page.locator(".team-open [role=alert]")).to_contain_text("no team in that folder")
        page.goto(address)
        reach(page, ".team-run .primary")
        page.keyboard.press("Enter")
        jobs = f"/teams/{address.rsplit('/', 1)[1]}/jobs"
        eventually(lambda: [j["status"] for j in script(home, place, "GET", jobs)] == ["done"])
        expect(page.locator(".team-run .primary")).to_be_visible()
        expect(page.locator(".team-run [role=alert]")).to_have_count(0)

        reach(page, "[data-person=ada-onder]")
        page.keyboard.press("Enter")
        expect(page.locator(".team-drawer")).to_be_focused()
        reach(page, ".team-drawer section .button")
        page.keyboard.press("Enter")
        expect(page.locator(".team-url")).to_be_focused()
        reach(page, ".team-drawer section .button:last-of-type")
        page.keyboard.press("Enter")  # the link is ended
        expect(page.locator(".team-url")).to_have_count(0)
        expect(page.locator(".team-drawer")).to_be_focused()
        reach(page, ".team-drawer details:first-of-type summary")
        page.keyboard.press("Enter")
        reach(page, ".team-drawer textarea")
        page.keyboard.type("Look up, please.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".team-drawer .eyebrow")).to_have_text("retake asked")
        for _ in range(12):  # the focus stays inside
            page.keyboard.press("Tab")
            assert page.evaluate("!!document.activeElement.closest('.team-drawer')")
        page.keyboard.press("Escape")
        expect(page.locator(".team-drawer")).to_have_count(0)
        expect(page.locator("[data-person=ada-onder]")).to_be_focused()

        reach(page, ".team-find > .button")
        page.keyboard.press("Enter")
        expect(page.locator(".team-links li")).to_have_count(2)  # not hers, who was asked anew
        check(page, heard, home)
        page.keyboard.press("Escape")
        expect(page.locator(".team-drawer")).to_have_count(0)

        reach(page, "[name=view]")
        page.keyboard.press("ArrowRight")
        expect(page.locator(".team-asked li")).to_have_count(1)
        check(page, heard, home)
        page.locator(".team-asked button").first.click()
        line = "Ada Önder, your photo needs another try. Look up, please."
        page.wait_for_function(f"navigator.clipboard.readText().then((t) => t === {line!r})")
        page.locator("[name=view]").nth(1).focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".team-scroll tbody tr")).to_have_count(12)
        check(page, heard, home)

        press(page, ".team-end button.button")
        press(page, ".team-end .button.primary")
        expect(page.locator(".receipt")).to_contain_text("left of them: 0")
        assert list(out.iterdir()) == []
        assert heard.errors == []
