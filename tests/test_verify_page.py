"""Oracles: a browser's own SHA-256; nothing is fetched; nothing unsound is published."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from catchlight import travel_proof
from catchlight.errors import UsageError
from catchlight.verify import verify
from catchlight.verify_page import render_page

from .chromium import needs_chromium, page
from .test_verify import result

__all__ = ["result"]


def test_says_what_verify_says(result: Path) -> None:
    found = verify(result / "headshot.jpg")
    code = travel_proof.code_beside(result / "headshot.jpg")
    assert code is not None
    page = render_page(found, code=travel_proof.code_svg(code), name="Jo <Doe>")
    assert found.sha256 in page
    assert "Jo &lt;Doe&gt;" in page
    for said in found.actions():
        assert said.replace("'", "&#39;") in page
    for row in found.bounds():
        assert row["title"] in page
    assert "default-src &#39;none&#39;" in page
    outside = page.replace("http://www.w3.org/2000/svg", "")
    assert "http:" not in outside
    assert "https:" not in outside


def test_is_written_for_a_sound_picture_only(result: Path) -> None:
    data = bytearray((result / "headshot.jpg").read_bytes())
    data[-500] ^= 1
    path = result / "bad.jpg"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"bad\.jpg: no page"):
        render_page(verify(path))


@needs_chromium
def test_a_visitor_checks_the_picture(result: Path) -> None:
    file = result / "verify.html"
    file.write_text(render_page(verify(result / "headshot.jpg")), "utf-8")
    same = (result / "headshot.jpg").read_bytes()
    with page() as (shown, heard):
        answer = shown.locator("#answer")
        for data, kind, said in (
            (same, "answer same", "mine.jpg is the signed file"),
            (b"another picture", "answer other", "mine.jpg"),
        ):
            shown.goto(file.as_uri())
            given = {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": data}
            shown.set_input_files("#file", given)
            expect(answer).to_have_attribute("class", kind)
            expect(answer).to_contain_text(said)
        assert heard.errors == []
        assert all(url.startswith(("file:", "data:")) for url in heard.requests)
        assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
