"""The studio as somebody at another machine has it: over TLS, by password, in a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..chromium import needs_chromium, page
from .pages import check, press
from .running import START, studio

pytestmark = [needs_chromium, pytest.mark.slow]

PASSWORD = "four words of mine"


def command(folder: Path, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, "studio", "--no-browser", "--data", str(folder), *options],
        input=typed, text=True, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_somebody_signs_in_from_another_machine(tmp_path: Path) -> None:
    bare = command(tmp_path, "--host", "0.0.0.0")
    assert bare.returncode != 0
    assert "--set-password" in bare.stderr
    assert command(tmp_path, "--set-password", typed="short\n").returncode != 0
    assert command(tmp_path, "--set-password", typed=f"{PASSWORD}\n").returncode == 0

    with (
        studio(tmp_path, 0, "--host", "0.0.0.0") as link,
        page(ignore_https_errors=True) as (shown, heard),
    ):
        address = link.removesuffix("/login")
        assert address.startswith("https://")
        shown.goto(address)
        shown.wait_for_url("**/login")
        check(shown, heard, address)
        shown.fill("#password", "a wrong password")
        shown.keyboard.press("Enter")
        expect(shown.locator("[role=alert]")).to_be_visible()
        heard.errors.clear()  # the browser tells of the 401
        shown.fill("#password", PASSWORD)
        shown.keyboard.press("Enter")
        press(shown, ".hero .primary")  # its websocket is there too
        expect(shown.locator(".card")).to_have_count(8)
        check(shown, heard, address)
        assert shown.evaluate("document.cookie") == ""
        assert shown.evaluate("isSecureContext")
