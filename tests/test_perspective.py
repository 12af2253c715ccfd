"""Camera distance against the pinhole camera, renderings, and the same face from near and far."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from catchlight import faces, perspective, photo
from catchlight.capture import Capture
from catchlight.faces import Face
from catchlight.head_pose import head_pose, mirror
from catchlight.perspective import Distance, Frame
from catchlight.photo import Photo

from .faces_of_data import astronaut
from .rendered_face import render_face


def taken(size: tuple[int, int], **lens: float) -> Photo:
    """A photo that takes no memory, of this size and lens."""
    pixels = np.broadcast_to(np.uint8(0), (size[1], size[0], 3))
    return Photo(Path("test.jpg"), "", pixels, size, Capture(**lens), "JPEG")


def with_eyes(pixels_apart: float) -> Face:
    """The astronaut's face with this many pixels between the eyes."""
    face = astronaut()[1]
    points = face.landmarks[[33, 133, 263, 362]].astype(float)
    apart = np.linalg.norm(points[:2].mean(axis=0) - points[2:].mean(axis=0))
    return face.scaled(pixels_apart / float(apart))


@cache
def seen_from(cm: float, yaw: float = 0.0, pitch: float = 0.0) -> Face:
    """The canonical face from this distance, as the landmark model sees it."""
    picture = render_face(
        distance_cm=cm, yaw=yaw, pitch=pitch, size=(400, 480), eye_distance_px=90, key_size_deg=25
    )
    return faces.find(picture.pixels)[0]


@pytest.mark.parametrize(
    ("cm", "share"), [(25, 0.39), (30, 0.285), (45, 0.15), (60, 0.09), (75, 0.06), (100, 0.03)]
)
def test_nose_grows_as_by_the_pinhole_camera(cm: float, share: float) -> None:
    assert perspective.growth(cm) == pytest.approx(share, abs=0.006)


def test_nose_at_30_cm_as_measured_by_ward() -> None:
    assert perspective.growth(30) == pytest.approx(0.30, abs=0.02)
    assert perspective.growth(150) == pytest.approx(0)


@pytest.mark.parametrize("cm", [30, 60, 150])
@pytest.mark.parametrize("size", [(4032, 3024), (3024, 4032), (6000, 4000)])
def test_focal_length_tells_the_distance(cm: float, size: tuple[int, int]) -> None:
    # 26 mm in 35 mm terms, so 26 / 43.27 of the diagonal; eyes are 6.3 cm apart.
    focal = 26 / np.hypot(24, 36) * np.hypot(*size)
    face = replace(with_eyes(focal * 6.3 / cm), yaw=31.0)  # turned: its perspective is not read
    found = perspective.distance(face, taken(size, focal_length_35mm=26))
    assert found.cm == pytest.approx(cm, rel=0.06)
    assert found.uncertainty < 0.09 * cm
    assert found.found_by == "focal length"


def test_a_crop_of_odd_shape_may_be_from_further_away() -> None:
    face, lens = with_eyes(400), {"focal_length_35mm": 50.0}
    whole = perspective.distance(face, taken((3000, 2000), **lens))
    crop = perspective.distance(face, taken((3000, 2300), **lens))
    assert crop.quantile(0.84) > 1.3 * whole.quantile(0.84)
    assert crop.uncertainty > 2 * whole.uncertainty


def written(tmp_path: Path, size: tuple[int, int], tags: dict[int, Any]) -> Photo:
    """A photo of this size with these Exif tags, written to a file and read back."""
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(tags)
    path = tmp_path / "written.jpg"
    Image.new("RGB", size).save(path, exif=exif)
    return photo.read(path)


@pytest.mark.parametrize("size", [(1000, 1000), (800, 1000), (1500, 700)])
@pytest.mark.parametrize("cm", [50, 120])
def test_exif_tells_how_much_was_cropped(tmp_path: Path, size: tuple[int, int], cm: float) -> None:
    # 26 mm in 35 mm terms on a whole picture of 4000 × 3000, of which a part is left.
    focal = 26 / np.hypot(24, 36) * 5000
    face = replace(with_eyes(focal * 6.3 / cm), yaw=31.0)  # turned: its perspective is not read
    tags: dict[int, Any] = {0xA405: 26, 0xA002: 4000, 0xA003: 3000}
    found = perspective.distance(face, written(tmp_path, size, tags))
    assert found.cm == pytest.approx(cm, rel=0.12)
    assert found.quantile(0.05) < cm < found.quantile(0.95)
    # Without the size, the part passes for a whole picture or anything.
    blind = perspective.distance(face, written(tmp_path, size, {0xA405: 26}))
    assert abs(np.log(found.cm / cm)) < abs(np.log(blind.cm / cm))
    assert found.uncertainty < blind.uncertainty


def test_a_picture_made_smaller_is_as_far_as_it_was(tmp_path: Path) -> None:
    focal = 26 / np.hypot(24, 36) * 1000  # pixels of the picture at a fifth of its size
    face = replace(with_eyes(focal * 6.3 / 40), yaw=31.0)
    tags: dict[int, Any] = {0xA405: 26, 0xA002: 4000, 0xA003: 3000}
    assert perspective.distance(face, written(tmp_path, (800, 600), tags)).cm == pytest.approx(
        40, rel=0.06
    )


def test_the_focus_is_a_witness(tmp_path: Path) -> None:
    face = with_eyes(150)
    tags: dict[int, Any] = {0x9206: IFDRational(60, 100)}
    known = perspective.distance(face, written(tmp_path, (1000, 1000), tags))
    unknown = perspective.distance(face, written(tmp_path, (1000, 1000), {}))
    assert known.found_by == "focus"
    assert unknown.found_by == "perspective"
    assert known.uncertainty < 0.6 * unknown.uncertainty
    assert abs(np.log(known.cm / 60)) < abs(np.log(unknown.cm / 60))


def test_a_focus_that_contradicts_lens_and_face_is_not_believed(tmp_path: Path) -> None:
    # A lens of 26 mm has this face at 40 cm; the camera says that it was focused at 8 m.
    focal = 26 / np.hypot(24, 36) * 1000
    face = replace(with_eyes(focal * 6.3 / 40), yaw=31.0)
    tags: dict[int, Any] = {0xA405: 26, 0x9206: IFDRational(8)}
    found = perspective.distance(face, written(tmp_path, (800, 600), tags))
    assert found.cm == pytest.approx(40, rel=0.1)


def test_a_face_without_perspective_speaks_for_a_crop() -> None:
    # 26 mm would put this face, which is from afar, at 30 cm.
    face, frame = with_eyes(26 / 43.27 * 5000 * 6.3 / 30), taken((4000, 3000), focal_length_35mm=26)
    turned = perspective.distance(replace(face, yaw=31.0), frame)
    assert perspective.distance(face, frame).cm > 1.2 * turned.cm


def test_a_long_lens_on_an_unknown_sensor_is_not_near() -> None:
    face = with_eyes(200)
    assert perspective.distance(face, taken((1800, 1200))).nearer_than(75) > 0.1
    long = perspective.distance(face, taken((1800, 1200), focal_length_mm=135.0))
    assert long.nearer_than(75) < 0.01


def test_chances_are_a_distribution() -> None:
    found = perspective.distance(*_sample())
    assert found.chance.sum() == pytest.approx(1)
    assert (np.diff(found.grid) > 0).all()
    assert found.quantile(0.1) < found.cm < found.quantile(0.9)
    assert found.nearer_than(found.cm) == pytest.approx(0.5)


def _sample() -> tuple[Face, Photo]:
    return with_eyes(100), taken((1000, 1000))


def test_mirrored_landmarks_read_the_same() -> None:
    face = astronaut()[1]
    mirrored = (face.landmarks * [-1, 1, 1] + [512, 0, 0])[mirror()]
    assert perspective.closeness(mirrored) == pytest.approx(
        perspective.closeness(face.landmarks), abs=1e-5
    )


def test_reading_the_photo_smaller_changes_nothing() -> None:
    face = with_eyes(200)
    full = taken((3000, 2000), focal_length_35mm=50.0)
    half = replace(full, pixels=np.broadcast_to(np.uint8(0), (1000, 1500, 3)), shrink=2)
    found = perspective.distance(face, full), perspective.distance(face.scaled(0.5), half)
    assert found[0].cm == pytest.approx(found[1].cm, rel=1e-5)


def test_a_turned_face_is_not_read() -> None:
    face = replace(seen_from(30), yaw=35.0)
    habit = perspective.distance(face, taken((480, 480)))
    assert habit.quantile(0.16) < 60
    assert habit.quantile(0.84) > 130


@pytest.mark.parametrize("pose", [(0.0, 0.0), (12.0, 8.0)])
def test_nearer_renderings_read_nearer(pose: tuple[float, float]) -> None:
    read = [perspective.closeness(seen_from(cm, *pose).landmarks) for cm in (30.0, 50.0, 130.0)]
    assert read[0] > read[1] + 0.004 > read[2] + 0.008
    assert np.subtract(read, [1 / 30, 1 / 50, 1 / 130]) == pytest.approx(0, abs=0.014)


def test_near_and_far_photos_of_one_camera_tell_each_other() -> None:
    # Eyes 90 px apart in the renderings; a camera that stays as it is shows them smaller from afar.
    truth = [30.0, 50.0, 130.0]
    shown = [seen_from(cm).scaled(45 / cm) for cm in truth]
    photos = [taken((600, 800))] * 3
    together = perspective.distances(shown, [Frame.of(p) for p in photos])
    assert [d.cm / t for d, t in zip(together, truth, strict=True)] == pytest.approx(
        [1, 1, 1], abs=1 / 3
    )
    ratios = [d.cm / together[0].cm for d in together]
    assert ratios == pytest.approx([t / truth[0] for t in truth], rel=0.08)
    alone = [perspective.distance(f, p) for f, p in zip(shown, photos, strict=True)]
    assert together[2].uncertainty < alone[2].uncertainty
    assert perspective.distances([], []) == ()


def test_one_photo_is_a_session_of_one() -> None:
    face, frame = _sample()
    alone, (session,) = (
        perspective.distance(face, frame),
        perspective.distances([face], [Frame.of(frame)]),
    )
    np.testing.assert_allclose(alone.chance, session.chance)


@pytest.mark.parametrize("cm", [30.0, 50.0])
def test_the_nod_that_perspective_adds_is_known(cm: float) -> None:
    nod = head_pose(seen_from(cm).landmarks).pitch - head_pose(seen_from(130.0).landmarks).pitch
    assert perspective.pitch_error(_exactly(cm)) == pytest.approx(nod, abs=2.0)
    assert perspective.pitch_error(_exactly(300)) == 0


def _exactly(cm: float) -> Distance:
    return Distance(np.array([cm, cm * 1.001]), np.array([1.0, 0.0]), "focal length")


@pytest.mark.shared
def test_the_same_face_from_near_and_far(shared: Path) -> None:
    # Labelled roughly 15 and 60 cm. Their faces differ in size by 2.2, not 4, so both labels can't
    # be right; 60 cm makes the near one 27 cm.
    photos = [photo.read(shared / f"people/lisa/zoom_{cm}cm.jpg") for cm in (15, 60)]
    found = [faces.find(p.pixels)[0] for p in photos]
    near, far = perspective.distances(found, [Frame.of(p) for p in photos])
    assert far.cm == pytest.approx(60, rel=1 / 3)
    assert near.cm == pytest.approx(27.4, rel=1 / 3)
    alone = perspective.distance(found[0], photos[0])
    assert alone.nearer_than(45) > 0.7


@pytest.mark.shared
def test_studio_portraits_are_not_near(shared: Path) -> None:
    for path in sorted((shared / "studio" / "canada").glob("*.jpg")):
        picture = photo.read(path, max_side=900)
        found = perspective.distance(faces.find(picture.pixels)[0], picture)
        assert found.nearer_than(45) < 0.2, path.name
