"""What every test of a page does: press, wait, ask the API beside it, and check the page."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from ..chromium import Heard, size

SHOTS = os.environ.get("CATCHLIGHT_SCREENSHOTS", "")  # a folder for pictures of every page

SERIOUS = """axe.run(document).then((found) => found.violations
  .filter((v) => v.impact === "serious" || v.impact === "critical")
  .map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 90))]))"""


def check(page: Page, heard: Heard, address: str) -> None:
    """A page is accessible, complained about nothing, and asked nobody else for anything."""
    axe = pytest.importorskip("axe_core_python", reason="axe-core checks the pages")
    source = resources.files(axe.__name__).joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(source + ";1")
    assert page.evaluate(SERIOUS) == []
    assert heard.errors == []
    here = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
    assert [url for url in heard.requests if not url.startswith(here)] == []
    for width in (390, 2560, 1280):
        size(page, width)
        page.wait_for_function(f"innerWidth === {width}")
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
        if SHOTS:
            keep_picture(page, width)


def keep_picture(page: Page, width: int) -> None:
    """Keep what a page looks like, for people to look at."""
    steps = re.findall(r"[a-z]{4,}(?=/|$)", page.evaluate("location.pathname"))
    folder = Path(SHOTS)
    folder.mkdir(exist_ok=True)
    path = folder / f"{steps[0] if steps else 'home'}-{width}.png"
    while path.exists():
        path = path.with_stem(f"{path.stem}-again")
    page.screenshot(path=path)


def press(page: Page, selector: str) -> None:
    # before it is connected a page may load itself again, and forget what was pressed
    page.wait_for_function("window.did_handshake")
    page.locator(selector).first.click()


def script(address: str, folder: Path, method: str, path: str, data: Any = None) -> Any:
    """Ask the API as a script beside the browser does; bytes are sent as they are."""
    token = (folder / "studio" / "token").read_text()
    body = None if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    asked = Request(f"{address}/api/v1{path}", body, headers, method=method)
    with urlopen(asked) as answer:
        return json.loads(answer.read() or b"null")


def eventually(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until what was done on the page has reached the program."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} seconds"
        time.sleep(0.05)


def developed(page: Page) -> None:
    """Wait until a picture is on the screen before and after."""
    expect(page.locator(".loupe img")).to_have_count(2, timeout=120_000)


def reach(page: Page, selector: str) -> None:
    """Go on with the Tab key until a part has the focus, and shows that it has it."""
    page.wait_for_function("window.did_handshake")
    expect(page.locator(selector).first).to_be_attached()
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
            break
    else:
        raise AssertionError(f"the Tab key does not lead to {selector}")
    seen = """(() => { let e = document.activeElement; for (let i = 0; i < 3 && e; i += 1) {
      const s = getComputedStyle(e);
      if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) return true;
      e = e.parentElement; } return false; })()"""
    assert page.evaluate(seen), f"nothing shows that {selector} has the focus"
