"""Known cases for the audit: pictures whose truth is known, and the photographs they go with."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import audit_cheats as cheats
import audit_earrings
import audit_head_cheats as head_cheats
import cv2
import numpy as np
from agreed import AGREED
from numpy.typing import NDArray
from photographs import DATA
from PIL import Image

from catchlight.auditing import look_at
from catchlight.errors import CatchlightError
from catchlight.evidence import Case, Facts
from catchlight.evidence.depth_of_field import rim_sharpness
from catchlight.evidence.hairline import forehead_height
from catchlight.matte import cut_out
from catchlight.settings import Settings

__all__ = ["Known", "known_cases", "people", "planted", "wearers"]

SESSIONS = (
    "lisa",
    "rootvc_man",
    "human_emotions_a",
    "flashface_woman",
    "obama",
    "alex_lacamoire",
)
_SETTINGS = Settings(threads=1)
_MOST_PHOTOS = 3  # of a session that are copied, and compared one with one


@dataclass(frozen=True)
class Known:
    """A case whose truth is known.

    Attributes
    ----------
    truth : "untouched", "copy", "own", "generated", or what was planted.
    given : "others" (the person's other photographs), "original" (those and the original) or
        "nothing".
    person : whose it is; decides the half.
    """

    truth: str
    given: str
    person: str
    case: Case

    @property
    def held_out(self) -> bool:
        """Whether the case is of the half that set no limit; people are split by their name."""
        return half_of(self.person)


def half_of(person: str) -> bool:
    """Split people evenly and for good: True is the held-out half."""
    return hashlib.sha256(person.encode()).digest()[0] % 2 == 1


EVERY = 1
"""Only every so many-th studio portrait is used, for a quick look."""


def people() -> dict[str, list[Path]]:
    """Photographs of each person of whom there are two or more."""
    found: dict[str, list[Path]] = {}
    for neutral in sorted((DATA / "studio/london_neutral").glob("*.jpg"))[::EVERY]:
        number = neutral.name[:3]
        smiling = DATA / "studio/london_smiling" / f"{number}_08.jpg"
        if smiling.is_file():
            found[f"london {number}"] = [neutral, smiling]
    for name in SESSIONS:
        files = sorted((DATA / "people" / name).glob("*"))
        if len(files) > 1:
            found[name] = files
    astria = DATA / "ai/pairs/astria_man"
    real = [astria / f"{name}.png" for name in ("before0003", "example2", "example3")]
    if all(path.is_file() for path in real):
        found["astria_man"] = real
    return found


def seen(path: Path) -> Facts | None:
    """Look at the largest face of a photograph; None where there is none."""
    try:
        return look_at(path, _SETTINGS, AGREED, keep=True)[0]
    except CatchlightError:
        return None


def saved(pixels: NDArray[np.uint8], name: str, quality: int = 90) -> Facts | None:
    """A picture as it comes back from a JPEG file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.jpg"
        Image.fromarray(np.ascontiguousarray(pixels)).save(path, "JPEG", quality=quality)
        return seen(path)


def copies(facts: Facts) -> Iterator[NDArray[np.uint8]]:
    """The picture as platforms and honest hands leave it: cropped, made smaller, regraded."""
    pixels = facts.pixels
    height, width = pixels.shape[:2]
    cropped = pixels[int(0.02 * height) : int(0.97 * height), int(0.05 * width) : int(0.96 * width)]
    yield cropped
    size = (round(0.61 * cropped.shape[1]), round(0.61 * cropped.shape[0]))
    yield cv2.resize(cropped, size, interpolation=cv2.INTER_AREA)
    unit = pixels.astype(np.float32) / 255
    warm = np.clip(1.12 * unit**0.93 * np.array([1.03, 1.0, 0.95], np.float32), 0, 1)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 1.7, 0.93)
    turned = cv2.warpAffine(
        warm, matrix, (width, height), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE
    )
    yield np.round(np.clip(turned, 0, 1) * 255).astype(np.uint8)


def planted(facts: Facts, donor: Facts | None) -> Iterator[tuple[str, NDArray[np.uint8], Facts]]:
    """Every cheat planted in one portrait: its name, the picture, and the original it came from."""
    pixels, face = facts.pixels, facts.face
    yield "slimmed 3 %", cheats.slimmed(pixels, face), facts
    yield "eyes enlarged 4 %", cheats.enlarged_eyes(pixels, face), facts
    yield "skin smoothed", cheats.smoothed(pixels, face), facts
    yield "teeth and eyes whitened", cheats.whitened(pixels, face), facts
    yield "irises recoloured", cheats.irises_recoloured(pixels, face), facts
    healed = cheats.mole_removed(pixels, face)
    if healed is not None:
        yield "mole removed", healed[0], facts
    else:  # one is painted on the original, and is not in the picture
        painted = saved(cheats.mole_painted(pixels, face), facts.name, 95)
        if painted is not None:
            yield "mole removed", pixels, painted
    yield "glasses put on", cheats.glasses_put_on(pixels, face), facts
    yield "mirrored", cheats.mirrored(pixels, face), facts
    yield "ears pinned back 40 %", head_cheats.ears_pinned_back(pixels, face), facts
    yield "face lit from the other side", head_cheats.relit_face(pixels, face), facts
    if (height := forehead_height(facts)) is not None:
        yield "hairline lowered 35 %", head_cheats.hairline_lowered(pixels, face, height), facts
    if donor is not None:
        yield (
            "face swapped in",
            cheats.swapped(pixels, face, donor.pixels, donor.face),
            facts,
        )
    alpha = _coverage(facts)
    lit = cheats.background_lit(pixels, alpha)
    original = saved(lit, facts.name, 95)
    if original is not None:
        yield "background light flipped", cheats.background_flipped(lit, alpha), original


def _coverage(facts: Facts) -> NDArray[np.uint8]:
    alpha = cut_out(facts.pixels, facts.face, facts.others, threads=1).alpha
    return np.asarray(cv2.convertScaleAbs(alpha, alpha=255), np.uint8)


def known_cases(part: str) -> Iterator[Known]:
    """Every known case of one part: "real", "planted", "scenes", "earrings", "own", "generated"."""
    parts = {
        "real": _real,
        "planted": _planted,
        "scenes": _scenes,
        "earrings": _earrings,
        "own": _own,
        "generated": _generated,
    }
    yield from parts[part]()


def _real() -> Iterator[Known]:
    for person, files in people().items():
        photos = [facts for facts in map(seen, files) if facts is not None]
        for i, facts in enumerate(photos):
            others = tuple(other for other in photos if other is not facts)[:5]
            if others:
                yield Known("untouched", "others", person, Case(facts, others))
            if len(others) > 1 and i < _MOST_PHOTOS:
                one = (photos[(i + 1) % len(photos)],)
                yield Known("untouched", "others", person, Case(facts, one))
            for k, pixels in enumerate(copies(facts)):
                if i >= _MOST_PHOTOS or (i % 2 and person.startswith("london")):
                    continue  # these tell enough
                copy = saved(pixels, f"copy{k}", (92, 75, 85)[k])
                if copy is not None:
                    yield Known("copy", "original", person, Case(copy, (facts, *others[:2])))
    for path in _alone():
        facts = seen(path)
        if facts is not None:
            yield Known("untouched", "nothing", _person_alone(path), Case(facts, ()))


def _person_alone(path: Path) -> str:
    return path.stem[:3] + path.parent.name[:2]


def _alone() -> list[Path]:
    """Photographs of people of which nothing else is known."""
    found = itertools.chain(
        *((DATA / "studio" / name).glob("*.jpg") for name in ("london_neutral", "canada")),
        (DATA / "matting/ppm100/image").glob("*"),
        *((DATA / "people" / name).glob("*") for name in SESSIONS),
    )
    return sorted(found)[::EVERY]


def _portraits() -> list[tuple[str, Facts, tuple[Facts, ...]]]:
    """A photograph of each person to change, and the others of them."""
    chosen: list[tuple[str, Facts, tuple[Facts, ...]]] = []
    for number, (person, files) in enumerate(people().items()):
        photos = [facts for facts in map(seen, files) if facts is not None]
        at = number % 2 if person.startswith("london") else 0
        facts = photos[at]
        chosen.append((person, facts, tuple(p for p in photos if p is not facts)[:5]))
    for path in sorted((DATA / "studio/canada").glob("*.jpg"))[::EVERY]:
        facts = seen(path)
        if facts is not None:
            chosen.append((f"canada {path.stem}", facts, ()))
    return chosen


def _planted() -> Iterator[Known]:
    chosen = _portraits()
    for person, facts, others in chosen:
        if not half_of(person):
            continue  # detections are counted on the held-out half alone
        donors = [
            other
            for name, other, _ in chosen
            if name != person
            and half_of(name) == half_of(person)
            and name.split()[0] == person.split()[0]
        ]
        place = [name for name, _, _ in chosen].index(person)
        donor = donors[place % len(donors)] if donors else None
        for truth, pixels, original in planted(facts, donor):
            picture = saved(pixels, "picture")
            if picture is None:
                continue
            beside = others[:2]
            if truth == "mole removed" and original is not facts:
                beside = _with_the_mole(beside)  # what only one photo shows comes and goes
            yield Known(truth, "original", person, Case(picture, (original, *beside)))
            if others and original is facts:
                yield Known(truth, "others", person, Case(picture, others))


def _with_the_mole(photos: Sequence[Facts]) -> tuple[Facts, ...]:
    """The same mole painted on other photos of a person."""
    painted = (saved(cheats.mole_painted(f.pixels, f.face), f.name, 95) for f in photos)
    return tuple(facts for facts in painted if facts is not None)


def _scenes() -> Iterator[Known]:
    """Photographs with something behind the person, blurred around a mask."""
    for path in _alone():
        facts = seen(path)
        if facts is None or not half_of(_person_alone(path)) or rim_sharpness(facts) is None:
            continue
        blurred = head_cheats.blurred_around(facts.pixels, facts.face, _coverage(facts))
        picture = saved(blurred, "picture")
        if picture is not None:
            truth = "background blurred around a mask"
            yield Known(truth, "nothing", _person_alone(path), Case(picture, ()))


def wearers() -> dict[str, list[str]]:
    """Photographs with earrings, labelled by eye: sides on which one is seen at the lobe."""
    file = Path(__file__).with_name("earrings.toml")
    found: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))["photos"]
    return found


def _earrings() -> Iterator[Known]:
    """Earrings of seven kinds, two for each person who wears none, put on and taken off."""
    worn = {str(DATA / name) for name in wearers()}
    styles = list(audit_earrings.STYLES.values())
    chosen = [row for row in _portraits() if half_of(row[0])]
    for number, (person, facts, others) in enumerate(chosen):
        if str(facts.photo.path) in worn:
            continue
        sides = ((0, 1), (0,), (1,))[number % 3]
        truth = f"earring put on, {'both sides' if len(sides) == 2 else 'one side'}"
        for style in (styles[2 * number % 7], styles[(2 * number + 1) % 7]):
            drawn = audit_earrings.earrings_put_on(facts.pixels, facts.face, style, sides)
            if np.array_equal(drawn, facts.pixels):
                continue  # no lobe is seen
            picture = saved(drawn, "picture")
            if picture is not None:
                yield Known(truth, "original", person, Case(picture, (facts, *others[:2])))
                if others:
                    yield Known(truth, "others", person, Case(picture, others))
            # the other way round: it is in the original, and not in the picture
            original, bare = saved(drawn, facts.name, 95), saved(facts.pixels, "picture")
            if original is not None and bare is not None:
                case = Case(bare, (original,))
                yield Known("earring taken off", "original", person, case)


def _own() -> Iterator[Known]:
    """Headshots made in this run, one for each session and some of the studio portraits."""
    import catchlight

    looks = itertools.cycle(("corporate", *catchlight.list_looks()))
    everybody = people()
    chosen: Sequence[str] = [name for name in everybody if not name.startswith("london")]
    chosen = [*chosen, *[name for name in everybody if name.startswith("london")][::4]]
    for person in chosen:
        files = everybody[person]
        with tempfile.TemporaryDirectory() as folder:
            look = next(looks)
            try:
                made = catchlight.make(
                    files,
                    Path(folder) / "out",
                    look=look,
                    destinations=["linkedin"],
                    top=1,
                    consent=AGREED,
                )
            except CatchlightError as error:
                print(f"{person}: nothing was made: {str(error)[:100]}")
                continue
            source = made.picks[0].path
            photos = {path: seen(path) for path in files}
            original = photos.get(source)
            others = tuple(p for path, p in photos.items() if p is not None and path != source)[:5]
            for path in made.picks[0].files.values():
                picture = seen(path)
                if picture is None:
                    continue
                if original is not None:
                    yield Known("own", "original", person, Case(picture, (original, *others[:2])))
                if others:
                    yield Known("own", "others", person, Case(picture, others))


def _generated() -> Iterator[Known]:
    astria = DATA / "ai/pairs/astria_man"
    real = tuple(
        facts
        for name in ("before0003", "example2", "example3")
        if (facts := seen(astria / f"{name}.png")) is not None
    )
    for name in ("example0003", "result1", "result2"):
        facts = seen(astria / f"{name}.png")
        if facts is not None:
            yield Known("generated", "others", "pairs", Case(facts, real))
    for number in (1, 2):
        folder = DATA / f"ai/pairs/prohead_demo{number}"
        facts = seen(folder / f"demo{number}-ai.webp")
        reference = seen(folder / f"demo{number}-selfie.webp")
        if facts is not None and reference is not None:
            yield Known("generated", "others", "pairs", Case(facts, (reference,)))
    for path in sorted((DATA / "ai/sd3").glob("*")):
        facts = seen(path)
        if facts is not None:
            yield Known("generated", "nothing", "sd3", Case(facts, ()))
