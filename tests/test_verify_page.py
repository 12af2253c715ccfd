"""Oracles: a browser's own SHA-256; nothing is fetched; nothing unsound is published."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from catchlight import travel_proof
from catchlight.errors import UsageError
from catchlight.verify import verify
from catchlight.verify_page import render_page

from .chromium import PROGRAM, browser
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


@pytest.mark.skipif(PROGRAM is None, reason="needs Chromium")
def test_a_visitor_checks_the_picture(result: Path) -> None:
    page = result / "verify.html"
    page.write_text(render_page(verify(result / "headshot.jpg")), "utf-8")
    signed = base64.b64encode((result / "headshot.jpg").read_bytes()).decode()
    script = """
      (async (text) => {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const given = new DataTransfer();
        given.items.add(new File([bytes], "mine.jpg", {type: "image/jpeg"}));
        const input = document.getElementById("file");
        input.files = given.files;
        input.dispatchEvent(new Event("change"));
        const answer = document.getElementById("answer");
        for (let i = 0; i < 200 && !/same|other/.test(answer.className); i += 1) {
          await new Promise((done) => setTimeout(done, 10));
        }
        return [answer.className, answer.textContent];
      })("%s")
    """
    with browser() as tab:
        tab.open(page.as_uri())
        kind, said = tab.run(script % signed)
        assert kind == "answer same", said
        assert "mine.jpg is the signed file" in said
        tab.open(page.as_uri())
        kind, said = tab.run(script % base64.b64encode(b"another picture").decode())
        assert kind == "answer other", said
        assert tab.errors == []
        assert all(url.startswith(("file:", "data:")) for url in tab.requests)
        wide = tab.run("document.documentElement.scrollWidth <= window.innerWidth")
        assert wide is True
