"""Oracles: who is whom in made-up sightings, and what a folder holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catchlight.choosing import Frame, Gathered, _followed, choose, given_photos, with_stills
from catchlight.encode import encode_png
from catchlight.errors import UsageError
from catchlight.identity import Sighting
from catchlight.progress import Stages, silent
from catchlight.settings import Settings
from catchlight.survey import Seen

from . import clips
from .consents import AGREED
from .faces_of_data import astronaut


def seen(index: int, *where: float) -> Seen:
    """A still with a face at each of these places along one axis of the identity space."""
    sightings = tuple(Sighting(np.eye(128)[0] * x, 0.3, 0.1) for x in where)
    thumb = np.zeros((2, 2, 3), np.uint8)
    path = Path(f"/t/{index}.png")
    return Seen(index, path, "0", (2, 2), 0, {}, thumb, (), sightings, ())


def test_a_face_that_drifts_through_a_clip_stays_the_same_person() -> None:
    entries = {i: seen(i, 0.4 * i) for i in range(5)}  # ends differ by 1.6, far beyond 0.6
    frames = {e.path: Frame(Path("a.mp4"), float(i)) for i, e in entries.items()}
    chosen: dict[int, int | None] = {0: 0, 1: 0, 2: None, 3: None, 4: None}
    assert _followed(entries, chosen, frames) == dict.fromkeys(range(5), 0)
    assert chosen[4] is None  # what is given stays as it was


def test_another_person_another_clip_and_two_faces_are_not_followed() -> None:
    entries = {0: seen(0, 0.0), 1: seen(1, 0.9), 2: seen(2, 0.1), 3: seen(3, 0.1, 0.3)}
    one, other = Frame(Path("a.mp4"), 0.0), Frame(Path("b.mp4"), 0.0)
    frames = {entries[0].path: one, entries[1].path: one, entries[2].path: other,
              entries[3].path: one}  # fmt: skip
    chosen: dict[int, int | None] = {0: 0, 1: None, 2: None, 3: None}
    assert _followed(entries, chosen, frames) == chosen


def test_photos_are_not_followed() -> None:
    entries = {0: seen(0, 0.0), 1: seen(1, 0.1)}
    chosen: dict[int, int | None] = {0: 0, 1: None}
    assert _followed(entries, chosen, {}) == chosen


def test_stills_last_for_the_block_and_two_clips_of_one_name_are_kept_apart(
    tmp_path: Path,
) -> None:
    named = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        clip = tmp_path / folder / "clip.mp4"
        named.append(clips.write(clip, lambda k: clips.scene(), 12))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"read later")
    with with_stills([named[0], photo, named[1]], Stages(silent), Settings()) as given:
        assert photo in given.paths
        stills = [path for path in given.paths if path != photo]
        assert [given.frames[path].clip for path in stills] == named
        assert len({path.name for path in stills}) <= len(set(stills)) == 2
        assert all(path.is_file() for path in stills)
        assert given.kept(stills[0], Path("out/1")) == Path("out/1") / stills[0].name
        assert given.kept(photo, Path("out/1")) == photo
    assert not any(path.exists() for path in stills)


def test_the_stills_go_even_when_the_work_fails(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "clip.mp4", lambda k: clips.scene(), 12)
    kept: list[Gathered] = []

    def work() -> None:
        with with_stills([clip], Stages(silent), Settings()) as given:
            kept.append(given)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not any(path.exists() for path in kept[0].paths)


def test_a_folder_may_be_named_and_written_to(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.jpg").write_bytes(b"x")
    assert given_photos(tmp_path, tmp_path / "out") == [tmp_path / "a.jpg"]
    assert given_photos(tmp_path / "out", tmp_path / "out") == [tmp_path / "out" / "b.jpg"]
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match="no photos in"):
        given_photos([tmp_path / "none"], None)


def test_too_many_photos_are_refused(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / f"{number}.jpg").touch()
    with pytest.raises(UsageError, match="201 photos; at most 200"):
        given_photos(tmp_path, None)


def test_how_the_shoulders_stand_is_asked_of_the_picks_only(tmp_path: Path) -> None:
    pixels, _ = astronaut()
    for name, shown in (("a.png", pixels), ("b.png", np.ascontiguousarray(pixels[:, ::-1]))):
        (tmp_path / name).write_bytes(encode_png(shown))
    found = choose(sorted(tmp_path.iterdir()), Stages(silent), Settings(threads=1), AGREED, top=1)
    turns = {p.picked: p.candidate.measures.get("ShoulderTurn") for p in found.ranked}
    assert turns[True] is not None
    assert turns[True].ok
    assert turns[False] is None
