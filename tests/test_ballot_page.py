"""The page as a voter has it: self-contained, no names in it, its codes read back by Python."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from catchlight.ballot import LETTERS, new_ballot, read_votes
from catchlight.ballot_page import render_ballot

from .chromium import PROGRAM, Tab, browser
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
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ballot") / "page.html"
    file.write_text(PAGE, "utf-8")
    return file.as_uri()


@pytest.fixture
def tab(page: str):  # type: ignore[no-untyped-def]
    if PROGRAM is None:
        pytest.skip("there is no Chromium here")
    with browser() as tab:
        tab.open(page)
        yield tab
        assert tab.errors == []  # nothing was refused by the policy either
        assert all(url.startswith(("file:", "data:", "blob:")) for url in tab.requests)


def vote(tab: Tab) -> list[str]:
    """Letters of the vote whose code the page shows, as Python reads it."""
    votes, refused = read_votes(BALLOT, [tab.run("document.querySelector('#code').value")])
    assert refused == []
    return [LETTERS[BALLOT.order.index(k)] for k in votes[0].ranking]


def test_choosing_by_tapping_and_taking_back(tab: Tab) -> None:
    tap = "document.querySelector('.choose[data-letter={}]').click()"
    assert tab.run("document.querySelector('.code').hidden") is True
    for letter in "BDAD":
        tab.run(tap.format(letter))
    assert vote(tab) == ["B", "A"]
    assert tab.run("document.querySelector('.said').textContent") == "Your choice: B, A"
    pressed = "document.querySelector('.choose[data-letter={}]').getAttribute('aria-pressed')"
    assert [tab.run(pressed.format(x)) for x in "ABD"] == ["true", "true", "false"]
    saved = tab.run(
        "fetch(document.querySelector('.save').href).then(a => a.text(), () => 'refused')"
    )
    assert saved == "refused"  # the policy lets the page fetch nothing, not even its own file
    assert tab.errors.pop()
    tab.errors.clear()


def test_choosing_by_keyboard_alone(tab: Tab) -> None:
    tab.press("c")
    tab.press("f")
    assert vote(tab) == ["C", "F"]
    for _ in range(2):  # past the link to the choice, to the first picture
        tab.press("Tab")
    assert tab.run("document.activeElement.dataset.letter") == "A"
    tab.press(" ")
    assert vote(tab) == ["C", "F", "A"]


def test_the_larger_view(tab: Tab) -> None:
    tab.run("document.querySelector('.larger[data-letter=F]').click()")
    assert tab.run("document.querySelector('dialog img').alt") == "Picture F"
    tab.run("document.querySelector('.next').click()")
    assert tab.run("document.querySelector('dialog img').alt") == "Picture A"
    tab.run("document.querySelector('.take').click()")
    tab.press("Escape")
    assert tab.run("document.querySelector('dialog').open") is False
    assert vote(tab) == ["A"]


def test_all_six_and_starting_again(tab: Tab) -> None:
    for letter in "FEDCBA":
        tab.press(letter)
    assert vote(tab) == list("FEDCBA")
    tab.run("document.querySelector('.clear').click()")
    assert tab.run("document.querySelector('.code').hidden") is True


def test_a_second_visit_votes_under_the_same_name(tab: Tab, page: str) -> None:
    tab.press("a")
    first = tab.run("document.querySelector('#code').value").split("-")[2]
    tab.run("new Promise(done => setTimeout(done, 600))")  # what is kept reaches the disk meanwhile
    tab.open(page)
    tab.press("b")
    assert tab.run("document.querySelector('#code').value").split("-")[2] == first


def test_the_saved_file_is_a_vote(tab: Tab, tmp_path: Path) -> None:
    tab.press("e")
    # What the link would save, read where the policy does not reach: in the script's own blob.
    text = tab.run("document.querySelector('#code').value")
    assert tab.run("document.querySelector('.save').href").startswith("blob:")
    assert tab.run("document.querySelector('.save').download") == f"vote-{BALLOT.name}.json"
    file = tmp_path / "vote.json"
    file.write_text(f'{{"schema": "catchlight.vote/1", "code": "{text}"}}')
    assert len(read_votes(BALLOT, [file])[0]) == 1
