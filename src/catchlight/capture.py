"""How a photo was taken: time, lens and exposure from its EXIF data.

Cameras and programs write these fields carelessly. A value that is missing, not a number or
outside what a camera can do becomes None; nothing here raises.

References
----------
.. [1] CIPA DC-008-2023, Exif version 3.0: section 4.6 (tags and types), table 8.
.. [2] APEX values, Exif 3.0 annex C: f-number 2^(Av/2), exposure time 2^-Tv.
"""

from __future__ import annotations

import contextlib
import math
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import Image

__all__ = ["Capture", "capture_facts", "crop_factor", "raw_exif_blocks"]

_MAKE, _MODEL, _DATE, _EXIF_IFD = 0x010F, 0x0110, 0x0132, 0x8769
_EXPOSURE, _F_NUMBER, _ISO, _INDEX = 0x829A, 0x829D, 0x8827, 0x8832
_SHUTTER_APEX, _APERTURE_APEX = 0x9201, 0x9202
_FOCAL, _FOCAL_35, _LENS_RANGE, _LENS = 0x920A, 0xA405, 0xA432, 0xA434
_WIDTH, _HEIGHT, _SUBJECT_DISTANCE = 0xA002, 0xA003, 0x9206
# (date and time, sub-second, offset from UTC), the moment of the shutter first.
_TIMES = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012), (_DATE, 0x9290, 0x9010))
_WANTED = (
    _MAKE, _MODEL, _EXPOSURE, _F_NUMBER, _ISO, _INDEX, _SHUTTER_APEX, _APERTURE_APEX, _FOCAL,
    _FOCAL_35, _LENS_RANGE, _LENS, _WIDTH, _HEIGHT, _SUBJECT_DISTANCE,
    *(tag for group in _TIMES for tag in group),
)  # fmt: skip
_ALIKE = 0.01  # relative difference of two shapes that comes of rounding


@dataclass(frozen=True, slots=True)
class Capture:
    """How a photo was taken; None where the file does not say.

    Attributes
    ----------
    time : when the shutter opened, by the camera's clock. Aware when the file names the offset
        from UTC, naive otherwise: compare photos by `time.replace(tzinfo=None)`.
    focal_length_mm : focal length of the lens, in mm.
    focal_length_35mm : the focal length that frames alike on 24 × 36 mm, in mm.
    f_number : aperture, the N of f/N.
    exposure_s : exposure time in seconds.
    iso : sensitivity.
    camera : make and model, as "Canon EOS R5".
    lens : model of the lens.
    size : (width, height) in pixels as the camera stored it, by Exif PixelXDimension and
        PixelYDimension; a file cropped since may be smaller, one turned upright has them exchanged.
    subject_distance_m : from the lens to what it was focused on, in metres.
    """

    time: datetime | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    camera: str | None = None
    lens: str | None = None
    size: tuple[int, int] | None = None
    subject_distance_m: float | None = None

    def framed_focal_length(self, size: tuple[int, int]) -> float | None:
        """Return the focal length in 35 mm terms of the file as it is, in mm, None if unknown.

        That of the lens for a whole picture, longer for what `crop_factor` tells to be a crop.

        Parameters
        ----------
        size : (width, height) of the file in pixels.
        """
        if self.focal_length_35mm is None:
            return None
        return self.focal_length_35mm * (crop_factor(self.size, size) or 1.0)

    def as_dict(self) -> dict[str, str | float | int | tuple[int, int] | None]:
        """Return the facts as plain JSON-ready data; the time in ISO 8601."""
        facts = asdict(self)
        facts["time"] = None if self.time is None else self.time.isoformat()
        return facts


def crop_factor(taken: tuple[int, int] | None, stored: tuple[int, int]) -> float | None:
    """Return how much narrower a file frames than its camera did, None where it can't be told.

    1 for a file of the shape that the camera stored, even if smaller, for pictures are made smaller
    far more often than cropped to their own shape. A file of another shape was cropped: the ratio
    of the diagonals, if it was not made smaller as well. A file larger than the camera's picture
    is not what the data are about.

    Parameters
    ----------
    taken, stored : (width, height) in pixels, upright or not: as the camera stored the picture, and
        as the file is.

    >>> crop_factor((4032, 3024), (3024, 4032)), crop_factor((4000, 3000), (1500, 2000))
    (1.0, 1.0)
    >>> round(crop_factor((4000, 3000), (1500, 1500)), 3), crop_factor((400, 300), (1500, 1500))
    (2.357, None)
    """
    if taken is None:
        return None
    short, long = sorted(stored)
    whole_short, whole_long = sorted(taken)
    if abs(long / short / (whole_long / whole_short) - 1) < _ALIKE:
        return 1.0
    if long > whole_long * (1 + _ALIKE) or short > whole_short * (1 + _ALIKE):
        return None
    return math.hypot(*taken) / math.hypot(*stored)


def capture_facts(*blocks: bytes | None) -> Capture:
    """Read the capture facts from EXIF data; never raises.

    Parameters
    ----------
    blocks : EXIF blocks or whole TIFF-based files; tags of an earlier block win.
    """
    tags: dict[int, Any] = {}
    for block in blocks:
        if block:
            tags = {**_read_tags(block), **tags}
    iso = _number(tags, _ISO, 1, 10_000_000)
    if iso in (None, 65535):  # 65535 says: more than the field can hold, see the index [1]
        iso = _number(tags, _INDEX, 1, 10_000_000) or iso
    return Capture(
        time=_time(tags),
        focal_length_mm=_number(tags, _FOCAL, 0.5, 10_000),
        focal_length_35mm=_number(tags, _FOCAL_35, 1, 10_000),
        f_number=_number(tags, _F_NUMBER, 0.5, 512) or _apex(tags, _APERTURE_APEX, 0.5, -2, 18),
        exposure_s=_number(tags, _EXPOSURE, 1e-7, 1e6) or _apex(tags, _SHUTTER_APEX, -1, -20, 24),
        iso=None if iso is None else round(iso),
        camera=_camera(_text(tags, _MAKE), _text(tags, _MODEL)),
        lens=_text(tags, _LENS) or _lens_range(tags),
        size=_size(tags),
        # 0 stands for unknown, and 0xFFFFFFFF over anything for infinity [1].
        subject_distance_m=_number(tags, _SUBJECT_DISTANCE, 0.03, 1000),
    )


def _read_tags(block: bytes) -> dict[int, Any]:
    """Return the tags of the first directory and of its Exif directory."""
    tags: dict[int, Any] = {}
    try:
        exif = Image.Exif()
        exif.load(block)
        for source in (exif, exif.get_ifd(_EXIF_IFD)):
            tags.update(_readable_items(source))
    except Exception:  # Pillow's reader raises whatever the garbage makes it meet
        return tags
    return tags


def _readable_items(source: Mapping[int, Any]) -> dict[int, Any]:
    """Return the wanted tags that can be read; Pillow parses a value when it is asked for."""
    items: dict[int, Any] = {}
    for tag in _WANTED:
        with contextlib.suppress(Exception):  # one damaged value does not cost the others
            if tag in source:
                items[tag] = source[tag]
    return items


def _number(tags: Mapping[int, Any], tag: int, low: float, high: float) -> float | None:
    """Return a tag as a number within low..high, None otherwise."""
    value = tags.get(tag)
    if isinstance(value, tuple | list):
        value = value[0] if value else None
    if value is None or isinstance(value, str | bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) and low <= number <= high else None


def _size(tags: Mapping[int, Any]) -> tuple[int, int] | None:
    """Return the size in pixels that the camera stored, None where a side is missing."""
    sides = [_number(tags, tag, 16, 100_000) for tag in (_WIDTH, _HEIGHT)]
    return (int(sides[0]), int(sides[1])) if sides[0] and sides[1] else None


def _apex(
    tags: Mapping[int, Any], tag: int, factor: float, low: float, high: float
) -> float | None:
    """Return 2 to the power of factor times an APEX value [2]."""
    value = _number(tags, tag, low, high)
    return None if value is None else round(2.0 ** (factor * value), 9)


def _text(tags: Mapping[int, Any], tag: int) -> str | None:
    """Return a tag as one tidy line of text, None when there is none."""
    value = tags.get(tag)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = value.split("\0")[0]
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return line[:100] if any(c.isalnum() for c in line) else None


def _time(tags: Mapping[int, Any]) -> datetime | None:
    """Return the moment of capture, with fraction and offset where the file has them."""
    for date, fraction, offset in _TIMES:
        match = re.fullmatch(
            r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)[ T](\d\d):(\d\d):(\d\d).*", _text(tags, date) or ""
        )
        if not match:
            continue
        digits = re.fullmatch(r"\d+", _text(tags, fraction) or "")
        micro = int((digits.group() + "000000")[:6]) if digits else 0
        year, month, day, hour, minute, second = map(int, match.groups())
        try:
            zone = _zone(_text(tags, offset))
            return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
        except ValueError:
            continue
    return None


def _zone(text: str | None) -> timezone | None:
    """Return the time zone of an offset like "+09:00"."""
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text or "")
    if text == "Z":
        return UTC
    if not match or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)


_LEGAL_FORMS = re.compile(
    r"\b(corporation|corp|company|co|ltd|inc|gmbh|ag|imaging|optical|electric|electronics"
    r"|technologies|digital camera|photo film)\b\.?",
    re.IGNORECASE,
)


def _camera(make: str | None, model: str | None) -> str | None:
    """Return make and model as one string without repetitions.

    >>> _camera("NIKON CORPORATION", "NIKON D850")
    'Nikon D850'
    >>> _camera("SONY", "ILCE-7M3")
    'Sony ILCE-7M3'
    """
    if not make:
        return model
    brand = " ".join(_LEGAL_FORMS.sub(" ", make).replace(",", " ").split()).strip(" .") or make
    words = [w.capitalize() if (w.isupper() and len(w) > 3) or w.islower() else w
             for w in brand.split()]  # fmt: skip
    if not model:
        return " ".join(words)
    rest = model
    for known in (make, brand, brand.split()[0]):
        if model.lower().startswith(known.lower()) and not model[len(known) :][:1].isalnum():
            rest = model[len(known) :].strip()
            break
    return " ".join([*words, rest]).strip()


def _lens_range(tags: Mapping[int, Any]) -> str | None:
    """Describe a lens by its range of focal lengths and apertures, as "24-70mm f/2.8"."""
    value = tags.get(_LENS_RANGE)
    if not isinstance(value, tuple | list) or len(value) != 4:
        return None
    numbers = [_number({0: item}, 0, 0.5, 10_000) for item in value]
    focal = [f"{n:g}" for n in dict.fromkeys(numbers[:2]) if n]
    stops = [f"{n:g}" for n in dict.fromkeys(numbers[2:]) if n]
    if not focal:
        return None
    return f"{'-'.join(focal)}mm" + (f" f/{'-'.join(stops)}" if stops else "")


def raw_exif_blocks(data: bytes) -> list[bytes]:
    """Return the EXIF blocks of a camera raw file, for `capture_facts`; never raises.

    TIFF-based files (CR2, NEF, ARW, DNG, PEF) are their own block; RW2 and ORF are with another
    magic number; RAF has a JPEG with EXIF; CR3 has TIFF structures in boxes CMT1 and CMT2.
    """
    try:
        if data[:4] in (b"II*\0", b"MM\0*"):
            return [data]
        if data[:4] in (b"IIU\0", b"IIRO", b"IIRS"):
            return [b"II*\0" + data[4:]]
        if data[:4] == b"MMOR":
            return [b"MM\0*" + data[4:]]
        if data.startswith(b"FUJIFILM"):
            start = struct.unpack_from(">I", data, 84)[0]
            at = data.find(b"Exif\0\0", start, start + 64)
            return [data[at : at + 65536]] if at >= 0 else []
        return [block for block in map(_box, (b"CMT1", b"CMT2"), (data, data)) if block]
    except struct.error:
        return []


def _box(name: bytes, data: bytes) -> bytes | None:
    """Return the content of a box in the first 256 kB of a CR3 file.

    CMT2 is the Exif directory on its own: its tags stand in its first directory.
    """
    at = data.find(name, 0, 262_144)
    if at < 4:
        return None
    return data[at + 4 : at - 4 + struct.unpack_from(">I", data, at - 4)[0]]
