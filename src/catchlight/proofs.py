"""Proofs: a contact sheet of all photographs of a session, ranked and captioned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .errors import printable

__all__ = ["ProofCell", "contact_sheet"]

# Colour is judged on a dark neutral grey.
_SURROUND, _CELL, _TEXT, _QUIET, _ACCENT = 38, 48, (232, 232, 232), (165, 165, 165), (240, 180, 80)
_MOST_PIXELS = 40_000_000
_MARGIN = 0.04  # of a cell's width
_ASPECT = 1.28  # height of a cell by its width: the picture, and three lines of text


@dataclass(frozen=True, slots=True)
class ProofCell:
    """One photograph on the sheet.

    Attributes
    ----------
    thumbnail : (h, w, 3) uint8, sRGB-encoded; None where the file could not be read.
    rank, score : place and 0..100; None where the photo was not ranked.
    name : of the file.
    status : "picked", "usable", "weak", "duplicate" or "rejected".
    reason : plain words, one sentence.
    group : number of its group of near-duplicates.
    """

    thumbnail: NDArray[np.uint8] | None
    rank: int | None
    score: float | None
    name: str
    status: str
    reason: str
    group: int | None = None


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def contact_sheet(
    cells: Sequence[ProofCell], *, columns: int | None = None, cell_width: int = 420
) -> NDArray[np.uint8]:
    """Draw the sheet, best photograph first.

    Parameters
    ----------
    cells : in the order of the sheet.
    columns : cells in a row; None: about as wide as a landscape page.
    cell_width : in pixels; smaller where the sheet would pass 40 megapixels.

    Returns
    -------
    (H, W, 3) uint8, sRGB-encoded.
    """
    count = max(1, len(cells))
    across = columns or max(1, min(count, math.ceil(math.sqrt(count * 1.7))))
    down = math.ceil(count / across)
    fits = math.sqrt(_MOST_PIXELS / (across * down * _ASPECT))
    width = max(80, min(cell_width, int(fits)))
    height = round(width * _ASPECT)
    sheet = Image.new("RGB", (across * width, down * height), (_SURROUND,) * 3)
    draw = ImageDraw.Draw(sheet)
    for place, cell in enumerate(cells):
        x, y = place % across * width, place // across * height
        _draw_cell(sheet, draw, cell, x, y, width)
    return np.asarray(sheet, np.uint8).copy()


def _draw_cell(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: ProofCell, x: int, y: int, width: int
) -> None:
    margin = max(3, round(_MARGIN * width))
    inner = width - 2 * margin
    box = (x + margin, y + margin, x + margin + inner, y + margin + inner)
    draw.rectangle(box, fill=(_CELL,) * 3)
    if cell.thumbnail is not None:
        picture = Image.fromarray(cell.thumbnail)
        picture.thumbnail((inner, inner), Image.Resampling.LANCZOS)
        if cell.status == "rejected":
            picture = Image.blend(picture, Image.new("RGB", picture.size, (_CELL,) * 3), 0.55)
        left = x + margin + (inner - picture.width) // 2
        sheet.paste(picture, (left, y + margin + (inner - picture.height) // 2))
    if cell.status == "picked":
        draw.rectangle(box, outline=_ACCENT, width=max(2, width // 90))
    size = max(9, width // 22)
    top = y + 2 * margin + inner
    rank = "–" if cell.rank is None else str(cell.rank)
    head = f"{rank}  {printable(cell.name)}"
    score = "" if cell.score is None else f"{cell.score:.0f}"
    picked = cell.status == "picked"
    _line(draw, head, (x + margin, top), inner - 3 * size, size, _ACCENT if picked else _TEXT)
    if score:
        length = draw.textlength(score, font=_font(size))
        draw.text((x + margin + inner - length, top), score, font=_font(size), fill=_TEXT)
    small = max(8, width // 26)
    _line(draw, cell.status, (x + margin, top + round(1.35 * size)), inner, small, _QUIET)
    below = top + round(1.35 * size) + round(1.35 * small)
    _line(draw, printable(cell.reason), (x + margin, below), inner, small, _QUIET)


def _line(
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[int, int],
    room: int,
    size: int,
    fill: tuple[int, int, int],
) -> None:
    """Write one line, shortened with an ellipsis to the room there is."""
    font = _font(size)
    if draw.textlength(text, font=font) > room:
        low, high = 0, len(text)
        while low < high:  # the longest beginning that fits
            middle = (low + high + 1) // 2
            if draw.textlength(text[:middle] + "…", font=font) <= room:
                low = middle
            else:
                high = middle - 1
        text = text[:low] + "…"
    draw.text(at, text, font=font, fill=fill)
