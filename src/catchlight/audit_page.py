"""The audit's report: one self-contained page with the picture, what differs marked, the evidence.

It fetches nothing and runs no script; its policy forbids both.
"""

from __future__ import annotations

import base64
import math
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from . import __version__
from .auditing import GROUPS, Audit
from .encode import encode_jpeg
from .errors import printable
from .evidence.calibration import Rate, rates
from .evidence.finding import Finding
from .page_template import policy, style, template
from .retouch_scale import SCALE
from .thumbnails import thumbnail

__all__ = ["render_page"]

_SIDE = 1200  # pixels of the longer side of the picture shown
_BADGE = 0.018  # of the picture's longer side
_NEAR = 14.0  # badges: parts nearer than that share one
_MOST_LINES = 4  # of detections a kind
_ORDER = ("differs", "consistent", "could_not_assess")
_WORDS = {
    "differs": "Differs.",
    "consistent": "Consistent.",
    "could_not_assess": "Can’t tell.",
}


def render_page(found: Audit) -> str:
    """Return the report of an audit as HTML."""
    look = style("audit.css")
    shown = thumbnail(found.picture.pixels, _SIDE)
    height, width = shown.shape[:2]
    numbers = {
        finding.name: number
        for number, finding in enumerate(
            (f for f in found.findings if f.status == "differs"), start=1
        )
    }
    uri = base64.b64encode(encode_jpeg(shown)[0]).decode("ascii")
    return _template().render(
        policy=policy(look),
        style=Markup(look),
        name=printable(found.picture.name),
        references=[printable(reference.name) for reference in found.references],
        picture={
            "uri": f"data:image/jpeg;base64,{uri}",
            "width": width,
            "height": height,
        },
        regions=_regions(found, numbers, width, height),
        badge=round(_BADGE * max(width, height), 1),
        sentences=found.sentences(),
        retouching=found.retouching,
        scale=list(SCALE.items()),
        groups=_groups(found, numbers),
        rejected=[str(error) for error in found.rejected],
        sha256=found.picture.photo.sha256,
        day=datetime.now(UTC).date().isoformat(),
        version=f"Catchlight {__version__}",
    )


def _regions(
    found: Audit, numbers: dict[str, int], width: int, height: int
) -> list[dict[str, Any]]:
    """Polygons of what differs in pixels of the shown picture, each with the place of its number.

    The number stands left of its polygon, not on it; once for parts that are near one another (x
    and y are None for the others). Numbers that would cover one another stand beside each other.
    """
    drawn: list[dict[str, Any]] = []
    side = _BADGE * max(width, height)
    apart = 2.2 * side
    for finding in found.findings:
        if finding.name not in numbers:
            continue
        placed: list[tuple[float, float]] = []
        for region in finding.regions:
            points = [(x * width, y * height) for x, y in region.points]
            row: dict[str, Any] = {
                "points": " ".join(f"{px:.1f},{py:.1f}" for px, py in points),
                "x": None,
                "y": None,
                "number": numbers[finding.name],
            }
            x, y = min(points)
            if all(math.dist((x, y), other) > _NEAR * side for other in placed):
                placed.append((x, y))
                x = max(x - 1.2 * side, side)
                taken = [(r["x"], r["y"]) for r in drawn if r["x"] is not None]
                while any(math.dist((x, y), other) < apart for other in taken):
                    x += apart
                row["x"] = round(min(x, width - apart / 2), 1)
                row["y"] = round(min(max(y, apart / 2), height - apart / 2), 1)
            drawn.append(row)
    return drawn


def _groups(found: Audit, numbers: dict[str, int]) -> list[dict[str, Any]]:
    groups = []
    for title, names in GROUPS.values():
        of_group = [f for f in found.findings if f.name in names]
        of_group.sort(key=lambda f: _ORDER.index(f.status))
        if any(f.status != "could_not_assess" for f in of_group):
            rows = [_row(f, numbers.get(f.name)) for f in of_group]
            groups.append({"title": title, "rows": rows})
    return groups


def _row(finding: Finding, number: int | None) -> dict[str, Any]:
    known = rates().get(finding.name)
    alarms, detections = "", []
    if known is not None and known.false_alarms.cases:
        alarms = f"false alarms {_said(known.false_alarms)}"
        best = sorted(known.detections.items(), key=lambda item: -item[1].flagged / item[1].cases)
        detections = [
            f"{name}: found {_said(rate)}" for name, rate in best[:_MOST_LINES] if rate.flagged
        ]
    return {
        "number": number,
        "title": finding.title,
        "status": finding.status,
        "word": _WORDS[finding.status],
        "sentence": finding.sentence[:1].upper() + finding.sentence[1:],
        "value": finding.value,
        "unit": finding.unit if finding.unit != "1" else "",
        "spread": finding.spread,
        "tail": finding.tail,
        "alarms": alarms,
        "detections": detections,
    }


def _said(rate: Rate) -> str:
    low, high = rate.interval()
    share = 100 * rate.flagged / rate.cases
    return f"{share:.0f} % ({100 * low:.0f}–{100 * high:.0f} %, {rate.flagged} of {rate.cases})"


def _number(value: float) -> str:
    """Write a number with three significant digits, plainly.

    >>> _number(0.0631), _number(-12.34), _number(0)
    ('0.0631', '−12.3', '0')
    """
    return f"{value:.3g}".replace("-", "−")


def _share(value: float) -> str:
    """Write a share in percent.

    >>> _share(0.0123), _share(0.4)
    ('1.2 %', '40 %')
    """
    return f"{100 * value:.1f} %" if value < 0.1 else f"{100 * value:.0f} %"


@cache
def _template() -> Template:
    return template("audit.html.j2", {"number": _number, "share": _share})
