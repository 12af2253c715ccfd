"""Colours of any source turned into sRGB: ICC profiles and coded descriptions.

ICC profiles go through Little CMS, relative colorimetric with black point compensation: Pillow's
binding for 8 bits, imagecodecs' for 16. Descriptions without a profile (the nclx boxes of HEIC and
AVIF, the cICP, gAMA and cHRM chunks of PNG) are computed here in linear light. Colours outside sRGB
are clipped, channel by channel, by both.

References
----------
.. [1] ITU-T H.273 (07/2024): table 2 (colour primaries), table 3 (transfer characteristics).
.. [2] ITU-R BT.2100-2: table 4 (PQ), table 5 (HLG); ITU-R BT.2408-7: diffuse white is 203 cd/m².
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from .chromaticity import (
    D65_XY,
    SRGB_PRIMARIES_XY,
    XYZ_TO_RGB,
    adaptation,
    rgb_to_xyz_matrix,
)
from .color import apply_matrix, decode_srgb, to_encoded
from .errors import printable
from .headers import PngFacts

__all__ = ["Encoding", "convert_8", "convert_16", "from_cicp", "from_png", "to_srgb"]

DAMAGED_PROFILE = "its colour profile is damaged or does not fit, so it is read as sRGB"
CLIPPED_HDR = "high dynamic range: what is brighter than white paper is clipped"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the RGB numbers of a picture mean colours, where no ICC profile says so.

    Attributes
    ----------
    name : for the notes, as "Display P3".
    primaries, white : CIE 1931 (x, y).
    transfer : "srgb", "pq", "hlg", or the exponent from code to light (1.0 is linear).
    """

    name: str
    primaries: tuple[Point, ...]
    white: Point
    transfer: str | float


# Table 2 of [1]; 1 (and 2, unspecified) is sRGB's own.
_PRIMARIES: dict[int, tuple[str, tuple[Point, ...], Point]] = {
    1: ("sRGB", SRGB_PRIMARIES_XY, D65_XY),
    2: ("sRGB", SRGB_PRIMARIES_XY, D65_XY),
    5: ("BT.470 B, G", ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)), D65_XY),
    6: ("SMPTE 170M", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)), D65_XY),
    7: ("SMPTE 240M", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)), D65_XY),
    9: ("BT.2020", ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65_XY),
    11: ("DCI-P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), (0.314, 0.351)),
    12: ("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65_XY),
}
# Table 3 of [1]. Pictures tagged with the BT.709 family are made for, and shown like, sRGB.
_TRANSFERS: dict[int, str | float] = {4: 2.2, 5: 2.8, 8: 1.0, 16: "pq", 18: "hlg"}


def from_cicp(primaries: int, transfer: int) -> Encoding | None:
    """Return the encoding of a pair of H.273 codes [1]; None for sRGB and for unknown primaries."""
    curve = _TRANSFERS.get(transfer, "srgb")
    if primaries not in _PRIMARIES:
        return None
    name, points, white = _PRIMARIES[primaries]
    return None if name == "sRGB" and curve == "srgb" else Encoding(name, points, white, curve)


def from_png(facts: PngFacts) -> Encoding | None:
    """Return the encoding that a PNG's cICP, or gAMA and cHRM, describe; None for sRGB."""
    if facts.cicp is not None:
        return from_cicp(*facts.cicp)
    points: tuple[Point, ...] = SRGB_PRIMARIES_XY
    white: Point = D65_XY
    exponent = 1 / facts.gamma if facts.gamma and 0.1 <= facts.gamma <= 5 else 2.2
    gamma: str | float = "srgb" if abs(exponent - 2.2) < 0.05 else exponent
    if facts.chromaticities is not None:
        white, points = facts.chromaticities[0], facts.chromaticities[1:]
    near = np.allclose([white, *points], [D65_XY, *SRGB_PRIMARIES_XY], atol=0.003)
    if near and gamma == "srgb":
        return None
    return Encoding("the colours its header describes", points, white, gamma)


def _light(encoding: Encoding, top: int) -> NDArray[np.float32]:
    """Return the linear light of every code 0..top; 1 is diffuse white."""
    code = np.arange(top + 1) / top
    if encoding.transfer == "srgb":
        light = decode_srgb(code)
    elif encoding.transfer == "pq":
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        root = code ** (1 / m2)
        light = 10_000 / 203 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    elif encoding.transfer == "hlg":
        # Scene light, then the display's gamma of 1.2 for 1000 cd/m², on each channel instead of
        # on luminance; white paper is at code 0.75 [2].
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
        light = (scene / ((np.exp((0.75 - c) / a) + b) / 12)) ** 1.2
    else:
        light = code ** float(encoding.transfer)
    return light.astype(np.float32)


def to_srgb(pixels: NDArray[Any], encoding: Encoding) -> list[str]:
    """Convert pixels to sRGB in place.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 or uint16, RGB in `encoding`; changed.
    encoding : what the numbers mean.

    Returns
    -------
    Notes for the user.
    """
    try:
        matrix = (
            adaptation(encoding.white, D65_XY)
            @ XYZ_TO_RGB
            @ rgb_to_xyz_matrix(encoding.primaries, encoding.white)
        )
    except ValueError:
        return [DAMAGED_PROFILE]
    light = _light(encoding, np.iinfo(pixels.dtype).max)
    for row in range(0, len(pixels), 64):
        strip = pixels[row : row + 64]
        strip[:] = to_encoded(apply_matrix(light[strip], matrix), pixels.dtype.type)
    notes = [f"colours converted from {encoding.name} to sRGB"]
    return [*notes, CLIPPED_HDR] if encoding.transfer in ("pq", "hlg") else notes


# ---------------------------------------------------------------- ICC profiles

_SPACE_OF_MODE = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK", "LAB": "Lab "}


@functools.lru_cache(maxsize=1)
def _srgb_icc() -> bytes:
    """Return an ICC profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    """Return a transform from a profile to sRGB, 8 bits.

    Made anew for every picture: Little CMS keeps a cache in it that threads must not share.
    """
    return ImageCms.buildTransform(
        io.BytesIO(icc),
        io.BytesIO(_srgb_icc()),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _texts_fit(icc: bytes) -> bool:
    """Return whether the profile's texts have as many translations as it has bytes for.

    Little CMS takes memory for as many as a text says (multiLocalizedUnicodeType, ICC.1:2022,
    10.15), which in a damaged profile is up to 400 MB.
    """
    tags = min(int.from_bytes(icc[128:132], "big"), len(icc) // 12)
    for at in range(132, 132 + 12 * tags, 12):
        start, size = (int.from_bytes(icc[at + n : at + n + 4], "big") for n in (4, 8))
        many = int.from_bytes(icc[start + 8 : start + 12], "big")
        if icc[start : start + 4] == b"mluc" and 16 + 12 * many > size:
            return False
    return True


@functools.lru_cache(maxsize=16)
def _describe(icc: bytes) -> tuple[str, str, bool]:
    """Return a profile's name, its colour space, and whether it is sRGB within one 8-bit code.

    Tried on a 9 × 9 × 9 grid of colours rather than by name: there are dozens of sRGB profiles.

    Raises
    ------
    ImageCms.PyCMSError, OSError, ValueError
        The profile is damaged.
    """
    if not _texts_fit(icc):
        raise ValueError("a text says that it is longer than the profile")
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space
    name = printable((profile.profile.profile_description or "").strip())[:60]
    same = False
    if space == "RGB ":
        steps = np.linspace(0, 255, 9).round().astype(np.uint8)
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
        out = ImageCms.applyTransform(Image.fromarray(grid), _transform(icc, "RGB"))
        assert out is not None
        same = int(np.abs(np.asarray(out).astype(int) - grid).max()) <= 1
    return name or "an unnamed profile", space, same


def convert_8(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, list[str]]:
    """Convert an 8-bit Pillow image of mode L, RGB, CMYK or LAB to RGB in sRGB.

    Parameters
    ----------
    image : changed in place where that saves a copy.
    icc : its embedded profile, if any; CMYK without one is converted by the plain complement.

    Returns
    -------
    The image in mode RGB, and notes for the user.
    """
    notes: list[str] = []
    if icc and image.mode in _SPACE_OF_MODE:
        try:
            name, space, same = _describe(icc)
            if image.mode == "L" and space == "RGB ":
                image = image.convert("RGB")  # grey saved from an RGB document
            if space == _SPACE_OF_MODE[image.mode]:
                if same:
                    return image, notes
                in_place = image.mode == "RGB"
                done = ImageCms.applyTransform(image, _transform(icc, image.mode), in_place)
                return done or image, [f"colours converted from {name} to sRGB"]
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
        notes.append(DAMAGED_PROFILE)
    if image.mode == "LAB":
        white = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        done = ImageCms.applyTransform(image, _transform(white.tobytes(), "LAB"))
        return done or image, notes
    if image.mode == "CMYK" and not icc:
        notes.append("CMYK without a colour profile: its colours are approximate")
    return (image if image.mode == "RGB" else image.convert("RGB")), notes


def convert_16(
    samples: NDArray[np.uint16], icc: bytes | None
) -> tuple[NDArray[np.uint16], list[str]]:
    """Convert 16-bit grey, RGB or CMYK samples to RGB in sRGB.

    Parameters
    ----------
    samples : (H, W, 1), (H, W, 3) or (H, W, 4) uint16: grey, RGB, or CMYK with 65535 full ink.
    icc : their profile, if any.

    Returns
    -------
    (H, W, 3) uint16, and notes for the user.
    """
    channels = samples.shape[2]
    notes: list[str] = []
    space, lcms = {1: ("GRAY", "gray"), 3: ("RGB ", "rgb"), 4: ("CMYK", "cmyk")}[channels]
    if icc:
        try:
            name, found, same = _describe(icc)
            if channels == 1 and found == "RGB ":
                samples, space, lcms = np.repeat(samples, 3, axis=2), "RGB ", "rgb"
            if found == space:
                if same:
                    return samples, notes
                done = imagecodecs.cms_transform(
                    samples[..., 0] if lcms == "gray" else samples,
                    icc,
                    _srgb_icc(),
                    colorspace=lcms,
                    outcolorspace="rgb",
                    outdtype=np.uint16,
                    intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
                    flags=imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION,
                )
                return done, [f"colours converted from {name} to sRGB"]
        except (ImageCms.PyCMSError, RuntimeError, OSError, ValueError, TypeError):
            pass
        notes.append(DAMAGED_PROFILE)
    if channels == 4:
        paper = (65535 - samples[..., :3].astype(np.uint32)) * (65535 - samples[..., 3:])
        samples = ((paper + 32767) // 65535).astype(np.uint16)
        if not icc:
            notes.append("CMYK without a colour profile: its colours are approximate")
    return (np.repeat(samples, 3, axis=2) if samples.shape[2] == 1 else samples), notes
