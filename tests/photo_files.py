"""Small photo files of every format, made here: what the tests of reading read.

No encoder for HEIC may be installed, so one HEVC picture (coded once, our own drawing) is kept as
text and put into containers written here. The raw file is a DNG of a drawn sensor mosaic.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 128, 64
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (50, 60, 190), (220, 200, 60)


def drawing() -> NDArray[np.uint8]:
    """Four different quarters, so that no turn or flip looks like another; (64, 128, 3)."""
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = RED
    picture[: HEIGHT // 2, WIDTH // 2 :] = GREEN
    picture[HEIGHT // 2 :, : WIDTH // 2] = BLUE
    picture[HEIGHT // 2 :, WIDTH // 2 :] = YELLOW
    return picture


def smooth(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """Soft shapes without noise, as a lens draws them; (height, width, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / max(width, height)
    waves = [
        sum(np.sin(rng.uniform(2, 14) * (x * np.cos(t) + y * np.sin(t)) + t) for t in range(5))
        for _ in range(3)
    ]
    return np.clip(128 + 22 * np.stack(waves, axis=-1), 0, 255).round().astype(np.uint8)


# Exif 3.0, tag 0x0112: the visual side of the stored row 0 and of the stored column 0.
_SIDES = {
    1: ("top", "left"), 2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"),
    5: ("left", "top"), 6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom"),
}  # fmt: skip


def stored(upright: NDArray[Any], orientation: int) -> NDArray[Any]:
    """How a camera stores an upright picture under an orientation, by the words of the standard."""
    height, width = upright.shape[:2]
    along = {
        "top": ("y", np.arange(height)),
        "bottom": ("y", np.arange(height)[::-1]),
        "left": ("x", np.arange(width)),
        "right": ("x", np.arange(width)[::-1]),
    }
    row_side, column_side = _SIDES[orientation]
    (axis, rows), (_, columns) = along[row_side], along[column_side]
    if axis == "y":
        return np.ascontiguousarray(upright[rows[:, None], columns[None, :]])
    return np.ascontiguousarray(upright[columns[None, :], rows[:, None]])


def encoded(picture: NDArray[Any], kind: str, **options: Any) -> bytes:
    """A file of an 8-bit picture through Pillow; near-lossless unless told otherwise."""
    usual: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
        "PNG": {"compress_level": 1},
    }
    return saved(Image.fromarray(picture), kind, **{**usual.get(kind, {}), **options})


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A file of an image of any mode through Pillow, as it is told."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1, **more: Any) -> Image.Exif:
    """An EXIF block; further tags by number: exif(6, t0x010F="Canon")."""
    block = Image.Exif()
    block[0x0112] = orientation
    for name, value in more.items():
        block[int(name[1:], 16)] = value
    return block


# ---------------------------------------------------------------- PNG


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    return png[:33] + chunk(name, body) + png[33:]


def png_header(width: int, height: int, depth: int = 8, color: int = 2) -> bytes:
    """A PNG that says a size and has next to no data."""
    body = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    parts = (chunk(b"IHDR", body), chunk(b"IDAT", b"x\x9c"), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# ---------------------------------------------------------------- HEIC

_HEVC = base64.b85decode(
    "0B!*U2mk;8o;Uyi0018F0Q~>>_y7P817H9F02e?33<3ZD1PA~C0|1^l0009303NymKw$s@04YKN0R#vD00RJ?H~;_x0017"
    "40t5&ww^B(>b8ryQU_bx>20#D+0{}u|00969L;=Bah71BE0001fC;_ho_(3vh+yB46|NrST9hdf28c(0a2kxm-U+Zzt|M?"
    "+01|V4DlUn#?jedU@$KZqFC>f)S@AIy`Ph~alsvoy0zL&b)dQzmSgmR-xK`YVK$L9IJFZ?vIt*%x-(q;eppb!6__<O#pLc"
    "h-aU;j&(eSR-Iie&!30$>"
)


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of an ISO base media file."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def heic(
    *,
    irot: int | None = None,
    imir: int | None = None,
    icc: bytes | None = None,
    nclx: tuple[int, int] = (1, 13),
    exif_block: bytes | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> bytes:
    """A HEIC file of `drawing()` with the asked properties (ISO/IEC 23008-12)."""
    length = struct.unpack_from(">H", _HEVC)[0]
    config, picture = _HEVC[2 : 2 + length], _HEVC[2 + length :]
    color = (
        box(b"colr", b"prof", icc)
        if icc
        else box(b"colr", b"nclx", struct.pack(">HHHB", *nclx, 6, 0x80))
    )
    properties = [
        (1, box(b"hvcC", config)),
        (0, box(b"ispe", struct.pack(">III", 0, *size))),
        (0, color),
        (0, box(b"pixi", struct.pack(">IBBBB", 0, 3, 8, 8, 8))),
    ]
    if irot is not None:
        properties.append((1, box(b"irot", bytes([irot]))))
    if imir is not None:
        properties.append((1, box(b"imir", bytes([imir]))))
    items = [(1, b"hvc1", picture)]
    if exif_block is not None:
        items.append((2, b"Exif", struct.pack(">I", 0) + exif_block))
    links = b"".join(bytes([(must << 7) | (i + 1)]) for i, (must, _) in enumerate(properties))
    infos = [
        box(b"infe", struct.pack(">IHH", 0x02000000, number, 0), kind, b"\0")
        for number, kind, _ in items
    ]
    reference = (
        box(b"iref", bytes(4), box(b"cdsc", struct.pack(">HHH", 2, 1, 1)))
        if exif_block is not None
        else b""
    )

    def meta(start: int) -> bytes:
        places, at = [], start
        for number, _, data in items:
            places.append(struct.pack(">HHHII", number, 0, 1, at, len(data)))
            at += len(data)
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", struct.pack(">IH", 0, 1)),
            box(b"iloc", struct.pack(">IBBH", 0, 0x44, 0, len(items)), *places),
            box(b"iinf", struct.pack(">IH", 0, len(infos)), *infos),
            reference,
            box(
                b"iprp",
                box(b"ipco", *(body for _, body in properties)),
                box(b"ipma", struct.pack(">IIHB", 0, 1, 1, len(properties)), links),
            ),
        )

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *(data for _, _, data in items))


# ---------------------------------------------------------------- camera raw

RAW_LINEAR = ((0.5, 0.1, 0.1), (0.1, 0.4, 0.1), (0.1, 0.1, 0.5), (0.6, 0.5, 0.2))
_XYZ_TO_SRGB = ((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570))


def dng(orientation: int = 1, width: int = 96, height: int = 64, **tags: Any) -> bytes:
    """A DNG whose stored quarters have the linear sRGB colours `RAW_LINEAR`; its sensor sees sRGB.

    As shot the white balance is neutral; `neutral` (three numbers) tells another one.
    """
    scene = np.empty((height, width, 3))
    half_y, half_x = height // 2, width // 2
    scene[:half_y, :half_x], scene[:half_y, half_x:] = RAW_LINEAR[0], RAW_LINEAR[1]
    scene[half_y:, :half_x], scene[half_y:, half_x:] = RAW_LINEAR[2], RAW_LINEAR[3]
    neutral = tags.get("neutral", (1.0, 1.0, 1.0))
    monochrome = tags.get("monochrome", False)
    scene *= neutral
    mosaic = np.empty((height, width))
    for y, x, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        mosaic[y::2, x::2] = scene[y::2, x::2, channel]

    def fractions(values: Any) -> tuple[int, ...]:
        return tuple(n for v in values for n in (round(v * 10000), 10000))

    extra: list[tuple[Any, ...]] = [
        (271, 2, 0, tags.get("make", "Lens Makers Corporation"), True),
        (272, 2, 0, tags.get("model", "Model 1"), True),
        (274, 3, 1, orientation, True),
        (306, 2, 0, "2024:05:01 10:20:30", True),
        (33421, 3, 2, (2, 2), True),  # CFARepeatPatternDim
        (33422, 1, 4, bytes([0, 1, 1, 2]), True),  # CFAPattern
        (50706, 1, 4, bytes([1, 4, 0, 0]), True),  # DNGVersion
        (50707, 1, 4, bytes([1, 1, 0, 0]), True),
        (50708, 2, 0, "Lens Makers Model 1", True),  # UniqueCameraModel
        (50717, 4, 1, 60000, True),  # WhiteLevel
        (50721, 10, 9, fractions(np.ravel(_XYZ_TO_SRGB)), True),  # ColorMatrix1
        (50728, 5, 3, fractions(neutral), True),  # AsShotNeutral
        (50778, 3, 1, 21, True),  # CalibrationIlluminant1: D65
    ]
    if monochrome:
        mosaic = scene.mean(axis=2)
        extra = [tag for tag in extra if tag[0] not in (33421, 33422, 50721, 50728, 50778)]
    out = io.BytesIO()
    tifffile.imwrite(
        out,
        np.round(mosaic * 60000).astype(np.uint16),
        photometric="minisblack" if monochrome else 32803,
        extratags=extra,
        metadata=None,
        rowsperstrip=height,
    )
    data = bytearray(out.getvalue())
    if monochrome:  # LinearRaw of one colour, which tifffile does not write
        with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
            at = file.pages.first.tags["PhotometricInterpretation"].valueoffset
        struct.pack_into("<H", data, at, 34892)
    return bytes(data)


# ---------------------------------------------------------------- colour profiles

P3_PRIMARIES = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))


def srgb_decode(code: Any) -> Any:
    """IEC 61966-2-1, written once more so that the tests do not lean on the code."""
    code = np.asarray(code, np.float64)
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def srgb_encode(linear: Any) -> Any:
    """The inverse of `srgb_decode`."""
    linear = np.clip(np.asarray(linear, np.float64), 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def icc_profile(primaries: Any = P3_PRIMARIES, gamma: float | None = None) -> bytes:
    """An RGB profile with a D65 white and the sRGB curve, or a plain gamma."""
    curve: dict[str, Any] = (
        {"transferfunction": srgb_decode(np.linspace(0, 1, 1024)).astype(np.float32)}
        if gamma is None
        else {"gamma": gamma}
    )
    flat = [value for x, y in primaries for value in (x, y, 1)]
    return bytes(
        imagecodecs.cms_profile("rgb", whitepoint=(0.3127, 0.3290, 1), primaries=flat, **curve)
    )


# Published matrix (from the primaries of SMPTE EG 432-1 and BT.709), linear Display P3 to sRGB.
P3_TO_SRGB = np.array(
    [
        [1.2249401763, -0.2249401763, 0.0],
        [-0.0420569547, 1.0420569547, 0.0],
        [-0.0196375546, -0.0786360456, 1.0982736002],
    ]
)


def srgb_to_p3(picture: NDArray[np.uint8], top: int = 255) -> NDArray[Any]:
    """The same colours as Display P3 codes, of 8 bits (top 255) or 16 (65535)."""
    linear = srgb_decode(picture / 255) @ np.linalg.inv(P3_TO_SRGB).T
    return np.round(srgb_encode(linear) * top).astype(np.uint8 if top == 255 else np.uint16)


CYAN_LAB = (60.0, -25.0, -30.0)


def cmyk_profile() -> bytes:
    """A printer profile (ICC.1, lut16Type) of a 2^4 grid: paper, `CYAN_LAB`, and black inks."""
    labs = np.zeros((2, 2, 2, 2, 3))
    for c in range(2):
        for m in range(2):
            for y in range(2):
                labs[c, m, y, 0] = (100 - 30 * (c + m + y), 50 * (m - c), 50 * (y - m))
    labs[0, 0, 0, 0], labs[1, 0, 0, 0], labs[1, 1, 1, 0] = (100, 0, 0), CYAN_LAB, (10, 0, 0)
    table = np.empty_like(labs)  # the encoding of lut16Type: L 100 is 0xFF00, a and b 0 are 0x8000
    table[..., 0] = labs[..., 0] * 652.8
    table[..., 1:] = (labs[..., 1:] + 128) * 256
    grid = np.round(table).astype(">u2").tobytes()
    ramp = struct.pack(">HH", 0, 65535)
    one, zero = 65536, 0
    matrix = struct.pack(">9i", one, zero, zero, zero, one, zero, zero, zero, one)
    lut = b"mft2" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + struct.pack(">HH", 2, 2)
    lut += ramp * 4 + grid + ramp * 3
    text = b"test inks\0"
    name = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    tags, at, body = [], 128 + 4 + 12 * 3, b""
    for signature, data in ((b"desc", name), (b"wtpt", white), (b"A2B0", lut)):
        data += bytes(-len(data) % 4)
        tags.append(signature + struct.pack(">II", at + len(body), len(data)))
        body += data
    head = struct.pack(
        ">I4sI4s4s4s", at + len(body), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    head += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", 3) + b"".join(tags) + body


# ---------------------------------------------------------------- all of them


def area_mean(full: NDArray[Any], n: int) -> NDArray[np.float64]:
    """The mean of n × n pixels in linear light, plainly."""
    height, width = full.shape[0] // n, full.shape[1] // n
    linear = srgb_decode(full[: height * n, : width * n] / 255)
    return linear.reshape(height, n, width, n, 3).mean(axis=(1, 3))


def tiff16(picture: NDArray[Any], **options: Any) -> bytes:
    """A TIFF through tifffile, RGB unless told otherwise."""
    out = io.BytesIO()
    tifffile.imwrite(out, picture, metadata=None, **{"photometric": "rgb", **options})
    return out.getvalue()


def png16(picture: NDArray[np.uint16]) -> bytes:
    """A 16-bit PNG (Pillow writes none)."""
    return bytes(imagecodecs.png_encode(picture))


def _files_of_every_format() -> dict[str, bytes]:
    deep = drawing().astype(np.uint16) * 257
    return {
        "JPEG": encoded(drawing(), "JPEG"),
        "JPEG progressive": encoded(drawing(), "JPEG", progressive=True),
        "PNG": encoded(drawing(), "PNG"),
        "PNG 16": png16(deep),
        "WebP": encoded(drawing(), "WEBP"),
        "WebP lossy": encoded(drawing(), "WEBP", lossless=False, quality=95),
        "AVIF": encoded(drawing(), "AVIF"),
        "TIFF": encoded(drawing(), "TIFF"),
        "TIFF lzw": encoded(drawing(), "TIFF", compression="tiff_lzw"),
        "TIFF 16": tiff16(deep),
        "TIFF 16 deflate": tiff16(deep, compression="zlib", predictor=True, tile=(32, 32)),
        "HEIC": heic(),
        "RAW": dng(),
    }


FILES = _files_of_every_format()
# How far lossy formats are off, in codes; everything else is exact.
LOSSY = {"JPEG": 3, "JPEG progressive": 3, "WebP lossy": 5, "AVIF": 6, "HEIC": 4}
