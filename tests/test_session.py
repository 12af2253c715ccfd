"""The main job on a small session of the public-domain astronaut, looked at from outside."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import catchlight
from catchlight import credentials, keys, trust
from catchlight.bounds import BOUNDS
from catchlight.errors import NoUsablePhoto, OutputError, PhotoError, RecipeError, UsageError
from catchlight.jumbf import without_credentials
from catchlight.session import Session

DESTINATIONS = ("linkedin", "web", "avatar-circle")


def sample_photos(folder: Path) -> None:
    """The demo's photos, by the demo's own program."""
    file = Path(__file__).parents[1] / "examples" / "sample_session.py"
    spec = importlib.util.spec_from_file_location("sample_session", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main(folder)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    sample_photos(folder)
    return folder


@pytest.fixture(scope="module")
def made(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, list]:
    told: list[tuple[str, int, int]] = []
    before = digests(photos)
    session = catchlight.make(
        photos,
        tmp_path_factory.mktemp("made") / "out",
        destinations=DESTINATIONS,
        progress=lambda *step: told.append(step),
    )
    assert digests(photos) == before, "an original was written to"
    return session, told


def test_every_promised_file_is_there(made: tuple[Session, list]) -> None:
    session, _ = made
    names = {str(p.relative_to(session.directory)) for p in session.directory.rglob("*.*")}
    assert names == {
        "report.html", "proofs.jpg", "session.json", "1/headshot.jpg", "1/cutout.png",
        "1/recipe.toml", "1/matte.png", "1/landmarks.csv", "1/linkedin.jpg", "1/web.jpg",
        "1/avatar-circle.png",
    }  # fmt: skip
    for file in session.picks[0].files.values():
        with Image.open(file) as image:
            image.load()


def test_picks_the_sharp_upright_well_lit_one(made: tuple[Session, list]) -> None:
    session, _ = made
    rows = {row["name"]: row for row in session.data["photos"]}
    assert session.picks[0].path.name in ("IMG_0001.jpg", "IMG_0005.jpg")
    assert "blurred" in " ".join(rows["IMG_0004.jpg"]["reasons"])
    assert "dark" in " ".join(rows["IMG_0003.jpg"]["reasons"])
    assert "head tilted" in " ".join(rows["IMG_0002.jpg"]["reasons"])
    assert [r["status"] for r in rows.values()].count("duplicate") >= 1


def test_sizes_are_those_of_the_recipe_and_of_the_destinations(made: tuple[Session, list]) -> None:
    session, _ = made
    for output in session.picks[0].recipe.outputs:
        with Image.open(session.picks[0].files[output.name]) as image:
            assert image.size == (output.width, output.height)
    with Image.open(session.picks[0].files["linkedin"]) as image:
        assert image.size[0] == image.size[1] >= 400


def test_no_metadata_of_the_original_and_no_preview(made: tuple[Session, list]) -> None:
    session, _ = made
    for file in session.directory.rglob("*.[jp][pn]g"):
        with Image.open(file) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "icc_profile", "dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density",
            }  # fmt: skip


def test_the_bounds_are_measured_and_kept(made: tuple[Session, list]) -> None:
    session, _ = made
    readings = {r.bound.name: r for r in session.picks[0].readings}
    assert set(readings) == set(BOUNDS)
    assert all(r.status != "exceeded" for r in readings.values())
    assert readings["identity"].value is not None
    assert readings["geometry"].value is not None


def test_session_json_is_what_python_got(made: tuple[Session, list]) -> None:
    session, _ = made
    data = json.loads((session.directory / "session.json").read_text("utf-8"))
    assert data == json.loads(json.dumps(session.data))
    assert data["schema"] == "catchlight.session/1"
    for file in data["picks"][0]["files"]:
        content = (session.directory / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            file["bytes"],
            file["sha256"],
        )


def test_the_recipe_makes_the_same_bytes_again(made: tuple[Session, list], tmp_path: Path) -> None:
    session, _ = made
    again = catchlight.rerender(session.picks[0].directory / "recipe.toml", tmp_path)
    for name, file in again.items():
        assert file.read_bytes() == session.picks[0].files[name].read_bytes(), name


def test_a_recipe_refuses_another_original(made: tuple[Session, list], tmp_path: Path) -> None:
    session, _ = made
    other = tmp_path / "other.png"
    Image.new("RGB", (512, 512)).save(other)
    recipe = session.picks[0].directory / "recipe.toml"
    with pytest.raises(RecipeError, match="SHA-256"):
        catchlight.rerender(recipe, tmp_path / "out", original=other)
    assert not (tmp_path / "out").exists()


def test_progress_goes_up_and_ends(made: tuple[Session, list]) -> None:
    _, told = made
    looking = [done for stage, done, _ in told if stage == "looking at the photos"]
    assert looking == sorted(looking)
    assert looking[-1] == 5
    assert told[-1][1] == told[-1][2]


def test_the_person_is_before_paper_and_untouched_but_for_light(
    made: tuple[Session, list],
) -> None:
    session, _ = made
    cutout = np.asarray(Image.open(session.picks[0].files["cutout"]))
    headshot = np.asarray(Image.open(session.picks[0].files["headshot"])).astype(int)
    solid = cutout[..., 3] == 255
    assert 0.2 < solid.mean() < 0.9
    # JPEG at quality 95 is all that lies between the two
    assert np.abs(headshot - cutout[..., :3])[solid].mean() < 2.5


def test_bad_photos_are_told_and_the_good_ones_done(photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    good = (photos / "IMG_0001.jpg").read_bytes()
    (folder / "good.jpg").write_bytes(good)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "cut.jpg").write_bytes(good[: len(good) // 2])
    (folder / "text\nname.jpg").write_text("not a photo")
    cv2.imwrite(str(folder / "wall.png"), np.full((300, 400, 3), 128, np.uint8))
    session = catchlight.make(
        folder, tmp_path / "out", destinations=["web"], look="legal", backdrop="soften"
    )
    rows = {row["name"]: row for row in session.data["photos"]}
    assert [n for n, row in rows.items() if row["status"] == "picked"] == ["good.jpg"]
    assert sum(row["status"] == "rejected" for row in rows.values()) == 4
    assert "no face" in rows["wall.png"]["reasons"][0]
    report = session.report.read_text("utf-8")
    assert "wall.png" in report


@pytest.mark.parametrize("name", ["none", "text", "wall"])
def test_nothing_usable_says_why_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    if name == "text":
        (folder / "a.jpg").write_text("hello")
    elif name == "wall":
        cv2.imwrite(str(folder / "a.jpg"), np.full((300, 400, 3), 90, np.uint8))
    error = UsageError if name == "none" else NoUsablePhoto
    with pytest.raises(error):
        catchlight.make(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_a_tiny_face_is_refused_with_the_number(tmp_path: Path) -> None:
    from skimage import data

    small = cv2.resize(data.astronaut()[:, :, ::-1], (100, 100), interpolation=cv2.INTER_AREA)
    frame = np.full((240, 320, 3), 120, np.uint8)
    frame[60:160, 100:200] = small
    cv2.imwrite(str(tmp_path / "tiny.png"), frame)
    with pytest.raises(NoUsablePhoto, match=r"px apart, need 30|no face"):
        catchlight.make(tmp_path / "tiny.png", tmp_path / "out")


def test_two_people_are_told_apart_by_an_example(photos: Path, tmp_path: Path) -> None:
    wall = tmp_path / "wall.png"
    cv2.imwrite(str(wall), np.full((64, 64, 3), 90, np.uint8))
    with pytest.raises(UsageError, match="no face"):
        catchlight.make(photos, tmp_path / "out", who=wall)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"look": "glamour"}, "glamour"),
        ({"destinations": ["myspace"]}, "myspace"),
        ({"backdrop": "beach"}, "beach"),
        ({"top": 0}, "top"),
    ],
)
def test_wrong_use_is_named(photos: Path, tmp_path: Path, options: dict, named: str) -> None:
    with pytest.raises(UsageError, match=named) as caught:
        catchlight.make(photos, tmp_path / "out", **options)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_told_before_the_work(
    photos: Path, tmp_path: Path
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(OutputError):
        catchlight.make(photos, blocker / "out")
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208


def test_a_file_that_disappears_midway_is_told(photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("IMG_0001.jpg", "IMG_0004.jpg"):
        (folder / name).write_bytes((photos / name).read_bytes())

    def vanish(stage: str, done: int, total: int) -> None:
        if stage == "finishing":
            (folder / "IMG_0001.jpg").unlink(missing_ok=True)

    session = catchlight.make(folder, tmp_path / "out", destinations=["web"], progress=vanish)
    assert session.picks[0].path.name == "IMG_0004.jpg"
    rows = {row["name"]: row for row in session.data["photos"]}
    assert rows["IMG_0001.jpg"]["status"] == "rejected"


def test_a_full_disk_leaves_nothing(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="disk is full"):
        catchlight.make(photos / "IMG_0001.jpg", tmp_path / "out", destinations=["web"])
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_replaces_the_first_and_keeps_other_files(
    photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    catchlight.make(photos / "IMG_0001.jpg", out, destinations=["web"], backdrop="keep")
    (out / "mine.txt").write_text("keep me")
    catchlight.make(photos / "IMG_0001.jpg", out, destinations=["linkedin"], backdrop="keep")
    assert (out / "mine.txt").read_text() == "keep me"
    assert (out / "1" / "linkedin.jpg").is_file()
    assert not (out / "1" / "web.jpg").exists()


def test_a_cut_out_of_one_photo(photos: Path, tmp_path: Path) -> None:
    target = catchlight.save_cut_out(photos / "IMG_0001.jpg", tmp_path / "person.png")
    with Image.open(target) as image:
        assert (image.mode, image.size) == ("RGBA", (512, 512))
        alpha = np.asarray(image)[..., 3]
    assert alpha[150, 220] == 255  # the face
    assert alpha[20, 20] == 0
    with pytest.raises(UsageError, match=r"\.png"):
        catchlight.save_cut_out(photos / "IMG_0001.jpg", tmp_path / "person.jpg")
    with pytest.raises(PhotoError):
        catchlight.save_cut_out(tmp_path / "none.jpg", tmp_path / "person.png")


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_on_its_side_comes_out_upright(photos: Path, tmp_path: Path, quarters: int) -> None:
    upright = cv2.imread(str(photos / "IMG_0001.jpg"))
    side = tmp_path / "side.png"
    cv2.imwrite(str(side), np.rot90(upright, quarters))
    session = catchlight.make(side, tmp_path / "out", destinations=["web"], backdrop="keep")
    recipe = session.picks[0].recipe
    assert recipe.source.quarter_turns == quarters  # turned back clockwise
    assert recipe.rotation == pytest.approx(0, abs=8)
    assert recipe.facts.eye_right[0] < recipe.facts.eye_left[0]
    again = catchlight.rerender(session.picks[0].directory / "recipe.toml", tmp_path / "again")
    assert again["web"].read_bytes() == session.picks[0].files["web"].read_bytes()


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["lisa", "rootvc_man", "human_emotions_a", "obama", "alex_lacamoire"]
)
def test_real_sessions_stay_within_the_bounds(shared: Path, tmp_path: Path, name: str) -> None:
    session = catchlight.make(shared / "people" / name, tmp_path / "out", destinations=["web"])
    readings = {r.bound.name: r for r in session.picks[0].readings}
    assert readings["identity"].status == "ok"
    assert readings["geometry"].status == "ok"


@pytest.mark.shared
@pytest.mark.slow
def test_eyes_that_are_closed_or_averted_lose(shared: Path, tmp_path: Path) -> None:
    session = catchlight.make(shared / "people" / "rootvc_man", tmp_path / "o", backdrop="keep")
    assert session.picks[0].path.name.endswith("-4.jpg")
    rows = {row["name"][-5]: row for row in session.data["photos"]}
    assert any("closed" in reason for reason in rows["2"]["reasons"])


def test_with_an_identity_results_are_signed_and_render_leaves_them(
    photos: Path, tmp_path: Path
) -> None:
    keys.create("Somebody")
    session = catchlight.make(photos / "IMG_0001.jpg", tmp_path / "out", destinations=["web"])
    headshot = session.picks[0].files["headshot"]
    signed = headshot.read_bytes()
    found = credentials.read(signed, trust.load_pins())
    assert found is not None
    assert found.state == "Valid"
    assert (headshot.parent / "headshot.jpg.proof.json").is_file()
    catchlight.rerender(headshot.parent / "recipe.toml")
    assert headshot.read_bytes() == signed
    again = catchlight.rerender(headshot.parent / "recipe.toml", tmp_path / "again")
    assert again["headshot"].read_bytes() == without_credentials(signed)
