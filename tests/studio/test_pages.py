"""The pages as a newcomer has them: the whole way in a real browser, and back."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from ..chromium import PROGRAM, Tab, browser
from .running import portraits, studio

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium")

SHOTS = os.environ.get("CATCHLIGHT_SCREENSHOTS", "")  # a folder for pictures of every page

SERIOUS = """axe.run(document).then((found) => found.violations
  .filter((v) => v.impact === "serious" || v.impact === "critical")
  .map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 90))]))"""


@pytest.fixture(scope="module")
def let_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tab, str, Path]]:
    """A browser that was let in, the studio's address, and a folder."""
    folder = tmp_path_factory.mktemp("way")
    portraits(folder / "photos")
    with studio(folder / "studio") as link, browser() as tab:
        tab.open(link)
        tab.until("!!document.querySelector('.hero .primary')")
        assert "key=" not in tab.run("location.href")
        yield tab, link.split("/enter")[0], folder


@pytest.fixture
def way(let_in: tuple[Tab, str, Path]) -> Iterator[tuple[Tab, str, Path]]:
    """A new tab of the browser, the studio's address, and a folder."""
    first, address, folder = let_in
    tab = first.another()
    tab.front()
    tab.size(1280, 900)
    tab.open(address)
    yield tab, address, folder
    tab.close()


def check(tab: Tab, address: str) -> None:
    """A page is accessible, complained about nothing, and asked nobody else for anything."""
    axe = pytest.importorskip("axe_core_python", reason="axe-core checks the pages")
    source = resources.files(axe.__name__).joinpath("axe.min.js").read_text("utf-8")
    tab.run(source + ";1")
    assert tab.run(SERIOUS) == []
    assert tab.errors == []
    here = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
    assert [url for url in tab.requests if not url.startswith(here)] == []
    for width in (390, 2560, 1280):
        tab.size(width, 900)
        tab.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")
        assert tab.run("document.documentElement.scrollWidth - innerWidth") <= 0, width
        if SHOTS:
            keep_picture(tab, width)


def keep_picture(tab: Tab, width: int) -> None:
    """Keep what a page looks like, for people to look at."""
    steps = re.findall(r"[a-z]{4,}(?=/|$)", tab.run("location.pathname"))
    folder = Path(SHOTS)
    folder.mkdir(exist_ok=True)
    path = folder / f"{steps[0] if steps else 'home'}-{width}.png"
    while path.exists():
        path = path.with_stem(f"{path.stem}-again")
    path.write_bytes(tab.picture())


def press(tab: Tab, selector: str) -> None:
    # before it is connected a page may load itself again, and forget what was pressed
    tab.until(f"window.did_handshake && !!document.querySelector({json.dumps(selector)})")
    tab.run(f"document.querySelector({json.dumps(selector)}).click()")


def script(address: str, folder: Path, method: str, path: str, data: Any = None) -> Any:
    """Ask the API as a script beside the browser does; bytes are sent as they are."""
    token = (folder / "studio" / "token").read_text()
    body = None if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    asked = Request(f"{address}/api/v1{path}", body, headers, method=method)
    with urlopen(asked) as answer:
        return json.loads(answer.read() or b"null")


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until what was done on the page has reached the program."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} seconds"
        time.sleep(0.05)


def test_a_newcomer_goes_from_the_link_to_the_files(way: tuple[Tab, str, Path]) -> None:
    tab, address, folder = way
    tab.until("!!document.querySelector('.hero .primary')")
    check(tab, address)

    press(tab, ".hero .primary")
    tab.until("document.querySelectorAll('.card').length === 8")
    check(tab, address)
    press(tab, ".card:nth-child(3) input")
    tab.until("document.querySelector('.suggestion h2').textContent.startsWith('Legal')")
    press(tab, ".suggestion .primary")

    tab.until("!!document.querySelector('.drop-area')")
    (folder / "notes.txt").write_text("not a photo")
    tab.files("input[type=file]", [*sorted((folder / "photos").iterdir()), folder / "notes.txt"])
    tab.until("document.querySelectorAll('.tile.ready').length === 4")
    tab.until("document.querySelector('.tile.refused .tile-reason')?.textContent.length > 20")
    check(tab, address)
    press(tab, ".foot .primary")  # without agreeing, nothing is looked at
    tab.until("!!document.querySelector('.foot [role=alert]')")
    press(tab, ".foot input")
    tab.until("document.querySelector('.foot input').disabled")
    tab.open(f"{address}{tab.run('location.pathname')}")  # midway the page is loaded anew
    tab.until("document.querySelectorAll('.tile.ready').length === 4")
    press(tab, ".foot .primary")

    tab.until("document.querySelectorAll('.proof').length === 4")
    assert "IMG_0001.jpg" in tab.run("document.querySelector('.proof.first').textContent")
    check(tab, address)
    tab.run("document.querySelector('.proof-picture').focus()")
    keys = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
    tab.run(keys % "2")
    tab.until("!!document.querySelector('.table .loupe img')")
    tab.run(keys % "z")
    tab.until("!!document.querySelector('.loupe.near')")
    tab.run(keys % "Escape")
    tab.until("!document.querySelector('.table')")
    press(tab, ".proof.first .primary")

    tab.until("document.querySelectorAll('.loupe img').length === 2", 120)
    check(tab, address)
    session = tab.run("location.pathname.split('/')[2]")
    render = script(address, folder, "GET", f"/sessions/{session}/renders")[0]
    own = f"/sessions/{session}/renders/{render['id']}"
    # a script (as another tab would) chooses; the page follows, and undoes it
    script(address, folder, "PATCH", own, {"retouch": "none"})
    tab.until("document.querySelector('[name=retouch]').checked")
    tab.until("!document.querySelectorAll('.stage-tools .chip')[3].disabled")
    tab.run("document.querySelectorAll('.stage-tools .chip')[3].click()")
    tab.until("!document.querySelector('[name=retouch]').checked")
    assert len(tab.run(SLIDE)) == 4  # how fast is measured in benchmarks/studio.py
    tab.until("document.querySelector('#why-exposure b')?.textContent.includes('bound')")
    eventually(lambda: script(address, folder, "GET", own)["choices"]["exposure"] == 0.25)
    press(tab, ".panel-foot .primary")

    tab.until("document.querySelectorAll('.place img').length > 3", 120)
    press(tab, ".handover .primary")
    tab.until("!!document.querySelector('.files')", 120)
    check(tab, address)
    delivered = script(address, folder, "GET", f"/sessions/{session}/deliveries")[0]
    assert {b["status"] for b in delivered["result"]["bounds"]} <= {"ok", "could_not_assess"}


# Moves the brightness to its end, and measures until the new picture is there.
SLIDE = """new Promise(async (done) => {
  const slider = document.querySelector('#s-exposure'), took = [];
  const last = () => [...document.querySelectorAll('.loupe .pane img')].pop();
  for (const value of [-0.2, -0.05, 0.1, 0.25]) {
    const old = last().src, start = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event('input'));
    while (last().src === old || !last().complete) await new Promise(requestAnimationFrame);
    took.push(performance.now() - start);
  }
  slider.dispatchEvent(new Event('change'));
  done(took);
})"""


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


def test_what_is_kept_is_told_saved_and_deleted_with_a_receipt(way: tuple[Tab, str, Path]) -> None:
    tab, address, folder = way
    session = script(address, folder, "POST", "/sessions", {"purpose": "stage"})["id"]
    photo = folder / "photos" / "IMG_0001.jpg"
    for name in ("me.jpg", "me.jpg"):  # once more is the same photo
        script(address, folder, "POST", f"/sessions/{session}/photos?name={name}",
               photo.read_bytes())  # fmt: skip
    tab.open(f"{address}/s/{session}/audit")
    tab.until("!!document.querySelector('.drop-area')")
    check(tab, address)
    tab.open(f"{address}/privacy")
    own = f".kept li:has(a[href*='{session}'])"
    tab.until(f"!!document.querySelector({json.dumps(own)})")
    check(tab, address)
    href = tab.run(f"document.querySelector({json.dumps(own + ' a')}).href")
    size = "fetch(%s).then((a) => a.arrayBuffer()).then((data) => data.byteLength)"
    assert tab.run(size % json.dumps(href)) > photo.stat().st_size
    press(tab, f"{own} button.button")
    press(tab, f"{own} .button.primary")
    tab.until("!!document.querySelector('.receipt')")
    assert "0 found" in tab.run("document.querySelector('.receipt').textContent")
    assert session not in str(script(address, folder, "GET", "/sessions"))
    files = (folder / "studio" / "sessions" / session).rglob("*")
    assert not any(p.is_file() for p in files)


def test_two_tabs_show_the_same_and_neither_takes_the_other_over(
    way: tuple[Tab, str, Path],
) -> None:
    one, address, folder = way
    session = looked_through(address, folder)
    photo = script(address, folder, "GET", f"/sessions/{session}/picks")["photos"][0]["id"]
    render = script(address, folder, "POST", f"/sessions/{session}/renders", {"photo": photo})
    own = f"/sessions/{session}/renders/{render['id']}"
    other = one.another()
    other.size(1280, 900)
    for tab in (one, other):
        tab.front()
        tab.open(f"{address}/s/{session}/develop/{photo}")
        tab.until("document.querySelectorAll('.loupe img').length === 2", 120)
    slider = """(() => { const s = document.querySelector('#s-%s'); s.value = %s;
      s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change')); })()"""
    other.run(slider % ("exposure", -0.1))
    one.front()
    one.run(slider % ("contrast", 0.05))
    eventually(lambda: script(address, folder, "GET", own)["choices"]["contrast"] == 0.05)
    choices = script(address, folder, "GET", own)["choices"]
    assert (choices["exposure"], choices["contrast"]) == (-0.1, 0.05)
    for tab in (one, other):
        tab.front()
        tab.until("+document.querySelector('#s-exposure').value === -0.1")
        tab.until("+document.querySelector('#s-contrast').value === 0.05")
        assert tab.errors == []
    press(one, "[name=retouch]")
    other.front()
    other.until("document.querySelector('[name=retouch]').checked")
    script(address, folder, "DELETE", f"/sessions/{session}")
    for tab in (one, other):  # gone in one tab is gone in the other
        tab.front()
        tab.until("location.pathname === '/'")
    other.close()


def reach(tab: Tab, selector: str) -> None:
    """Go on with the Tab key until a part has the focus, and shows that it has it."""
    tab.until(f"window.did_handshake && !!document.querySelector({json.dumps(selector)})")
    for _ in range(90):
        tab.press("Tab")
        if tab.run(f"document.activeElement.matches({json.dumps(selector)})"):
            break
    else:
        raise AssertionError(f"the Tab key does not lead to {selector}")
    seen = """(() => { let e = document.activeElement; for (let i = 0; i < 3 && e; i += 1) {
      const s = getComputedStyle(e);
      if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) return true;
      e = e.parentElement; } return false; })()"""
    assert tab.run(seen), f"nothing shows that {selector} has the focus"


def test_hands_that_use_no_mouse_come_to_the_files(way: tuple[Tab, str, Path]) -> None:
    tab, address, folder = way
    session = looked_through(address, folder)
    tab.front()
    tab.open(f"{address}/s/{session}/brief")
    tab.press("Tab")
    assert tab.run("document.activeElement.classList.contains('skip')")
    reach(tab, ".card input")
    tab.press("ArrowRight")
    own = f"/sessions/{session}"
    eventually(lambda: script(address, folder, "GET", own)["brief"]["purpose"] != "law")
    reach(tab, ".suggestion .primary")
    tab.press("Enter")
    tab.until("!!document.querySelector('.tile.ready')")
    reach(tab, ".drop-invite button")
    reach(tab, ".tile-remove")
    reach(tab, ".foot .primary")
    tab.press("Enter")
    tab.until("document.querySelectorAll('.proof').length === 4", 120)
    reach(tab, ".proof-picture")
    first = tab.run("document.activeElement.getAttribute('aria-label')")
    tab.press("ArrowRight")
    assert tab.run("document.activeElement.getAttribute('aria-label')") != first
    tab.press("Enter")
    tab.until("!!document.querySelector('.table')")
    reach(tab, ".table .close")
    tab.press("Escape")
    tab.until("!document.querySelector('.table')")
    tab.until("document.activeElement.matches('.proof-picture')")
    tab.press("ArrowLeft")
    reach(tab, ".proof.first .primary")
    tab.press("Enter")
    tab.until("document.querySelectorAll('.loupe img').length === 2", 120)
    reach(tab, "#s-exposure")
    tab.press("ArrowRight")
    renders = f"/sessions/{session}/renders"
    eventually(lambda: bool(script(address, folder, "GET", renders)[0]["undo"]))
    reach(tab, ".panel-foot .primary")
    tab.press("Enter")
    reach(tab, ".place:not(.always) input")
    tab.press(" ")
    reach(tab, ".handover .primary")
    tab.press("Enter")
    tab.until("!!document.querySelector('.files')", 120)
    reach(tab, ".files a")
    assert tab.errors == []


def test_a_session_survives_the_program_and_the_browser(tmp_path: Path) -> None:
    with studio(tmp_path / "studio") as link, browser() as tab:
        tab.open(link)
        press(tab, ".hero .primary")
        tab.until("location.pathname.endsWith('/brief')")
        place = tab.run("location.pathname")
        press(tab, ".card:nth-child(6) input")
        tab.until("document.querySelector('.suggestion h2').textContent === 'Actor'")
    with studio(tmp_path / "studio") as link, browser() as tab:
        tab.open(link)
        tab.open(link.split("/enter")[0] + place)
        tab.until("document.querySelector('.suggestion h2')?.textContent === 'Actor'")
        check(tab, link.split("/enter")[0])
