"""Proofs: a contact sheet of all photographs of a session, ranked and captioned."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .color import to_encoded, to_linear
from .errors import printable

__all__ = ["ProofCell", "contact_sheet"]

MOST_PIXELS = 40_000_000
"""Pixels of the whole sheet; cells shrink so that 200 photos stay within it."""

# Colour is judged on a dark neutral grey; the one accent marks what was picked.
_SURROUND, _WELL = 38, 30
_TEXT, _QUIET, _LINE, _ACCENT = (237, 237, 237), (176, 176, 176), (72, 72, 72), (242, 184, 75)
_NARROWEST = 40  # pixels of a cell: a caption of 6 px letters still fits
_DIMMED = 0.3  # of a rejected photo's light is left

# In cell widths.
_MARGIN = 0.05
_NAME, _SMALL, _RANK = 0.046, 0.040, 0.075  # letter heights
_LINE_STEP = 1.32  # of the letter height
_REASON_LINES = 2
_CAPTION = 0.335  # height of bar, rank, name and reason below the picture

# Letters that fall apart into nothing the font has, as people write them in plain Latin.
_LATIN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l",
        "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
        "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x",
        "\u00a0": " ",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ProofCell:
    """One photograph on the sheet.

    Attributes
    ----------
    thumbnail : (h, w, 3) uint8, sRGB-encoded; None where the file could not be read.
    rank, score : place and 0..100; None where the photo was not ranked.
    name : of the file.
    status : "picked", "usable", "weak", "duplicate" or "rejected".
    reason : plain words, one sentence.
    group : number of its group of near-duplicates; where there are others in it, how many is told.
    """

    thumbnail: NDArray[np.uint8] | None
    rank: int | None
    score: float | None
    name: str
    status: str
    reason: str
    group: int | None = None


def contact_sheet(
    cells: Sequence[ProofCell], *, columns: int | None = None, cell_width: int = 420
) -> NDArray[np.uint8]:
    """Draw the sheet, in the order given.

    The letters are those of the font that Pillow carries, so that the sheet is the same on every
    machine; names in other scripts are written in plain Latin where that is possible, and what
    cannot be drawn is an ellipsis. The report has the names as they are.

    Parameters
    ----------
    cells : in the order of the sheet.
    columns : cells in a row; None: about as wide as a landscape page.
    cell_width : in pixels; smaller where the sheet would pass 40 megapixels.

    Returns
    -------
    (H, W, 3) uint8, sRGB-encoded.

    Raises
    ------
    ValueError : a thumbnail is not (h, w, 3) uint8, or a size is not positive.
    """
    if cell_width < _NARROWEST or (columns is not None and columns < 1):
        raise ValueError(f"columns {columns} or cell_width {cell_width} is too small")
    count = max(1, len(cells))
    across = min(count, columns or math.ceil(math.sqrt(count * 1.7)))
    down = math.ceil(count / across)
    width = cell_width
    while width > _NARROWEST and _sheet_pixels(across, down, width) > MOST_PIXELS:
        width = min(
            width - 1, int(width * math.sqrt(MOST_PIXELS / _sheet_pixels(across, down, width)))
        )
    margin, height = _margin(width), _height(width)
    size = (across * width + margin, down * height + margin)
    sheet = Image.new("RGB", size, (_SURROUND,) * 3)
    draw = ImageDraw.Draw(sheet)
    members = Counter(cell.group for cell in cells)
    members[None] = 1
    for place, cell in enumerate(cells):
        corner = (place % across * width + margin, place // across * height + margin)
        _draw_cell(sheet, draw, cell, corner, width - margin, members[cell.group])
    return np.asarray(sheet, np.uint8).copy()


def _margin(width: int) -> int:
    return max(2, round(_MARGIN * width))


def _height(width: int) -> int:
    return width + round(_CAPTION * width)


def _sheet_pixels(across: int, down: int, width: int) -> int:
    margin = _margin(width)
    return (across * width + margin) * (down * _height(width) + margin)


def _draw_cell(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    cell: ProofCell,
    corner: tuple[int, int],
    side: int,
    alike: int,
) -> None:
    """Draw a square well with the photo in it, and the caption below."""
    x, y = corner
    frame = max(2, round(side / 100))
    well = (x, y, x + side - 1, y + side - 1)
    draw.rectangle(well, fill=(_WELL,) * 3)
    picked, rejected = cell.status == "picked", cell.status == "rejected"
    if cell.thumbnail is not None:
        picture = Image.fromarray(_fitted(cell.thumbnail, side, _DIMMED if rejected else 1.0))
        sheet.paste(picture, (x + (side - picture.width) // 2, y + (side - picture.height) // 2))
    else:
        words, small = "no preview", _letters(_SMALL, side)
        room = draw.textlength(words, font=_font(small))
        draw.text((x + (side - room) / 2, y + side / 2 - small), words, _QUIET, _font(small))
    if picked:
        draw.rectangle(well, outline=_ACCENT, width=frame)

    ink = _ACCENT if picked else _QUIET if rejected else _TEXT
    pen = y + side + 2 * frame
    if cell.score is not None:
        draw.rectangle((x, pen, x + side - 1, pen + frame - 1), fill=_LINE)
        part = round(side * min(max(cell.score, 0.0), 100.0) / 100)
        if part:
            bar = _ACCENT if picked else _QUIET
            draw.rectangle((x, pen, x + part - 1, pen + frame - 1), fill=bar)
    pen += 2 * frame

    large, name, small = (_letters(part, side) for part in (_RANK, _NAME, _SMALL))
    base = pen + large
    left, right = float(x), float(x + side)
    if cell.score is not None:
        text = f"{cell.score:.0f}"
        right -= draw.textlength(text, font=_font(name))
        draw.text((right, base), text, _TEXT, _font(name), anchor="ls")
        right -= name / 2
    if cell.rank is not None:
        draw.text((left, base), str(cell.rank), ink, _font(large), anchor="ls")
        left += draw.textlength(str(cell.rank), font=_font(large)) + name / 2
    label = {"usable": "", "duplicate": "near-duplicate", "rejected": "set aside"}.get(
        cell.status, cell.status
    )
    if alike > 1 and cell.status != "duplicate":
        label = f"{label}, one of {alike} alike".removeprefix(", ")
    label = _shortened(draw, label, right - left, small)
    draw.text((left, base), label, _ACCENT if picked else _QUIET, _font(small), anchor="ls")

    pen = base + round(_LINE_STEP * name)
    title = _shortened(draw, _drawable(cell.name), side, name)
    draw.text((x, pen), title, ink, _font(name), anchor="ls")
    for line in _wrapped(draw, _drawable(cell.reason), side, small, _REASON_LINES):
        pen += round(_LINE_STEP * small)
        draw.text((x, pen), line, _QUIET, _font(small), anchor="ls")


def _letters(part: float, side: int) -> int:
    return max(6, round(part * side))


def _fitted(pixels: NDArray[np.uint8], side: int, light: float) -> NDArray[np.uint8]:
    """Fit a photo into a square, in linear light, with a part of its light over the well."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError(f"a thumbnail is (h, w, 3) uint8, not {pixels.shape} {pixels.dtype}")
    high, wide = pixels.shape[:2]
    factor = side / max(high, wide)
    size = (max(1, round(wide * factor)), max(1, round(high * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    linear = cv2.resize(to_linear(np.ascontiguousarray(pixels)), size, interpolation=how)
    if light < 1:
        ground = to_linear(np.full((1, 1, 3), _WELL, np.uint8))
        linear = light * linear + (1 - light) * ground
    return to_encoded(np.asarray(linear, np.float32), np.uint8)


# Letters ----------------------------------------------------------------------------------------


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # a Pillow built without FreeType
        raise RuntimeError("Pillow lacks FreeType: install it from its wheel")
    return font


@cache
def _has_letter(letter: str) -> bool:
    """Whether the font draws a letter otherwise than as its sign for a missing one."""
    font = _font(32)
    missing, drawn = font.getmask("\uffff"), font.getmask(letter)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


def _drawable(text: str) -> str:
    r"""Return text in letters that the font has.

    >>> _drawable("Ångström – 张伟 (2).jpg"), _drawable("a\nb")
    ('Angstrom - … (2).jpg', 'a\\nb')
    """
    drawn = ""
    for letter in printable(text):
        plain = letter.translate(_LATIN)
        if not all(map(_has_letter, plain)):
            parts = unicodedata.normalize("NFKD", plain)
            plain = "".join(c for c in parts if not unicodedata.combining(c))
        drawn += plain if all(map(_has_letter, plain)) else "…"
    return re.sub(r"…[\s…]*…", "…", drawn)


def _shortened(draw: ImageDraw.ImageDraw, text: str, room: float, size: int) -> str:
    """Shorten in the middle, so that a file's number and ending stay."""
    font = _font(size)
    room -= 1  # a letter may reach over its own width
    if draw.textlength(text, font=font) <= room:
        return text
    low, high = 0, len(text) - 1
    while low < high:  # the most letters that fit
        middle = (low + high + 1) // 2
        if draw.textlength(_without_middle(text, middle), font=font) <= room:
            low = middle
        else:
            high = middle - 1
    return _without_middle(text, low)


def _without_middle(text: str, keep: int) -> str:
    """Keep some letters, the larger half of them at the start.

    >>> _without_middle("IMG_2041.HEIC", 7)
    'IMG_…EIC'
    """
    end = keep // 2
    return text[: keep - end] + "…" + text[len(text) - end :]


def _wrapped(draw: ImageDraw.ImageDraw, text: str, room: float, size: int, most: int) -> list[str]:
    """Break into at most `most` lines between words; the last line is cut with an ellipsis."""
    font = _font(size)
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and draw.textlength(f"{line} {words[0]}", font=font) <= room:
            line += f" {words.pop(0)}"
        if words and len(lines) == most - 1:
            line += "…"
            while len(line) > 1 and draw.textlength(line, font=font) > room:
                line = line[:-2].rstrip() + "…"
        lines.append(_shortened(draw, line, room, size))
    return lines
