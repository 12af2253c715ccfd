"""The local identity: a certificate authority of one's own, and the certificate that signs.

Readers refuse a signing certificate that is signed by itself, so a small authority is made first
and issues it. Both live in the user's data folder, in files that only the user may read:

    identity/authority.pem   the authority's key and certificate: issues, rotates, revokes
    identity/signing.pem     the signing key, its certificate and the authority's: all that signs
    identity/issued/*.pem    every certificate ever issued, without keys
    identity/revoked.pem     the list of those called back (RFC 5280), to hand to others

Each is one file, replaced whole, so that a key is never without its certificate.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .errors import CredentialError, UsageError, printable
from .settings import DATA_VARIABLE, data_dir, identity_file
from .signer import CLAIM_SIGNING, Signer, fingerprint, signer_from_pem

__all__ = ["Identity", "create", "data_dir", "exists", "load", "revoke", "rotate", "signing"]

# Nothing is time-stamped by an authority (that would be a network), so a signature counts only
# while its certificate does: as long as anyone would show the headshot, and then some.
SIGNING_DAYS = 3653
AUTHORITY_DAYS = 9131
_LIST_DAYS = 3653
_LONGEST_NAME = 64  # RFC 5280, A.1: ub-common-name
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True)
class Identity:
    """The local identity, without its keys.

    Attributes
    ----------
    folder : where it is kept.
    authority : the certificate to hand to those who shall trust it.
    signing : the certificate that signs now; None when it was revoked and not replaced.
    issued : every certificate issued, the newest first.
    revoked : when each was called back, by serial number.
    """

    folder: Path
    authority: x509.Certificate
    signing: x509.Certificate | None
    issued: tuple[x509.Certificate, ...]
    revoked: dict[int, datetime]

    @property
    def revocations(self) -> Path:
        """The revocation list; it may not exist."""
        return self.folder / "revoked.pem"


def create(name: str, organization: str | None = None) -> Identity:
    """Make the authority and its first signing certificate.

    Parameters
    ----------
    name : whom it shall say the pictures are signed by; anyone who reads them sees it.

    Raises
    ------
    UsageError : there is an identity already, or the name is empty or too long.
    CredentialError : the files cannot be written; nothing is left behind.
    """
    for text in (name, *(() if organization is None else (organization,))):
        size = len(text.strip().encode("utf-8"))
        if not 1 <= size <= _LONGEST_NAME or not text.isprintable():
            raise UsageError(
                f"the name “{printable(text)}” takes {size} bytes of UTF-8, a certificate holds 1"
                f" to {_LONGEST_NAME}: shorten it"
            )
    folder = data_dir() / "identity"
    if folder.exists():
        raise UsageError(
            f"there is an identity in {printable(folder)}: show it with: catchlight identity show"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    now = _now()
    subject = _name("Local authority", name.strip())
    certificate = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    stage = folder.with_name(f".identity-{secrets.token_hex(8)}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage.mkdir(mode=0o700)
        (stage / "issued").mkdir(mode=0o700)
        _write_private(stage / "authority.pem", _key_pem(key) + certificate.public_bytes(_PEM))
        _issue(stage, key, certificate, _name(name.strip(), organization or name.strip()))
        stage.rename(folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return load()


def load() -> Identity:
    """Read the local identity, without keys.

    Raises
    ------
    CredentialError : there is none, or it is damaged; the message says what to do.
    """
    folder = data_dir() / "identity"
    if not folder.is_dir():
        raise CredentialError(
            "there is no identity to sign with: make one with:"
            ' catchlight identity create "Your Name"'
        )
    authority = _first_certificate(folder / "authority.pem")
    signing = folder / "signing.pem"
    issued = [_first_certificate(path) for path in (folder / "issued").glob("*.pem")]
    issued.sort(key=lambda certificate: certificate.not_valid_before_utc, reverse=True)
    return Identity(
        folder,
        authority,
        _first_certificate(signing) if signing.exists() else None,
        tuple(issued),
        _revoked(folder / "revoked.pem", authority),
    )


def exists() -> bool:
    """Whether there is a local identity."""
    return identity_file().is_file()


def signing() -> Signer:
    """Return the local identity's signer.

    Raises
    ------
    CredentialError : there is none, it was revoked, it expired, or others may read its key.
    """
    identity = load()
    path = identity.folder / "signing.pem"
    if not path.exists():
        raise CredentialError(
            "the signing certificate was revoked: make a new one with: catchlight identity rotate"
        )
    return signer_from_pem(_read_private(path), printable(path))


def rotate() -> Identity:
    """Issue a new key and certificate under the same authority; the old key is destroyed.

    What was signed before stays as good as it was, and whoever trusts the authority trusts the new
    certificate too.
    """
    identity = load()
    key, certificate = _authority(identity.folder)
    subject = identity.issued[0].subject if identity.issued else identity.authority.subject
    try:
        _issue(identity.folder, key, certificate, subject)
    except OSError as error:
        raise _cannot_write(identity.folder, error) from error
    return load()


def revoke(which: str | None = None) -> Identity:
    """Call a signing certificate back; what it signed is no longer accepted by who has the list.

    Parameters
    ----------
    which : beginning of the certificate's fingerprint; None: the one that signs now.

    Raises
    ------
    UsageError : no certificate, or more than one, is meant.
    """
    identity = load()
    if which is None:
        found = [] if identity.signing is None else [identity.signing]
    else:
        start = which.lower().replace(":", "")
        found = [c for c in identity.issued if start and fingerprint(c).startswith(start)]
    if len(found) != 1:
        wanted = "now signing" if which is None else f"beginning with {printable(which)}"
        raise UsageError(f"{len(found)} certificates are {wanted}: see: catchlight identity show")
    revoked = dict(identity.revoked)
    revoked.setdefault(found[0].serial_number, _now())
    key, authority = _authority(identity.folder)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(_now())
        .next_update(_now() + timedelta(days=_LIST_DAYS))
    )
    for serial, day in revoked.items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(day).build()
        )
    path = identity.folder / "revoked.pem"
    try:
        _write_private(path, builder.sign(key, hashes.SHA256()).public_bytes(_PEM))
        if identity.signing is not None and identity.signing == found[0]:
            (identity.folder / "signing.pem").unlink()
    except OSError as error:
        raise _cannot_write(path, error) from error
    return load()


# ---------------------------------------------------------------- certificates


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _name(name: str, organization: str) -> x509.Name:
    # C2PA readers show the organisation as the issuer; without one it is the person.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # for clocks that are a little behind
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(
    folder: Path, key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, subject: x509.Name
) -> None:
    """Make a signing key and its certificate, and put both in place (C2PA 2.2, 14.5.1)."""
    own = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(subject, authority.subject, own.public_key(), _now(), SIGNING_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(_PEM)
    _write_private(folder / "issued" / f"{fingerprint(certificate)[:16]}.pem", public)
    _write_private(folder / "signing.pem", _key_pem(own) + public + authority.public_bytes(_PEM))


def _authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    path = folder / "authority.pem"
    text = _read_private(path)
    try:
        key = serialization.load_pem_private_key(text, password=None)
        certificate = x509.load_pem_x509_certificates(text)[0]
    except (ValueError, TypeError):
        raise _damaged(path) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(path)
    return key, certificate


def _first_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as error:
        raise CredentialError(
            f"{printable(path)}: {(error.strerror or 'cannot be read').lower()}"
        ) from None
    except ValueError:
        raise _damaged(path) from None


def _revoked(path: Path, authority: x509.Certificate) -> dict[int, datetime]:
    if not path.exists():
        return {}
    try:
        listed = x509.load_pem_x509_crl(path.read_bytes())
    except (OSError, ValueError):
        raise _damaged(path) from None
    key = authority.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not listed.is_signature_valid(key):
        raise _damaged(path)
    return {entry.serial_number: entry.revocation_date_utc for entry in listed}


# ---------------------------------------------------------------- files


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on, whole or not at all."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        handle = os.open(temporary, flags, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _read_private(path: Path) -> bytes:
    """Read a key file, unless others could have read or changed it too."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if mode & 0o077:
                raise CredentialError(
                    f"{printable(path)}: others may read this key (mode {mode & 0o777:o}, must be"
                    f" 600): revoke it if somebody did, else: chmod 600 {printable(path)}"
                )
            return stream.read()
    except OSError as error:
        raise CredentialError(
            f"{printable(path)}: {(error.strerror or 'cannot be read').lower()}"
        ) from None


def _damaged(path: Path) -> CredentialError:
    return CredentialError(
        f"{printable(path)}: damaged: put it back from a backup, or move the folder"
        f" {printable(path.parent)} away and make a new identity"
    )


def _cannot_write(path: Path, error: OSError) -> CredentialError:
    reason = (error.strerror or str(error)).lower()
    return CredentialError(
        f"{printable(path)}: cannot be written, {reason}: set {DATA_VARIABLE} to another folder"
    )
