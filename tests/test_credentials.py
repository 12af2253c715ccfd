"""Oracles: the library's own reader without any setting of ours; every byte counts; no network."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import c2pa
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from catchlight import credentials, trust
from catchlight.claims import BOUNDS_LABEL, ingredient
from catchlight.edits import PhotoBackdrop, Tone
from catchlight.errors import BoundRefused, CredentialError
from catchlight.jumbf import manifest_store, without_credentials
from catchlight.signer import Signer, signer_from_pem

from .signed_pictures import (
    camera_signed,
    claim,
    original,
    output,
    picture,
    readings,
    recipe,
    scene,
)
from .test_signer import issued, pem

PRIVATE = (b"SECRET", b"exif:GPS", b"52,31", b"Exif", b"\xff\xd8\xff\xe1")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A web server on this machine that remembers who asked, and answers nothing."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                asked.append(connection.recv(4096))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa", asked
    stop.set()
    thread.join()
    server.close()


def read(data: bytes, pins: trust.Pins | None = None) -> credentials.Credentials:
    found = credentials.read(data, pins)
    assert found is not None
    return found


CLEAN = """
import io, json, sys
import c2pa
data = sys.stdin.buffer.read()
kind = "image/png" if data[:4] == b"\\x89PNG" else "image/jpeg"
with c2pa.Reader(kind, io.BytesIO(data)) as reader:
    print(reader.json())
"""


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_third_partys_reader_agrees(kind: str, signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo, output(file=f"headshot.{kind}", format=kind))
    signed = credentials.sign(picture(kind), claim(photo, made), signer)
    done = subprocess.run(
        [sys.executable, "-I", "-c", CLEAN], input=signed, capture_output=True, check=True,
        env={"PATH": os.environ["PATH"]}, cwd=tmp_path,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    active = theirs["manifests"][theirs["active_manifest"]]
    ours = read(signed)
    assert theirs["validation_state"] == ours.state == "Valid"
    codes = [row["code"] for row in theirs["validation_status"]]
    assert codes == ["signingCredential.untrusted"]
    held = {row["label"]: row["data"] for row in active["assertions"]}
    assert [a["action"] for a in held["c2pa.actions.v2"]["actions"]] == [
        "c2pa.opened",
        "c2pa.adjustedColor",
        "c2pa.adjustedColor",
        "c2pa.cropped",
    ]
    assert held["c2pa.actions.v2"]["allActionsIncluded"] is True
    (parent,) = active["ingredients"]
    assert parent["relationship"] == "parentOf"
    assert parent["instance_id"] == f"urn:sha256:{hashlib.sha256(photo.read_bytes()).hexdigest()}"
    assert held[BOUNDS_LABEL] == ours.bounds
    assert held[BOUNDS_LABEL]["original"]["sha256"] == made.source.sha256
    assert active["signature_info"]["common_name"] == "Jo Doe"
    assert "thumbnail" not in active
    assert active["claim_version"] == 2


def test_small_and_nothing_else_changed(signer: Signer, tmp_path: Path) -> None:
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    assert len(signed) - len(picture()) <= credentials.RESERVED_BYTES
    again = credentials.sign(picture(), claim(original(tmp_path)), signer)
    assert without_credentials(signed) == without_credentials(again) == picture()
    first, second = read(signed), read(again)
    assert first.bounds == second.bounds
    assert first.actions[1:] == second.actions[1:]


def test_nothing_private_is_in_the_file(signer: Signer, tmp_path: Path) -> None:
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    for secret in (*PRIVATE, str(tmp_path).encode()):
        assert secret not in signed
    assert signed.count(b"\xff\xd8\xff") == 1  # one picture, no preview


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_changed_bytes_are_invalid(kind: str, signer: Signer, tmp_path: Path) -> None:
    _flip(kind, 60, signer, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_thousand_changed_bytes_are_all_invalid(
    kind: str, signer: Signer, tmp_path: Path
) -> None:
    _flip(kind, 1000, signer, tmp_path)


def _flip(kind: str, count: int, signer: Signer, folder: Path) -> None:
    photo = original(folder)
    made = recipe(photo, output(file=f"headshot.{kind}", format=kind))
    signed = credentials.sign(picture(kind), claim(photo, made), signer)
    places = signed_places(signed)
    rng = np.random.default_rng(1)
    wrong = []
    for place in rng.choice(places, count, replace=False):
        changed = bytearray(signed)
        changed[place] ^= int(rng.integers(1, 256))
        found = credentials.read(bytes(changed))
        if found is None or found.state != "Invalid":
            wrong.append((int(place), found and found.state))
    assert wrong == []


def signed_places(signed: bytes) -> np.ndarray:
    """Every byte that the signature covers: the picture, the claim, and what is asserted.

    Not covered, by the standard: lengths, types and labels of the boxes around them, and the
    padding in the signature's own box.
    """
    store = manifest_store(signed) or b""
    start = signed.index(store[:200])
    places = set(range(len(signed))) - set(range(start - 12, start + len(store) + 4))
    for match in re.finditer(rb"cbor|json", store):
        at = match.start()
        size = int.from_bytes(store[at - 4 : at], "big")
        if 8 < size <= len(store) - at and b"c2pa.signature" not in store[at - 80 : at]:
            places |= set(range(start + at + 4, start + at - 4 + size))
    return np.array(sorted(places))


def test_removed_or_cut_credentials(signer: Signer, tmp_path: Path) -> None:
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    assert credentials.read(picture()) is None
    assert credentials.read(without_credentials(signed)) is None
    assert credentials.read(b"") is None
    for end in (300, 3000, len(signed) - 100):
        assert read(signed[:end]).state == "Invalid"
    # the manifest of one picture moved into another
    other = picture(seed=6)
    head = signed.index(b"\xff\xeb")
    moved = other[:head] + signed[head : len(signed) - (len(picture()) - head)] + other[head:]
    assert read(moved).state == "Invalid"


def test_an_expired_signer_is_well_formed_at_most(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    seconds = 2
    signer = signer_from_pem(pem(key) + issued(key, days=seconds / 86400), "x")
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    time.sleep(seconds)
    found = read(signed)
    assert (found.state, found.signer) == ("Well-Formed", "Studio Seven")
    assert "not one that counts" in found.describe()


def test_states_in_plain_words(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    assert "whom no public list vouches for" in read(signed).describe()
    own = read(signed, trust.load_pins())
    assert own.own
    assert own.state == "Valid"
    assert "on this computer" in own.describe()
    changed = bytearray(signed)
    changed[-100] ^= 1
    assert read(bytes(changed)).describe().startswith("Invalid: ")


def test_bounds_that_do_not_hold_are_not_signed(signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    with pytest.raises(
        BoundRefused, match=r"0\.40 % of the eye distance; the most allowed is 0\.3"
    ):
        credentials.sign(picture(), claim(photo, readings=readings(geometry=0.4)), signer)
    with pytest.raises(BoundRefused, match="not all measured"):
        credentials.sign(picture(), claim(photo, readings=readings()[:2]), signer)
    unsure = claim(photo, readings=readings(skin_texture=None))
    rows = (read(credentials.sign(picture(), unsure, signer)).bounds or {})["bounds"]
    assert {row["status"] for row in rows} == {"ok", "could_not_assess"}


def test_what_cannot_be_signed_is_told(signer: Signer, tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo)
    signed = credentials.sign(picture(), claim(photo, made), signer)
    with pytest.raises(CredentialError, match="not signed yet"):
        credentials.sign(signed, claim(photo, made), signer)
    with pytest.raises(CredentialError, match="only a JPEG or PNG"):
        credentials.sign(b"GIF89a", claim(photo, made), signer)
    tight = recipe(photo, output(max_bytes=len(picture()) + 100))
    with pytest.raises(CredentialError, match=r"headshot\.jpg: signed it has \d+ bytes"):
        credentials.sign(picture(), claim(photo, tight), signer)
    photo.write_bytes(original(tmp_path, "other.jpg", 9).read_bytes())
    with pytest.raises(CredentialError, match="not the photo the recipe was made from"):
        credentials.sign(picture(), claim(photo, made), signer)


def test_the_originals_credentials_are_kept_without_preview_or_place(
    signer: Signer, tmp_path: Path
) -> None:
    photo = original(tmp_path)
    photo.write_bytes(camera_signed(photo.read_bytes(), signer))
    carried = photo.read_bytes()
    assert b"52,31" in carried
    given = ingredient(photo, "Original photograph")
    assert given.data == carried
    signed = credentials.sign(picture(), claim(photo), signer)
    found = read(signed)
    assert (found.state, found.history, found.failures) == ("Valid", 1, ())
    assert [a["action"] for a in found.actions].count("c2pa.redacted") == 2
    for secret in PRIVATE:
        # the camera's own title for its picture is part of its signed claim, and stays
        assert secret == b"SECRET" or secret not in signed
    assert signed.count(b"\xff\xd8\xff") == 1
    with c2pa.Reader("image/jpeg", io.BytesIO(signed)) as reader:
        report = json.loads(reader.json())
    assert report["validation_state"] == "Valid"
    (parent,) = report["manifests"][report["active_manifest"]]["ingredients"]
    before = report["manifests"][parent["active_manifest"]]
    assert before["claim_generator_info"][0]["name"] == "Camera"
    assert before["assertions"][0]["data"]["actions"][0]["digitalSourceType"].endswith(
        "digitalCapture"
    )
    # what was done to the original after its camera signed it is kept too, as a failure
    photo.write_bytes(carried[:-200] + bytes(100) + carried[-100:])
    broken = read(credentials.sign(picture(), claim(photo), signer))
    assert broken.history == 1


def test_a_photographed_backdrop_is_a_component(signer: Signer, tmp_path: Path) -> None:
    photo, wall = original(tmp_path), original(tmp_path, "SECRET_wall.jpg", 3)
    given = ingredient(wall, "Backdrop photograph")
    edits = (Tone(exposure_stops=0.2), PhotoBackdrop(path=str(wall), sha256=given.sha256))
    made = recipe(photo, edits=edits)
    signed = credentials.sign(picture(), claim(photo, made, backdrop=given), signer)
    found = read(signed)
    assert found.state == "Valid"
    assert [row["relationship"] for row in found.ingredients] == ["parentOf", "componentOf"]
    placed = next(a for a in found.actions if a["action"] == "c2pa.placed")
    assert placed["digitalSourceType"].endswith("/compositeCapture")
    assert len(placed["parameters"]["ingredients"]) == 1
    assert b"SECRET" not in signed


def test_nothing_is_fetched(
    signer: Signer, tmp_path: Path, listener: tuple[str, list[bytes]]
) -> None:
    url, asked = listener
    photo = original(tmp_path)
    remote = camera_signed(photo.read_bytes(), signer, remote=url)
    with pytest.raises(c2pa.C2paError):  # the library by itself does ask
        c2pa.Reader("image/jpeg", io.BytesIO(remote))
    assert len(asked) == 1
    asked.clear()
    found = credentials.read(remote)  # that it is said to have some elsewhere is not enough
    assert found is None or found.state == "Invalid"
    photo.write_bytes(remote)
    signed = credentials.sign(picture(), claim(photo), signer)
    assert read(signed).state == "Valid"
    assert asked == []


def test_threads_sign_at_once(signer: Signer, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    made = claim(original(tmp_path))
    with ThreadPoolExecutor(4) as pool:
        signed = list(pool.map(lambda i: credentials.sign(picture(seed=i), made, signer), range(8)))
        assert {found.state for found in pool.map(read, signed)} == {"Valid"}


def test_other_pictures_have_none(tmp_path: Path) -> None:
    from PIL import Image

    for suffix in ("webp", "tiff", "gif"):
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(scene()[:64, :64]).save(path)
        assert credentials.read(path.read_bytes()) is None
