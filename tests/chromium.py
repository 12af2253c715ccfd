"""Debian's Chromium, driven by Playwright, for tests of pages as a visitor has them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(
    PROGRAM is None, reason="pages are tested in Chromium, which is not installed here"
)

WAIT = 60_000
"""Milliseconds until what is waited for has to be there: long, for a machine that is busy."""
expect.set_options(timeout=WAIT)


@contextlib.contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """Start the browser, with flags, and what drives it; both end with the block.

    Blocks cannot be in one another, nor hold an event loop: Playwright has its own meanwhile.
    """
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=PROGRAM,
            args=["--disable-gpu", "--disable-component-update", "--disable-sync", *flags],
            timeout=WAIT,
        )
        yield started
        started.close()


@dataclass
class Heard:
    """What the pages of a visitor complained about, and what they asked for."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Listen to a new page."""
        page.on("console", lambda told: self._note(told.type, told.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url[:100]))
        page.on("websocket", lambda socket: self.requests.append(socket.url[:100]))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.errors.append(text)


@contextlib.contextmanager
def visitor(opened: Browser, **how: Any) -> Iterator[tuple[BrowserContext, Heard]]:
    """Somebody with cookies and a memory of their own, whose pages are listened to."""
    context = opened.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
    context.set_default_timeout(WAIT)
    heard = Heard()
    context.on("page", heard.listen)
    yield context, heard
    context.close()


@contextlib.contextmanager
def page(*flags: str, **how: Any) -> Iterator[tuple[Page, Heard]]:
    """One page in a browser of its own."""
    with browser(*flags) as opened, visitor(opened, **how) as (context, heard):
        yield context.new_page(), heard


def size(shown: Page, width: int, height: int = 900) -> None:
    """Give a page another size, in CSS pixels."""
    shown.set_viewport_size({"width": width, "height": height})
