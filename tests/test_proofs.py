"""Oracles: where cells lie, how large the sheet may be, and that every name can be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight.proofs import MOST_PIXELS, ProofCell, contact_sheet

SURROUND, ACCENT = (38, 38, 38), (242, 184, 75)


def gray(level: int, height: int = 100, width: int = 100) -> NDArray[np.uint8]:
    return np.full((height, width, 3), level, np.uint8)


def cell(number: int = 1, **changes: Any) -> ProofCell:
    values: dict[str, Any] = {
        "thumbnail": gray(60 + 20 * number % 190, 90, 120),
        "rank": number,
        "score": 90.0 - number / 3,
        "name": f"IMG_{number}.jpg",
        "status": "usable",
        "reason": "both eyes are open",
    }
    return ProofCell(**(values | changes))


def one(**changes: Any) -> NDArray[np.uint8]:
    """A sheet of one cell, 200 px wide: the margin is 10, the picture 190 square."""
    return contact_sheet([cell(**changes)], cell_width=200)


def caption(sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return sheet[202:]


def test_one_cell_shows_its_picture_in_a_neutral_surround() -> None:
    sheet = one(thumbnail=gray(200))
    assert sheet.dtype == np.uint8
    assert sheet.shape == (200 + 67 + 10, 200 + 10, 3)
    assert (sheet[10:200, 10:200] == 200).all()
    assert (sheet[:10] == SURROUND).all()
    assert (sheet[:, :10] == SURROUND).all()
    assert (sheet[:, 200:] == SURROUND).all()


@pytest.mark.parametrize(("height", "width"), [(60, 120), (120, 60), (1200, 600), (7, 3)])
def test_a_picture_is_whole_centred_and_in_its_own_proportion(height: int, width: int) -> None:
    sheet = one(thumbnail=gray(200, height, width))
    rows, columns = np.nonzero((sheet[10:200, 10:200] == 200).all(axis=2))
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(high, wide) == 190
    assert high / wide == pytest.approx(height / width, rel=0.02)
    assert rows.min() == pytest.approx(189 - rows.max(), abs=1)
    assert columns.min() == pytest.approx(189 - columns.max(), abs=1)


def test_pictures_shrink_in_linear_light() -> None:
    stripes = np.zeros((380, 380, 3), np.uint8)
    stripes[:, ::2] = 255
    # half the light is code 188, not 128
    assert (one(thumbnail=stripes)[20:190, 20:190] == 188).all()


def test_cells_lie_in_rows_in_the_order_given() -> None:
    cells = [cell(n, thumbnail=gray(50 + 20 * n)) for n in range(5)]
    sheet = contact_sheet(cells, columns=3, cell_width=200)
    assert sheet.shape == (2 * 267 + 10, 3 * 200 + 10, 3)
    for n in range(5):
        y, x = 267 * (n // 3) + 10, 200 * (n % 3) + 10
        assert (sheet[y : y + 190, x : x + 190] == 50 + 20 * n).all()
    assert (sheet[267 + 10 :, 410:] == SURROUND).all()  # the sixth place is empty


def test_fewer_photos_than_columns_make_a_narrower_sheet() -> None:
    assert contact_sheet([cell()] * 2, columns=9, cell_width=200).shape[1] == 410


def test_the_picked_one_alone_has_the_accent_frame() -> None:
    def accents(sheet: NDArray[np.uint8]) -> NDArray[np.bool_]:
        return np.asarray((sheet == ACCENT).all(axis=2))

    picked = accents(one(status="picked"))
    assert picked[10, 10:200].all()
    assert picked[199, 10:200].all()
    assert picked[10:200, 10].all()
    assert picked[10:200, 199].all()
    assert not picked[20:190, 20:190].any()
    for status in ("usable", "weak", "duplicate", "rejected"):
        assert not accents(one(status=status)).any()


def test_the_rejected_one_is_dimmed() -> None:
    plain, rejected = (one(thumbnail=gray(255), status=s) for s in ("usable", "rejected"))
    assert plain[100, 100, 0] == 255
    assert 100 < rejected[100, 100, 0] < 160


def test_the_score_is_drawn_as_long_as_it_is_and_none_is_no_bar() -> None:
    def bar(score: float | None) -> int:
        row = one(score=score)[10 + 190 + 4, 10:200].astype(int)
        return int((row == 176).all(axis=1).sum())

    assert bar(None) == 0
    assert (one(score=None)[204, 10:200] == SURROUND).all()
    assert bar(0) == 0
    assert (one(score=0)[204, 10:200] != SURROUND).all()  # the empty bar is there
    assert bar(50) == 95
    assert bar(100) == bar(130) == 190


@pytest.mark.parametrize(
    "changes",
    [
        {"rank": 2}, {"rank": None}, {"score": 12.0}, {"score": None}, {"name": "other.jpg"},
        {"reason": "the eyes are closed"}, {"status": "weak"}, {"status": "duplicate"},
        {"status": "rejected"}, {"status": "picked"},
    ],
)  # fmt: skip
def test_every_word_of_the_caption_shows(changes: dict[str, Any]) -> None:
    assert (caption(one()) != caption(one(**changes))).any()


def test_a_group_is_told_where_there_are_others_in_it() -> None:
    alone = contact_sheet([cell(1, group=1), cell(2, group=2)], cell_width=200)
    alike = contact_sheet([cell(1, group=1), cell(2, group=1)], cell_width=200)
    none = contact_sheet([cell(1), cell(2)], cell_width=200)
    np.testing.assert_array_equal(alone, none)
    assert (alike != none).any()


def test_the_end_of_a_long_name_stays() -> None:
    name = "a very long name from some messenger application or other {}.jpeg"
    assert (one(name=name.format(1)) != one(name=name.format(2))).any()


def test_long_words_stay_in_their_cell() -> None:
    long = "m" * 400
    sheet = contact_sheet(
        [cell(1, name=long, reason=f"{long} " * 9, status="w" * 90, rank=10**9), cell(2)],
        cell_width=200,
    )
    plain = contact_sheet([cell(1), cell(2)], cell_width=200)
    np.testing.assert_array_equal(sheet[:, 201:], plain[:, 201:])
    assert (sheet[-8:] == SURROUND).all()


@pytest.mark.parametrize("count", [0, 1, 12, 100, 200])
def test_any_number_of_photos_within_40_megapixels(count: int) -> None:
    height, width, _ = contact_sheet([cell(n) for n in range(count)]).shape
    assert height * width <= MOST_PIXELS
    if count in (12, 100):  # these need not shrink
        assert (width - 21) % 420 == 0
    if count == 200:
        assert height * width > 0.95 * MOST_PIXELS
    if count > 1:
        assert 1 <= width / height <= 1.6


@pytest.mark.parametrize("cell_width", [40, 41, 3000])
def test_odd_sizes_of_cell(cell_width: int) -> None:
    height, width, _ = contact_sheet([cell(n) for n in range(3)], cell_width=cell_width).shape
    assert height * width <= MOST_PIXELS


@pytest.mark.parametrize(
    "name",
    ["a\nb.jpg", "صورة.jpg", "张伟.heic", "x" * 300, "", "🙂.png", "\udcff", "\u202egpj.exe", "\0"],
)
def test_every_name_can_be_drawn(name: str) -> None:
    sheet = one(name=name, reason=name, thumbnail=None, rank=None, score=None, status="rejected")
    assert (sheet[:, 200:] == SURROUND).all()


@pytest.mark.parametrize(
    ("name", "same"),
    [("Ångström", "Angstrom"), ("Łódź", "Lodz"), ("Straße", "Strasse"), ("a – b", "a - b")],
)
def test_letters_the_font_lacks_are_written_in_plain_latin(name: str, same: str) -> None:
    np.testing.assert_array_equal(one(name=name), one(name=same))


def test_a_run_of_letters_that_cannot_be_drawn_is_one_ellipsis() -> None:
    np.testing.assert_array_equal(one(name="毕业 照 2.jpg"), one(name="… 2.jpg"))


def test_the_same_sheet_twice_and_nothing_changed() -> None:
    cells = [cell(n, status="rejected") for n in range(5)]
    before = [np.array(c.thumbnail) for c in cells]
    np.testing.assert_array_equal(contact_sheet(cells), contact_sheet(cells))
    for kept, c in zip(before, cells, strict=True):
        np.testing.assert_array_equal(kept, c.thumbnail)


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9, 3), np.float32),
     np.zeros((0, 9, 3), np.uint8)],
)  # fmt: skip
def test_what_is_no_picture_is_refused(pixels: Any) -> None:
    with pytest.raises(ValueError, match="a thumbnail is"):
        one(thumbnail=pixels)


@pytest.mark.parametrize("sizes", [{"columns": 0}, {"cell_width": 39}])
def test_no_columns_or_no_width_is_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="too small"):
        contact_sheet([cell()], **sizes)
