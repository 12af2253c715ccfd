"""Scribbles against paintings whose true matte is known, and networks that err as we tell them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight import matte
from catchlight.grid import Grid
from catchlight.matte import cut_out
from catchlight.scribble import Scribble
from catchlight.scribbling import _painted, keep_scribbles, scribbled
from catchlight.segment import Coarse, unit

from .painted_person import body, coarse, oval_face, painting

SHAPE = (300, 420)
FRAME = (420, 300)
FACE = oval_face(210, 90, 30)
ALPHA = body(SHAPE, FACE)
HAIR, WALL, WOOD = (60, 45, 40), (200, 195, 180), (150, 110, 70)
WEDGE = np.array([[258, 85], [315, 170], [232, 160]], np.int32)
IN_THE_WEDGE = (268, 130)


def stroke(of: str, *pixels: tuple[float, float], width: float = 0.3) -> Scribble:
    return Scribble(of=of, width=width, points=[(x / FRAME[0], y / FRAME[1]) for x, y in pixels])


def wedge() -> np.ndarray:
    """Where the wall between head and shoulder is taken for the person, (h, w) bool."""
    mask = np.zeros(SHAPE, np.uint8)
    cv2.fillPoly(mask, [WEDGE], 1)
    return (mask > 0) & (ALPHA < 0.5)


def with_a_wedge(colour: tuple[int, int, int] = WOOD) -> Coarse:
    """All networks take it for the person, but for the body's, which saw none of it."""
    image = painting(ALPHA, HAIR, WALL)
    image[wedge()] = colour
    seen = coarse(image, np.maximum(ALPHA, wedge().astype(np.float32)), blur=1.5)
    return replace(seen, body=coarse(image, ALPHA).selfie, trust=np.ones(SHAPE, np.float32))


def corrected(seen: Coarse, *strokes: Scribble) -> np.ndarray:
    return scribbled(seen.probability, strokes, seen, FACE, FRAME).probability


def test_one_dot_takes_a_piece_of_wall_and_leaves_the_hair() -> None:
    seen = with_a_wedge()
    found = corrected(seen, stroke("background", IN_THE_WEDGE, width=1.5))
    before, after = (p > 0.5 for p in (seen.probability, found))
    inside, person = wedge(), ALPHA > 0.5
    assert before[inside].mean() > 0.9
    assert after[inside].mean() < 0.1
    assert after[person].mean() > 0.995 * before[person].mean()


def test_what_is_out_of_reach_stays_as_it_is() -> None:
    seen = with_a_wedge()
    dot = stroke("background", IN_THE_WEDGE, width=0.2)
    changed = corrected(seen, dot) != seen.probability
    y, x = np.nonzero(changed)
    assert changed.any()
    assert np.hypot(x - IN_THE_WEDGE[0], y - IN_THE_WEDGE[1]).max() <= 0.3 * 34 + 2


def test_a_thin_braid_beyond_a_gap_stays() -> None:
    """It lies wholly within the stroke's reach, but has none of the colours under it."""
    both = ALPHA.copy()
    cv2.rectangle(both, (252, 70), (262, 175), 1, -1)  # what the networks took for the person
    gap, braid = np.s_[90:150, 253:258], np.s_[90:150, 260:262]
    image = painting(both, HAIR, WALL)
    image[gap] = WOOD
    seen = coarse(image, both, blur=1.0)
    seen = replace(seen, saliency=seen.saliency * 0.8)
    found = corrected(seen, stroke("background", (255.5, 95), (255.5, 145), width=0.15))
    assert (found[gap] < 0.5).mean() > 0.9
    assert (seen.probability[braid] > 0.5).mean() > 0.9
    assert (found[braid] > 0.5).mean() > 0.8


def test_what_hung_on_what_was_taken_away_goes_with_it() -> None:
    """A chair behind the shoulder, joined to the person by its arm."""
    chair = np.zeros(SHAPE, np.uint8)
    cv2.rectangle(chair, (360, 120), (400, 230), 1, -1)
    cv2.rectangle(chair, (300, 200), (362, 212), 1, -1)
    both = np.maximum(ALPHA, chair.astype(np.float32))
    image = painting(ALPHA, HAIR, WALL)
    image[chair > 0] = WOOD
    seen = replace(coarse(image, both, blur=1.5), selfie=coarse(image, ALPHA).selfie)
    found = corrected(seen, stroke("background", (335, 190), (335, 222), width=0.3))
    assert seen.probability[170, 380] > 0.9
    assert found[170, 380] < 0.1
    assert (found[ALPHA > 0.9] > 0.5).mean() > 0.99


def test_a_stroke_of_the_person_brings_back_what_was_lost() -> None:
    lost = ALPHA.copy()
    lost[:60, 150:185] = 0  # a side of the hair
    image = painting(ALPHA, HAIR, WALL)
    seen = coarse(image, lost, blur=1.5)
    found = corrected(seen, stroke("person", (181, 50), width=0.4))
    gone = (ALPHA > 0.5) & (lost < 0.5)
    assert (found[gone] > 0.5).mean() > (seen.probability[gone] > 0.5).mean() + 0.5
    assert (found[ALPHA < 0.5] > 0.5).mean() < 0.005


def test_nothing_of_a_person_whom_all_networks_see_is_taken() -> None:
    """Not the face, not an arm: only the doubt at the very edge, and it is told."""
    image = painting(ALPHA, HAIR, WALL)
    seen = coarse(image, ALPHA, blur=1.5)
    for place in ((210, 90), (150, 260), (205, 45)):
        found = scribbled(seen.probability, [stroke("background", place)], seen, FACE, FRAME)
        assert np.array_equal(found.probability > 0.5, seen.probability > 0.5)
        assert not found.background.any()
        assert "stayed" in found.note


def test_no_brush_is_wide_enough_to_take_an_arm() -> None:
    image = painting(ALPHA, HAIR, WALL)
    seen = coarse(image, ALPHA, blur=1.5)
    edge = [stroke("background", (110 + 3 * k, 250), width=1.5) for k in range(6)]
    found = corrected(seen, *edge)
    inside = cv2.distanceTransform((ALPHA > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    assert inside[found < 0.5].max() <= 3


def test_a_gap_that_no_network_sees_is_opened_by_its_colours() -> None:
    gap = ALPHA.copy()
    cv2.circle(gap, (150, 250), 9, 0, -1)
    image = painting(gap, HAIR, WALL)
    seen = coarse(image, ALPHA, blur=1.5)
    found = corrected(seen, stroke("background", (150, 250), width=0.4))
    hole = cv2.erode((gap < ALPHA).astype(np.uint8), np.ones((5, 5))) > 0
    assert (found[hole] < 0.5).mean() > 0.9
    assert (found[(gap > 0.5)] > 0.5).mean() > 0.995


def test_the_later_stroke_goes_over_the_earlier() -> None:
    seen = with_a_wedge()
    away, back = stroke("background", IN_THE_WEDGE), stroke("person", IN_THE_WEDGE)
    x, y = IN_THE_WEDGE
    assert corrected(seen, back, away)[y, x] < 0.05
    assert corrected(seen, away, back)[y, x] > 0.95


def test_the_note_says_how_much_was_done() -> None:
    seen = with_a_wedge()
    one = stroke("background", IN_THE_WEDGE, width=1.0)
    found = scribbled(seen.probability, [one], seen, FACE, FRAME)
    gone = (seen.probability > 0.5) & (found.probability <= 0.5)
    share = 100 * gone.sum() / (seen.probability > 0.5).sum()
    assert f"with one stroke: {share:.1f} % of" in found.note
    assert "stayed" not in found.note
    two = scribbled(seen.probability, [one, one], seen, FACE, FRAME)
    assert "2 strokes" in two.note


def test_a_finished_matte_keeps_to_the_strokes_and_is_as_it_was_out_of_their_reach() -> None:
    seen = with_a_wedge()
    strokes = [stroke("background", IN_THE_WEDGE), stroke("person", (30, 30), (60, 30))]
    found = scribbled(seen.probability, strokes, seen, FACE, FRAME)
    alpha, plain = np.full(SHAPE, 0.4, np.float32), np.full(SHAPE, 0.6, np.float32)
    keep_scribbles(alpha, plain, found, strokes, FACE, FRAME, Grid(seen.grid.box, SHAPE))
    x, y = IN_THE_WEDGE
    assert alpha[y, x] < 0.01
    assert alpha[30, 45] > 0.99
    assert np.isclose(alpha[y + 9, x], 0.4)  # beside the stroke, in its reach
    assert alpha[200, 20] == np.float32(0.6)


@pytest.mark.parametrize("far", [1, 2])
def test_the_cut_out_follows_at_every_size(monkeypatch: pytest.MonkeyPatch, far: int) -> None:
    """The wedge goes, at the photo's full size, and the rest is as without the stroke."""
    seen = with_a_wedge()
    size = (FRAME[0] * far, FRAME[1] * far)
    pixels = cv2.resize(seen.image, size, interpolation=cv2.INTER_CUBIC)
    face = oval_face(210 * far, 90 * far, 30 * far)
    box = (0.0, 0.0, float(size[0]), float(size[1]))
    given = replace(seen, grid=Grid(box, SHAPE))
    monkeypatch.setattr(matte, "segment", lambda *_args, **_options: given)
    dot = stroke("background", IN_THE_WEDGE, width=1.5)
    plain, by_hand = cut_out(pixels, face), cut_out(pixels, face, scribbles=[dot])
    small = [cv2.resize(m.alpha, FRAME, interpolation=cv2.INTER_AREA) for m in (plain, by_hand)]
    y, x = np.mgrid[: size[1], : size[0]] / far
    # Half the brush's width, once that width, and how far the rest of an edge may go.
    reach = (1.5 * 1.5 + 0.3) * 30.24
    away = np.hypot(x - IN_THE_WEDGE[0], y - IN_THE_WEDGE[1]) > reach + 2
    assert small[0][wedge()].mean() > 0.8
    assert small[1][wedge()].mean() < 0.15
    assert small[1][ALPHA > 0.99].mean() > 0.99
    assert np.array_equal(by_hand.alpha[away], plain.alpha[away])
    again = cut_out(pixels, face, scribbles=[dot], plain=plain)
    assert np.array_equal(again.alpha, by_hand.alpha)
    assert plain.by_hand == ""
    assert "by hand" in by_hand.by_hand


@pytest.mark.parametrize("width", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("cells", [1.0, 4.0])
def test_a_brush_is_as_wide_as_it_says(width: float, cells: float) -> None:
    """A stroke across the picture, and a dot, on grids of two finenesses."""
    grid = Grid((0.0, 0.0, 420.0, 300.0), (round(300 * cells), round(420 * cells)))
    true = width * unit(FACE) * cells
    across = _painted([stroke("person", (100, 150), (300, 150), width=width)], FACE, FRAME, grid)
    thick = (across[:, round(200 * cells)] > 0).sum()
    assert abs(thick - max(true, 1.5)) <= 1.1
    assert abs((across > 0).any(axis=0).sum() - 200 * cells - max(true, 1.5)) <= 2.1
    dot = _painted([stroke("person", (200, 150), width=width)], FACE, FRAME, grid)
    y, x = np.nonzero(dot)
    assert np.allclose([(x.mean() + 0.5) / cells, (y.mean() + 0.5) / cells], [200, 150], atol=0.6)
    assert abs((dot > 0).any(axis=0).sum() - max(true, 1.5)) <= 1.1


def test_a_stroke_may_leave_the_part_that_is_cut_out() -> None:
    grid = Grid((100.0, 80.0, 300.0, 280.0), (100, 100))
    off = [stroke("person", (5, 5), (20, 290)), stroke("background", (410, 5), width=0.5)]
    assert not _painted(off, FACE, FRAME, grid).any()
    partly = _painted([stroke("person", (50, 150), (400, 150))], FACE, FRAME, grid)
    assert partly[35].all()
