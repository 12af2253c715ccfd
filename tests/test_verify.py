"""Oracles: the verdict for each way a headshot can come back to somebody."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from catchlight import keys, signing
from catchlight.errors import UsageError
from catchlight.jumbf import without_credentials
from catchlight.verify import verify

from .signed_pictures import WHEN, original, picture, readings, recipe, rendered


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with photo.jpg, and headshot.jpg signed by Jo Doe, with its proof."""
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "data"))
    keys.create("Jo Doe")
    folder = tmp_path / "out"
    folder.mkdir()
    photo = original(folder, "photo.jpg")
    made = recipe(photo)
    files = signing.signed_files(
        rendered(made, photo), made, readings(), original=photo, signer=keys.signing(), when=WHEN
    )
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_signed(result: Path) -> None:
    found = verify(result / "headshot.jpg")
    assert found.verdict == "sound"
    assert found.as_rendered is True
    assert found.actions()[0] == "Made from an original photograph."
    assert [row["name"] for row in found.bounds()] == [r.bound.name for r in readings()]
    data = json.loads(json.dumps(found.as_dict()))
    assert (data["state"], data["verdict"], data["your_own"]) == ("Valid", "sound", True)
    assert data["signer"]["name"] == "Jo Doe"


def test_everything_at_once(result: Path) -> None:
    found = verify(
        result / "headshot.jpg",
        original=result / "photo.jpg",
        proof=result / "headshot.jpg.proof.json",
    )
    assert found.verdict == "sound"
    assert found.original is not None
    assert found.original.exact
    assert found.proof is not None
    assert found.proof.match == "same file"
    assert len(found.sentences()) == 3


def test_stripped(result: Path) -> None:
    bare = result / "bare.jpg"
    bare.write_bytes(without_credentials((result / "headshot.jpg").read_bytes()))
    alone = verify(bare)
    assert alone.verdict == "nothing to verify"
    assert "platform stripped" in alone.sentences()[0]
    proved = verify(bare, proof=result / "headshot.jpg.proof.json")
    assert proved.verdict == "sound"
    assert len(proved.bounds()) == len(readings())
    traced = verify(bare, proof=result / "headshot.jpg.proof.json", original=result / "photo.jpg")
    assert traced.original is not None
    assert traced.original.exact


def test_changed_and_saved_again(result: Path) -> None:
    image = Image.open(result / "headshot.jpg")
    image.load()
    patch = image.crop((60, 60, 120, 120)).point(lambda v: min(255, v + 25))
    image.paste(patch, (60, 60))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    copy = result / "copy.jpg"
    copy.write_bytes(buffer.getvalue())
    found = verify(copy, proof=result / "headshot.jpg.proof.json", original=result / "photo.jpg")
    assert found.verdict == "not sound"
    data = found.as_dict()["original"]
    assert data["method"] == "rendered again"
    assert data["regions"][0]["box"][0] == pytest.approx(60 / 240, abs=0.06)


def test_changed_in_the_file(result: Path) -> None:
    data = bytearray((result / "headshot.jpg").read_bytes())
    data[-500] ^= 1
    (result / "headshot.jpg").write_bytes(data)
    found = verify(result / "headshot.jpg", original=result / "photo.jpg")
    assert found.verdict == "not sound"
    assert found.credentials is not None
    assert found.credentials.state == "Invalid"
    assert found.actions() == ()  # what it says is not repeated
    assert found.bounds() == ()


def test_another_original(result: Path) -> None:
    other = original(result, "other.jpg", 9)
    found = verify(result / "headshot.jpg", original=other)
    assert found.verdict == "not sound"


def test_revoked(result: Path) -> None:
    keys.revoke()
    found = verify(result / "headshot.jpg")
    assert found.verdict == "not sound"
    assert found.sentences()[0].startswith("Well-Formed: ")


def test_swapped_under_the_same_signer(result: Path) -> None:
    """A file signed by a program of somebody's own that copies our assertion is noticed."""
    from catchlight import credentials

    from .signed_pictures import claim

    photo = result / "photo.jpg"
    signed = credentials.sign(picture(), claim(photo), keys.signing())
    path = result / "other.jpg"
    path.write_bytes(signed)
    found = verify(path, original=photo)
    assert found.as_rendered is True  # the claim is of these bytes, but they are not the recipe's
    assert found.verdict == "not sound"


def test_what_is_no_picture_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "data"))
    path = tmp_path / "letter.jpg"
    path.write_text("dear reader")
    with pytest.raises(UsageError, match=r"letter\.jpg: not a picture"):
        verify(path)
    with pytest.raises(UsageError, match="no such file"):
        verify(tmp_path / "nowhere.jpg")


def test_verifying_without_an_original_loads_no_model(result: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from catchlight.verify import verify\n"
        f"verify({str(result / 'headshot.jpg')!r})\n"
        "heavy = {'numba', 'onnxruntime', 'dlib', 'ai_edge_litert', 'rawpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
