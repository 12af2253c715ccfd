"""Oracles: a disc drawn where the axes say, the same head turned, and the frame's own edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.head_view import (
    axes_at,
    between,
    lobe_axes,
    rectified,
    stops,
    within_frame,
)

from .audited import portrait, seen

_REACH = (3.0, 2.0, 2.5, 1.5)
_FINE = 12.0


@pytest.mark.parametrize("side", [0, 1])
def test_a_place_in_cm_lies_where_it_was_drawn(side: int) -> None:
    facts = portrait()
    axes = lobe_axes(facts.face, side)
    x, y = axes.origin + axes.cm(1.0, -1.5)
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    disc = np.hypot(columns - x, rows - y) < 0.3 * axes.scale
    drawn = np.repeat(disc[..., None], 3, axis=2).astype(np.float32)
    piece = rectified(drawn, axes, _REACH, _FINE)
    assert piece.shape == (48, 60, 3)
    rows, columns = np.nonzero(piece[..., 1] > 0.5)
    assert float(columns.mean() + 0.5) / _FINE - _REACH[0] == pytest.approx(1.0, abs=0.08)
    assert float(rows.mean() + 0.5) / _FINE - _REACH[2] == pytest.approx(-1.5, abs=0.08)
    inside = between((0.7, -1.8), (1.3, -1.2), _REACH, _FINE)
    assert float(piece[inside][..., 1].mean()) > 0.6


def test_outwards_is_away_from_the_face_on_both_sides() -> None:
    face = portrait().face
    right, left = lobe_axes(face, 0), lobe_axes(face, 1)
    assert right.origin[0] < face.iris_right[0] < face.iris_left[0] < left.origin[0]
    assert right.out[0] < 0 < left.out[0]
    assert right.down == pytest.approx(left.down)


def test_a_turned_picture_gives_the_same_piece() -> None:
    facts = portrait()
    height, width = facts.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 9.0, 1.0)
    turned = seen(cv2.warpAffine(facts.pixels, matrix, (width, height), flags=cv2.INTER_CUBIC))
    pieces = [stops(rectified(f.pixels, axes_at(f.face, 9), _REACH, 6.0)) for f in (facts, turned)]
    assert float(np.median(np.abs(pieces[0] - pieces[1])[..., 0])) < 0.12


def test_what_is_beyond_the_frame_is_said() -> None:
    facts = portrait()
    axes = axes_at(facts.face, 9)
    size = facts.size
    assert within_frame(size, axes, _REACH, _FINE).all()
    cut = round(float(axes.origin[1]))
    shown = within_frame((size[0], cut), axes, (1.0, 1.0, 2.0, 2.0), 10.0)
    level = abs(float(axes.out[1])) * 10 + 1
    assert abs(int(shown[:, 10].sum()) - 20) <= level
    assert shown[:15].all()
    assert not shown[-15:].any()
    far = np.zeros_like(facts.pixels[:3])
    assert not rectified(far, axes, _REACH, _FINE).any()


def test_stops_are_logarithms() -> None:
    grey, red = stops(np.array([[[0.25, 0.25, 0.25], [0.5, 0.25, 0.125]]], np.float32))[0]
    assert grey == pytest.approx([-2.0, 0.0, 0.0])
    assert red[1:] == pytest.approx([1.0, -1.0])
