"""Picking as a user has it: a made-up session with a burst, a crop, a blink and a clip."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import catchlight
from catchlight.errors import NoUsablePhoto, OutputError, UsageError
from catchlight.session import Picked, pick_photos

from . import clips
from .faces_of_data import astronaut
from .report_pages import Page


def save(path: Path, pixels: np.ndarray, time: str = "") -> None:
    exif = Image.Exif()
    if time:
        exif.get_ifd(0x8769)[0x9003] = time
    Image.fromarray(pixels).save(path, quality=92, exif=exif)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    good, _ = astronaut()
    save(folder / "IMG_1.jpg", good, "2026:05:01 12:00:00")
    save(folder / "IMG_2.jpg", cv2.GaussianBlur(good, (0, 0), 2.0), "2026:05:01 12:00:01")
    save(folder / "IMG_3_cropped.jpg", good[:400, 40:440])
    save(folder / "IMG_4_dark.jpg", (good * 0.25).astype(np.uint8))
    mirrored = np.ascontiguousarray(good[:, ::-1])
    save(folder / "IMG_5_other.jpg", mirrored, "2026:05:01 12:30:00")
    save(folder / "IMG_6_wall.jpg", np.full((300, 400, 3), 128, np.uint8))
    return folder


@pytest.fixture(scope="module")
def picked(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Picked:
    folder = tmp_path_factory.mktemp("picked")
    return pick_photos(photos, top=2, out=folder / "out", blind=folder / "which.html", on_ballot=2)


def rows(picked: Picked) -> dict[str, dict]:
    return {row["name"]: row for row in picked.data["photos"]}


def test_two_different_pictures_are_picked(picked: Picked) -> None:
    names = [place.candidate.path.name for place in picked.picks]
    assert len(names) == 2
    assert "IMG_5_other.jpg" in names
    assert {"IMG_1.jpg", "IMG_3_cropped.jpg"} & set(names)


def test_copies_and_the_burst_are_near_duplicates_and_say_of_what(picked: Picked) -> None:
    by_name = rows(picked)
    same = ["IMG_1.jpg", "IMG_2.jpg", "IMG_3_cropped.jpg", "IMG_4_dark.jpg"]
    assert len({by_name[name]["group"] for name in same}) == 1
    duplicates = [name for name in same if by_name[name]["status"] == "duplicate"]
    assert len(duplicates) == 3
    assert "whose eyes are sharper" in by_name["IMG_2.jpg"]["reasons"][0]
    assert "whose face is exposed better" in by_name["IMG_4_dark.jpg"]["reasons"][0]
    assert by_name["IMG_5_other.jpg"]["group"] != by_name["IMG_1.jpg"]["group"]
    assert "no face" in by_name["IMG_6_wall.jpg"]["reasons"][0]


def test_the_files_are_those_promised(picked: Picked, photos: Path) -> None:
    out = picked.files[-1].parent
    assert {path.name for path in out.iterdir()} == {"proofs.jpg", "picks.json"}
    assert all(path.is_file() for path in picked.files)
    data = json.loads((out / "picks.json").read_text("utf-8"))
    assert data == json.loads(json.dumps(picked.data))
    assert data["schema"] == "catchlight.picks/1"
    assert [row["rank"] for row in data["picks"]] == [1, 2]
    assert len(data["photos"]) == 6
    with Image.open(out / "proofs.jpg") as sheet:
        sheet.load()


def test_the_page_shows_pictures_without_metadata_and_its_ballot_lies_beside(
    picked: Picked,
) -> None:
    page, ballot = picked.files[:2]
    text = page.read_text("utf-8")
    assert "IMG_" not in text
    assert "IMG_" in ballot.read_text("utf-8")
    pictures = [given for tag, given in Page(text).tags if tag == "img" and given["alt"]]
    assert [given["alt"] for given in pictures] == ["Picture A", "Picture B"]
    for given in pictures:
        width, height = int(given["width"]), int(given["height"])
        assert width / height == pytest.approx(0.8, abs=0.02)
        assert max(width, height) <= 1000


def test_results_are_not_taken_for_photos(picked: Picked, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes((photos / "IMG_1.jpg").read_bytes())
    for _ in range(2):
        again = pick_photos(tmp_path, out=tmp_path / "out")
        assert [row["name"] for row in again.data["photos"]] == ["a.jpg"]
    assert [r["name"] for r in pick_photos(tmp_path).data["photos"]] == ["a.jpg"]


def test_a_clip_gives_stills_and_the_picked_ones_are_kept_losslessly(tmp_path: Path) -> None:
    blurred = cv2.GaussianBlur(clips.scene(), (0, 0), 3)
    clip = clips.write(
        tmp_path / "clip.mp4", lambda k: clips.scene() if 21 <= k < 26 else blurred, 60
    )
    told: list[str] = []
    found = pick_photos(
        clip, top=1, out=tmp_path / "out", progress=lambda stage, done, total: told.append(stage)
    )
    (still,) = [path for path in found.files if path.suffix == ".png"]
    match = re.fullmatch(r"clip_00m(\d\d\.\d{3})s\.png", still.name)
    assert match
    assert 21 <= float(match[1]) * 30 < 26
    with Image.open(still) as image:
        assert image.size == (384, 512)
    row = next(row for row in found.data["photos"] if row["status"] == "picked")
    assert row["path"] == str(clip)
    assert row["clip_seconds"] == pytest.approx(float(match[1]))
    assert found.data["picks"][0]["file"] == still.name
    assert told[0] == "watching clip.mp4"
    # A second run takes the first one's still away if it picks another.
    data = json.loads((tmp_path / "out" / "picks.json").read_text("utf-8"))
    data["picks"][0]["file"] = "old.png"
    (tmp_path / "out" / "picks.json").write_text(json.dumps(data))
    still.rename(still.with_name("old.png"))
    pick_photos(clip, top=1, out=tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"proofs.jpg", "picks.json", still.name}


def test_a_broken_clip_among_photos_is_told_and_the_rest_done(photos: Path, tmp_path: Path) -> None:
    broken = tmp_path / "clip.mp4"
    broken.write_bytes(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
    found = pick_photos([broken, photos / "IMG_1.jpg"])
    by_name = rows(found)
    assert by_name["clip.mp4"]["status"] == "rejected"
    assert "damaged" in by_name["clip.mp4"]["reasons"][0]
    assert by_name["IMG_1.jpg"]["status"] == "picked"
    with pytest.raises(NoUsablePhoto, match=r"clip\.mp4"):
        pick_photos(broken)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"top": 0}, "--top is 0"),
        ({"look": "glamour"}, "glamour"),
        ({"blind": "page.pdf"}, "page.pdf"),
        ({"blind": "page.html", "on_ballot": 1}, "--candidates is 1"),
        ({"blind": "page.html", "on_ballot": 13}, "--candidates is 13"),
    ],
)
def test_wrong_use_is_named_before_the_work(photos: Path, options: dict, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pick_photos(photos, **options)


def test_one_picture_is_no_choice(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few to choose from"):
        pick_photos(photos / "IMG_1.jpg", blind=tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_before_the_work(
    photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    for options in ({"out": tmp_path / "file" / "out"}, {"blind": tmp_path / "file" / "a.html"}):
        with pytest.raises(OutputError):
            pick_photos(photos, progress=lambda *_: pytest.fail("work was begun"), **options)


def test_it_is_in_the_public_api() -> None:
    assert catchlight.pick_photos is pick_photos


@pytest.mark.slow
def test_a_headshot_from_a_clip_keeps_its_still_so_that_the_recipe_works(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "clip.mp4", lambda k: clips.scene(), 30)
    made = catchlight.make(clip, tmp_path / "out", destinations=["web"], backdrop="keep")
    (pick,) = made.picks
    assert pick.path.parent == pick.directory
    assert re.fullmatch(r"clip_00m\d\d\.\d{3}s\.png", pick.path.name)
    assert pick.path.is_file()
    assert made.data["photos"][0]["path"] == str(clip)
    again = catchlight.rerender(pick.directory / "recipe.toml", tmp_path / "again")
    assert again["web"].read_bytes() == pick.files["web"].read_bytes()
    save(tmp_path / "photo.jpg", astronaut()[0])
    catchlight.make(tmp_path / "photo.jpg", tmp_path / "out", destinations=["web"], backdrop="keep")
    assert not pick.path.exists()  # of the earlier result
