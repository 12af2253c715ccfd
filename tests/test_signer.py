"""Oracles: OpenSSL as the signing command; what readers refuse is refused before signing."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from catchlight import credentials
from catchlight.errors import CredentialError
from catchlight.signer import Signer, check_signature, load_signer

from .signed_pictures import claim, original, picture

PEM = serialization.Encoding.PEM


def pem(key: object) -> bytes:
    return key.private_bytes(  # type: ignore[attr-defined,no-any-return]
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def issued(
    key: object, *, own: bool = False, days: float = 30, purpose: object = None, begins: int = -1
) -> bytes:
    """A chain for a key: its certificate, and unless signed by itself, that of who issued it."""
    authority = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Studio Seven")])
    issuer = name if own else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Some CA")])
    now = datetime.now(UTC)
    purposes = [purpose or ExtendedKeyUsageOID.EMAIL_PROTECTION]
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False
    )  # fmt: skip
    leaf = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False
        )
        .sign(authority, hashes.SHA256())
    )
    if own:
        return leaf.public_bytes(PEM)
    root = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(authority.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=400))
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(
            x509.KeyUsage(False, **(usage | {"key_cert_sign": True, "crl_sign": True})),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), False)
        .sign(authority, hashes.SHA256())
    )
    return leaf.public_bytes(PEM) + root.public_bytes(PEM)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "es256"),
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (ec.generate_private_key(ec.SECP521R1()), "es512"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (rsa.generate_private_key(65537, 2048), "ps256"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_own_keys_of_every_kind_sign(key: object, algorithm: str, tmp_path: Path) -> None:
    path = tmp_path / "me.pem"
    path.write_bytes(pem(key) + issued(key))
    signer = load_signer(path)
    assert (signer.algorithm, signer.name) == (algorithm, "Studio Seven")
    assert check_signature(signer.chain[0], signer.sign(b"data"), b"data")
    assert not check_signature(signer.chain[0], signer.sign(b"data"), b"date")
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    found = credentials.read(signed)
    assert found is not None
    assert (found.state, found.signer) == ("Valid", "Studio Seven")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
def test_a_command_signs(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.pem").write_bytes(pem(key))
    (tmp_path / "chain.pem").write_bytes(issued(key))
    toml = tmp_path / "signer.toml"
    toml.write_text(
        'certificate = "chain.pem"\n'
        f'command = ["openssl", "dgst", "-sha256", "-sign", "{tmp_path / "key.pem"}"]\n'
    )
    signer = load_signer(toml)
    assert signer.key is None
    signed = credentials.sign(picture(), claim(original(tmp_path)), signer)
    assert (credentials.read(signed) or pytest.fail("there is none")).state == "Valid"
    toml.write_text('certificate = "chain.pem"\nkey = "key.pem"\n')
    assert load_signer(toml).key is not None


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit('no token in the slot')", "no token in the slot"),
        ("print('hello')", "not a signature"),
    ],
)
def test_a_command_that_fails_is_named(program: str, said: str, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "chain.pem").write_bytes(issued(key))
    toml = tmp_path / "signer.toml"
    quoted = program.replace('"', '\\"')
    toml.write_text(f'certificate = "chain.pem"\ncommand = ["{sys.executable}", "-c", "{quoted}"]')
    with pytest.raises(CredentialError, match=said):
        credentials.sign(picture(), claim(original(tmp_path)), load_signer(toml))


def wrong() -> dict[str, tuple[bytes, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    other = ec.generate_private_key(ec.SECP256R1())
    locked = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    weak = rsa.generate_private_key(65537, 1024)
    return {
        "nothing": (b"hello", "no private key"),
        "no certificate": (pem(key), "no certificate"),
        "passphrase": (locked + issued(key), "passphrase"),
        "other key": (pem(other) + issued(key), "not the first certificate's"),
        "itself": (pem(key) + issued(key, own=True), "signed by itself"),
        "expired": (pem(key) + issued(key, days=-1, begins=-9), "expired on"),
        "not yet": (pem(key) + issued(key, begins=3), "begins on"),
        "web server": (
            pem(key) + issued(key, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
            "not for signing content",
        ),
        "weak": (pem(weak) + issued(weak), "1024 bits"),
    }


@pytest.mark.parametrize("which", wrong())
def test_what_readers_refuse_is_refused_at_once(which: str, tmp_path: Path) -> None:
    text, said = wrong()[which]
    path = tmp_path / "me.pem"
    path.write_bytes(text)
    with pytest.raises(CredentialError, match=said) as caught:
        load_signer(path)
    assert "me.pem" in str(caught.value)


def test_a_signer_file_needs_one_of_key_and_command(tmp_path: Path) -> None:
    toml = tmp_path / "signer.toml"
    toml.write_text('certificate = "chain.pem"\n')
    with pytest.raises(CredentialError, match="one of the two"):
        load_signer(toml)
    with pytest.raises(CredentialError, match="nowhere"):
        load_signer(tmp_path / "nowhere.pem")


def test_no_key_in_the_signer_shown() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    from catchlight.signer import signer_from_pem

    signer: Signer = signer_from_pem(pem(key) + issued(key), "x")
    assert "PRIVATE" not in repr(signer)
    assert "PRIVATE" not in str(signer)
