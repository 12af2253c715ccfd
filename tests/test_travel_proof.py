"""Oracles: OpenCV reads the code that segno drew; one changed digit breaks the signature."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image

from catchlight import credentials, travel_proof, trust
from catchlight.errors import CredentialError
from catchlight.jumbf import without_credentials
from catchlight.signer import Signer, signer_from_pem

from .signed_pictures import WHEN, claim, original, picture
from .test_signer import issued, pem


@pytest.fixture
def signed(signer: Signer, tmp_path: Path) -> bytes:
    return credentials.sign(picture(), claim(original(tmp_path)), signer)


def copy(data: bytes, side: int = 160, quality: int = 70) -> bytes:
    image = Image.open(io.BytesIO(data))
    buffer = io.BytesIO()
    image.resize((side, side * image.height // image.width)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_what_it_says_of_each_copy(signed: bytes, signer: Signer, tmp_path: Path) -> None:
    bounds = (credentials.read(signed) or pytest.fail("unsigned")).bounds
    text, code = travel_proof.make(signed, signer, WHEN, bounds)
    path = tmp_path / "headshot.jpg.proof.json"
    path.write_bytes(text)
    for source in (path, code):
        proof = travel_proof.load(source)
        pins = trust.load_pins()
        chain = () if proof.chain else signer.chain

        def match(
            data: bytes, proof: travel_proof.TravelProof = proof, chain: tuple = chain
        ) -> travel_proof.Checked:
            return travel_proof.check(proof, data, trust.Pins(), chain)

        assert match(signed).match == "same file"
        stripped = match(without_credentials(signed)).match
        assert stripped == ("same picture" if source is path else "alike")
        assert match(copy(signed)).match == "alike"
        assert match(picture(seed=6)).match == "different"
        assert all(match(data).signature == "good" for data in (signed, copy(signed)))
        assert match(signed).signer == "Jo Doe"
        assert str(match(signed).signed_on) == "2026-11-22"
        assert travel_proof.check(proof, signed, pins, chain).holds
    assert travel_proof.load(path).bounds == bounds
    assert travel_proof.code_beside(tmp_path / "headshot.jpg") == code


def test_changes_break_the_signature(signed: bytes, signer: Signer, tmp_path: Path) -> None:
    text, code = travel_proof.make(signed, signer, WHEN, {"bounds": []})
    path = tmp_path / "proof.json"
    for key, value in (("signed_on", "2026-11-23"), ("signer", "Jo Day"), ("bounds", {"x": 1})):
        path.write_text(json.dumps(json.loads(text) | {key: value}))
        found = travel_proof.check(travel_proof.load(path), signed, trust.Pins())
        assert found.signature == "bad"
        assert not found.holds
        assert found.bounds is None
        assert "somebody changed it" in found.describe()
    place = 20
    other = "B" if code[place] != "B" else "C"
    changed = code[:place] + other + code[place + 1 :]
    found = travel_proof.check(travel_proof.load(changed), signed, trust.Pins(), signer.chain)
    assert found.signature == "bad"


def test_the_printed_code_is_read_back(signed: bytes, signer: Signer, tmp_path: Path) -> None:
    _, code = travel_proof.make(signed, signer, WHEN)
    assert len(code) < 260
    svg = travel_proof.code_svg(code)
    assert svg.startswith("<svg")
    assert 'width="30' in svg or 'width="29.99' in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False, boost_error=False).save(drawn, kind="png", scale=6)
    print_out = Image.open(drawn).convert("L")
    path = tmp_path / "scan.jpg"
    scan = print_out.rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    scan.save(path, quality=70)
    proof = travel_proof.load(path)
    found = travel_proof.check(proof, signed, trust.Pins(), signer.chain)
    assert (found.match, found.signature) == ("same file", "good")
    unknown = travel_proof.check(proof, signed, trust.Pins())
    assert unknown.signature == "unknown signer"
    assert "trust add" in unknown.describe()


def test_a_key_whose_signature_is_too_long_gives_an_unsigned_code(
    signed: bytes, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    signer = signer_from_pem(pem(key) + issued(key), "x")
    text, code = travel_proof.make(signed, signer, WHEN)
    found = travel_proof.check(travel_proof.load(code), signed, trust.Pins(), signer.chain)
    assert found.signature == "none"
    assert "anybody could have made it" in found.describe()
    path = tmp_path / "p.json"
    path.write_bytes(text)
    assert travel_proof.check(travel_proof.load(path), signed, trust.Pins()).signature == "good"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{}", b'{"schema": "catchlight.proof/1"}', b"{" * 100, b"CATCHLIGHT1:AAAA"],
)
def test_what_is_no_proof_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(content)
    with pytest.raises(CredentialError):
        travel_proof.load(path)


def test_pictures_without_a_code_are_told(tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    Image.fromarray(np.full((99, 99, 3), 128, np.uint8)).save(path)
    with pytest.raises(CredentialError, match=r"wall\.png: neither a proof file"):
        travel_proof.load(path)
    with pytest.raises(CredentialError, match="name a proof"):
        travel_proof.load(tmp_path / "nowhere.json")
