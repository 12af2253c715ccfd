"""The camera as somebody has it who sits down before it: in a browser whose camera is a film."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight.studio.tls import network_address

from ..chromium import PROGRAM, Tab, browser
from .filmed import FAKE, camera, film, photographed, sitter
from .running import studio
from .test_pages import check, eventually, press, script

pytestmark = [pytest.mark.skipif(PROGRAM is None, reason="needs Chromium"), pytest.mark.slow]

SAID = "(document.querySelector('.camera-last figcaption')?.textContent || '')"
PAINTED = "!!document.querySelector('.camera-view .oval')"


def session(tab: Tab, link: str, folder: Path) -> str:
    """Let the browser in, begin a session, and open its photos page."""
    address = link.split("/enter")[0]
    tab.open(link)
    number = str(script(address, folder, "POST", "/sessions")["id"])
    tab.open(f"{address}/s/{number}/photos")
    return number


def begin(tab: Tab) -> None:
    press(tab, ".camera-invite button")
    tab.until("document.querySelector('.camera').classList.contains('on')", 120)
    tab.until(PAINTED, 120)


def test_somebody_sits_down_and_the_picture_is_taken(tmp_path: Path) -> None:
    # every frame a little different: a picture of the same bytes is taken for the same one
    sway = [sitter(at=(640 + 0.1 * (10 - abs(n)), 290)) for n in range(-10, 11)]
    clip = film(tmp_path / "clip.mjpeg", sway)
    with studio(tmp_path / "studio") as link, browser(*camera(clip)) as tab:
        tab.size(1280, 900)
        address = link.split("/enter")[0]
        number = session(tab, link, tmp_path)
        own = f"/sessions/{number}/photos"
        begin(tab)
        says = "document.querySelector('.camera-says')"
        assert tab.run(f"{says}.ariaLive") == "polite"
        tab.until(f"{says}.textContent.trim().length > 4")
        assert tab.run("getComputedStyle(document.querySelector('video')).transform").startswith(
            "matrix(-1"
        )
        assert tab.run("!document.querySelector('.camera-tools .check input')?.checked")  # silent
        tab.until("document.querySelectorAll('[role=meter]')[0].ariaValueNow === '100'", 120)

        # it shoots by itself, at the camera's size, and says what a photographer would
        eventually(
            lambda: any(p["status"] == "ready" for p in script(address, tmp_path, "GET", own))
        )
        tab.until(f"{SAID}.startsWith('That one: ')", 120)
        assert "eyes open" in tab.run(SAID)
        check(tab, address)
        photo = script(address, tmp_path, "GET", own)[0]
        assert (photo["width"], photo["height"]) == (1280, 720)
        assert photo["name"].startswith("camera-")

        # by hand too, and after the coach is done
        tab.until("!!document.querySelector('.camera-tools .primary')", 120)
        before = len(script(address, tmp_path, "GET", own))

        def more() -> bool:
            press(tab, ".camera-tools .button:not(.primary)")
            return len(script(address, tmp_path, "GET", own)) > before

        eventually(more)

        # Escape stops the camera and has the coach forget
        tab.run("window.track = document.querySelector('video').srcObject.getVideoTracks()[0]; 1")
        tab.press("Escape")
        tab.until("document.querySelector('.camera').classList.contains('off')")
        assert tab.run("track.readyState") == "ended"
        assert tab.run("document.activeElement.textContent") == "Use the camera"
        tab.until("document.querySelectorAll('.tile.ready').length >= 2")
        assert tab.errors == []


def test_somebody_in_the_dark_is_told_and_a_picture_by_hand_says_what_is_wrong(
    tmp_path: Path,
) -> None:
    clip = film(tmp_path / "clip.mjpeg", [sitter() // 6] * 5)
    with studio(tmp_path / "studio") as link, browser(*camera(clip)) as tab:
        session(tab, link, tmp_path)
        begin(tab)
        light = "+document.querySelectorAll('[role=meter]')[0].ariaValueNow"
        tab.until(f"{light} < 50 && !document.querySelector('.camera-count')", 120)
        press(tab, ".camera-tools .button")
        tab.until(f"{SAID}.startsWith('Taken, but ')", 120)


@pytest.mark.shared
def test_a_real_face_is_photographed(tmp_path: Path, shared: Path) -> None:
    path = sorted((shared / "studio" / "london_neutral").glob("*.jpg"))[0]
    clip = film(tmp_path / "clip.mjpeg", list(photographed(path)))
    with studio(tmp_path / "studio") as link, browser(*camera(clip)) as tab:
        session(tab, link, tmp_path)
        begin(tab)
        tab.until(f"/^(That one: |Taken, but )/.test({SAID})", 180)
        assert "eyes open" in tab.run(SAID)


def test_without_a_camera_it_says_what_to_do(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mjpeg", [sitter()])
    refused = (FAKE[0], "--deny-permission-prompts", f"--use-file-for-fake-video-capture={clip}")
    with studio(tmp_path / "studio") as link, browser(*refused) as tab:
        session(tab, link, tmp_path)
        press(tab, ".camera-invite button")
        tab.until("document.querySelector('.camera [role=alert]')?.textContent.includes('Allow')")
        assert tab.run("!document.querySelector('dialog').open")


def test_a_phone_is_let_in_takes_a_picture_and_is_shut_out(tmp_path: Path) -> None:
    if network_address() is None:
        pytest.skip("this machine is in no network")
    clip = film(tmp_path / "clip.mjpeg", [sitter()] * 10)
    flags = (*camera(clip), "--ignore-certificate-errors")
    with studio(tmp_path / "studio") as link, browser(*flags) as tab:
        address = link.split("/enter")[0]
        number = session(tab, link, tmp_path)
        press(tab, ".phone button")
        tab.until("!!document.querySelector('.phone-door img')")
        check(tab, address)
        url = tab.run("[...document.querySelectorAll('.phone-door code')].pop().textContent")
        phone = tab.another()
        phone.size(390, 844)
        phone.open(url)
        assert phone.run("location.pathname") == "/phone"  # and the code is in no history
        phone.until("!!document.querySelector('.camera-invite button')")
        tab.until("!!document.querySelector('.phone [role=status]')")
        assert url.split("key=")[1] not in tab.run("document.body.innerHTML")
        check(phone, url.split("/enter")[0])
        assert phone.run("document.querySelectorAll('a').length") == 0

        phone.front()
        phone.run("document.querySelector('.camera-invite button').click()")
        phone.until(f"/^(That one: |Taken, but )/.test({SAID})", 180)
        photos = script(address, tmp_path, "GET", f"/sessions/{number}/photos")
        assert photos[0]["status"] == "ready"
        assert phone.errors == []

        tab.front()
        tab.until("document.querySelectorAll('.tile.ready').length >= 1")
        press(tab, ".phone button")
        tab.until("document.querySelectorAll('.phone button').length === 1")
        phone.front()
        phone.until(
            "document.querySelector('.camera [role=alert]')?.textContent.includes('off')", 60
        )
