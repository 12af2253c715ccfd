"""Oracles: who is pinned, is trusted, and nobody else; a stranger's revocation list counts not."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from catchlight import credentials, keys, trust
from catchlight.errors import CredentialError, UsageError
from catchlight.signer import fingerprint

from .signed_pictures import claim, original, picture


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[keys.Identity, bytes]:
    """Somebody else's identity, and a picture they signed; our own folder is empty again."""
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "theirs"))
    identity = keys.create("Ann Other")
    signed = credentials.sign(picture(), claim(original(tmp_path)), keys.signing())
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "ours"))
    return identity, signed


def state(signed: bytes) -> str:
    found = credentials.read(signed, trust.load_pins())
    assert found is not None
    return found.state


def saved(path: Path, certificate: object, kind: Encoding = Encoding.PEM) -> Path:
    path.write_bytes(certificate.public_bytes(kind))  # type: ignore[attr-defined]
    return path


@pytest.mark.parametrize("kind", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("which", ["authority", "signing"])
def test_a_pinned_authority_or_signer_is_trusted(
    which: str, kind: Encoding, theirs: tuple[keys.Identity, bytes], tmp_path: Path
) -> None:
    identity, signed = theirs
    assert state(signed) == "Valid"
    certificate = getattr(identity, which)
    said = trust.add(saved(tmp_path / "cert", certificate, kind))
    assert "Ann Other" in said[0]
    assert state(signed) == "Trusted"
    assert trust.add(saved(tmp_path / "cert", certificate, kind))[0].startswith("Already")
    assert "No longer trusted" in trust.remove(fingerprint(certificate)[:10])
    assert state(signed) == "Valid"


def test_another_authority_trusts_nothing_of_theirs(
    theirs: tuple[keys.Identity, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "namesake"))
    namesake = keys.create("Ann Other")
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "ours"))
    trust.add(saved(tmp_path / "cert", namesake.authority))
    assert state(theirs[1]) == "Valid"


def test_a_revocation_list_counts_when_its_authority_signed_it(
    theirs: tuple[keys.Identity, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, signed = theirs
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "theirs"))
    revoked = keys.revoke().revocations
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "ours"))
    with pytest.raises(UsageError, match="add its certificate first"):
        trust.add(revoked)
    trust.add(saved(tmp_path / "cert", identity.authority))
    assert state(signed) == "Trusted"
    assert trust.add(revoked) == ("1 revoked certificate(s) of Local authority, Ann Other noted.",)
    found = credentials.read(signed, trust.load_pins())
    assert found is not None
    assert found.state == "Well-Formed"
    assert "called the signing certificate back" in found.describe()
    # a list that somebody else signed about the same number says nothing
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "stranger"))
    keys.create("Ann Other")
    forged = keys.revoke().revocations.read_bytes()
    folder = tmp_path / "ours" / "trusted"
    (folder / f"{fingerprint(identity.authority)}.revoked.pem").write_bytes(forged)
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "ours"))
    assert state(signed) == "Trusted"


def test_what_is_no_certificate_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "ours"))
    path = tmp_path / "letter.pem"
    path.write_text("dear reader")
    with pytest.raises(UsageError, match=r"letter\.pem: neither a certificate"):
        trust.add(path)
    with pytest.raises(CredentialError, match="no such file"):
        trust.add(tmp_path / "nowhere.pem")
    with pytest.raises(UsageError, match="0 trusted certificates"):
        trust.remove("abc")
    assert trust.load_pins() == trust.Pins()
