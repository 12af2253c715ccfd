"""Oracles: dates by the calendar; a copy looks like itself, another person does not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

import catchlight
from catchlight import cli
from catchlight.errors import PhotoError
from catchlight.renewal import YEARS, renewal

from .audited import portrait
from .rendered_face import render_face

DATE_TAKEN, EXIF = 0x9003, 0x8769


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("fresh")
    image = Image.fromarray(portrait().pixels)
    exif = Image.Exif()
    exif.get_ifd(EXIF)[DATE_TAKEN] = "2024:02:29 10:00:00"
    image.save(place / "headshot.jpg", quality=92, exif=exif)
    image.crop((60, 10, 980, 900)).save(place / "recent.jpg", quality=90)
    Image.fromarray(render_face(yaw=3.0).pixels).save(place / "other.png")
    return place


def test_the_day_is_the_calendars() -> None:
    assert YEARS == 3
    assert renewal(date(2023, 5, 17)) == date(2026, 5, 17)
    assert renewal(date(2024, 2, 29)) == date(2027, 3, 1)


def test_a_headshot_grows_old(folder: Path) -> None:
    young = catchlight.fresh(
        folder / "headshot.jpg", folder / "recent.jpg", today=date(2025, 2, 28)
    )
    assert (young.taken, young.told_by) == (date(2024, 2, 29), "its capture data")
    assert young.years == pytest.approx(1.0, abs=0.01)
    assert young.verdict == "fresh"
    assert [f.name for f in young.changes] == [
        *("identity", "geometry", "hairline", "hair", "beard", "glasses")
    ]
    assert young.renew_by == date(2027, 3, 1)
    old = catchlight.fresh(folder / "headshot.jpg", folder / "recent.jpg", today=date(2027, 3, 1))
    assert old.verdict == "renew"
    assert "2027-03-01" in old.sentences()[0]


def test_who_looks_different_should_renew(folder: Path) -> None:
    found = catchlight.fresh(folder / "headshot.jpg", folder / "other.png", today=date(2024, 6, 1))
    assert found.verdict == "renew"
    assert any("You look different" in said for said in found.sentences())


def test_without_a_day_only_the_looks_are_told(folder: Path) -> None:
    found = catchlight.fresh(folder / "recent.jpg", folder / "headshot.jpg")
    assert found.taken is None
    assert found.years is None
    assert found.verdict == "can't tell"
    assert "does not say when" in found.sentences()[0]


def test_a_photo_without_a_face_is_refused(folder: Path) -> None:
    wall = folder / "wall.png"
    Image.new("RGB", (200, 200), (120, 120, 120)).save(wall)
    with pytest.raises(PhotoError, match="no face"):
        catchlight.fresh(folder / "headshot.jpg", wall)


def test_the_command_line_tells_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["fresh", str(folder / "headshot.jpg"), "--against", str(folder / "recent.jpg")]
    monkeypatch.setattr("sys.argv", ["catchlight", *arguments, "--json"])
    with pytest.raises(SystemExit):
        cli.main()
    told = json.loads(capsys.readouterr().out)
    assert told["taken"] == "2024-02-29"
    assert told["renew_by"] == "2027-03-01"
    monkeypatch.setattr("sys.argv", ["catchlight", *arguments])
    with pytest.raises(SystemExit):
        cli.main()
    assert "renew it by 2027-03-01" in capsys.readouterr().out


def test_the_delivery_says_when_to_renew() -> None:
    from types import SimpleNamespace

    from catchlight.summary import _renew_by

    taken = SimpleNamespace(capture={"time": "2025-06-01T12:00:00"})
    assert _renew_by(taken) == "2028-06-01"
    unknown = SimpleNamespace(capture={"time": None})
    assert date.fromisoformat(_renew_by(unknown)) >= renewal(date(2026, 1, 1))
