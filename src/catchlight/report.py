"""The report: one self-contained page on what was made, from what, and why."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Template
from markupsafe import Markup
from PIL import Image

from .errors import printable
from .page_template import asset, policy, template

__all__ = ["render_report"]

SCHEMA = "catchlight.session/1"

_PHOTO_STATUS = ("picked", "usable", "weak", "duplicate", "rejected")
_BOUND_STATUS = ("ok", "exceeded", "could_not_assess")
_MEASURE_STATUS = ("ok", "could_not_assess")
_MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

# What a row of the session may leave out, and what stands in its place.
_SESSION: dict[str, Any] = {
    "version": None,
    "created": None,
    "backdrop": None,
    "subject": {},
    "coaching": (),
    "timings": {},
    "total_seconds": None,
    "versions": {},
}
_LOOK: dict[str, Any] = {"title": None, "for_whom": None}
_SUBJECT: dict[str, Any] = {"photos_with": None, "others_seen": None, "chosen_by": None}
_PHOTO: dict[str, Any] = {
    "width": None,
    "height": None,
    "rank": None,
    "score": None,
    "group": None,
    "measures": {},
    "capture": {},
}
_CAPTURE: dict[str, Any] = {
    "camera": None,
    "focal_length_mm": None,
    "focal_length_35mm": None,
    "f_number": None,
    "exposure_s": None,
    "iso": None,
}
_MEASURE: dict[str, Any] = {"value": None, "unit": "1", "score": None, "reason": None}
_PICK: dict[str, Any] = {
    "marks": (),
    "headline": None,
    "faults": (),
    "notes": (),
    "recipe": None,
    "renew_by": None,
}
_BOUND: dict[str, Any] = {
    "title": None,
    "value": None,
    "unit": "1",
    "limit": None,
    "least": None,
    "sentence": None,
}
_FILE: dict[str, Any] = {
    "title": None,
    "width": None,
    "height": None,
    "bytes": None,
    "shape": "rect",
    "notes": (),
}


def render_report(session: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """Return the page as HTML, with its pictures inside and nothing fetched from anywhere.

    Every name is escaped, control characters are shown as escapes, and paths on the machine are
    left out, so that the page can be handed on. The page allows itself, by a content security
    policy with hashes, nothing but its own style, its own script and pictures within it.

    Parameters
    ----------
    session : what session.json holds, schema "catchlight.session/1".
    pictures : JPEG, PNG or WebP files by name; each may be left out. "before/<rank>" and
        "after/<rank>" of a pick, of the same size in pixels; "file/<rank>/<destination>", a small
        copy of a delivered file; "photo/<index>", a thumbnail of a photograph;
        "marks/<rank>", the map of the skin's marks.

    Raises
    ------
    ValueError : the session lacks something or contradicts itself, or a picture is not one or
        belongs to nothing in the session. The message names the place.
    """
    page = _page(_clean(session))
    shown = {name: _picture(name, data) for name, data in pictures.items()}
    _check_pictures(page, shown)
    style, script = asset("report.css"), asset("report.js")
    return _template().render(
        session=page,
        pictures=shown,
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
    )


# What the page shows, made whole ---------------------------------------------------------------


def _clean(data: Any) -> Any:
    """Return plain data with names made printable and numbers that are none left out."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, float):
        return float(data) if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {printable(key): _clean(value) for key, value in data.items()}
    if isinstance(data, Sequence):
        return [_clean(value) for value in data]
    return data


def _row(
    data: Any, where: str, required: Iterable[str], optional: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a row with every key the template reads."""
    if not isinstance(data, dict):
        raise ValueError(f"{where} is not a table")
    missing = [key for key in required if data.get(key) is None]
    if missing:
        raise ValueError(f"{where} lacks {', '.join(missing)}")
    given = {key: value for key, value in data.items() if value is not None}
    return {**optional, **given}


def _one_of(value: str, known: Sequence[str], where: str) -> None:
    if value not in known:
        raise ValueError(f"{where} is {value!r}, not one of {', '.join(known)}")


def _page(data: dict[str, Any]) -> dict[str, Any]:
    page = _row(data, "session", ("schema", "look", "photos", "picks"), _SESSION)
    _one_of(page["schema"], (SCHEMA,), "session.schema")
    page["look"] = _row(page["look"], "session.look", ("name",), _LOOK)
    page["subject"] = _row(page["subject"], "session.subject", (), _SUBJECT)
    page["date"] = _date(page["created"])
    photos = [_photo(row, f"session.photos[{i}]") for i, row in enumerate(page["photos"])]
    by_index = {photo["index"]: photo for photo in photos}
    if len(by_index) != len(photos):
        raise ValueError("session.photos: two have the same index")
    picks = [_pick(row, f"session.picks[{i}]") for i, row in enumerate(page["picks"])]
    for pick in picks:
        if pick["photo"] not in by_index:
            raise ValueError(f"pick {pick['rank']} is of photo {pick['photo']}, which is unknown")
        pick["source"] = by_index[pick["photo"]]
    if len({pick["rank"] for pick in picks}) != len(picks):
        raise ValueError("session.picks: two have the same rank")
    for photo in photos:
        photo["same_moment"] = [
            other
            for other in photos
            if other is not photo
            and photo["group"] is not None
            and other["group"] == photo["group"]
        ]
    photos.sort(key=lambda p: (p["rank"] is None, p["rank"] or 0, p["index"]))
    page["ranked"] = [photo for photo in photos if photo["status"] != "rejected"]
    page["rejected"] = [photo for photo in photos if photo["status"] == "rejected"]
    page["photos"], page["picks"] = photos, sorted(picks, key=lambda p: p["rank"])
    if page["total_seconds"] is None and page["timings"]:
        page["total_seconds"] = sum(page["timings"].values())
    return page


def _photo(data: Any, where: str) -> dict[str, Any]:
    photo = _row(data, where, ("index", "name", "status", "reasons"), _PHOTO)
    _one_of(photo["status"], _PHOTO_STATUS, f"{where}.status")
    photo["capture"] = _row(photo["capture"], f"{where}.capture", (), _CAPTURE)
    measures = []
    for name, given in photo["measures"].items():
        measure = _row(given, f"{where}.measures.{name}", ("status",), {"name": name, **_MEASURE})
        _one_of(measure["status"], _MEASURE_STATUS, f"{where}.measures.{name}.status")
        measure["assessed"] = measure["status"] == "ok" and measure["value"] is not None
        measures.append(measure)
    photo["measures"] = measures
    return photo


def _pick(data: Any, where: str) -> dict[str, Any]:
    pick = _row(data, where, ("rank", "photo", "reasons", "edits", "bounds", "files"), _PICK)
    pick["edits"] = [_row(e, f"{where}.edits", ("sentence",), {}) for e in pick["edits"]]
    bounds = []
    for given in pick["bounds"]:
        bound = _row(given, f"{where}.bounds", ("name", "status"), _BOUND)
        _one_of(bound["status"], _BOUND_STATUS, f"{where}.bounds.{bound['name']}.status")
        bound["assessed"] = bound["status"] != "could_not_assess" and bound["value"] is not None
        bounds.append(bound)
    pick["bounds"] = bounds
    pick["marks"] = [
        _row(m, f"{where}.marks", ("x", "y", "fate", "why"), {}) for m in pick["marks"]
    ]
    for mark in pick["marks"]:
        _one_of(mark["fate"], ("healed", "kept"), f"{where}.marks")
    files = []
    for given in pick["files"]:
        file = _row(given, f"{where}.files", ("destination", "path"), _FILE)
        _one_of(file["shape"], ("rect", "circle"), f"{where}.files.{file['destination']}.shape")
        file["picture"] = f"file/{pick['rank']}/{file['destination']}"
        files.append(file)
    pick["files"] = files
    return pick


def _date(created: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(created) if created else None
    except ValueError:
        return None


# Pictures ---------------------------------------------------------------------------------------


def _picture(name: str, data: bytes) -> dict[str, Any]:
    """Return a picture's data: URI and its size in pixels."""
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_MIME)) as image:
            mime, (width, height) = _MIME[str(image.format)], image.size
    except OSError as error:
        raise ValueError(f"picture {name!r} is neither JPEG, PNG nor WebP") from error
    uri = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
    return {"uri": uri, "width": width, "height": height}


def _check_pictures(page: dict[str, Any], shown: Mapping[str, dict[str, Any]]) -> None:
    known = {f"photo/{photo['index']}" for photo in page["photos"]}
    for pick in page["picks"]:
        pair = [f"{side}/{pick['rank']}" for side in ("before", "after")]
        known |= {*pair, f"marks/{pick['rank']}", *(file["picture"] for file in pick["files"])}
        sizes = [(shown[key]["width"], shown[key]["height"]) for key in pair if key in shown]
        if len(sizes) == 1 or len(set(sizes)) == 2:
            raise ValueError(f"{' and '.join(pair)} are not two pictures of the same size")
    unknown = sorted(set(shown) - known)
    if unknown:
        raise ValueError(f"pictures of nothing in the session: {', '.join(unknown)}")


# How the template writes things ------------------------------------------------------------------


def _number(value: float) -> str:
    """Write a number with three significant digits, plainly.

    >>> [_number(v) for v in (0.0631, 0.00029, 1.10, -12.34, 1834.2, 0)]
    ['0.0631', '0.00029', '1.1', '−12.3', '1834', '0']
    """
    if not value:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _size(count: float) -> str:
    """Write a size of a file in decimal units.

    >>> _size(61_700), _size(4_210_000)
    ('62 kB', '4.2 MB')
    """
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3))} kB"


def _shutter(seconds: float) -> str:
    """Write an exposure time as photographers do.

    >>> _shutter(0.00833), _shutter(2.0)
    ('1/120 s', '2 s')
    """
    return f"1/{round(1 / seconds)} s" if 0 < seconds < 0.3 else f"{_number(seconds)} s"


def _link(path: str) -> str:
    """Return a path within the result's folder as a relative URL that can mean nothing else."""
    parts = path.split("/")
    if not path or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"not a path within the result: {path!r}")
    return quote(path, safe="/")


@cache
def _template() -> Template:
    return template(
        "report.html.j2",
        {"number": _number, "size": _size, "shutter": _shutter, "link": _link},
    )
