"""The studio as somebody at another machine has it: over TLS, by password, in a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ..chromium import PROGRAM, browser
from .running import START, studio
from .test_pages import check, press

pytestmark = [pytest.mark.skipif(PROGRAM is None, reason="needs Chromium"), pytest.mark.slow]

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

    type_in = "document.querySelector('#password').value = {!r}; document.forms[0].submit(); 1"
    with (
        studio(tmp_path, 0, "--host", "0.0.0.0") as link,
        browser("--ignore-certificate-errors") as tab,
    ):
        address = link.removesuffix("/login")
        assert address.startswith("https://")
        tab.open(address)
        assert tab.run("location.pathname") == "/login"
        check(tab, address)
        tab.run(type_in.format("a wrong password"))
        tab.until("!!document.querySelector('[role=alert]')")
        tab.errors.clear()  # the browser tells of the 401
        tab.run(type_in.format(PASSWORD))
        press(tab, ".hero .primary")  # its websocket is there too
        tab.until("document.querySelectorAll('.card').length === 8")
        check(tab, address)
        assert tab.run("document.cookie") == ""
        assert tab.run("isSecureContext")
