"""Oracles: the page is whole, asks nothing of anybody, and shows every hostile name as text."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from typing import Any

import pytest

from catchlight.errors import printable
from catchlight.report import render_report

from .report_pages import Page, bound, file, jpeg, measure, photo, pick, pictures, session

EVIL = [
    "<img src=x onerror=alert(1)>\n\"'&.jpg",
    "</script><script>alert(2)</script>.png",
    "{{ 7*7 }}{% raw %}.heic",
    "photo\u202egpj.exe",
    "not utf-8 \udcff.jpg",
    "https://example.org/a.jpg",
]


def page_of(data: dict[str, Any]) -> Page:
    return Page(render_report(data, pictures(data)))


def test_everything_of_the_session_is_on_the_page() -> None:
    page = page_of(session())
    for part in (
        "Every pixel of the person comes from your photograph; nothing was sent anywhere.",
        "Your 2 headshots", "Corporate", "for everybody", "4 photos, you in 3",
        "You are the person in most photos.", "2 other faces left out.", "Studio, lit as you are",
        "22 November 2026", "headline of 1", "headline of 2", "both eyes are open",
        "Although a fault", "Exposure raised by 0.6 stops.", "a tighter crop",
        "sentence of geometry", "For web", "1600 × 1601 px", "412 kB", "1/recipe.toml",
        "2/recipe.toml", "Face the window.", "1.25 s", "2.50 s", "3.75 s", "Catchlight 9.8.7",
        "catchlight.session/1", "Kamera · 1/125 s",
    ):  # fmt: skip
        assert part in page.text, part
    for index in range(4):
        assert f"IMG_{index}.jpg" in page.text
        assert f"reason of {index}" in page.text
        assert f"photo-{index}" in page.attributes("id")
    links = page.attributes("href")
    for link in ("session.json", "proofs.jpg", "1/web.jpg", "1/recipe.toml", "2/recipe.toml"):
        assert link in links


def test_every_picture_is_shown_once_as_it_was_given() -> None:
    data = session()
    shown = {name: jpeg(40, 50, shade) for shade, name in enumerate(pictures(data))}
    sources = Page(render_report(data, shown)).attributes("src")
    prefix = "data:image/jpeg;base64,"
    assert sorted(base64.b64decode(s.removeprefix(prefix)) for s in sources) == sorted(
        shown.values()
    )


def test_photos_stand_in_the_order_of_their_rank_and_the_rejected_last() -> None:
    data = session(
        photos=[
            photo(0, "rejected"),
            photo(1, rank=3),
            photo(2, "picked", rank=1),
            photo(3, rank=2),
        ],
        picks=[pick(1, 2)],
    )
    ids = [i for i in page_of(data).attributes("id") if i.startswith("photo-")]
    assert ids == ["photo-2", "photo-3", "photo-1", "photo-0"]


def test_photos_of_the_same_moment_point_at_each_other() -> None:
    rows = [photo(0, "picked", group=7), photo(1, group=8), photo(2, "duplicate", group=7)]
    text = page_of(session(photos=rows, picks=[pick(1, 0)])).text
    assert text.count("Same moment as") == 2
    assert re.search(r"reason of 0 Same moment as IMG_2\.jpg", text)
    assert re.search(r"reason of 2 Same moment as IMG_0\.jpg", text)


def test_photos_without_a_group_are_no_group() -> None:
    rows = [photo(0, "picked"), photo(1, "rejected"), photo(2, "rejected")]
    assert "Same moment" not in page_of(session(photos=rows, picks=[pick(1, 0)])).text


def test_a_destination_shown_round_is_previewed_round_at_56_px() -> None:
    files = [file("linkedin", shape="circle"), file("web")]
    page = page_of(session(picks=[pick(1, 0, files=files)]))
    assert [g.get("class") for t, g in page.tags if t == "img"].count("round") == 1
    assert "at 56 px" in page.text
    assert re.search(
        r"\.round \{ width: 56px; height: 56px;.*border-radius: 50%", page.raw["style"]
    )


def test_no_pick_and_the_least_session_still_make_a_page() -> None:
    least = {
        "schema": "catchlight.session/1",
        "look": {"name": "legal"},
        "photos": [{"index": 0, "name": "a.jpg", "status": "rejected", "reasons": ["no face"]}],
        "picks": [],
    }
    page = Page(render_report(least, {}))
    assert "No headshot this time" in page.text
    assert "no face" in page.text
    assert "No preview" in page.text
    assert "None" not in page.text


@pytest.mark.parametrize(
    "key",
    ["version", "created", "backdrop", "subject", "coaching", "timings", "total_seconds"],
)
def test_what_may_be_left_out_may_be_none_too(key: str) -> None:
    for data in (session(**{key: None}), {k: v for k, v in session().items() if k != key}):
        assert "None" not in page_of(data).text


def test_pick_without_pictures_has_no_slider() -> None:
    page = Page(render_report(session(), {}))
    assert not [tag for tag, _ in page.tags if tag in ("input", "img")]


def test_an_unknown_date_is_shown_as_it_is() -> None:
    assert "last Tuesday" in page_of(session(created="last Tuesday")).text


def test_nothing_is_fetched_from_anywhere() -> None:
    data = session(photos=[photo(i, name=name) for i, name in enumerate(EVIL)])
    text = render_report(data, pictures(data))
    page = Page(text)
    ids = set(page.attributes("id"))
    for link in page.attributes("href"):
        if link.startswith("#"):
            assert link[1:] in ids
        else:
            assert re.fullmatch(r"[12]/[a-z.]+|session\.json|proofs\.jpg", link)
    assert all(link.startswith("data:image/jpeg;base64,") for link in page.attributes("src"))
    for name in ("srcset", "action", "formaction", "poster", "background", "ping", "style"):
        assert page.attributes(name) == []
    assert not {"link", "base", "iframe", "object", "embed", "form"} & {t for t, _ in page.tags}
    css = page.raw["style"]
    assert "url(" not in css
    assert "@import" not in css
    assert not re.search(r"fetch|XMLHttp|import|https?:|innerHTML|eval", page.raw["script"])


def test_the_policy_lets_in_only_the_pages_own_style_and_script() -> None:
    page = page_of(session())
    (policy,) = [g["content"] for _, g in page.tags if g.get("http-equiv")]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == "'none'"
    assert allowed["img-src"] == "data:"
    for kind in ("style", "script"):
        digest = hashlib.sha256(page.raw[kind].encode()).digest()
        assert allowed[f"{kind}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
        assert [tag for tag, _ in page.tags].count(kind) == 1
    order = [tag for tag, given in page.tags if tag in ("style", "script") or "http-equiv" in given]
    assert order[0] == "meta"  # it rules only what comes after it


def spoilt(value: Any, name: str) -> Any:
    """Put a name in the place of every sentence and name that comes from outside."""
    kept = ("schema", "status", "shape", "path", "recipe", "destination", "created", "unit")
    if isinstance(value, dict):
        return {k: v if k in kept else spoilt(v, name) for k, v in value.items()}
    if isinstance(value, list):
        return [spoilt(v, name) for v in value]
    return name if isinstance(value, str) else value


@pytest.mark.parametrize("name", EVIL)
def test_hostile_names_are_text_wherever_they_stand(name: str) -> None:
    def page_with(name: str) -> Page:
        data = spoilt(session(), name)
        data["timings"] = {name: 1.0, "b": 2.0}
        data["photos"][0]["measures"] = {name: measure(name=name, unit=name)}
        text = render_report(data, pictures(data))
        text.encode("utf-8")
        return Page(text)

    page, tame = page_with(name), page_with("tame")
    assert page.text.count(printable(name)) == tame.text.count("tame") > 20
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in tame.tags]
    assert [sorted(given) for _, given in page.tags] == [sorted(given) for _, given in tame.tags]
    assert page.raw == tame.raw
    assert "49" not in page.text  # nothing is taken for a template


def test_where_the_photos_lie_on_the_machine_is_not_told() -> None:
    data = session()
    assert "somebody" not in render_report(data, pictures(data))


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../a.jpg", "1/../../a.jpg", "\\\\host\\a.jpg", "//host/a.jpg", "1//a.jpg"],
)
def test_a_link_out_of_the_result_is_refused(path: str) -> None:
    data = session(picks=[pick(1, 0, recipe=path)])
    with pytest.raises(ValueError, match="not a path within the result"):
        page_of(data)


def test_a_link_can_be_no_other_scheme() -> None:
    data = session(picks=[pick(1, 0, recipe="javascript:alert(1)?#")])
    assert "javascript%3Aalert%281%29%3F%23" in page_of(data).attributes("href")


@pytest.mark.parametrize("value", [None, 0, 0.0, 12.5, float("nan")])
def test_what_could_not_be_assessed_is_never_a_number(value: float | None) -> None:
    unknown = measure("could_not_assess", value=value, score=value, reason="the eyes are closed")
    limits = bound(value=value, status="could_not_assess", sentence="the irises are too small")
    data = session(
        photos=[photo(0, "picked", measures={"Gaze": unknown})],
        picks=[pick(1, 0, bounds=[limits])],
    )
    rows = [cells for kind, cells in page_of(data).rows if "unassessed" in kind]
    assert len(rows) == 2
    title, measured, allowed, verdict = rows[0]
    assert title == "Title of geometryCan’t tell: the irises are too small".replace("C", "c", 1)
    assert measured == "can’t tell"
    assert allowed.startswith("≤ 0.3")
    assert "can’t tell" in verdict
    assert "ok" not in verdict
    assert rows[1] == ["Gaze to the lens", "can’t tell: the eyes are closed"]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_measure_without_a_number_is_not_passed_off_as_one(value: float | None) -> None:
    data = session(
        photos=[photo(0, "picked", measures={"Gaze": measure(value=value, score=value)})],
        picks=[pick(1, 0, bounds=[bound(value=value)])],
    )
    page = page_of(data)
    assert sum("unassessed" in kind for kind, _ in page.rows) == 2
    assert not re.search(r"\b(nan|inf|None)\b", page.text)


def test_a_measure_shows_value_unit_and_score() -> None:
    rows = [
        ("degree", 3.214, "3.21°"), ("pixel", 214.4, "214 px"), ("stop", -0.845, "−0.845 stops"),
        ("1", 0.0, "0"), ("%", 1.5, "1.5 %"), ("cd/m²", 120.0, "120 cd/m²"),
    ]  # fmt: skip
    for unit, value, shown in rows:
        given = {"Gaze": measure(unit=unit, value=value, score=0.0)}
        data = session(photos=[photo(0, "picked", measures=given)], picks=[pick(1, 0)])
        assert ["Gaze to the lenslooks into the lens", shown, "0"] in [
            cells for _, cells in page_of(data).rows
        ]


def test_a_bound_shows_value_limit_and_verdict() -> None:
    limits = [
        bound("a"),
        bound("b", value=3.4, limit=3.0, unit="ΔE00", status="exceeded"),
        bound("c", value=0.98, limit=1.1, least=0.9, unit="1"),
    ]
    rows = [c for k, c in page_of(session(picks=[pick(1, 0, bounds=limits)])).rows if k == "bound"]
    assert [row[1:] for row in rows] == [
        ["0.062", "≤ 0.3% of the eye distance", "✓ ok"],
        ["3.4", "≤ 3ΔE00", "✕ over"],
        ["0.98", "0.9 to 1.1", "✓ ok"],
    ]


def test_score_bars_are_as_long_as_the_scores() -> None:
    rows = [photo(0, "picked", score=73.2), photo(1, score=0.0), photo(2, score=140.0)]
    page = page_of(session(photos=rows, picks=[pick(1, 0)], timings={}))
    widths = [g["width"] for t, g in page.tags if t == "rect" and g["class"] == "fill"]
    assert widths == ["73.2", "0.0", "100.0"]


def test_the_slider_is_a_labelled_range_over_both_pictures() -> None:
    page = page_of(session())
    sliders = [given for tag, given in page.tags if tag == "input"]
    assert [slider["type"] for slider in sliders] == ["range", "range"]
    assert len({slider["aria-label"] for slider in sliders}) == 2
    described = [g["alt"] for t, g in page.tags if t == "img" and g["alt"]]
    assert [text.split(":")[0] for text in described] == ["Before", "After"] * 2


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema",), "catchlight.session/2", "session.schema"),
        (("picks",), None, "session lacks picks"),
        (("look", "name"), None, r"session\.look lacks name"),
        (("photos", 1, "status"), "great", r"session\.photos\[1\]\.status"),
        (("photos", 1, "reasons"), None, r"session\.photos\[1\] lacks reasons"),
        (("photos", 1, "index"), 0, "two have the same index"),
        (("photos", 0, "measures", "Gaze", "status"), "fine", r"measures\.Gaze\.status"),
        (("picks", 0, "photo"), 17, "photo 17, which is unknown"),
        (("picks", 1, "rank"), 1, "two have the same rank"),
        (("picks", 0, "bounds"), None, r"session\.picks\[0\] lacks bounds"),
        (("picks", 0, "bounds", 0, "status"), "maybe", r"bounds\.geometry\.status"),
        (("picks", 0, "files", 0, "shape"), "oval", r"files\.web\.shape"),
        (("picks", 0, "edits", 0, "sentence"), None, "edits lacks sentence"),
    ],
)
def test_a_wrong_session_is_an_error_that_names_the_place(
    path: tuple[Any, ...], value: Any, message: str
) -> None:
    data = copy.deepcopy(session())
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=message):
        render_report(data, {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"before/1": jpeg(41, 50)}, "same size"),
        ({"after/1": None}, "same size"),
        ({"photo/0": b"no picture"}, "'photo/0' is neither"),
        ({"photo/9": jpeg()}, "nothing in the session: photo/9"),
        ({"file/1/wbe": jpeg()}, "nothing in the session: file/1/wbe"),
    ],
)
def test_wrong_pictures_are_an_error(changes: dict[str, bytes | None], message: str) -> None:
    shown = {**pictures(session()), **changes}
    given = {name: data for name, data in shown.items() if data is not None}
    with pytest.raises(ValueError, match=message):
        render_report(session(), given)


def test_the_session_is_not_changed_and_the_page_is_the_same_twice() -> None:
    data = session()
    kept = copy.deepcopy(data)
    first = render_report(data, pictures(data))
    assert data == kept
    assert render_report(data, pictures(data)) == first


def test_the_page_begins_with_the_doctype_and_counts_in_the_singular() -> None:
    data = session(photos=[photo(0, "picked")], picks=[pick(1, 0)])
    text = render_report(data, pictures(data))
    assert text.startswith("<!doctype html>")
    assert "1 photo," in Page(text).text


def test_marks_are_listed_with_their_places_and_map() -> None:
    marks = [
        {"x": 0.41, "y": 0.3321, "radius": 0.02, "fate": "healed", "why": "small and red"},
        {"x": 0.5, "y": 0.6, "radius": 0.01, "fate": "kept", "why": "it may be a mole"},
    ]
    data = session(picks=[pick(1, 0, marks=marks)])
    page = Page(render_report(data, pictures(data) | {"marks/1": jpeg()}))
    for part in ("1 healed, 1 kept", "0.4100,0.3321", "it may be a mole", "--keep-all"):
        assert part in page.text, part
    bare = Page(render_report(session(), pictures(session())))
    assert "--keep-all" not in bare.text
    marks[0]["fate"] = "gone"
    with pytest.raises(ValueError, match="marks"):
        render_report(data, pictures(data))
