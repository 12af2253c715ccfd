"""The camera as somebody has it who sits down before it: in a browser whose camera is a film."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catchlight.studio.tls import network_address

from ..chromium import browser, needs_chromium, page, visitor
from .filmed import FAKE, camera, film, photographed, sitter
from .pages import check, eventually, press, script
from .running import studio

pytestmark = [needs_chromium, pytest.mark.slow]

SAID = ".camera-last figcaption"
TAKEN = re.compile("^(That one: |Taken, but )")
LONG = 180_000


def session(shown: Page, link: str, folder: Path) -> str:
    """Let the browser in, begin a session, and open its photos page."""
    address = link.split("/enter")[0]
    shown.goto(link)
    number = str(script(address, folder, "POST", "/sessions")["id"])
    shown.goto(f"{address}/s/{number}/photos")
    return number


def begin(shown: Page) -> None:
    press(shown, ".camera-invite button")
    expect(shown.locator(".camera")).to_contain_class("on", timeout=LONG)
    expect(shown.locator(".camera-view .oval")).to_be_attached(timeout=LONG)


def test_somebody_sits_down_and_the_picture_is_taken(tmp_path: Path) -> None:
    # every frame a little different: a picture of the same bytes is taken for the same one
    sway = [sitter(at=(640 + 0.1 * (10 - abs(n)), 290)) for n in range(-10, 11)]
    clip = film(tmp_path / "clip.mjpeg", sway)
    with studio(tmp_path / "studio") as link, page(*camera(clip)) as (shown, heard):
        address = link.split("/enter")[0]
        number = session(shown, link, tmp_path)
        own = f"/sessions/{number}/photos"
        begin(shown)
        expect(shown.locator(".camera-says")).to_have_attribute("aria-live", "polite")
        expect(shown.locator(".camera-says")).to_have_text(re.compile(r"\S.{3}"))
        mirrored = re.compile(r"matrix\(-1")
        expect(shown.locator("video")).to_have_css("transform", mirrored)
        for box in shown.locator(".camera-tools .check input").all():
            expect(box).not_to_be_checked()  # silent
        light = shown.locator("[role=meter]").first
        expect(light).to_have_attribute("aria-valuenow", "100", timeout=LONG)

        # it shoots by itself, at the camera's size, and says what a photographer would
        eventually(
            lambda: any(p["status"] == "ready" for p in script(address, tmp_path, "GET", own))
        )
        expect(shown.locator(SAID)).to_have_text(re.compile("^That one: .*eyes open"), timeout=LONG)
        check(shown, heard, address)
        photo = script(address, tmp_path, "GET", own)[0]
        assert (photo["width"], photo["height"]) == (1280, 720)
        assert photo["name"].startswith("camera-")

        # by hand too, and after the coach is done
        expect(shown.locator(".camera-tools .primary")).to_be_visible(timeout=LONG)
        before = len(script(address, tmp_path, "GET", own))

        def more() -> bool:
            press(shown, ".camera-tools .button:not(.primary)")
            return len(script(address, tmp_path, "GET", own)) > before

        eventually(more)

        # Escape stops the camera and has the coach forget
        track = shown.evaluate_handle(
            "document.querySelector('video').srcObject.getVideoTracks()[0]"
        )
        shown.keyboard.press("Escape")
        expect(shown.locator(".camera")).to_contain_class("off")
        assert track.evaluate("(track) => track.readyState") == "ended"
        expect(shown.locator(":focus")).to_have_text("Use the camera")
        expect(shown.locator(".tile.ready").nth(1)).to_be_visible()
        assert heard.errors == []


def test_a_camera_whose_stills_are_larger_than_its_video_takes_a_still(tmp_path: Path) -> None:
    # The made-up camera's stills (ImageCapture.takePhoto) are as large as its film, also where
    # somebody asks for a smaller video; most cameras are so by themselves.
    smaller = """(() => {
      const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
      devices.getUserMedia = () => ask({ video: { width: 640, height: 360 } });
    })()"""
    clip = film(tmp_path / "clip.mjpeg", [sitter()] * 5)
    with studio(tmp_path / "studio") as link, page(*camera(clip)) as (shown, heard):
        shown.add_init_script(smaller)
        number = session(shown, link, tmp_path)
        begin(shown)
        assert shown.locator("video").evaluate("(v) => [v.videoWidth, v.videoHeight]") == [640, 360]
        press(shown, ".camera-tools .button:has-text('Take it now')")
        expect(shown.locator(SAID)).to_have_text(TAKEN, timeout=LONG)
        own = script(link.split("/enter")[0], tmp_path, "GET", f"/sessions/{number}/photos")
        assert {(photo["width"], photo["height"]) for photo in own} == {(1280, 720)}
        assert heard.errors == []


def test_somebody_in_the_dark_is_told_and_a_picture_by_hand_says_what_is_wrong(
    tmp_path: Path,
) -> None:
    clip = film(tmp_path / "clip.mjpeg", [sitter() // 6] * 5)
    with studio(tmp_path / "studio") as link, page(*camera(clip)) as (shown, _):
        session(shown, link, tmp_path)
        begin(shown)
        light, low = shown.locator("[role=meter]").first, re.compile("^[0-4]?[0-9]$")
        expect(light).to_have_attribute("aria-valuenow", low, timeout=LONG)
        expect(shown.locator(".camera-count")).to_have_count(0)
        press(shown, ".camera-tools .button")
        expect(shown.locator(SAID)).to_have_text(re.compile("^Taken, but "), timeout=LONG)


@pytest.mark.shared
def test_a_real_face_is_photographed(tmp_path: Path, shared: Path) -> None:
    path = sorted((shared / "studio" / "london_neutral").glob("*.jpg"))[0]
    clip = film(tmp_path / "clip.mjpeg", list(photographed(path)))
    with studio(tmp_path / "studio") as link, page(*camera(clip)) as (shown, _):
        session(shown, link, tmp_path)
        begin(shown)
        expect(shown.locator(SAID)).to_have_text(TAKEN, timeout=LONG)
        expect(shown.locator(SAID)).to_contain_text("eyes open")


def test_without_a_camera_or_the_studio_it_says_what_to_do(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mjpeg", [sitter()])
    refused = (FAKE[0], "--deny-permission-prompts", f"--use-file-for-fake-video-capture={clip}")
    with page(*refused) as (shown, _):
        with studio(tmp_path / "studio") as link:
            session(shown, link, tmp_path)
            press(shown, ".camera-invite button")
            expect(shown.locator(".camera [role=alert]").first).to_contain_text("Allow")
            expect(shown.locator("dialog").first).to_be_hidden()
        expect(shown.locator("#popup[role=alert]")).to_contain_text("The studio does not answer")


def test_a_phone_is_let_in_takes_a_picture_and_is_shut_out(tmp_path: Path) -> None:
    if network_address() is None:
        pytest.skip("this machine is in no network")
    clip = film(tmp_path / "clip.mjpeg", [sitter()] * 10)
    held = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with (
        studio(tmp_path / "studio") as link,
        browser(*camera(clip)) as opened,
        visitor(opened) as (desk, heard),
        visitor(opened, ignore_https_errors=True, **held) as (hand, phone_heard),
    ):
        address = link.split("/enter")[0]
        shown = desk.new_page()
        number = session(shown, link, tmp_path)
        press(shown, ".phone button")
        expect(shown.locator(".phone-door img")).to_be_visible()
        check(shown, heard, address)
        url = shown.locator(".phone-door code").last.inner_text()
        phone = hand.new_page()
        phone.goto(url)
        phone.wait_for_url("**/phone")  # and the code is in no history
        expect(phone.locator(".camera-invite button")).to_be_visible()
        expect(shown.locator(".phone [role=status]")).to_be_visible()
        assert url.split("key=")[1] not in shown.content()
        check(phone, phone_heard, url.split("/enter")[0])
        expect(phone.locator("a")).to_have_count(0)

        phone.bring_to_front()
        phone.locator(".camera-invite button").tap()
        expect(phone.locator(SAID)).to_have_text(TAKEN, timeout=LONG)
        photos = script(address, tmp_path, "GET", f"/sessions/{number}/photos")
        assert photos[0]["status"] == "ready"
        assert phone_heard.errors == []

        shown.bring_to_front()
        expect(shown.locator(".tile.ready").first).to_be_visible()
        press(shown, ".phone button")
        expect(shown.locator(".phone button")).to_have_count(1)
        phone.bring_to_front()
        expect(phone.locator(".camera [role=alert]").first).to_contain_text("off")
