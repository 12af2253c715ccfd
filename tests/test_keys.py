"""Oracles: OpenSSL verifies the chain; file modes; nothing half-made is left behind."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from catchlight import keys
from catchlight.errors import CredentialError, UsageError
from catchlight.signer import fingerprint


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "identity"


def test_keys_are_for_their_owner_alone(folder: Path) -> None:
    keys.create("Jo Doe", "Studio Seven")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    holding = {p.name for p in folder.rglob("*.pem") if b"PRIVATE KEY" in p.read_bytes()}
    assert holding == {"authority.pem", "signing.pem"}
    assert not list(folder.parent.rglob(".*"))
    assert keys.signing().name == "Jo Doe, Studio Seven"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
def test_openssl_accepts_the_chain(folder: Path, tmp_path: Path) -> None:
    identity = keys.create("Jo Doe")
    assert identity.signing is not None
    for name, certificate in (("ca", identity.authority), ("leaf", identity.signing)):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", tmp_path / "ca.pem",
         tmp_path / "leaf.pem"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip().endswith(": OK"), done.stderr


def test_rotation_keeps_the_authority_and_destroys_the_key(folder: Path) -> None:
    first = keys.create("Jo Doe")
    old = (folder / "signing.pem").read_bytes()
    second = keys.rotate()
    assert second.authority == first.authority
    assert second.signing is not None
    assert second.signing != first.signing
    assert len(second.issued) == 2
    assert second.signing.subject == (first.signing or pytest.fail("there is none")).subject
    key = old[: old.index(b"-----BEGIN CERTIFICATE")]
    assert all(key not in path.read_bytes() for path in folder.rglob("*.pem"))


def test_revocation_stops_signing_until_rotation(folder: Path) -> None:
    first = keys.create("Jo Doe").signing or pytest.fail("there is none")
    found = keys.revoke()
    assert found.signing is None
    assert set(found.revoked) == {first.serial_number}
    with pytest.raises(CredentialError, match="identity rotate"):
        keys.signing()
    with pytest.raises(UsageError, match="0 certificates"):
        keys.revoke()
    second = keys.rotate().signing or pytest.fail("there is none")
    assert keys.signing().chain[0] == second
    keys.rotate()
    assert set(keys.revoke(fingerprint(second)[:12]).revoked) == {
        first.serial_number,
        second.serial_number,
    }
    assert keys.signing() is not None  # the newest still signs


def test_a_second_identity_is_refused(folder: Path) -> None:
    keys.create("Jo Doe")
    before = {p: p.read_bytes() for p in folder.rglob("*.pem")}
    with pytest.raises(UsageError, match="there is an identity"):
        keys.create("Jo Doe")
    assert {p: p.read_bytes() for p in folder.rglob("*.pem")} == before


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65, "张" * 22])
def test_names_are_checked(name: str, folder: Path) -> None:
    with pytest.raises(UsageError, match="a certificate holds 1"):
        keys.create(name)
    assert not folder.exists()


def test_a_key_that_others_may_read_is_not_used(folder: Path) -> None:
    keys.create("Jo Doe")
    (folder / "signing.pem").chmod(0o644)
    with pytest.raises(CredentialError, match="mode 644, must be 600"):
        keys.signing()


def test_a_failure_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys, "_issue", full)
    with pytest.raises(CredentialError, match="no space left"):
        keys.create("Jo Doe")
    assert list(folder.parent.iterdir()) == []


def test_damage_is_told(folder: Path) -> None:
    with pytest.raises(CredentialError, match="identity create"):
        keys.load()
    keys.create("Jo Doe")
    (folder / "signing.pem").write_bytes(b"rubbish")
    with pytest.raises(CredentialError, match="damaged"):
        keys.load()
