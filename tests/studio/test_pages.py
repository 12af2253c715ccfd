"""The pages as a newcomer has them: the whole way in a real browser, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ..chromium import Heard, browser, needs_chromium, visitor
from .pages import check, developed, eventually, press, reach, script
from .painted_team import Coloured, painted_team
from .running import portraits, studio

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def let_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Any, str, Path]]:
    """A browser, the cookies of somebody who was let in, the studio's address, and a folder."""
    folder = tmp_path_factory.mktemp("way")
    portraits(folder / "photos")
    with studio(folder / "studio") as link, browser() as opened:
        with visitor(opened) as (context, _):
            page = context.new_page()
            page.goto(link)
            expect(page.locator(".hero .primary")).to_be_visible()
            assert "key=" not in page.url
            cookies = context.storage_state()
        yield opened, cookies, link.split("/enter")[0], folder


Way = tuple[Page, Heard, str, Path]


@pytest.fixture
def way(let_in: tuple[Browser, Any, str, Path]) -> Iterator[Way]:
    """A page of a visitor who was let in, what it complains about, the address, and a folder."""
    opened, cookies, address, folder = let_in
    with visitor(opened, storage_state=cookies) as (context, heard):
        yield context.new_page(), heard, address, folder


def test_a_newcomer_goes_from_the_link_to_the_files(way: Way) -> None:
    page, heard, address, folder = way
    page.goto(address)
    expect(page.locator(".hero .primary")).to_be_visible()
    check(page, heard, address)

    press(page, ".hero .primary")
    expect(page.locator(".card")).to_have_count(8)
    check(page, heard, address)
    press(page, ".card:nth-child(3) input")
    expect(page.locator(".suggestion h2")).to_have_text(re.compile("^Legal"))
    press(page, ".suggestion .primary")

    expect(page.locator(".drop-area")).to_be_visible()
    (folder / "notes.txt").write_text("not a photo")
    files = [*sorted((folder / "photos").iterdir()), folder / "notes.txt"]
    page.locator("input[type=file]").first.set_input_files(files)
    expect(page.locator(".tile.ready")).to_have_count(4)
    expect(page.locator(".tile.refused .tile-reason")).to_have_text(re.compile(".{20}"))
    check(page, heard, address)
    press(page, ".foot .primary")  # without agreeing, nothing is looked at
    expect(page.locator(".foot [role=alert]")).to_be_visible()
    page.locator(".agree input[type=text]").fill("Jo Doe")
    press(page, ".foot .check input")
    expect(page.locator(".foot .agreed")).to_contain_text("Jo Doe agreed")
    press(page, ".foot .agreed button")  # taken back and given again
    press(page, ".foot .check input")
    expect(page.locator(".foot .agreed")).to_be_visible()
    page.reload()  # midway the page is loaded anew
    expect(page.locator(".tile.ready")).to_have_count(4)
    press(page, ".foot .primary")

    expect(page.locator(".proof")).to_have_count(4)
    expect(page.locator(".proof.first")).to_contain_text("IMG_0001.jpg")
    check(page, heard, address)
    page.locator(".proof-picture").first.focus()
    page.keyboard.press("2")
    expect(page.locator(".table .loupe img").first).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".loupe.near").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".table")).to_have_count(0)
    press(page, ".proof.first .primary")

    developed(page)
    check(page, heard, address)
    session = page.evaluate("location.pathname.split('/')[2]")
    render = script(address, folder, "GET", f"/sessions/{session}/renders")[0]
    own = f"/sessions/{session}/renders/{render['id']}"
    # a script (as another tab would) chooses; the page follows, and undoes it
    script(address, folder, "PATCH", own, {"retouch": "none"})
    expect(page.locator("[name=retouch]").first).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=retouch]").first).not_to_be_checked()
    picture, slider = page.locator(".loupe .pane img").last, page.locator("#s-exposure")
    for value in ("-0.2", "-0.05", "0.1", "0.25"):  # how fast is measured in benchmarks/studio.py
        before = picture.get_attribute("src") or ""
        slider.fill(value)
        expect(picture).not_to_have_attribute("src", before)
    expect(page.locator("#why-exposure b")).to_contain_text("bound")
    eventually(lambda: script(address, folder, "GET", own)["choices"]["exposure"] == 0.25)
    press(page, ".panel-foot .primary")

    expect(page.locator(".place img").nth(3)).to_be_visible(timeout=120_000)
    press(page, ".handover .primary")
    expect(page.locator(".files")).to_be_visible(timeout=120_000)
    expect(page.locator(".bounds li").nth(1)).to_contain_text("at most (% of the eye distance)")
    check(page, heard, address)
    delivered = script(address, folder, "GET", f"/sessions/{session}/deliveries")[0]
    assert {b["status"] for b in delivered["result"]["bounds"]} <= {"ok", "could_not_assess"}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("session", ["obama", "lisa"])
def test_the_whole_way_with_photos_of_a_person(way: Way, shared: Path, session: str) -> None:
    page, heard, address, _ = way
    photos = sorted((shared / "people" / session).glob("*.jpg"))
    page.goto(address)
    press(page, ".hero .primary")
    press(page, ".card input")
    press(page, ".suggestion .primary")
    page.locator("input[type=file]").first.set_input_files(photos)
    expect(page.locator(".tile.ready")).to_have_count(len(photos), timeout=120_000)
    press(page, ".foot .check input")
    expect(page.locator(".foot .agreed")).to_be_visible()
    press(page, ".foot .primary")
    expect(page.locator(".proof")).to_have_count(len(photos), timeout=120_000)
    press(page, ".proof.first .primary")
    developed(page)
    press(page, ".panel-foot .primary")
    expect(page.locator(".place img").first).to_be_visible(timeout=120_000)
    press(page, ".handover .primary")
    expect(page.locator(".files")).to_be_visible(timeout=120_000)
    check(page, heard, address)


def looked_through(address: str, folder: Path) -> str:
    """Begin a session as a script does, with its photos looked at; its number."""
    session = script(address, folder, "POST", "/sessions", {"purpose": "law"})["id"]
    for path in sorted((folder / "photos").iterdir()):
        sent = f"/sessions/{session}/photos?name={path.name}"
        script(address, folder, "POST", sent, path.read_bytes())
    script(address, folder, "POST", f"/sessions/{session}/consent", {"who": "the test"})
    script(address, folder, "POST", f"/sessions/{session}/picks")
    eventually(lambda: script(address, folder, "GET", f"/sessions/{session}/picks")["complete"])
    return str(session)


def test_what_is_kept_is_told_saved_and_deleted_with_a_receipt(way: Way) -> None:
    page, heard, address, folder = way
    session = script(address, folder, "POST", "/sessions", {"purpose": "stage"})["id"]
    photo = folder / "photos" / "IMG_0001.jpg"
    for name in ("me.jpg", "me.jpg"):  # once more is the same photo
        script(address, folder, "POST", f"/sessions/{session}/photos?name={name}",
               photo.read_bytes())  # fmt: skip
    page.goto(f"{address}/s/{session}/audit")
    expect(page.locator(".drop-area")).to_be_visible()
    check(page, heard, address)
    page.goto(f"{address}/privacy")
    own = f".kept li:has(a[href*='{session}'])"
    expect(page.locator(own)).to_be_visible()
    check(page, heard, address)
    href = page.locator(f"{own} a[download]").get_attribute("href")
    size_of = "fetch(%s).then((a) => a.arrayBuffer()).then((data) => data.byteLength)"
    assert page.evaluate(size_of % json.dumps(href)) > photo.stat().st_size
    press(page, f"{own} button.button")
    expect(page.locator(f"{own} .button:focus")).to_have_text("No")
    press(page, f"{own} .button.primary")
    expect(page.locator(".receipt:focus")).to_contain_text("0 found")
    assert session not in str(script(address, folder, "GET", "/sessions"))
    files = (folder / "studio" / "sessions" / session).rglob("*")
    assert not any(p.is_file() for p in files)
    page.goto(f"{address}/s/{session}/photos")  # its address leads on, and tells why
    expect(page.locator(".note")).to_contain_text("not here any more")
    page.goto(f"{address}/nothing")
    page.get_by_role("link").click()
    expect(page.locator(".hero .primary")).to_be_visible()


@pytest.mark.slow
def test_two_tabs_show_the_same_and_neither_takes_the_other_over(way: Way) -> None:
    one, heard, address, folder = way
    session = looked_through(address, folder)
    photo = script(address, folder, "GET", f"/sessions/{session}/picks")["photos"][0]["id"]
    render = script(address, folder, "POST", f"/sessions/{session}/renders", {"photo": photo})
    own = f"/sessions/{session}/renders/{render['id']}"
    other = one.context.new_page()
    for tab in (one, other):
        tab.bring_to_front()
        tab.goto(f"{address}/s/{session}/develop/{photo}")
        developed(tab)
    other.wait_for_function("window.did_handshake")
    other.locator("#s-exposure").fill("-0.1")
    one.bring_to_front()
    one.wait_for_function("window.did_handshake")
    one.locator("#s-contrast").fill("0.05")
    eventually(lambda: script(address, folder, "GET", own)["choices"]["contrast"] == 0.05)
    choices = script(address, folder, "GET", own)["choices"]
    assert (choices["exposure"], choices["contrast"]) == (-0.1, 0.05)
    for tab in (one, other):
        tab.bring_to_front()
        expect(tab.locator("#s-exposure")).to_have_value("-0.1")
        expect(tab.locator("#s-contrast")).to_have_value("0.05")
    assert heard.errors == []
    press(one, "[name=retouch]")
    other.bring_to_front()
    expect(other.locator("[name=retouch]").first).to_be_checked()
    script(address, folder, "DELETE", f"/sessions/{session}")
    for tab in (one, other):  # gone in one tab is gone in the other
        tab.bring_to_front()
        tab.wait_for_url(f"{address}/?gone=1")


@pytest.mark.slow
def test_hands_that_use_no_mouse_come_to_the_files(way: Way) -> None:
    page, heard, address, folder = way
    press_key = page.keyboard.press
    focused = page.locator(":focus")
    session = looked_through(address, folder)
    page.goto(f"{address}/s/{session}/brief")
    press_key("Tab")
    expect(page.locator(".skip")).to_be_focused()
    reach(page, ".card input")
    press_key("ArrowRight")
    own = f"/sessions/{session}"
    eventually(lambda: script(address, folder, "GET", own)["brief"]["purpose"] != "law")
    reach(page, ".suggestion .primary")
    press_key("Enter")
    expect(page.locator(".tile.ready").first).to_be_visible()
    reach(page, ".drop-invite button")
    reach(page, ".tile-remove")
    reach(page, ".foot .primary")
    press_key("Enter")
    expect(page.locator(".proof")).to_have_count(4, timeout=120_000)
    reach(page, ".proof-picture")
    first = focused.get_attribute("aria-label") or ""
    press_key("ArrowRight")
    expect(focused).not_to_have_attribute("aria-label", first)
    press_key("Enter")
    expect(page.locator(".table")).to_be_visible()
    expect(page.locator(".top")).to_have_attribute("inert", "")  # Tab stays with the picture
    reach(page, ".table .close")
    press_key("Escape")
    expect(page.locator(".table")).to_have_count(0)
    expect(page.locator(".proof-picture:focus")).to_be_visible()
    press_key("ArrowLeft")
    reach(page, ".proof.first .primary")
    press_key("Enter")
    developed(page)
    renders = f"/sessions/{session}/renders"
    press_key("c")  # the brush goes to a corner and makes a dot
    reach(page, ".stage .loupe")
    for _ in range(4):
        press_key("ArrowUp")
    press_key("Enter")
    eventually(lambda: script(address, folder, "GET", renders)[0]["choices"]["scribbles"])
    press_key("c")
    reach(page, "#s-exposure")
    press_key("ArrowRight")
    eventually(
        lambda: script(address, folder, "GET", renders)[0]["choices"]["exposure"] is not None
    )
    reach(page, ".panel-foot .primary")
    press_key("Enter")
    reach(page, ".place:not(.always) input")
    press_key(" ")
    reach(page, ".handover .primary")
    press_key("Enter")
    expect(page.locator(".files")).to_be_visible(timeout=120_000)
    reach(page, ".files a")
    assert heard.errors == []


@pytest.mark.slow
def test_a_stroke_on_the_picture_corrects_the_cut_out(way: Way) -> None:
    page, heard, address, folder = way
    session = looked_through(address, folder)
    photo = script(address, folder, "GET", f"/sessions/{session}/photos")[0]["id"]
    page.goto(f"{address}/s/{session}/develop/{photo}")
    developed(page)
    page.get_by_role("button", name="Cut-out").click()
    picture = page.locator(".loupe .pane img").last
    expect(page.locator(".loupe .pane img")).to_have_count(1)  # what was there lies over it no more
    check(page, heard, address)
    before, box = picture.get_attribute("src") or "", picture.bounding_box()
    assert box is not None
    page.locator(".paint .background").click()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.4 * box["height"], steps=9)
    expect(page.locator(".strokes polyline.background")).to_have_count(1)
    page.mouse.up()
    expect(picture).not_to_have_attribute("src", before, timeout=60_000)
    expect(page.locator(".strokes polyline")).to_have_count(0)  # it is in the picture now
    expect(page.locator(".notes")).to_contain_text("corrected by hand, with one stroke")
    renders = f"/sessions/{session}/renders"
    (made,) = script(address, folder, "GET", renders)[0]["choices"]["scribbles"]
    assert made["of"] == "background"
    assert 2 <= len(made["points"]) <= 10
    (x, top), (same, bottom) = made["points"][0], made["points"][-1]
    assert abs(x - same) < 0.002
    assert bottom > top
    page.get_by_role("button", name="Take all strokes back").click()
    eventually(lambda: not script(address, folder, "GET", renders)[0]["choices"]["scribbles"])
    assert heard.errors == []


@pytest.mark.slow
def test_a_session_survives_the_program_and_the_browser(
    let_in: tuple[Browser, Any, str, Path], tmp_path: Path
) -> None:
    opened = let_in[0]
    with studio(tmp_path / "studio") as link, visitor(opened) as (context, _):
        page = context.new_page()
        page.goto(link)
        press(page, ".hero .primary")
        page.wait_for_url("**/brief")
        place = page.evaluate("location.pathname")
        press(page, ".card:nth-child(6) input")
        expect(page.locator(".suggestion h2")).to_have_text("Actor")
    with studio(tmp_path / "studio") as link, visitor(opened) as (context, heard):
        page = context.new_page()
        page.goto(link)
        page.goto(link.split("/enter")[0] + place)
        expect(page.locator(".suggestion h2")).to_have_text("Actor")
        assert heard.errors == []


def test_a_face_of_a_team_is_seen_by_its_person_first_and_by_others_after_the_yes(way: Way) -> None:
    page, heard, address, folder = way
    team = painted_team(folder / "company", "Ada Önder", "Ben", runner=Coloured())
    number = script(address, folder, "POST", "/teams", {"folder": str(team.out)})["id"]
    page.goto(f"{address}/team/{number}")
    cards, state = page.locator(".team-card"), page.locator("[data-person=ada-onder] .state")
    expect(cards).to_have_count(2)
    expect(cards.locator("img")).to_have_count(0)
    check(page, heard, address)
    page.locator(".team-find input[type=search]").fill("onder head")
    expect(cards).to_have_count(1)
    press(page, "[data-person=ada-onder]")
    expect(page.locator(".team-unseen")).to_be_visible()
    press(page, ".team-drawer section .button")
    link = page.locator(".team-url").input_value()
    assert link.startswith(f"{address}/proof/enter?key=")
    check(page, heard, address)

    browser_of_all = page.context.browser
    assert browser_of_all is not None
    with visitor(browser_of_all) as (theirs, told):
        own = theirs.new_page()
        own.goto(link)
        own.locator("button").click()
        expect(own.locator("h1")).to_contain_text("Ada Önder")
        own.wait_for_function("document.querySelector('.own-picture img').naturalWidth === 200")
        check(own, told, address)
        expect(state).to_have_text("proof ready")
        own.get_by_text("Yes, use this picture").click()
        expect(own.locator("[role=status]")).to_contain_text("You said yes")
        expect(state).to_have_text("approved")  # without loading anew
        page.wait_for_function("document.querySelector('.team-card img')?.naturalWidth === 200")
        own.locator("summary").click()
        own.locator("textarea").fill("My collar is crooked.")
        own.get_by_text("Ask for another one").click()
        expect(own.locator(".note")).to_have_text("My collar is crooked.")
        expect(state).to_have_text("retake asked")
        expect(cards.locator("img")).to_have_count(0)
        assert told.errors == heard.errors == []
    page.goto(link)  # nor does it open in the browser of whoever runs the team
    expect(page.locator("h1")).to_contain_text("does not open")
