"""Decoding: the bytes of one file to upright sRGB pixels, for each format.

A reduced picture is 1/n of the original for a whole n: every pixel covers exactly n × n original
pixels, counted from the upper left corner of the upright picture, and the right and lower rest of
fewer than n pixels is left off. So coordinates scale by n without any offset. JPEG is reduced while
decoding (by 2, 4 or 8, on its cosine coefficients, in sRGB-encoded values), camera raw by 2 on the
sensor's 2 × 2 cells; the rest, and every other format, is averaged in linear light.

Decoders' own exceptions pass through; `catchlight.photo.read` turns them into PhotoErrors.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
import pi_heif
import rawpy
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from .capture import Capture, capture_facts, raw_exif_blocks
from .decoding import (
    COPY_AGAIN,
    REVERSED,
    SAVE_AGAIN,
    Decoded,
    Source,
    on_white,
    reduced,
    upright,
)
from .errors import UnreadablePhoto, UnsupportedPhoto
from .headers import (
    Kind,
    heif_items_are_text,
    jpeg_is_cut,
    jpeg_is_too_short,
    png_facts,
    png_is_sound,
    png_pixels_only,
    tiff_facts,
)
from .pillow_pixels import packed
from .profiles import Encoding, convert_8, convert_16, from_cicp, from_png, to_srgb

__all__ = ["decode"]

FIRST_OF_MANY = "the file has several pictures; the first is used"


def decode(source: Source) -> Decoded:
    """Decode a file of a known format into upright sRGB pixels.

    Raises
    ------
    PhotoError
        The picture is too large, of an unsupported sort, or seen to be cut short.
    Exception
        Whatever the decoding library raises for damaged data.
    """
    found = _DECODERS[source.kind](source)
    full = found.full_size
    rest = source.factor(*full) // found.shrink
    if rest > 1:
        found.pixels = reduced(found.pixels, rest)
        found.shrink *= rest
    return found


# ---------------------------------------------------------------- 8 bits, through Pillow


def _flatten_modes(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return a Pillow image of any mode as L, RGB, CMYK or LAB, and its alpha, if it has one."""
    mode = image.mode
    if mode in ("RGBa", "La"):
        image = image.convert(mode.upper())
    elif mode in ("PA", "P") or (mode in ("RGB", "L", "1") and "transparency" in image.info):
        seen_through = mode == "PA" or "transparency" in image.info
        image = image.convert("RGBA" if seen_through else "RGB")
    elif mode == "1":
        image = image.convert("L")
    elif mode in ("YCbCr", "RGBX"):
        image = image.convert("RGB")
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), image.getchannel("A")
    return image, None


def _pillow(
    source: Source,
    image: ImageFile.ImageFile,
    encoding: Encoding | None = None,
    icc: bytes | None = None,
) -> Decoded:
    """Decode an 8-bit picture that Pillow has opened."""
    source.accept(*image.size)
    stored = image.size
    orientation, shrink = 1, 1
    if isinstance(image, JpegImageFile):
        orientation = image.getexif().get(0x0112, 1)
        shrink = _draft(image, source.factor(*stored), orientation)
    image.load()
    orientation = image.getexif().get(0x0112, 1)  # TIFF is turned upright by loading
    exif = image.info.get("exif")
    many = getattr(image, "n_frames", 1) > 1
    size = image.size if shrink == 1 else stored
    profile = icc or image.info.get("icc_profile")
    plain, alpha = _flatten_modes(image)
    if plain.mode not in ("L", "RGB", "CMYK", "LAB"):
        raise UnsupportedPhoto(
            source.path, f"its pixels are of the kind {plain.mode}, not of a photo", SAVE_AGAIN
        )
    plain, notes = convert_8(plain, profile)
    pixels = packed(plain)
    del image, plain  # the picture is held once from here on
    if encoding is not None and profile is None:
        notes += to_srgb(pixels, encoding)
    if alpha is not None:
        notes += on_white(pixels, packed(alpha))
    if shrink > 1:  # blocks that the picture's edge cuts are padding in part
        pixels = np.ascontiguousarray(pixels[: stored[1] // shrink, : stored[0] // shrink])
    full = (size[1], size[0]) if orientation in (5, 6, 7, 8) else size
    notes += [FIRST_OF_MANY] if many else []
    return Decoded(upright(pixels, orientation), full, shrink, capture_facts(exif), notes)


def _draft(image: JpegImageFile, factor: int, orientation: int) -> int:
    """Let a JPEG be decoded at 1/8, 1/4 or 1/2, at most by `factor`; return the reduction.

    The blocks are counted from the stored upper left corner. Where the upright picture begins at
    the other end, only a reduction that divides that side gives whole blocks there.
    """
    width, height = image.size
    back_x, back_y = REVERSED.get(orientation, (0, 0))
    for n in (8, 4, 2):
        if n <= factor and not (back_x and width % n) and not (back_y and height % n):
            image.draft(None, (width // n, height // n))
            return int(image.decoderconfig[0])
    return 1


def _jpeg(source: Source) -> Decoded:
    if jpeg_is_cut(source.data):
        raise UnreadablePhoto(source.path, "the JPEG data are cut short", COPY_AGAIN)
    image = JpegImageFile(io.BytesIO(source.data))
    source.accept(*image.size)
    if jpeg_is_too_short(source.data, image.size):
        raise UnreadablePhoto(source.path, "the JPEG data are cut short", COPY_AGAIN)
    # In one go: between blocks the decoder would wait for the interpreter lock each time.
    image.decodermaxblock = max(len(source.data), image.decodermaxblock)
    return _pillow(source, image)


def _webp(source: Source) -> Decoded:
    return _pillow(source, WebPImageFile(io.BytesIO(source.data)))


def _png(source: Source) -> Decoded:
    facts = png_facts(source.data)
    source.accept(*facts.size)
    encoding = from_png(facts)
    if facts.depth < 16:
        image = PngImageFile(io.BytesIO(png_pixels_only(source.data)))
        return _pillow(source, image, encoding, facts.icc)
    if not png_is_sound(source.data):
        raise UnreadablePhoto(source.path, "the PNG data are damaged or cut short", COPY_AGAIN)
    samples = np.atleast_3d(imagecodecs.png_decode(source.data))
    return _sixteen(
        samples,
        color=1 if samples.shape[2] < 3 else 3,
        icc=facts.icc,
        encoding=encoding,
        orientation=_orientation(facts.exif),
        capture=capture_facts(facts.exif),
        notes=[FIRST_OF_MANY] if facts.animated else [],
    )


def _orientation(exif: bytes | None) -> int:
    """Return the orientation in an EXIF block, 1 when there is none or it cannot be read."""
    try:
        found = Image.Exif()
        found.load(exif or b"")
        return int(found.get(0x0112, 1))
    except Exception:  # Pillow's reader raises whatever the garbage makes it meet
        return 1


# ---------------------------------------------------------------- 16 bits


def _sixteen(
    samples: NDArray[np.uint16],
    *,
    color: int,
    icc: bytes | None,
    encoding: Encoding | None,
    orientation: int,
    capture: Capture,
    notes: list[str],
) -> Decoded:
    """Finish a picture of 16-bit samples (H, W, channels): `color` channels, then perhaps alpha."""
    alpha = samples[..., color] if samples.shape[2] > color else None
    pixels, more = convert_16(np.ascontiguousarray(samples[..., :color]), icc)
    notes = [*notes, *more]
    if encoding is not None and icc is None:
        notes += to_srgb(pixels, encoding)
    if alpha is not None:
        notes += on_white(pixels, alpha)
    pixels = np.ascontiguousarray(upright(pixels, orientation))
    return Decoded(pixels, (pixels.shape[1], pixels.shape[0]), 1, capture, notes)


def _tiff(source: Source) -> Decoded:
    facts = tiff_facts(source.data)
    if facts.cut:
        raise UnreadablePhoto(source.path, "the TIFF data are cut short", COPY_AGAIN)
    if not facts.readable:
        raise UnreadablePhoto(source.path, "its TIFF directory is damaged", COPY_AGAIN)
    if facts.bits <= 8:
        found = _pillow(source, TiffImageFile(io.BytesIO(source.data)))
        found.capture = capture_facts(source.data)
        return found
    with tifffile.TiffFile(io.BytesIO(source.data)) as file:
        page = file.pages.first
        source.accept(page.imagewidth, page.imagelength)
        color = {0: 1, 1: 1, 2: 3, 5: 4}.get(int(page.photometric))
        if page.dtype != np.uint16 or facts.bits != 16 or color is None:
            raise UnsupportedPhoto(
                source.path,
                f"its samples are {facts.bits}-bit {page.photometric.name}, which is not read",
                SAVE_AGAIN,
            )
        samples = page.asarray().reshape(page.shaped)
        samples = np.moveaxis(samples[:, 0], 0, 2).reshape(page.imagelength, page.imagewidth, -1)
        extra = [int(e) for e in page.extrasamples]
        # Only a declared alpha is one; 0 is "unspecified", and more channels are masks.
        seen = color + (1 if extra[:1] in ([1], [2]) else 0)
        samples = np.ascontiguousarray(samples[..., :seen], np.uint16)
        if int(page.photometric) == 0:
            samples[..., 0] = 65535 - samples[..., 0]
        if extra[:1] == [1]:
            _divide_by_alpha(samples)
        return _sixteen(
            samples,
            color=color,
            icc=page.iccprofile,
            encoding=None,
            orientation=int(page.tags.valueof(274, 1) or 1),
            capture=capture_facts(source.data),
            notes=[FIRST_OF_MANY] if len(file.pages) > 1 else [],
        )


def _divide_by_alpha(samples: NDArray[np.uint16]) -> None:
    """Turn associated alpha (the last channel) into unassociated, in place."""
    cover = np.maximum(samples[..., -1:].astype(np.float32), 1)
    plain = samples[..., :-1] * (np.float32(65535) / cover)
    samples[..., :-1] = np.minimum(np.round(plain), 65535)


# ---------------------------------------------------------------- HEIC, AVIF, camera raw


def _nclx(image: Any) -> Encoding | None:
    """Return the encoding in the nclx box of a picture that libheif has opened."""
    nclx = image.info.get("nclx_profile") or {}
    return from_cicp(
        int(nclx.get("color_primaries", 2)), int(nclx.get("transfer_characteristics", 2))
    )


def _avif(source: Source) -> Decoded:
    encoding = None
    # libheif reads the header only: the nclx box, which Pillow does not tell. It is stricter than
    # Pillow; what it refuses is then taken for sRGB.
    with contextlib.suppress(ValueError, RuntimeError, OSError, EOFError, SyntaxError):
        if not heif_items_are_text(source.data):
            raise ValueError("an item's type is not text")
        header = pi_heif.open_heif(io.BytesIO(source.data))
        source.accept(*header.size)
        encoding = _nclx(header)
    return _pillow(source, AvifImageFile(io.BytesIO(source.data)), encoding)


def _heic(source: Source) -> Decoded:
    if not heif_items_are_text(source.data):
        raise UnreadablePhoto(source.path, "the HEIC data are damaged", COPY_AGAIN)
    image = pi_heif.open_heif(io.BytesIO(source.data), convert_hdr_to_8bit=True)
    source.accept(*image.size)
    icc = image.info.get("icc_profile") or None
    # libheif has turned the picture by its irot and imir boxes. The orientation in its EXIF data
    # tells the same once more and is ignored, as HEIF asks (ISO/IEC 23008-12, annex A).
    plain, alpha = _flatten_modes(image.to_pillow())
    capture, many = capture_facts(image.info.get("exif")), len(image) > 1
    encoding = _nclx(image)
    del image
    plain, notes = convert_8(plain, icc)
    pixels = packed(plain)
    if icc is None and encoding is not None:
        notes += to_srgb(pixels, encoding)
    if alpha is not None:
        notes += on_white(pixels, packed(alpha))
    notes += [FIRST_OF_MANY] if many else []
    return Decoded(pixels, (pixels.shape[1], pixels.shape[0]), 1, capture, notes)


def _raw(source: Source) -> Decoded:
    """Develop a camera raw file: camera white balance, sRGB, no automatic brightening.

    The exposure stays as the sensor took it, with its clipped highlights neutral, so it looks
    darker than the camera's own JPEG; brightness is decided later, by the face.
    """
    if source.data[:4] in (b"II*\0", b"MM\0*") and tiff_facts(source.data).cut:
        raise UnreadablePhoto(source.path, "the raw data are cut short", COPY_AGAIN)
    with rawpy.imread(io.BytesIO(source.data)) as raw:
        sizes = raw.sizes
        width, height = sizes.width, sizes.height
        source.accept(width, height)
        square = abs(sizes.pixel_aspect - 1) < 1e-3
        half = source.factor(width, height) > 1 and square and width % 2 == 0 and height % 2 == 0
        pixels = raw.postprocess(
            use_camera_wb=True,
            half_size=half,
            no_auto_bright=True,
            output_bps=16,
            output_color=rawpy.ColorSpace.sRGB,
            gamma=(2.4, 12.92),  # the sRGB curve
        )
        turned = bool(sizes.flip & 4)
    pixels = np.atleast_3d(pixels)
    if pixels.shape[2] == 1:  # a monochrome sensor
        pixels = np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] != 3:
        raise UnsupportedPhoto(source.path, "its sensor has other colours than RGB", SAVE_AGAIN)
    full = (pixels.shape[1], pixels.shape[0])
    if half:
        full = (height, width) if turned else (width, height)
        if full[0] != 2 * pixels.shape[1]:
            raise UnreadablePhoto(source.path, "its raw data have an unexpected size", COPY_AGAIN)
    capture = capture_facts(*raw_exif_blocks(source.data))
    return Decoded(pixels, full, 2 if half else 1, capture)


_DECODERS: dict[Kind, Callable[[Source], Decoded]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WebP": _webp,
    "TIFF": _tiff,
    "AVIF": _avif,
    "HEIC": _heic,
    "RAW": _raw,
}
