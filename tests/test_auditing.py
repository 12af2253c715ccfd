"""Oracles: a copy of a known original, another person, what the command line and the page say."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import catchlight
from catchlight import cli
from catchlight.audit_page import render_page
from catchlight.auditing import GROUPS, Audit
from catchlight.errors import PhotoError, UsageError
from catchlight.evidence import EVIDENCE

from .audited import grown_eyes, portrait
from .rendered_face import render_face


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("audit")
    Image.fromarray(portrait().pixels).save(place / "original.png")
    Image.fromarray(portrait().pixels[10:900, 60:980]).save(place / "copy.jpg", quality=90)
    Image.fromarray(grown_eyes(portrait(), 0.06)).save(place / "<eyes>.jpg", quality=92)
    Image.fromarray(render_face(yaw=3.0, key_azimuth=30.0).pixels).save(place / "other.png")
    return place


@pytest.fixture(scope="module")
def copied(folder: Path) -> Audit:
    return catchlight.audit(folder / "copy.jpg", [folder / "original.png"])


@pytest.fixture(scope="module")
def enlarged(folder: Path) -> Audit:
    return catchlight.audit(folder / "<eyes>.jpg", folder / "original.png")


def test_a_copy_differs_in_nothing(copied: Audit) -> None:
    assert copied.of("differs") == ()
    assert copied.retouching is not None
    assert copied.retouching.level == 1
    assert copied.references[0].name == "original.png"
    assert any("original.png" in said for said in copied.sentences())


def test_enlarged_eyes_are_told_and_graded(enlarged: Audit) -> None:
    names = [finding.name for finding in enlarged.of("differs")]
    assert "moved" in names
    assert enlarged.retouching is not None
    assert enlarged.retouching.level == 5
    assert enlarged.sentences()[0].startswith("Differs from its original, original.png, in")


def test_every_kind_is_in_one_group() -> None:
    grouped = [name for _, names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted({*EVIDENCE, "skin_texture_alone"})


def test_no_verdict_is_ever_spoken(copied: Audit, enlarged: Audit) -> None:
    for found in (copied, enlarged):
        text = " ".join(found.sentences()).lower()
        assert not {"authentic", "fake", "genuine"} & set(text.replace(".", "").split())
        assert "is ai" not in text


def test_without_references_only_the_picture_is_judged(folder: Path) -> None:
    found = catchlight.audit(folder / "copy.jpg")
    assert found.references == ()
    assert found.retouching is None
    against = {name for group in ("person", "original") for name in GROUPS[group][1]}
    for finding in found.findings:
        if finding.name in against:
            assert finding.status == "could_not_assess"


def test_another_person_is_far_off(folder: Path) -> None:
    found = catchlight.audit(folder / "other.png", [folder / "original.png"])
    assert "identity" in [finding.name for finding in found.of("differs")]
    assert found.retouching is None


def test_the_same_question_has_the_same_answer(folder: Path, copied: Audit) -> None:
    again = catchlight.audit(folder / "copy.jpg", [folder / "original.png"])
    first, second = copied.as_dict(), again.as_dict()
    del first["seconds"], second["seconds"]
    assert first == second


def test_what_is_not_a_picture_is_refused(folder: Path) -> None:
    with pytest.raises(PhotoError, match=r"nothing\.jpg"):
        catchlight.audit(folder / "nothing.jpg")
    with pytest.raises(UsageError, match=r"page|report"):
        catchlight.audit(folder / "copy.jpg", out=folder / "report.pdf")
    empty = folder / "wall.png"
    Image.fromarray(np.full((300, 300, 3), 128, np.uint8)).save(empty)
    with pytest.raises(PhotoError, match="no face"):
        catchlight.audit(empty)
    rejected = catchlight.audit(folder / "copy.jpg", [folder / "original.png", empty]).rejected
    assert [error.path.name for error in rejected] == ["wall.png"]
    empty.unlink()


def test_the_page_is_alone_and_escaped(enlarged: Audit) -> None:
    page = render_page(enlarged)
    assert "&lt;eyes&gt;.jpg" in page
    assert "<eyes>" not in page
    assert "default-src &#39;none&#39;" in page
    assert "<script" not in page
    assert "http:" not in page
    assert "https:" not in page
    assert page.count("<polygon") >= 4
    for finding in enlarged.findings:
        if finding.status == "differs":
            assert finding.title.replace("'", "&#39;") in page


def test_the_command_line_tells_the_same(
    folder: Path, enlarged: Audit, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    page = folder / "page.html"
    arguments = ["audit", str(folder / "<eyes>.jpg"), "--against", str(folder / "original.png")]
    monkeypatch.setattr("sys.argv", ["catchlight", *arguments, "--json", "--out", str(page)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    expected = enlarged.as_dict()
    del told["seconds"], expected["seconds"]
    assert told == expected
    assert told["schema"] == "catchlight.audit/1"
    assert "embedding" not in json.dumps(told)
    assert page.is_file()
    monkeypatch.setattr("sys.argv", ["catchlight", *arguments])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().out
    for sentence in enlarged.sentences():
        assert sentence in said
    assert "DIFFERS" in said


def test_a_sideways_reference_is_turned(folder: Path) -> None:
    path = folder / "sideways.png"
    Image.fromarray(cv2.rotate(portrait().pixels, cv2.ROTATE_90_CLOCKWISE)).save(path)
    found = catchlight.audit(folder / "copy.jpg", [path])
    path.unlink()
    assert found.retouching is not None
