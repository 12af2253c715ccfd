"""The page as a voter has it: self-contained, no names in it, its codes read back by Python."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from catchlight.ballot import LETTERS, new_ballot, read_votes
from catchlight.ballot_page import render_ballot

from .chromium import browser, needs_chromium, visitor
from .report_pages import Page, jpeg

PHOTOS = [(f"IMG_{k}.jpg", f"{k:064x}") for k in range(6)]
BALLOT = new_ballot(PHOTOS, "a seed")
SHADES = [40 * k + 20 for k in range(6)]
PAGE = render_ballot(BALLOT, [jpeg(400, 500, shade) for shade in SHADES])


def test_nothing_in_the_page_tells_names_or_order() -> None:
    assert "IMG_" not in PAGE
    assert BALLOT.seed not in PAGE
    assert all(digest not in PAGE for _, digest in PHOTOS)
    assert "http" not in re.sub(r"http-equiv", "", PAGE)


def test_pictures_stand_in_the_ballots_order() -> None:
    page = Page(PAGE)
    pictures = [given for tag, given in page.tags if tag == "img" and given.get("alt")]
    assert [given["alt"] for given in pictures] == [f"Picture {x}" for x in LETTERS[:6]]
    shades = []
    for given in pictures:
        data = base64.b64decode(given["src"].removeprefix("data:image/jpeg;base64,"))
        with Image.open(io.BytesIO(data)) as image:
            shades.append(image.getpixel((9, 9))[0])
            assert not image.getexif()
    assert shades == [SHADES[k] for k in BALLOT.order]


def test_the_page_may_fetch_nothing() -> None:
    page = Page(PAGE)
    policy = next(given["content"] for _, given in page.tags if "http-equiv" in given)
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "unsafe" not in policy


def test_a_picture_for_each_photo() -> None:
    with pytest.raises(ValueError, match="2 pictures for a ballot of 6"):
        render_ballot(BALLOT, [jpeg(), jpeg()])


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def shown(opened: Browser, tmp_path: Path) -> Iterator[Tab]:
    """The page before a voter, who voted nowhere yet."""
    file = tmp_path / "page.html"
    file.write_text(PAGE, "utf-8")
    with visitor(opened) as (context, heard):
        shown = context.new_page()
        shown.goto(file.as_uri())
        yield shown
        assert heard.errors == []  # nothing was refused by the policy either
        assert all(url.startswith(("file:", "data:", "blob:")) for url in heard.requests)


def vote(shown: Tab) -> list[str]:
    """Letters of the vote whose code the page shows, as Python reads it."""
    votes, refused = read_votes(BALLOT, [shown.input_value("#code")])
    assert refused == []
    return [LETTERS[BALLOT.order.index(k)] for k in votes[0].ranking]


@needs_chromium
def test_choosing_by_tapping_and_taking_back(shown: Tab) -> None:
    choose = {letter: shown.locator(f".choose[data-letter={letter}]") for letter in "ABD"}
    expect(shown.locator(".code")).to_be_hidden()
    for letter in "BDAD":
        choose[letter].click()
    assert vote(shown) == ["B", "A"]
    expect(shown.locator(".said")).to_have_text("Your choice: B, A")
    for letter, pressed in (("A", "true"), ("B", "true"), ("D", "false")):
        expect(choose[letter]).to_have_attribute("aria-pressed", pressed)


@needs_chromium
def test_the_page_cannot_fetch_even_its_own_file(opened: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE, "utf-8")
    with visitor(opened) as (context, heard):
        shown = context.new_page()
        shown.goto(file.as_uri())
        shown.keyboard.press("a")
        fetched = "fetch(document.querySelector('.save').href).then(a => a.text(), () => 'refused')"
        assert shown.evaluate(fetched) == "refused"
        assert any("Content Security Policy" in told for told in heard.errors)


@needs_chromium
def test_choosing_by_keyboard_alone(shown: Tab) -> None:
    shown.keyboard.press("c")
    shown.keyboard.press("f")
    assert vote(shown) == ["C", "F"]
    for _ in range(2):  # past the link to the choice, to the first picture
        shown.keyboard.press("Tab")
    expect(shown.locator(":focus")).to_have_attribute("data-letter", "A")
    shown.keyboard.press("Space")
    assert vote(shown) == ["C", "F", "A"]


@needs_chromium
def test_the_larger_view(shown: Tab) -> None:
    shown.click(".larger[data-letter=F]")
    expect(shown.locator("dialog img")).to_have_attribute("alt", "Picture F")
    shown.click(".next")
    expect(shown.locator("dialog img")).to_have_attribute("alt", "Picture A")
    shown.click(".take")
    shown.keyboard.press("Escape")
    expect(shown.locator("dialog")).to_be_hidden()
    assert vote(shown) == ["A"]


@needs_chromium
def test_all_six_and_starting_again(shown: Tab) -> None:
    for letter in "FEDCBA":
        shown.keyboard.press(letter)
    assert vote(shown) == list("FEDCBA")
    shown.click(".clear")
    expect(shown.locator(".code")).to_be_hidden()


@needs_chromium
def test_a_second_visit_votes_under_the_same_name(shown: Tab) -> None:
    shown.keyboard.press("a")
    first = shown.input_value("#code").split("-")[2]
    shown.reload()
    shown.keyboard.press("b")
    assert shown.input_value("#code").split("-")[2] == first


@needs_chromium
def test_the_saved_file_is_a_vote(shown: Tab, tmp_path: Path) -> None:
    shown.keyboard.press("e")
    with shown.expect_download() as saved:
        shown.click(".save")
    assert saved.value.suggested_filename == f"vote-{BALLOT.name}.json"
    saved.value.save_as(tmp_path / "vote.json")
    assert len(read_votes(BALLOT, [tmp_path / "vote.json"])[0]) == 1
