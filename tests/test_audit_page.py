"""Oracles: where the numbers of the marks have to stand."""

from __future__ import annotations

from types import SimpleNamespace

from catchlight.audit_page import _BADGE, _regions
from catchlight.evidence import Finding, Region

_SIDE = 1000


def _box(x: float, y: float) -> Region:
    return Region(((x, y), (x + 0.05, y), (x + 0.05, y + 0.03), (x, y + 0.03)))


def _drawn(*regions: Region) -> list[dict]:
    finding = Finding("a", "a", 1.0, "1", None, 1.0, None, "differs", "…", regions)
    return _regions(SimpleNamespace(findings=(finding,)), {"a": 1}, _SIDE, _SIDE)


def test_parts_near_one_another_share_a_number() -> None:
    near = _drawn(_box(0.4, 0.4), _box(0.5, 0.4), _box(0.45, 0.5))
    assert len(near) == 3
    assert [row["x"] is not None for row in near] == [True, False, False]
    far = _drawn(_box(0.1, 0.1), _box(0.8, 0.8))
    assert all(row["x"] is not None for row in far)


def test_numbers_stand_beside_what_they_mark_and_inside_the_picture() -> None:
    row = _drawn(_box(0.4, 0.4))[0]
    assert row["x"] + _BADGE * _SIDE <= 400
    for place in (_box(0.0, 0.0), _box(0.94, 0.96)):
        row = _drawn(place)[0]
        assert _BADGE * _SIDE <= row["x"] <= _SIDE - _BADGE * _SIDE
        assert _BADGE * _SIDE <= row["y"] <= _SIDE - _BADGE * _SIDE
