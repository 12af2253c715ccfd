"""Light against renderings with known truth, and one studio's light on 41 people.

A section of pick.py: `rows()`. A face is lit from 60 directions spread over all that a key light
can have (100 degrees to each side, 35 below to 65 above), each on four skins: three plain ones of
different depth and photographs' skin with brows, freckles, beards (scikit-image's astronaut; with
the development photographs at hand also six studio portraits), at sizes from 4 to 50 degrees,
ratios from 0.8 to 3 stops, and every other one with the head turned. The true pattern's name is
`pattern_name` of the true direction and ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from photographs import DATA

Row = dict[str, Any]

_PLAIN = {"light": (232, 192, 172), "medium": (178, 128, 102), "dark": (92, 62, 46)}
_STUDIO = ("001", "006", "008", "017", "037", "043")


@dataclass(frozen=True)
class Case:
    """One rendering: truth, and what was found."""

    azimuth: float
    elevation: float
    size: float
    stops: float
    skin: str
    turned: bool
    pixels: Any
    light: Any

    @property
    def error(self) -> float:
        """Degrees between the true and the found direction."""
        from tests.rendered_face import light_direction

        true = light_direction(self.azimuth, self.elevation)
        return math.degrees(math.acos(float(np.clip(true @ self.light.direction, -1, 1))))

    @property
    def patterns(self) -> tuple[str, str]:
        """Names of the true and the found pattern."""
        from catchlight.measures.light_pattern import pattern_name

        light = self.light
        return (
            pattern_name(self.azimuth, self.elevation, self.stops),
            pattern_name(light.azimuth, light.elevation, light.key_to_fill),
        )

    @property
    def clear(self) -> bool:
        """Whether the pattern's name stays when the light moves by 5 degrees to any side."""
        from catchlight.measures.light_pattern import pattern_name

        wide = 5 / max(math.cos(math.radians(self.elevation)), 0.3)
        names = {
            pattern_name(self.azimuth + a, self.elevation + e, self.stops)
            for a in (-wide, 0, wide)
            for e in (-5, 0, 5)
        }
        return len(names) == 1


def directions(count: int = 60) -> list[tuple[float, float]]:
    """Azimuth and elevation of directions spread evenly, alike on both sides."""
    low, high = math.sin(math.radians(-35)), math.sin(math.radians(65))
    places = []
    for k in range(count // 2):
        elevation = math.degrees(math.asin(low + (high - low) * (k + 0.5) / (count // 2)))
        azimuth = 100 * ((k * (5**0.5 - 1) / 2 + 0.31) % 1)
        places += [(azimuth, elevation), (-azimuth, elevation)]
    return places


def look(pixels: Any) -> Any:
    """Return the light found in a picture, None where no face or no light is."""
    from catchlight import faces
    from catchlight.lighting import lighting
    from catchlight.skin import face_view

    found = faces.find(pixels)
    return lighting(face_view(pixels, found[0]), found[0]) if found else None


def skins() -> dict[str, dict[str, Any]]:
    """Return the skins by name, as arguments of `render_face`."""
    from skimage import data

    from catchlight import faces, photo
    from tests.rendered_face import texture_of

    kinds: dict[str, dict[str, Any]] = {name: {"skin": code} for name, code in _PLAIN.items()}
    astronaut = np.ascontiguousarray(data.astronaut())
    photographs = [astronaut]
    folder = DATA / "studio" / "london_neutral"
    if folder.is_dir():
        photographs += [photo.read(folder / f"{name}_03.jpg").pixels for name in _STUDIO]
    for number, pixels in enumerate(photographs):
        texture = texture_of(pixels, faces.find(pixels)[0].landmarks)
        kinds[f"photo {number}"] = {"texture": texture}
    return kinds


def cases() -> tuple[list[Case], int]:
    """Render and measure; return the cases and how many faces were not found."""
    from tests.rendered_face import render_face

    kinds = skins()
    photographs = [name for name in kinds if name.startswith("photo")]
    random = np.random.default_rng(7)
    found, missed = [], 0
    for number, (azimuth, elevation) in enumerate(directions()):
        for skin in (*_PLAIN, photographs[number % len(photographs)]):
            size = (4.0, 12.0, 25.0, 50.0)[random.integers(4)]
            stops = (0.8, 1.3, 2.0, 3.0)[random.integers(4)]
            turned = bool(random.integers(2))
            yaw, pitch, roll = random.uniform(-1, 1, 3) * (20, 12, 12) * turned
            picture = render_face(
                key_azimuth=azimuth,
                key_elevation=elevation,
                key_size_deg=size,
                key_to_fill_stops=stops,
                yaw=yaw,
                pitch=pitch,
                roll=roll,
                distance_cm=float(random.uniform(60, 200)),
                exposure_stops=float(random.uniform(-0.6, 0.3)),
                **kinds[skin],
            )
            light = look(picture.pixels)
            if light is None:
                missed += 1
                continue
            found.append(Case(azimuth, elevation, size, stops, skin, turned, picture.pixels, light))
    return found, missed


def _directions_row(name: str, chosen: Sequence[Case]) -> Row:
    errors = [case.error for case in chosen]
    names = [case.patterns for case in chosen]
    clear = [case.patterns for case in chosen if case.clear]
    return {
        "measure": name,
        "pictures": len(chosen),
        "median_error": round(float(np.median(errors)), 1),
        "p90_error": round(float(np.quantile(errors, 0.9)), 1),
        "unit": "degree",
        "pattern_right_pct": round(100 * float(np.mean([a == b for a, b in names])), 1),
        "pattern_right_5_from_border_pct": round(
            100 * float(np.mean([a == b for a, b in clear] or [np.nan])), 1
        ),
    }


def rows() -> list[Row]:
    """Measure direction, pattern, ratio and hardness on renderings; one light on 41 people."""
    found, missed = cases()
    table = [{**_directions_row("direction, all", found), "not_found": missed}]
    groups: list[tuple[str, Callable[[Case], bool]]] = [
        *((f"  {skin} skin, plain", lambda c, s=skin: c.skin == s) for skin in _PLAIN),  # type: ignore[misc]
        ("  photographs' skin", lambda c: c.skin.startswith("photo")),
        ("  head to the lens", lambda c: not c.turned),
        ("  head turned", lambda c: c.turned),
        ("  0.8 stops", lambda c: c.stops == 0.8),
        ("  1.3 stops", lambda c: c.stops == 1.3),
        ("  2 stops", lambda c: c.stops == 2.0),
        ("  3 stops", lambda c: c.stops == 3.0),
        ("  key of 4 and 12 degrees", lambda c: c.size < 20),
        ("  key of 25 and 50 degrees", lambda c: c.size > 20),
    ]
    table += [_directions_row(name, [c for c in found if test(c)]) for name, test in groups]
    for name in sorted({case.patterns[0] for case in found}):
        table.append(_directions_row(f"  {name}", [c for c in found if c.patterns[0] == name]))
    sure = [case.error / case.light.uncertainty for case in found]
    table.append(
        {
            "measure": "direction, error within twice its uncertainty",
            "pictures": len(found),
            "share_pct": round(100 * float(np.mean([s < 2 for s in sure])), 1),
        }
    )
    table += [_ratio(found), _hardness(found), _kept(found)]
    return table + _studio()


def _ratio(found: Sequence[Case]) -> Row:
    from catchlight.measures.key_to_fill import key_to_fill

    told = [case for case in found if key_to_fill(case.light).ok]
    errors = [case.light.key_to_fill - case.stops for case in told]
    return {
        "measure": "key to fill, where assessed",
        "pictures": len(told),
        "assessed_pct": round(100 * len(told) / len(found), 1),
        "median_error": round(float(np.median(np.abs(errors))), 2),
        "p90_error": round(float(np.quantile(np.abs(errors), 0.9)), 2),
        "bias": round(float(np.median(errors)), 2),
        "unit": "stop",
    }


def _hardness(found: Sequence[Case]) -> Row:
    from catchlight.measures.light_hardness import light_hardness

    words = [(case.size, light_hardness(case.light).verdict) for case in found]
    words = [(size, word) for size, word in words if word != "could not assess"]
    row: Row = {"measure": "hardness, where assessed", "pictures": len(words)}
    for size in (4.0, 12.0, 25.0, 50.0):
        these = [word for true, word in words if true == size]
        row[f"{size:.0f}_degrees_pct"] = {
            word: round(100 * these.count(word) / max(len(these), 1))
            for word in ("hard", "medium", "soft")
        }
    return row


def _kept(found: Sequence[Case]) -> Row:
    """Whether the pattern stays when the picture is mirrored, halved, saved again."""

    def mirrored(pixels: Any) -> Any:
        return np.ascontiguousarray(pixels[:, ::-1])

    def halved(pixels: Any) -> Any:
        return cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)

    def saved(pixels: Any) -> Any:
        _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
        return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])

    row: Row = {"measure": "pattern kept", "pictures": len(found[::4])}
    for change in (mirrored, halved, saved):
        kept, moved = [], []
        for case in found[::4]:
            light = look(change(case.pixels))
            if light is None:
                kept.append(False)
                continue
            sign = -1 if change is mirrored else 1
            direction = light.direction * [sign, 1, 1]
            cosine = float(np.clip(direction @ case.light.direction, -1, 1))
            moved.append(math.degrees(math.acos(cosine)))
            kept.append(replace(case, light=light).patterns[1] == case.patterns[1])
        row[f"{change.__name__}_pct"] = round(100 * float(np.mean(kept)), 1)
        row[f"{change.__name__}_median_degrees"] = round(float(np.median(moved)), 1)
    return row


def _studio() -> list[Row]:
    """How much one studio's light seems to vary over 41 people, neutral and smiling."""
    from catchlight import faces, photo
    from catchlight.lighting import lighting
    from catchlight.measures.light_pattern import pattern_name
    from catchlight.skin import face_view

    lights: dict[tuple[str, str], tuple[Any, str]] = {}
    for mood in ("neutral", "smiling"):
        for path in sorted((DATA / "studio" / f"london_{mood}").glob("*.jpg")):
            pixels = photo.read(path, max_side=1600).pixels
            face = faces.find(pixels)[0]
            light = lighting(face_view(pixels, face), face)
            if light is not None:
                name = pattern_name(light.azimuth, light.elevation, light.key_to_fill)
                lights[path.stem.split("_")[0], mood] = (_in_room(light, face), name)
    if not lights:
        return []
    every = np.array([direction for direction, _ in lights.values()])
    middle = np.median(every, axis=0)
    middle /= np.linalg.norm(middle)
    away = np.degrees(np.arccos(np.clip(every @ middle, -1, 1)))
    pairs = [
        math.degrees(math.acos(min(1.0, float(lights[name, "neutral"][0] @ direction))))
        for (name, mood), (direction, _) in lights.items()
        if mood == "smiling" and (name, "neutral") in lights
    ]
    names = [name for _, name in lights.values()]
    return [
        {
            "measure": "one studio light on 41 people, from the median direction",
            "pictures": len(lights),
            "median_error": round(float(np.median(away)), 1),
            "p90_error": round(float(np.quantile(away, 0.9)), 1),
            "unit": "degree",
            "azimuth": round(math.degrees(math.atan2(middle[0], middle[2])), 1),
            "elevation": round(math.degrees(math.asin(middle[1])), 1),
            "patterns": {name: names.count(name) for name in sorted(set(names))},
        },
        {
            "measure": "the same person neutral and smiling",
            "pictures": len(pairs),
            "median_error": round(float(np.median(pairs)), 1),
            "p90_error": round(float(np.quantile(pairs, 0.9)), 1),
            "unit": "degree",
        },
    ]


def _in_room(light: Any, face: Any) -> Any:
    """Return the direction to the light as the camera sees it, for the heads turn a little."""
    from tests.rendered_face import rotation

    return rotation(face.yaw, face.pitch, 0.0) @ light.direction


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1]))
    cv2.setNumThreads(1)
    for row in rows():
        print(row)
