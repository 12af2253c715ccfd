"""Cheats planted in portraits: each breaks one likeness bound on purpose, by a known amount.

Every function takes a picture (H, W, 3) uint8, sRGB-encoded, and the face in it, and returns the
picture changed; None where the portrait has nothing to change (no mole, no plain background).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.color import to_encoded, to_linear
from catchlight.face_surface import triangles
from catchlight.faces import Face
from catchlight.landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    LIPS_INNER,
    LIPS_OUTER,
)

__all__ = [
    "background_flipped",
    "background_lit",
    "enlarged_eyes",
    "glasses_put_on",
    "irises_recoloured",
    "mirrored",
    "mole_painted",
    "mole_removed",
    "skin_mask",
    "slimmed",
    "smoothed",
    "swapped",
    "whitened",
]

Image = NDArray[np.uint8]


def _resampled(
    picture: Image, x: NDArray[np.floating], y: NDArray[np.floating], box: tuple[int, int, int, int]
) -> Image:
    """Put the picture taken from (x, y), in pixels, into the box (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = box
    part = cv2.remap(
        picture,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    out = picture.copy()
    out[y0:y1, x0:x1] = part
    return out


def _axes(face: Face) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Middle of the eyes, and unit vectors along and across their line."""
    right, left = face.iris_right.astype(float), face.iris_left.astype(float)
    along = (left - right) / np.linalg.norm(left - right)
    return (right + left) / 2, along, np.array([-along[1], along[0]])


def _grid(picture: Image, face: Face, reach: float) -> tuple[NDArray, NDArray, tuple]:
    middle, distance = (face.iris_right + face.iris_left) / 2, face.eye_distance
    height, width = picture.shape[:2]
    x0, y0 = (max(0, int(c - reach * distance)) for c in middle)
    x1 = min(width, int(middle[0] + reach * distance))
    y1 = min(height, int(middle[1] + reach * distance))
    y, x = np.mgrid[y0:y1, x0:x1].astype(float)
    return x, y, (x0, y0, x1, y1)


def slimmed(picture: Image, face: Face, share: float = 0.03) -> Image:
    """Make cheeks and jaw narrower by a share, fading out above the eyes and beyond the face."""
    middle, along, down = _axes(face)
    x, y, box = _grid(picture, face, 3.2)
    u = (x - middle[0]) * along[0] + (y - middle[1]) * along[1]
    v = (x - middle[0]) * down[0] + (y - middle[1]) * down[1]
    distance = face.eye_distance
    nose = float((face.landmarks[4, :2] - middle) @ along)
    half = float(np.ptp((face.landmarks[list(FACE_OVAL), :2] - middle) @ along)) / 2
    beside = np.clip((np.abs(u - nose) - half) / (0.9 * half), 0, 1)
    low = np.clip((v / distance + 0.3) / 0.7, 0, 1) * np.clip((2.6 - v / distance) / 0.6, 0, 1)
    weight = (0.5 + 0.5 * np.cos(np.pi * beside)) * low * low * (3 - 2 * low)
    move = (u - nose) * (1 / (1 - share) - 1) * weight
    return _resampled(picture, x + move * along[0], y + move * along[1], box)


def enlarged_eyes(picture: Image, face: Face, share: float = 0.04) -> Image:
    """Make both eyes larger by a share, fading out over the sockets."""
    x, y, box = _grid(picture, face, 1.5)
    move = np.zeros((2, *x.shape))
    for contour in (EYE_RIGHT, EYE_LEFT):
        centre = face.landmarks[list(contour), :2].mean(axis=0).astype(float)
        dx, dy = x - centre[0], y - centre[1]
        away = np.hypot(dx, dy) / face.eye_distance
        fade = np.clip((away - 0.26) / 0.2, 0, 1)
        weight = (0.5 + 0.5 * np.cos(np.pi * fade)) * (1 / (1 + share) - 1)
        move += weight * np.stack([dx, dy])
    return _resampled(picture, x + move[0], y + move[1], box)


def skin_mask(picture: Image, face: Face) -> NDArray[np.float32]:
    """The face less eyes, brows and lips, (H, W) float32, 0..1, with soft edges."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    points = np.round(face.landmarks[:, :2]).astype(np.int32)
    cv2.fillPoly(mask, [points[list(FACE_OVAL)]], 255)
    holes = np.zeros_like(mask)
    for outline in (EYE_RIGHT, EYE_LEFT, BROW_RIGHT, BROW_LEFT, LIPS_OUTER):
        cv2.fillPoly(holes, [points[list(outline)]], 255)
    grow = max(3, round(face.eye_distance * 0.06)) | 1
    holes = cv2.dilate(holes, np.ones((grow, grow), np.uint8))
    mask[holes > 0] = 0
    return cv2.GaussianBlur(mask, (0, 0), face.eye_distance * 0.03).astype(np.float32) / 255


def smoothed(picture: Image, face: Face, strength: float = 0.7) -> Image:
    """Smooth the skin as beauty filters do: a bilateral filter laid over it."""
    distance = face.eye_distance
    soft = cv2.bilateralFilter(picture, 0, 28, max(2.0, distance * 0.025))
    weight = (strength * skin_mask(picture, face))[..., None]
    return np.round(picture * (1 - weight) + soft * weight).astype(np.uint8)


def _eyes_and_mouth(picture: Image, face: Face) -> tuple[NDArray, NDArray, NDArray]:
    """Soft masks of whites, irises and the open mouth, each (H, W) float32, 0..1."""
    shape = picture.shape[:2]
    whites, irises, mouth = (np.zeros(shape, np.uint8) for _ in range(3))
    points = face.landmarks[:, :2]
    for outline, iris, ring in ((EYE_RIGHT, 468, (469, 471)), (EYE_LEFT, 473, (474, 476))):
        eye, disc = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        cv2.fillPoly(eye, [np.round(points[list(outline)]).astype(np.int32)], 255)
        radius = float(np.linalg.norm(points[list(ring)] - points[iris], axis=1).mean())
        x, y = (round(float(v)) for v in points[iris])
        cv2.circle(disc, (x, y), max(1, round(radius)), 255, -1)
        whites |= eye & ~disc
        irises |= eye & disc
    cv2.fillPoly(mouth, [np.round(points[list(LIPS_INNER)]).astype(np.int32)], 255)
    soft = max(0.6, face.eye_distance * 0.008)
    return tuple(
        cv2.GaussianBlur(mask, (0, 0), soft).astype(np.float32) / 255
        for mask in (whites, irises, mouth)
    )  # type: ignore[return-value]


def whitened(picture: Image, face: Face, stops: float = 0.35, grey: float = 0.5) -> Image:
    """Whiten teeth and the whites of the eyes: lighter by stops, and less coloured by a share."""
    whites, _, mouth = _eyes_and_mouth(picture, face)
    linear = to_linear(picture)
    luma = (linear @ np.array([0.2126, 0.7152, 0.0722], np.float32))[..., None]
    red = linear[..., :1] / np.maximum(linear[..., 1:2], 1e-3)
    pale = np.clip((2.0 - red) / 0.5, 0, 1)  # neither gums nor tongue
    weight = np.maximum(whites[..., None], mouth[..., None] * pale)
    changed = (linear + (luma - linear) * grey) * 2**stops
    mixed = linear * (1 - weight) + np.clip(changed, 0, 1) * weight
    return to_encoded(mixed.astype(np.float32), np.uint8)


def irises_recoloured(picture: Image, face: Face) -> Image:
    """Give the irises a bluer colour, as coloured lenses do: red down, blue up by 0.6 stop."""
    _, irises, _ = _eyes_and_mouth(picture, face)
    linear = to_linear(picture)
    gain = np.exp2(np.array([-0.6, 0.0, 0.6], np.float32))
    mixed = linear * (1 + (gain - 1) * irises[..., None])
    return to_encoded(np.clip(mixed, 0, 1).astype(np.float32), np.uint8)


def mole_removed(picture: Image, face: Face) -> tuple[Image, tuple[float, float]] | None:
    """Heal the darkest small round spot of the skin; None where no spot is dark enough.

    Returns
    -------
    The picture, and where the spot was, in pixels.
    """
    distance = face.eye_distance
    light = np.log2(np.maximum(to_linear(picture) @ np.array([0.21, 0.72, 0.07]), 1e-3))
    light = light.astype(np.float32)
    small, large = distance * 0.014, distance * 0.035
    fine = cv2.GaussianBlur(light, (0, 0), small)
    spot = cv2.GaussianBlur(light, (0, 0), large) - fine
    # round: curved alike in all directions, which folds and shadows are not
    xx, yy, xy = (
        cv2.Sobel(cv2.GaussianBlur(light, (0, 0), 1.3 * small), cv2.CV_32F, dx, dy)
        for dx, dy in ((2, 0), (0, 2), (1, 1))
    )
    mean, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    inner = skin_mask(picture, face) > 0.95
    inner = cv2.erode(inner.astype(np.uint8), np.ones((3, 3)), iterations=round(distance * 0.05))
    nose = np.zeros(picture.shape[:2], np.uint8)
    # nor nose wings and moustache, which have dark places of their own
    outline = np.round(face.landmarks[[6, 129, 358, 61, 291, 4], :2]).astype(np.int32)
    cv2.fillPoly(nose, [cv2.convexHull(outline)], 1)
    nose = cv2.dilate(nose, np.ones((3, 3)), iterations=round(distance * 0.1))
    spot[(inner == 0) | (nose > 0) | (mean - spread < 0.4 * (mean + spread))] = 0
    # and darker than the skin on every side, which shadows are not
    ring = [
        np.roll(fine, (round(dy * distance * 0.055), round(dx * distance * 0.055)), axis=(0, 1))
        for dx, dy in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1),
                       (0.7, -0.7))
    ]  # fmt: skip
    spot[np.min(ring, axis=0) - fine < 0.12] = 0
    at = int(spot.argmax())
    y, x = divmod(at, spot.shape[1])
    if spot[y, x] < 0.16:
        return None
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.circle(mask, (x, y), max(2, round(distance * 0.04)), 255, -1)
    healed = cv2.inpaint(picture, mask, 3, cv2.INPAINT_TELEA)
    # with the grain of skin beside it, as a healing brush leaves it
    radius = max(2, round(distance * 0.04))
    beside = picture[y - radius : y + radius + 1, x + 2 * radius : x + 4 * radius + 1]
    if beside.shape[:2] == (2 * radius + 1, 2 * radius + 1):
        grain = beside.astype(np.float32) - cv2.GaussianBlur(beside, (0, 0), radius / 2)
        place = (slice(y - radius, y + radius + 1), slice(x - radius, x + radius + 1))
        covered = mask[place][..., None] > 0
        grown = np.clip(healed[place] + np.where(covered, grain, 0), 0, 255)
        healed[place] = np.round(grown).astype(np.uint8)
    return healed, (float(x), float(y))


def mole_painted(picture: Image, face: Face, stops: float = 0.6) -> Image:
    """Paint a mole on the right cheek, for portraits whose skin has none to remove."""
    x, y = (float(v) for v in face.landmarks[205, :2])
    distance = face.eye_distance
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    away = np.hypot(columns + 0.5 - x, rows + 0.5 - y) / (0.022 * distance)
    cover = 1 / (1 + np.exp(np.minimum(6 * (away - 1), 50)))
    linear = to_linear(picture) * np.exp2(-stops * cover)[..., None]
    return to_encoded(linear.astype(np.float32), np.uint8)


def mirrored(picture: Image, face: Face) -> Image:
    """Flip left and right."""
    return np.ascontiguousarray(picture[:, ::-1])


def swapped(picture: Image, face: Face, other: Image, their: Face) -> Image:
    """Warp another's face, triangle by triangle, into this one's place and blend it in."""
    target, source = face.landmarks[:468, :2], their.landmarks[:468, :2]
    height, width = picture.shape[:2]
    worn = np.zeros_like(picture)
    for corners in triangles():
        into, out_of = target[corners], source[corners]
        x0, y0 = np.maximum(np.floor(into.min(axis=0)).astype(int) - 1, 0)
        x1, y1 = np.minimum(np.ceil(into.max(axis=0)).astype(int) + 2, (width, height))
        if x1 <= x0 or y1 <= y0:
            continue
        matrix = cv2.getAffineTransform(
            out_of.astype(np.float32), (into - (x0, y0)).astype(np.float32)
        )
        part = cv2.warpAffine(
            other, matrix, (int(x1 - x0), int(y1 - y0)), borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.round(into - (x0, y0)).astype(np.int32), 1)
        place = worn[y0:y1, x0:x1]
        place[mask > 0] = part[mask > 0]
    for outline in (EYE_RIGHT, EYE_LEFT):
        into, out_of = target[list(outline)], source[list(outline)]
        matrix, _ = cv2.estimateAffinePartial2D(out_of, into)
        hole = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(hole, [np.round(into).astype(np.int32)], 1)
        filled = cv2.warpAffine(other, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        inside = (hole > 0) & (worn.sum(axis=2) == 0)
        worn[inside] = filled[inside]
    mouth = worn.sum(axis=2) == 0  # between the lips the teeth stay as they are
    worn[mouth] = picture[mouth]
    oval = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(oval, [np.round(target[list(FACE_OVAL)]).astype(np.int32)], 255)
    shrink = max(3, round(face.eye_distance * 0.12)) | 1
    oval = cv2.erode(oval, np.ones((shrink, shrink), np.uint8))
    weight = cv2.GaussianBlur(oval, (0, 0), face.eye_distance * 0.05)[..., None] / 255.0
    seen = oval > 0
    factor = picture[seen].mean(axis=0) / np.maximum(worn[seen].mean(axis=0), 1)
    worn = np.clip(worn * factor, 0, 255)
    return np.round(picture * (1 - weight) + worn * weight).astype(np.uint8)


def glasses_put_on(picture: Image, face: Face, stops: float = 2.0) -> Image:
    """Put on glasses with thin dark rims: a rounded frame about each eye, a bridge, and temples.

    Parameters
    ----------
    stops : how much darker than the skin the rims are.
    """
    middle, along, down = _axes(face)
    distance = face.eye_distance
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
    u = ((x - middle[0]) * along[0] + (y - middle[1]) * along[1]) / distance
    v = ((x - middle[0]) * down[0] + (y - middle[1]) * down[1]) / distance
    # to the middle of a rim: a superellipse about each eye, the bridge an arch between the two
    lens = [
        np.abs((np.abs((u - s) / 0.39) ** 3 + np.abs((v - 0.04) / 0.31) ** 3) ** (1 / 3) - 1) * 0.33
        for s in (-0.52, 0.52)
    ]
    bridge = np.where(np.abs(u) < 0.14, np.abs(v + 0.04 - 0.6 * u * u), 9.0)
    temple = np.where((np.abs(u) > 0.9) & (np.abs(u) < 1.12), np.abs(v + 0.06), 9.0)
    off = np.minimum.reduce([*lens, bridge, temple])
    cover = np.clip((0.017 - off) * distance + 0.5, 0, 1)[..., None]
    linear = to_linear(picture) * np.exp2(-stops * cover)
    return to_encoded(linear.astype(np.float32), np.uint8)


def _behind(picture: Image, alpha: NDArray[np.uint8]) -> Image:
    """The background alone, with what the person hides guessed from beside."""
    height, width = picture.shape[:2]
    mask = cv2.dilate((alpha > 3).astype(np.uint8) * 255, np.ones((5, 5), np.uint8))
    small = (max(1, width // 8), max(1, height // 8))
    rough = cv2.inpaint(
        cv2.resize(picture, small, interpolation=cv2.INTER_AREA),
        cv2.resize(mask, small, interpolation=cv2.INTER_NEAREST),
        5,
        cv2.INPAINT_TELEA,
    )
    guessed = cv2.resize(rough, (width, height))
    return np.where(mask[..., None] > 0, guessed, picture).astype(np.uint8)


def _laid_over(picture: Image, alpha: NDArray[np.uint8], behind: NDArray[np.float32]) -> Image:
    cover = alpha.astype(np.float32)[..., None] / 255
    linear = to_linear(picture) * cover + behind * (1 - cover)
    return to_encoded(np.clip(linear, 0, 1).astype(np.float32), np.uint8)


def background_lit(picture: Image, alpha: NDArray[np.uint8], stops: float = 0.8) -> Image:
    """Let the light on the background fall off from left to right: what a flip then turns round.

    Parameters
    ----------
    alpha : (H, W) uint8, the person's coverage.
    stops : how much darker the far side of the background is.
    """
    across = np.exp2(stops * np.linspace(0.5, -0.5, picture.shape[1], dtype=np.float32))
    return _laid_over(picture, alpha, to_linear(_behind(picture, alpha)) * across[None, :, None])


def background_flipped(picture: Image, alpha: NDArray[np.uint8]) -> Image:
    """Flip the background behind the person left to right, and its light with it."""
    behind = np.ascontiguousarray(_behind(picture, alpha)[:, ::-1])
    return _laid_over(picture, alpha, to_linear(behind))
