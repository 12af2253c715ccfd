"""A team's pages: what they say, for everybody, and that they can send nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from catchlight.team import run_team
from catchlight.team_word import approve

from .chromium import needs_chromium, page
from .report_pages import Page
from .teams import Painted, brand, roster
from .test_report_accessibility import contrast, luminance


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team of three, one of whom approved."""
    folder = tmp_path_factory.mktemp("team")
    roster(folder, "Zoë <Adams>", "Ben", "Cy")
    (folder / "photos" / "2" / "a.jpg").write_bytes(b"nobody")
    run_team(folder / "ROSTER.csv", brand(folder), folder / "out", Painted())
    approve(folder / "out", "Zoë <Adams>")
    return folder / "out"


@pytest.mark.parametrize("name", ["team.html", "consistency.html"])
def test_pages_have_what_assistive_technology_needs_and_send_nothing(out: Path, name: str) -> None:
    page = Page((out / name).read_text("utf-8"))
    assert next(given for tag, given in page.tags if tag == "html")["lang"] == "en"
    assert [tag for tag, _ in page.tags].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all("alt" in g and "width" in g and "height" in g for t, g in page.tags if t == "img")
    assert set(page.attributes("aria-labelledby")) <= set(page.attributes("id"))
    assert all(g.get("scope") in ("row", "col") for t, g in page.tags if t == "th")
    policy = next(g["content"] for t, g in page.tags if g.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert not [g for _, g in page.tags if "style" in g or "onclick" in g]  # the policy's refused
    assert "<Adams>" not in (out / name).read_text("utf-8")


def test_the_directory_has_a_card_for_everybody_and_pictures_of_those_who_said_yes(
    out: Path,
) -> None:
    page = Page((out / "team.html").read_text("utf-8"))
    assert page.attributes("data-status") == ["approved", "proof ready", "photos in"]
    assert [g["alt"] for t, g in page.tags if t == "img"] == ["Headshot of Zoë <Adams>"]


def test_colours_have_the_contrast_of_wcag_aa_and_greys_are_neutral() -> None:
    from catchlight.page_template import style

    css = style("team.css")
    blocks = [
        dict(re.findall(r"--([\w-]+): (#\w{6})", t))
        for t in re.findall(r":root \{.*?\}", css, re.S)[:4]
    ]
    shared, own = blocks[:2], blocks[2:]  # light and dark of each
    themes = [both | more for both, more in zip(shared, own, strict=True)]
    assert len(themes) == 2
    for theme in themes:
        for ground in ("ground", "panel", "well"):
            for ink in ("text", "quiet"):
                assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
        for ink in ("accent", "good", "bad"):
            assert contrast(theme[ink], theme["ground"]) >= 4.5, ink
        for grey in ("ground", "panel", "well", "line", "text", "quiet"):
            assert len({theme[grey][i : i + 2] for i in (1, 3, 5)}) == 1
    assert luminance(themes[0]["ground"]) > 0.7 > luminance(themes[1]["ground"])


@pytest.mark.slow
@needs_chromium
def test_people_are_found_by_name_title_and_status(out: Path) -> None:
    with page() as (shown, heard):
        shown.goto((out / "team.html").as_uri())
        names = shown.locator(".cards li:not([hidden]) h2")
        expect(names).to_have_text(["Zoë <Adams>", "Ben", "Cy"])
        shown.fill(".find input", "ZOE head")
        expect(names).to_have_text(["Zoë <Adams>"])
        shown.fill(".find input", "")
        expect(names).to_have_text(["Zoë <Adams>", "Ben", "Cy"])
        shown.select_option(".find select", "photos in")
        expect(names).to_have_text(["Cy"])
        expect(shown.locator("[role=status]")).to_have_text("1 of 3 people")
        assert heard.errors == []
        assert [url for url in heard.requests if not url.startswith(("file:", "data:"))] == []
