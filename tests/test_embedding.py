"""Oracle: the library's own way of signing, which has to say and to cover the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catchlight import credentials, embedding
from catchlight.errors import CredentialError
from catchlight.jumbf import without_credentials
from catchlight.signer import Signer

from .signed_pictures import claim, original, output, picture, recipe


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_both_ways_say_the_same(
    kind: str, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = original(tmp_path)
    wanted = claim(photo, recipe(photo, output(file=f"headshot.{kind}", format=kind)))
    unsigned = picture(kind)
    made: list[bytes | None] = []
    inner = embedding.with_manifest

    def watched(*given: Any) -> bytes | None:
        made.append(inner(*given))
        return made[-1]

    monkeypatch.setattr(embedding, "with_manifest", watched)
    quick = credentials.sign(unsigned, wanted, signer)
    assert made == [quick]
    monkeypatch.setattr(embedding, "with_manifest", lambda *_: None)
    usual = credentials.sign(unsigned, wanted, signer)
    ours, theirs = (credentials.read(data) for data in (quick, usual))
    assert ours is not None
    assert theirs is not None
    assert ours.state == theirs.state == "Valid"
    assert ours.bounds == theirs.bounds
    # the first names the original by the hash of an assertion with random salt in it
    assert ours.actions[1:] == theirs.actions[1:]
    assert without_credentials(quick) == without_credentials(usual) == unsigned
    # a manifest lies where the library puts it
    assert quick.index(b"jumb") == usual.index(b"jumb")


def test_a_library_without_these_functions_signs_the_usual_way(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding.c2pa.c2pa, "_lib", object())
    builder, who = _Lent(), _Lent()
    assert embedding.with_manifest(picture(), bytes(32), "image/jpeg", builder, who) is None


class _Lent:
    """Stands for a builder and for a signer."""

    _handle = 1

    def reserve_size(self) -> int:
        return 1000


def test_a_command_that_fails_is_asked_once(signer: Signer, tmp_path: Path) -> None:
    asked = []

    def refuse(data: bytes) -> bytes:
        asked.append(data)
        raise CredentialError("the token is not there")

    without_key = Signer(signer.chain, signer.algorithm, refuse, signer.name)
    photo = original(tmp_path)
    with pytest.raises(CredentialError, match="the token is not there"):
        credentials.sign(picture(), claim(photo, recipe(photo)), without_key)
    assert len(asked) == 1
