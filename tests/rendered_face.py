"""Renderings of a face with known shape, pose, distance, light and gaze.

A small software renderer: the canonical face mesh (or any other shape of 468 vertices) with skull,
ears, neck and shoulders, seen by a pinhole camera, lit by a key light of a given size with cast
shadows (shadow maps from directions spread over the light) and by an even ambient light with
occlusion; Lambert reflection with a little Blinn-Phong shine; eyes that turn, with catchlights.

    picture = render_face(yaw=20, key_azimuth=40, key_elevation=30)
    face = faces.find(picture.pixels)[0]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.color import to_encoded, to_linear
from catchlight.face_mesh_normals import vertex_normals
from catchlight.face_surface import probe
from catchlight.head_pose import canonical_face

from .rendered_head import EYEBALL, IRIS, PUPIL, Head, build, with_lids
from .rendered_pixels import depth_map, occlusion, raster, shade

__all__ = ["Rendered", "Texture", "light_direction", "render_face", "texture_of"]

_SHADOW_MAP = 384  # pixels a side
_SHADOW_REACH = 15.0  # cm from the middle of the head that cast shadows
_SAMPLES_AMBIENT = 48


@dataclass(frozen=True)
class Texture:
    """The colours of a photographed face.

    Attributes
    ----------
    albedo : (H, W, 3) float32, the photo in linear light.
    points : (468, 3): x, y in pixels of the landmarks, and the light there to divide by.
    """

    albedo: NDArray[np.float32]
    points: NDArray[np.float64]


@dataclass(frozen=True)
class Rendered:
    """A picture and the truth about it.

    Attributes
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    landmarks_true : (468, 2) float64, vertices of the shape in pixels of the picture.
    irises_true : (2, 2) float64, centres of the irises, right and left.
    camera_points : (468, 3) float64, the vertices in cm as the camera sees them: x right, y up,
        z towards the camera, origin midway between the eyes.
    yaw, pitch, roll : degrees, as in `head_pose.Pose`; to the line of sight to the eyes.
    distance_cm : from the lens to the point midway between the eyes.
    focal_px : focal length in pixels; the principal point lies on the eyes' middle (as in a crop of
        a larger frame).
    key_azimuth, key_elevation : degrees relative to the face; azimuth positive towards the
        subject's left (the picture's right), elevation positive above.
    key_size_deg, key_to_fill_stops, gaze : as given.
    """

    pixels: NDArray[np.uint8]
    landmarks_true: NDArray[np.float64]
    irises_true: NDArray[np.float64]
    camera_points: NDArray[np.float64]
    yaw: float
    pitch: float
    roll: float
    distance_cm: float
    focal_px: float
    key_azimuth: float
    key_elevation: float
    key_size_deg: float
    key_to_fill_stops: float
    gaze: tuple[float, float]


def light_direction(azimuth: float, elevation: float) -> NDArray[np.float64]:
    """Return the unit vector (3,) towards a light, head coordinates: x subject's left, y up."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])


def rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Return Rz(roll) Ry(yaw) Rx(pitch), from head to camera axes (right, up, to the camera)."""
    a, b, c = np.radians([pitch, yaw, roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def texture_of(pixels: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]]) -> Texture:
    """Take a face's colours from a photograph, freed of the slow part of its light.

    The logarithm of luminance is fitted by a polynomial of second degree in the normals (as
    irradiance is, Ramamoorthi & Hanrahan 2001) and divided by it, so brows, lips, freckles stay.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, a photo of a face seen from the front.
    landmarks : (478, 3), the face in it.
    """
    linear = to_linear(pixels)
    points = landmarks[:468, :2].astype(np.float64)
    surface = probe()
    places = (surface.shares[..., None] * points[surface.corners]).sum(axis=1)
    rows = np.clip(places[:, 1].astype(int), 0, linear.shape[0] - 1)
    columns = np.clip(places[:, 0].astype(int), 0, linear.shape[1] - 1)
    size = max(3, round(float(np.ptp(points[:, 0])) / 60))
    soft = cv2.blur(linear, (size, size))
    log = np.log(np.maximum(soft[rows, columns] @ np.array([0.2126, 0.7152, 0.0722]), 1e-3))
    basis = _second_degree(surface.normals)
    weight = surface.weights.astype(np.float64)
    for _ in range(10):
        root = np.sqrt(weight)
        fit, *_ = np.linalg.lstsq(basis * root[:, None], log * root, rcond=None)
        rest = log - basis @ fit
        weight = surface.weights / (1 + (rest / 0.12) ** 2) ** 2
    shade = np.exp(_second_degree(vertex_normals(canonical_face()[0])) @ fit)
    level = np.exp(float(np.average(basis @ fit, weights=surface.weights)))
    return Texture(linear, np.column_stack([points, np.clip(shade / level, 0.25, 4.0)]))


def _second_degree(n: NDArray[Any]) -> NDArray[np.float64]:
    """Return the polynomials of second degree of unit vectors (N, 3), (N, 9)."""
    x, y, z = np.asarray(n, np.float64).T
    return np.column_stack([np.ones(len(x)), x, y, z, x * y, x * z, y * z, x * x, y * y])


# ---------------------------------------------------------------- the scene


def _axes_towards(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return orthonormal rows (3, 3), the last of which is the direction."""
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    x = np.cross(helper, direction)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(direction, x), direction])


def _maps(head: Head, directions: NDArray[np.float64], side: int) -> tuple[Any, Any]:
    """Return axes (N, 3, 3) and shadow maps (N, side, side) of the turning parts of the head."""
    faces = head.faces[head.turning[head.faces[:, 0]]]
    axes = np.stack([_axes_towards(d) for d in directions])
    maps = np.empty((len(axes), side, side), np.float32)
    for axis, depth in zip(axes, maps, strict=True):
        depth_map(head.vertices, faces, axis, _SHADOW_REACH, depth)
    return axes, maps


def _sphere(count: int) -> NDArray[np.float64]:
    """Directions spread evenly over the sphere (golden spiral)."""
    k = np.arange(count) + 0.5
    y = 1 - 2 * k / count
    turn = math.pi * (1 + 5**0.5) * k
    r = np.sqrt(1 - y * y)
    return np.stack([r * np.cos(turn), y, r * np.sin(turn)], axis=1)


def _spread(direction: NDArray[np.float64], size_deg: float) -> NDArray[np.float64]:
    """Directions over a round light of this angular diameter; the first is its centre."""
    count = 1 if size_deg < 1 else int(np.clip(6 + 0.8 * size_deg, 10, 40))
    axes = _axes_towards(direction)
    k = np.arange(count)
    r = np.tan(np.radians(size_deg / 2)) * np.sqrt(k / count)
    turn = math.pi * (3 - 5**0.5) * k
    rays = np.column_stack([r * np.cos(turn), r * np.sin(turn), np.ones(count)]) @ axes
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


@lru_cache(maxsize=16)
def _head(shape: bytes) -> tuple[Head, NDArray[np.float64]]:
    """Return the head of a shape and the openness to ambient light of its vertices."""
    head = build(np.frombuffer(shape).reshape(468, 3))
    axes, maps = _maps(head, _sphere(_SAMPLES_AMBIENT), 192)
    openness = np.ones(len(head.vertices))
    occlusion(head.vertices, head.normals, axes, maps, _SHADOW_REACH, openness)
    openness[~head.turning] = 0.8
    return head, openness


def _albedo(
    head: Head, texture: Texture | None, skin: NDArray[np.float32], hair: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the linear colour of each vertex, (V, 3)."""
    materials = np.stack(
        [skin, hair, [0.03, 0.04, 0.07], [0.62, 0.58, 0.55], [0.62, 0.58, 0.55]]
    ).astype(np.float64)
    if texture is not None:
        materials[0] = np.median(_sampled(texture, canonical_weights=None), axis=0)
    colors = materials[head.material] * head.tint
    if texture is not None:
        face = head.weights.sum(axis=1) > 0
        colors[face] = _sampled(texture, canonical_weights=(head.parents[face], head.weights[face]))
    return colors


def _sampled(
    texture: Texture, canonical_weights: tuple[NDArray[Any], NDArray[Any]] | None
) -> NDArray[np.float64]:
    """Sample a texture at placed vertices, or at the cheeks' and forehead's landmarks."""
    if canonical_weights is None:
        places = texture.points[[50, 280, 205, 425, 151, 9, 117, 346]]
    else:
        parents, weights = canonical_weights
        places = (weights[..., None] * texture.points[parents]).sum(axis=1)
    rows = np.clip(places[:, 1].astype(int), 0, texture.albedo.shape[0] - 1)
    columns = np.clip(places[:, 0].astype(int), 0, texture.albedo.shape[1] - 1)
    return texture.albedo[rows, columns].astype(np.float64) / places[:, 2:3]


def _turned(look: NDArray[np.float64], right: float, down: float) -> NDArray[np.float64]:
    """Turn a direction in camera axes by degrees to the picture's right and down."""
    a, b = math.radians(right), math.radians(down)
    yaw = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    pitch = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    return np.asarray(yaw @ pitch @ look)


def render_face(
    *,
    shape: NDArray[np.float64] | None = None,
    texture: Texture | None = None,
    skin: tuple[int, int, int] = (205, 158, 134),
    hair: tuple[int, int, int] = (58, 44, 36),
    iris: tuple[int, int, int] = (96, 66, 44),
    distance_cm: float = 150.0,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    key_azimuth: float = 30.0,
    key_elevation: float = 35.0,
    key_size_deg: float = 10.0,
    key_to_fill_stops: float = 1.5,
    key_color: tuple[float, float, float] = (1.0, 1.0, 1.0),
    fill_color: tuple[float, float, float] = (1.0, 1.0, 1.0),
    shine: float = 0.02,
    gloss: float = 16.0,
    gaze: tuple[float, float] = (0.0, 0.0),
    lids: float = 1.0,
    size: tuple[int, int] = (640, 800),
    centre: tuple[float, float] = (0.5, 0.42),
    eye_distance_px: float = 120.0,
    exposure_stops: float = 0.0,
    background: tuple[int, int, int] = (120, 122, 126),
    noise: float = 0.004,
    skin_grain: float = 0.03,
    seed: int = 0,
) -> Rendered:
    """Render a face.

    Parameters
    ----------
    shape : (468, 3) cm in the canonical face's axes, x to the subject's left, y up, z out of the
        face; None is the canonical face.
    texture : colours from a photograph; None is plain skin with brows, lips and lashes.
    skin, hair, iris, background : sRGB codes under light of strength 1.
    distance_cm : from the lens to the point midway between the eyes.
    yaw, pitch, roll : degrees, as in `head_pose.Pose`.
    key_azimuth, key_elevation : of the key light, degrees relative to the face; azimuth positive
        towards the subject's left (the picture's right), 180 from behind; elevation above.
    key_size_deg : angular diameter of the key; 0.5 is the sun, 10 a small, 40 a large softbox.
    key_to_fill_stops : log2((key + ambient) / ambient) on a surface that faces the key.
    key_color, fill_color : linear sRGB factors (brought to luminance 1).
    shine, gloss : strength and exponent (a power of two) of the skin's mirror-like reflection.
    gaze : degrees off the line to the lens, of both eyes: to the picture's right, and down.
    lids : opening of the eyes over that of the shape; 0 is closed.
    size, centre : width and height in pixels, and where the eyes' middle lies (0..1 of each).
    eye_distance_px : between the irises where the head faces the camera.
    exposure_stops : 0 shows skin that faces the key in its own colour.
    noise : standard deviation of camera noise, of encoded 0..1.
    skin_grain : half range of the skin's own texture, a share of its colour.
    """
    vertices = canonical_face()[0] if shape is None else np.asarray(shape, np.float64)
    if lids != 1:
        vertices = with_lids(vertices, lids)
    head, openness = _head(np.ascontiguousarray(vertices).tobytes())
    turn = rotation(yaw, pitch, roll)
    middle = head.eyes.mean(axis=0) + np.array([0, 0, EYEBALL])
    across = float(np.linalg.norm(head.eyes[1] - head.eyes[0]))
    focal = eye_distance_px * distance_cm / across
    camera = middle + turn.T @ [0, 0, distance_cm]

    points, normals = head.vertices.copy(), head.normals.copy()
    body = ~head.turning  # stands upright while the head turns on the neck
    neck = np.array([0.0, -8.0, -4.0])
    points[body] = neck + (points[body] - neck) @ turn
    normals[body] = normals[body] @ turn

    fine = 2
    width, height = size[0] * fine, size[1] * fine
    principal = np.array([centre[0] * width, centre[1] * height])

    def project(places: NDArray[np.float64]) -> tuple[Any, Any, Any]:
        local = (places - middle) @ turn.T
        inverse = 1 / (distance_cm - local[:, 2])
        x = principal[0] + fine * focal * local[:, 0] * inverse
        y = principal[1] - fine * focal * local[:, 1] * inverse
        return x, y, inverse

    owner = np.full((height, width), -1, np.int32)
    shares = np.zeros((height, width, 3), np.float32)
    nearest = np.zeros((height, width))
    raster(*project(points), head.faces, width, height, owner, shares, nearest)

    looks = []
    for ball in head.eyes:
        line = turn @ (camera - ball)
        looks.append(turn.T @ _turned(line / np.linalg.norm(line), *gaze))
    direction = light_direction(key_azimuth, key_elevation)
    axes, maps = _maps(head, _spread(direction, key_size_deg), _SHADOW_MAP)
    ambient = 2.0**-key_to_fill_stops
    level = 2.0**exposure_stops
    weights = np.array([0.2126, 0.7152, 0.0722])
    key = (1 - ambient) * level * np.array(key_color) / float(weights @ np.array(key_color))
    fill = ambient * level * np.array(fill_color) / float(weights @ np.array(fill_color))
    codes = to_linear(np.array([skin, hair, iris, background], np.uint8))
    linear = np.empty((height, width, 3))
    linear[:] = codes[3]
    shade(
        owner,
        shares,
        head.faces,
        points,
        normals,
        head.material,
        _albedo(head, texture, codes[0], codes[1]),
        openness,
        camera,
        axes,
        maps,
        _SHADOW_REACH,
        np.stack([key, fill]),
        np.array([shine, max(0, round(math.log2(gloss))), skin_grain]),
        head.eyes,
        np.array(looks),
        np.array([EYEBALL, IRIS, PUPIL, math.cos(math.radians(max(key_size_deg, 3.0) / 2))]),
        codes[2].astype(np.float64),
        linear,
    )
    small = linear.reshape(size[1], fine, size[0], fine, 3).mean(axis=(1, 3))
    encoded = to_encoded(np.clip(small, 0, 1).astype(np.float32), np.uint16) / 65535.0
    encoded += np.random.default_rng(seed).normal(0, noise, encoded.shape)
    pixels = np.clip(np.round(encoded * 255), 0, 255).astype(np.uint8)

    x, y, _ = project(vertices)
    iris_x, iris_y, _ = project(head.eyes + EYEBALL * np.array(looks))
    return Rendered(
        pixels,
        np.column_stack([x, y]) / fine,
        np.column_stack([iris_x, iris_y]) / fine,
        (vertices - middle) @ turn.T,
        yaw,
        pitch,
        roll,
        distance_cm,
        focal,
        key_azimuth,
        key_elevation,
        key_size_deg,
        key_to_fill_stops,
        gaze,
    )
