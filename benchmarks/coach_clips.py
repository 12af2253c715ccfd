"""Clips of a sitter before a camera, made from stills: moved, turned, lit and shaken as told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import cv2
import numpy as np

from catchlight.color import to_encoded, to_linear
from catchlight.faces import Face

SIZE = (1280, 720)
WALL = (0.30, 0.29, 0.28)  # linear sRGB


@dataclass(frozen=True)
class Scene:
    """One moment.

    Attributes
    ----------
    still : number of the still; -1: nobody is there.
    x, y : where the middle between the eyes lies, in shares of the frame.
    eyes : eye distance in pixels.
    tilt : degrees that the still is turned by, clockwise as seen.
    stops : of exposure.
    ramp : stops from the image's left cheek to its right one, as by a lamp at the side.
    shake : length of a motion blur in pixels, along x.
    wall : brightness of what lies beyond the still, times WALL.
    """

    still: int = 0
    x: float = 0.5
    y: float = 0.42
    eyes: float = 74.0
    tilt: float = 0.0
    stops: float = 0.0
    ramp: float = 0.0
    shake: float = 0.0
    wall: float = 1.0


Story = Sequence[tuple[float, Scene]]


def scene_at(story: Story, time: float) -> Scene:
    """Return the scene at a time: straight lines between the given ones; stills change at once."""
    before = max((key for key in story if key[0] <= time), key=lambda key: key[0])
    after = min((key for key in story if key[0] > time), key=lambda key: key[0], default=before)
    share = (time - before[0]) / max(after[0] - before[0], 1e-9)
    share = share * share * (3 - 2 * share)  # people start and stop softly
    values = {
        field.name: (1 - share) * getattr(before[1], field.name)
        + share * getattr(after[1], field.name)
        for field in fields(Scene)
    }
    return replace(Scene(**values), still=before[1].still)


def frame(
    stills: Sequence[tuple[np.ndarray, Face]],
    scene: Scene,
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = SIZE,
    noise: float = 3.0,
) -> np.ndarray:
    """Return one frame (H, W, 3) uint8 RGB with a camera's noise (`noise` of 255)."""
    width, height = size
    wall = np.array(WALL, np.float32) * scene.wall
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = wall
    if scene.still >= 0:
        pixels, face = stills[scene.still]
        scale = scene.eyes / face.eye_distance
        shrunk, extra = pixels, 1.0
        while scale / extra < 0.5:  # no aliasing
            extra /= 2
            shrunk = cv2.resize(shrunk, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        middle = (face.iris_left + face.iris_right) / 2 * extra
        angle = np.radians(scene.tilt)
        c, s = np.cos(angle) * scale / extra, np.sin(angle) * scale / extra
        turn = np.array([[c, -s], [s, c]])
        place = np.array([scene.x * width, scene.y * height]) - turn @ middle
        affine = np.column_stack([turn, place + turn @ [0.5, 0.5] - 0.5])
        linear = to_linear(np.ascontiguousarray(shrunk))
        flags = cv2.INTER_LINEAR
        border = tuple(float(v) for v in wall)
        picture = cv2.warpAffine(linear, affine, size, flags=flags, borderValue=border)
    across = (np.arange(width) + 0.5 - scene.x * width) / (1.25 * scene.eyes)
    gain = np.exp2(scene.stops + scene.ramp * np.clip(across, -1.2, 1.2))
    picture = picture * gain[None, :, None].astype(np.float32)
    if scene.shake >= 1:
        kernel = np.full((1, round(scene.shake)), 1 / round(scene.shake), np.float32)
        picture = cv2.filter2D(picture, -1, kernel)
    encoded = to_encoded(np.clip(picture, 0, 1)).astype(np.float32)
    grain = rng.normal(0, noise, (height // 2, width // 2, 1)).astype(np.float32)
    grain = cv2.resize(grain, size, interpolation=cv2.INTER_LINEAR)[..., None]
    return np.clip(encoded + grain, 0, 255).astype(np.uint8)


def clip(
    stills: Sequence[tuple[np.ndarray, Face]],
    story: Story,
    *,
    rate: float = 10.0,
    seed: int = 0,
    size: tuple[int, int] = SIZE,
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield (time, frame) of a story; the sitter sways a little, as everybody does."""
    rng = np.random.default_rng(seed)
    end = max(time for time, _ in story)
    for index in range(round(end * rate)):
        time = index / rate
        now = scene_at(story, time)
        sway = 0.02 * now.eyes * np.sin(2 * np.pi * 0.3 * time + np.array([0.0, 1.0]))
        now = replace(now, x=now.x + sway[0] / size[0], y=now.y + sway[1] / size[1])
        yield time, frame(stills, now, rng, size=size)


EMPTY = Scene(still=-1)
GOOD = Scene()

# Comes in from the side and far away, comes too near, goes back, and is photographed.
APPROACH: Story = (
    (0.0, EMPTY),
    (1.5, Scene(x=0.8, eyes=38)),
    (3.5, Scene(x=0.8, eyes=38)),
    (4.5, Scene(x=0.8, eyes=74)),
    (6.0, Scene(x=0.8, eyes=74)),
    (7.0, Scene(eyes=112)),
    (9.5, Scene(eyes=112)),
    (10.5, GOOD),
    (15.0, GOOD),
)

# In the dark, then with a lamp at one side, then in even light.
LAMP: Story = (
    (0.0, Scene(stops=-3.2)),
    (3.0, Scene(stops=-3.2)),
    (3.6, Scene(stops=-0.7, ramp=3.2)),
    (6.5, Scene(stops=-0.7, ramp=3.2)),
    (7.1, GOOD),
    (11.0, GOOD),
)

# The head leans to one side, then the sitter moves to and fro, then sits.
RESTLESS: Story = (
    (0.0, Scene(tilt=18)),
    (2.5, Scene(tilt=18)),
    (3.2, GOOD),
    *((3.2 + 0.4 * n, Scene(x=0.5 + (0.02 if n % 2 else -0.02))) for n in range(1, 8)),
    (6.6, GOOD),
    (11.0, GOOD),
)

STEADY: Story = ((0.0, GOOD), (8.0, GOOD))


def changing(*seconds: float, scene: Scene = GOOD) -> Story:
    """Return a story of one place in which the stills follow one another, each for so long."""
    story = []
    time = 0.0
    for number, length in enumerate(seconds):
        story.append((time, replace(scene, still=number)))
        time += length
    return (*story, (time, replace(scene, still=len(seconds) - 1)))


STORIES = {"approach": APPROACH, "lamp": LAMP, "restless": RESTLESS, "steady": STEADY}
