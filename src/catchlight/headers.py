"""What the first bytes of a file say about a picture, before anything is decoded.

Formats are told apart by content, never by the file name.

References
----------
.. [1] PNG Specification, third edition, W3C 2025: section 11 (chunks), 4.3 (colour chunk order).
.. [2] ISO/IEC 14496-12, the file type box; ISO/IEC 23008-12 (HEIF) and AVIF 1.1 for the brands.
.. [3] Adobe, TIFF revision 6.0, 1992; TIFF/EP (ISO 12234-2) and the DNG specification 1.7 for the
   tags of raw files.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from typing import Any, Literal

import tifffile

__all__ = [
    "Kind",
    "PngFacts",
    "TiffFacts",
    "heif_items_are_text",
    "identify",
    "jpeg_has_usual_codes",
    "jpeg_is_cut",
    "jpeg_is_too_short",
    "png_facts",
    "png_is_sound",
    "png_pixels_only",
    "tiff_facts",
]

# tifffile tells of odd files in its log; without a handler that would go to the user's terminal.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

Kind = Literal["JPEG", "PNG", "WebP", "TIFF", "AVIF", "HEIC", "RAW"]

# What is recognised only to be refused by its name: (offset, bytes, what it is).
_FOREIGN = (
    (0, b"GIF8", "a GIF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"gimp xcf", "a GIMP document"),
    (0, b"%PDF", "a PDF document"),
    (0, b"v/1\x01", "an OpenEXR picture"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
    (0, b"\x00\x00\x01\xba", "a video"),
    (0, b"FLV", "a video"),
    (8, b"AVI ", "a video"),
    (4, b"moov", "a video"),
    (4, b"mdat", "a video"),
    (4, b"wide", "a video"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1"}
_VIDEO_BRANDS = (
    b"iso", b"mp4", b"mp7", b"M4", b"qt", b"3g", b"avc", b"hvc", b"dash", b"mmp4", b"f4", b"MSNV",
    b"XAVC",
)  # fmt: skip
_RAW_MAGIC = (
    (0, b"FUJIFILMCCD-RAW"),  # RAF
    (0, b"IIU\x00"),  # Panasonic RW2
    (0, b"IIRO"),  # Olympus ORF
    (0, b"IIRS"),
    (0, b"MMOR"),
    (0, b"\x00MRM"),  # Minolta MRW
    (0, b"FOVb"),  # Sigma X3F
    (6, b"HEAPCCDR"),  # Canon CRW
)


def identify(data: bytes) -> Kind | str:
    """Return the format of a file, or what it is in words when it is a known kind not read.

    Parameters
    ----------
    data : the file's bytes; the first kilobytes decide (TIFF directories may lie anywhere).

    Returns
    -------
    One of `Kind`, a phrase like "a GIF picture", or "" when nothing is recognised.

    >>> identify(b"GIF89a...")
    'a GIF picture'
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp" and len(data) >= 16:
        return _bmff_kind(data)
    if any(data.startswith(magic, offset) for offset, magic in _RAW_MAGIC):
        return "RAW"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "RAW" if data[8:10] == b"CR" or tiff_facts(data).raw else "TIFF"
    if data[:256].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml")):
        return "an XML or SVG document"
    return next((what for at, magic, what in _FOREIGN if data.startswith(magic, at)), "")


def _bmff_kind(data: bytes) -> Kind | str:
    """Return the kind of an ISO base media file by its brands [2]."""
    size = min(max(struct.unpack_from(">I", data)[0], 16), 512)
    major = data[8:12]
    brands = {major, *(data[i : i + 4] for i in range(16, size, 4))}
    if major == b"crx ":
        return "RAW"
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & _HEIC_BRANDS:
        return "HEIC"
    return "a video" if major.strip().startswith(_VIDEO_BRANDS) else "a file of an unknown kind"


def heif_items_are_text(data: bytes) -> bool:
    """Return whether the types and names of a HEIF file's items are text, as they must be [2].

    The binding to libheif crashes the process over one that is not UTF-8 (pi-heif 1.4).
    """
    end = data.find(b"mdat") if data.find(b"iinf") < data.find(b"mdat") else len(data)
    at = data.find(b"infe", 0, end)
    while at >= 4:
        size = struct.unpack_from(">I", data, at - 4)[0]
        start = at + (12 if data[at + 4] < 3 else 14)  # after version, flags, number, protection
        try:
            data[start : max(at - 4 + size, start + 4)].decode("utf-8")
        except UnicodeDecodeError:
            return False
        at = data.find(b"infe", at + 4, end)
    return True


# How many codes of each length the usual table for luminance has (ITU-T T.81, table K.5).
_USUAL_CODES = bytes.fromhex("0002010303020403050504040000017d")


def jpeg_has_usual_codes(data: bytes) -> bool:
    """Return whether a JPEG file has the standard's example codes, by which flat blocks take most.

    Progressive and optimized files have codes of their own, and need a third of the bits there.
    """
    return data.find(_USUAL_CODES, 0, data.find(b"\xff\xda")) >= 0


def jpeg_is_cut(data: bytes) -> bool:
    """Return whether a JPEG file was filled up with zeros instead of its last part.

    Decoders take the zeros for pixels and give a half-grey picture. In a scan the byte 0xFF is
    always followed by a stuffed zero, so the first end marker after a scan begins is a real one.
    """
    scan = data.find(b"\xff\xda")
    return scan < 0 or (data.endswith(bytes(16)) and data.find(b"\xff\xd9", scan) < 0)


def jpeg_is_too_short(data: bytes, size: tuple[int, int]) -> bool:
    """Return whether a JPEG file has fewer bits than a picture of this size must have.

    A Huffman code has at least one bit, and each block of 8 × 8 pixels at least one code (ITU-T
    T.81, F.1.2). Decoders fill up what is missing with grey. Of arithmetic coding nothing is said.
    """
    scan = data.find(b"\xff\xda")
    arithmetic = any(data.find(bytes([0xFF, m]), 0, scan) >= 0 for m in (0xC9, 0xCA, 0xCB))
    return not arithmetic and size[0] * size[1] > 64 * 8 * len(data)


@dataclass(frozen=True, slots=True)
class PngFacts:
    """What the chunks of a PNG file say [1].

    Attributes
    ----------
    size : (width, height) in pixels.
    depth : bits of a sample.
    icc : the embedded ICC profile.
    cicp : colour primaries, transfer characteristics of ITU-T H.273.
    gamma : the gAMA value, 1 / exponent of the display, e.g. 0.45455.
    chromaticities : white, red, green, blue as CIE 1931 (x, y).
    exif : the eXIf chunk, a TIFF structure.
    animated : whether it is an animation.
    """

    size: tuple[int, int]
    depth: int
    icc: bytes | None = None
    cicp: tuple[int, int] | None = None
    gamma: float | None = None
    chromaticities: tuple[tuple[float, float], ...] | None = None
    exif: bytes | None = None
    animated: bool = False


def png_facts(data: bytes) -> PngFacts:
    """Read the chunks of a PNG file without its pixels.

    Of the colour descriptions only the one that counts is returned: cICP before iCCP before sRGB
    before gAMA and cHRM [1].

    Raises
    ------
    ValueError
        There is no header chunk, or it has no pixels.
    """
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("no header chunk")
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    if not width or not height:
        raise ValueError("no pixels in the header")
    found: dict[bytes, bytes] = {}
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        name = data[at + 4 : at + 8]
        if name in (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf", b"acTL"):
            found.setdefault(name, data[at + 8 : at + 8 + length])
        at += 12 + length
    facts: dict[str, Any] = {"exif": found.get(b"eXIf"), "animated": b"acTL" in found}
    cicp = found.get(b"cICP", b"")
    if len(cicp) == 4:
        facts["cicp"] = (cicp[0], cicp[1])
    elif b"iCCP" in found:
        facts["icc"] = _inflate_profile(found[b"iCCP"])
    elif b"sRGB" not in found:
        if len(found.get(b"gAMA", b"")) == 4:
            facts["gamma"] = struct.unpack(">I", found[b"gAMA"])[0] / 100_000
        if len(found.get(b"cHRM", b"")) == 32:
            xy = [value / 100_000 for value in struct.unpack(">8I", found[b"cHRM"])]
            facts["chromaticities"] = tuple(zip(xy[::2], xy[1::2], strict=True))
    return PngFacts((width, height), depth, **facts)


# Colour type -> the bits a sample may have [1], table 11.1.
_PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def png_is_sound(data: bytes) -> bool:
    """Return whether a PNG's header is one that can be, and its pixels' chunks whole.

    libpng through imagecodecs loses some kilobytes of memory for each file it gives up (measured
    with imagecodecs 2026.3); so what can be seen before is not given to it.
    """
    depth, color, packing, filtering, interlace = data[24:29]
    if depth not in _PNG_DEPTHS.get(color, ()) or packing or filtering or interlace > 1:
        return False
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        name, end = data[at + 4 : at + 8], at + 8 + length
        if end + 4 > len(data):
            return False
        if name in (b"IHDR", b"IDAT", b"IEND") and zlib.crc32(data[at + 4 : end]) != int.from_bytes(
            data[end : end + 4], "big"
        ):
            return False
        if name == b"IEND":
            return True
        at = end + 4
    return False


def png_pixels_only(data: bytes) -> bytes:
    """Return a PNG file without the chunks that cost its reader time or memory.

    Left out are profiles and texts (which may unpack to any size, and which Pillow refuses a
    picture for beyond 1 MB), except EXIF data that ImageMagick keeps as text.
    """
    parts, at = [data[:8]], 8
    while at < len(data):
        length = struct.unpack_from(">I", data, at)[0] if at + 8 <= len(data) else 0
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 30]
        is_text = name in (b"tEXt", b"zTXt", b"iTXt") and not body.startswith(_EXIF_AS_TEXT)
        if name != b"iCCP" and not is_text:
            parts.append(data[at : at + 12 + length])
        at += 12 + length
    return b"".join(parts)


_EXIF_AS_TEXT = b"Raw profile type exif"


def _inflate_profile(chunk: bytes, limit: int = 16 * 1024**2) -> bytes | None:
    """Return the profile in an iCCP chunk, None when it is damaged or larger than `limit` bytes."""
    packed = chunk.partition(b"\0")[2][1:]
    try:
        stream = zlib.decompressobj()
        profile = stream.decompress(packed, limit)
    except zlib.error:
        return None
    return profile if stream.eof else None


@dataclass(frozen=True, slots=True)
class TiffFacts:
    """What the directories of a TIFF file say [3].

    Attributes
    ----------
    raw : whether it holds sensor data (DNG, NEF, ARW, PEF …) and not a finished picture.
    bits : bits of a sample of the first picture.
    cut : whether picture data lie beyond the end of the file.
    readable : whether the directories could be read at all.
    """

    raw: bool = False
    bits: int = 0
    cut: bool = False
    readable: bool = True


_CFA, _LINEAR_RAW, _DNG_VERSION, _RAW_COMPRESSIONS = 32803, 34892, 50706, {32767, 32769, 34713}


def tiff_facts(data: bytes) -> TiffFacts:
    """Read the directories of a TIFF file without its pixels; never raises."""
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            first = file.pages.first
            pages = [first, *(first.pages or ())]
            sensor = [page for page in pages if _is_sensor_data(page)]
            return TiffFacts(
                raw=bool(sensor) or _DNG_VERSION in first.tags,
                bits=int(first.bitspersample),
                cut=any(_is_cut(page, len(data)) for page in sensor or [first]),
            )
    except Exception:  # tifffile raises whatever its parsing meets
        return TiffFacts(readable=False)


def _is_sensor_data(page: Any) -> bool:
    """Return whether a TIFF directory is of undeveloped pixels."""
    return (
        page.tags.valueof(262, 0) in (_CFA, _LINEAR_RAW)
        or page.tags.valueof(259, 0) in _RAW_COMPRESSIONS
    )


def _is_cut(page: Any, length: int) -> bool:
    """Return whether data of a TIFF directory lie beyond the end of the file."""
    places = zip(page.dataoffsets, page.databytecounts, strict=False)
    return any(offset + count > length for offset, count in places)
