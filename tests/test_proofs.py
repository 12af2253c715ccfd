"""Oracles: where cells lie, how large the sheet may be, and that every name can be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.proofs import ProofCell, contact_sheet


def cell(number: int, **changes: object) -> ProofCell:
    values: dict[str, object] = {
        "thumbnail": np.full((90, 120, 3), (30 + 40 * number) % 256, np.uint8),
        "rank": number,
        "score": 90.0 - number,
        "name": f"IMG_{number}.jpg",
        "status": "usable",
        "reason": "both eyes are open",
    }
    return ProofCell(**(values | changes))  # type: ignore[arg-type]


def test_one_cell_shows_its_picture() -> None:
    sheet = contact_sheet(
        [cell(1, thumbnail=np.full((100, 100, 3), 200, np.uint8))], cell_width=200
    )
    assert sheet.shape == (256, 200, 3)
    assert (sheet[100, 100] == 200).all()


def test_cells_lie_in_rows() -> None:
    sheet = contact_sheet([cell(n) for n in range(6)], columns=3, cell_width=150)
    assert sheet.shape == (2 * 192, 450, 3)
    assert (sheet[75, 375] == 110).all()  # the third
    assert (sheet[192 + 75, 75] == 150).all()  # the fourth


def test_the_picked_one_is_framed_and_the_rejected_dimmed() -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    plain = contact_sheet([cell(1, thumbnail=white)], cell_width=200)
    picked = contact_sheet([cell(1, thumbnail=white, status="picked")], cell_width=200)
    rejected = contact_sheet([cell(1, thumbnail=white, status="rejected")], cell_width=200)
    assert (picked[8, 100] != plain[8, 100]).any()
    assert rejected[100, 100, 0] < plain[100, 100, 0] - 80


@pytest.mark.parametrize("count", [0, 1, 12, 200])
def test_any_number_of_photos_within_40_megapixels(count: int) -> None:
    sheet = contact_sheet([cell(n) for n in range(count)])
    assert sheet.shape[0] * sheet.shape[1] <= 40_000_000


@pytest.mark.parametrize("name", ["a\nb.jpg", "Ärger 名前 صورة.jpg", "x" * 300, "", "🙂.png"])
def test_every_name_can_be_drawn(name: str) -> None:
    contact_sheet([cell(1, name=name, reason=name, thumbnail=None, rank=None, score=None)])


def test_the_same_sheet_twice() -> None:
    cells = [cell(n) for n in range(5)]
    np.testing.assert_array_equal(contact_sheet(cells), contact_sheet(cells))
