"""Signers: a certificate chain and something that signs for it, a key or a command of the user's.

The algorithms and what a signing certificate has to be are C2PA 2.2, 13.2 and 14.5.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pydantic import Field

from .errors import CredentialError, printable
from .settings import StrictModel, check, read_toml

__all__ = [
    "CLAIM_SIGNING",
    "Signer",
    "certificate_name",
    "check_signature",
    "fingerprint",
    "load_signer",
    "signer_from_pem",
]

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")  # c2pa-kp-claimSigning
_PURPOSES = {
    CLAIM_SIGNING,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
}
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_MOST_BYTES = 256 * 1024
_COMMAND_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes
    ----------
    chain : the signer's certificate, then those it was issued by; the root may be left out.
    algorithm : "es256", "es384", "es512", "ps256" or "ed25519".
    sign : returns the signature of some bytes, as COSE has it (ECDSA: r and s in a row).
    name : for people to read: whom the certificate is for.
    key : the private key as PEM, where there is one; None with a command.
    """

    chain: tuple[x509.Certificate, ...]
    algorithm: str
    sign: Callable[[bytes], bytes]
    name: str
    key: bytes | None = field(default=None, repr=False)

    @property
    def chain_pem(self) -> bytes:
        """The chain as PEM."""
        return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in self.chain)


class _SignerFile(StrictModel):
    """A signer as a TOML file: paths are beside it."""

    certificate: str
    key: str | None = None
    command: Annotated[tuple[str, ...] | None, Field(strict=False, min_length=1)] = None


def load_signer(path: str | Path) -> Signer:
    """Load a user's own signer.

    Parameters
    ----------
    path : a PEM file with the private key and the certificate chain; or a TOML file with
        `certificate` (a PEM file) and either `key` (a PEM file) or `command`: a program and its
        arguments that reads bytes from its input and writes their signature to its output (as
        `openssl dgst -sha256 -sign KEY` does), for keys in a token or on another machine.

    Raises
    ------
    CredentialError : a file is missing or not fit; says which, why and what to do.
    """
    path = Path(path).expanduser()
    if path.suffix.lower() != ".toml":
        return signer_from_pem(_read(path), printable(path))
    named = check(read_toml(path), _SignerFile, path.name)
    if (named.key is None) == (named.command is None):
        raise CredentialError(
            f"{printable(path)}: give the key or the command that signs, one of the two"
        )
    chain = _read(path.parent / named.certificate)
    if named.key is not None:
        return signer_from_pem(_read(path.parent / named.key) + b"\n" + chain, printable(path))
    certificates = _certificates(chain, printable(path))
    algorithm = _algorithm(certificates[0].public_key(), printable(path))
    _check_fit(certificates[0], printable(path))
    return Signer(
        certificates,
        algorithm,
        _by_command(named.command or (), algorithm, certificates[0]),
        certificate_name(certificates[0]),
    )


def signer_from_pem(text: bytes, name: str) -> Signer:
    """Return the signer of a PEM text with a private key and its certificate chain.

    Parameters
    ----------
    name : the file to blame.
    """
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except TypeError:
        raise CredentialError(
            f"{name}: the key has a passphrase: name a command that signs with it instead"
        ) from None
    except ValueError:
        raise CredentialError(f"{name}: no private key in it (PEM): add the key's file") from None
    certificates = _certificates(text, name)
    public = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if certificates[0].public_key().public_bytes(*public) != key.public_key().public_bytes(*public):
        raise CredentialError(f"{name}: the key is not the first certificate's: check the pair")
    _check_fit(certificates[0], name)
    algorithm = _algorithm(key.public_key(), name)

    def sign(data: bytes) -> bytes:
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        if isinstance(key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            return key.sign(data, pss, hashes.SHA256())
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return _raw(key.sign(data, ec.ECDSA(_DIGESTS[algorithm[2:]])), algorithm)

    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Signer(certificates, algorithm, sign, certificate_name(certificates[0]), pem)


def certificate_name(certificate: x509.Certificate) -> str:
    """Whom a certificate is for: the common name, and the organisation where it is another."""
    found = [
        str(attribute.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in certificate.subject.get_attributes_for_oid(oid)[:1]
    ]
    return printable(", ".join(dict.fromkeys(found))) or "somebody without a name"


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, 64 hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def check_signature(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    """Whether a detached signature over some bytes is of the certificate's key."""
    key = certificate.public_key()
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            key.verify(signature, data, pss, hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            digest = _DIGESTS[_CURVES[key.curve.name][2:]]
            key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(digest))
        else:
            return False
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def _raw(signature: bytes, algorithm: str) -> bytes:
    """An ECDSA signature as COSE has it: r and s, each as long as the curve (RFC 9053, 2.1)."""
    size = {"es256": 32, "es384": 48, "es512": 66}[algorithm]
    try:
        r, s = utils.decode_dss_signature(signature)
    except ValueError:
        if len(signature) == 2 * size:
            return signature  # it is so already
        raise
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise CredentialError(f"{printable(path)}: {reason}: name a key file") from None
    if len(data) > _MOST_BYTES:
        raise CredentialError(f"{printable(path)}: larger than {_MOST_BYTES} bytes, not a key file")
    return data


def _certificates(text: bytes, name: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(text))
    except ValueError:
        raise CredentialError(f"{name}: no certificate in it (PEM): add the chain") from None


def _algorithm(key: object, name: str) -> str:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size >= 2048:
            return "ps256"
        raise CredentialError(f"{name}: the RSA key has {key.key_size} bits, the least is 2048")
    raise CredentialError(f"{name}: use a P-256, P-384, P-521, Ed25519 or RSA key")


def _check_fit(certificate: x509.Certificate, name: str) -> None:
    """Refuse what every reader would refuse, now and with the reason.

    Raises
    ------
    CredentialError : self-signed, expired, or not meant for signing content.
    """
    if certificate.issuer == certificate.subject:
        raise CredentialError(
            f"{name}: the certificate is signed by itself, which readers refuse: use one that an"
            " authority issued, or: catchlight identity create"
        )
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc.date()
        raise CredentialError(f"{name}: the certificate expired on {day}: get a new one")
    if now < certificate.not_valid_before_utc:
        day = certificate.not_valid_before_utc.date()
        raise CredentialError(f"{name}: the certificate begins on {day}: check this clock")
    try:
        used = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        signs = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise CredentialError(
            f"{name}: the certificate does not say what it is for: ask for one to sign documents"
        ) from None
    if not signs.digital_signature or not _PURPOSES & set(used):
        raise CredentialError(
            f"{name}: the certificate is not for signing content: ask for one for signing documents"
        )


def _by_command(
    command: Sequence[str], algorithm: str, certificate: x509.Certificate
) -> Callable[[bytes], bytes]:
    def sign(data: bytes) -> bytes:
        program = printable(command[0])
        try:
            done = subprocess.run(  # the user's own program, without a shell
                list(command),
                input=data,
                capture_output=True,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise CredentialError(f"the signing command {program} is not there") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CredentialError(f"the signing command {program}: {printable(error)}") from None
        if done.returncode:
            said = printable(done.stderr.decode("utf-8", "replace").strip())[:200]
            raise CredentialError(
                f"the signing command {program} ended with {done.returncode}: {said}"
            )
        signature = done.stdout
        if algorithm.startswith("es"):
            try:
                signature = _raw(signature, algorithm)
            except ValueError:
                signature = b""
        if not check_signature(certificate, signature, data):
            raise CredentialError(
                f"the signing command {program} gave {len(done.stdout)} bytes that are not a"
                " signature of the certificate's key: check that the two belong together"
            )
        return signature

    return sign
