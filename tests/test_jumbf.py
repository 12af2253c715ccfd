"""Oracles: cutting credentials out gives the unsigned file; the chain read is the chain signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from catchlight import credentials
from catchlight.jumbf import certificates, manifest_store, media_type, without_credentials
from catchlight.signer import Signer

from .signed_pictures import claim, original, output, picture, recipe


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_cutting_out_gives_the_unsigned_file(kind: str, signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo, output(file=f"headshot.{kind}", format=kind))
    unsigned = picture(kind)
    signed = credentials.sign(unsigned, claim(photo, made), signer)
    assert without_credentials(signed) == unsigned
    store = manifest_store(signed)
    assert store is not None
    assert len(store) == pytest.approx(len(signed) - len(unsigned), abs=40)
    assert certificates(store) == tuple(c.public_bytes(Encoding.DER) for c in signer.chain)


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_unsigned_files_are_left_alone(kind: str) -> None:
    data = picture(kind)
    assert manifest_store(data) is None
    assert without_credentials(data) == data
    assert media_type(data) == f"image/{kind}"


def test_a_long_store_in_several_segments(signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    changes = [{"said": "x" * 700, "number": i} for i in range(200)]
    signed = credentials.sign(picture(), claim(photo, changes=changes), signer)
    assert len(manifest_store(signed) or b"") > 65536
    assert without_credentials(signed) == picture()
    found = credentials.read(signed)
    assert found is not None
    assert found.state == "Valid"
    assert found.signer == "Jo Doe"


@given(st.binary(max_size=200))
def test_rubbish_is_no_store(data: bytes) -> None:
    for head in (b"", b"\xff\xd8\xff\xeb", b"\x89PNG\r\n\x1a\n"):
        without_credentials(head + data)
        assert certificates(manifest_store(head + data) or data) == ()
