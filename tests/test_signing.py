"""Oracles: rendering again gives the bytes under the signature, and leaves a signed file alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight import keys, signing
from catchlight.credentials import read
from catchlight.edits import PhotoBackdrop
from catchlight.errors import BoundRefused, CredentialError
from catchlight.jumbf import without_credentials
from catchlight.signer import Signer

from .signed_pictures import WHEN, original, output, readings, recipe, rendered


def test_every_file_is_signed_and_renders_again(signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo, output(), output("web", file="web.png", format="png"))
    files = rendered(made, photo)
    signed = signing.signed_files(files, made, readings(), original=photo, signer=signer, when=WHEN)
    assert set(signed) == {
        "headshot.jpg", "headshot.jpg.proof.json", "headshot.jpg.proof.svg", "web.png",
    }  # fmt: skip
    for name, data in files.items():
        assert without_credentials(signed[name]) == data == rendered(made, photo)[name]
        assert (read(signed[name]) or pytest.fail("there is none")).state == "Valid"
        place = tmp_path / name
        place.write_bytes(signed[name])
        assert signing.keep_signed(data, place) == signed[name]
        assert signing.keep_signed(data + b"x", place) == data + b"x"
        assert signing.keep_signed(data, tmp_path / "nowhere") == data


def test_a_refusal_signs_nothing(signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo)
    with pytest.raises(BoundRefused):
        signing.signed_files(
            rendered(made, photo), made, readings(skin_color=9.0), original=photo,
            signer=signer, when=WHEN,
        )  # fmt: skip


def test_another_backdrop_is_refused(signer: Signer, tmp_path: Path) -> None:
    photo, wall = original(tmp_path), original(tmp_path, "wall.jpg", 3)
    made = recipe(photo, edits=(PhotoBackdrop(path=str(wall), sha256="0" * 64),))
    with pytest.raises(CredentialError, match="backdrop photograph is not the one"):
        signing.signed_files({}, made, readings(), original=photo, signer=signer, when=WHEN)


def test_who_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "data"))
    assert signing.chosen_signer(None) is None
    keys.create("Jo Doe")
    found = signing.chosen_signer(None)
    assert found is not None
    assert found.name == "Jo Doe"
    own = tmp_path / "me.pem"
    own.write_bytes((found.key or b"") + found.chain_pem)
    assert (signing.chosen_signer(own) or pytest.fail("there is none")).chain == found.chain
    keys.revoke()
    with pytest.raises(CredentialError, match="rotate"):
        signing.chosen_signer(None)
