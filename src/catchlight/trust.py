"""Trust: whose signatures this user has decided to believe, and whose were called back.

A pinned certificate is a photographer's or a company's: their authority's, and then everything it
issued counts, or one signer's own. Revocation lists are kept beside, from wherever they came, and
count only when the authority they speak of signed them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from . import keys
from .errors import CredentialError, UsageError, printable
from .output import write_atomic
from .settings import data_dir
from .signer import certificate_name, fingerprint

__all__ = ["Pins", "add", "is_authority", "load_pins", "remove"]

_PEM = serialization.Encoding.PEM
_MOST_BYTES = 4 * 1024 * 1024  # the published C2PA trust list has about 100 kB


@dataclass(frozen=True, slots=True)
class Pins:
    """Certificates a user trusts, and revocation lists.

    Attributes
    ----------
    certificates : pinned: authorities and single signers.
    own : the local identity's authority; known, but not thereby trusted: nobody vouches for it.
    lists : revocation lists, the local identity's among them.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    own: x509.Certificate | None = None
    lists: tuple[x509.CertificateRevocationList, ...] = ()

    @property
    def anchors(self) -> str:
        """The pinned authorities as PEM, for the library to build chains to."""
        return "".join(
            c.public_bytes(_PEM).decode("ascii") for c in self.certificates if is_authority(c)
        )

    def pinned(self, chain: Sequence[x509.Certificate]) -> bool:
        """Whether the signer itself, the first of the chain, is pinned."""
        return bool(chain) and chain[0] in self.certificates

    def is_own(self, chain: Sequence[x509.Certificate]) -> bool:
        """Whether the local identity issued the signer's certificate."""
        return bool(chain) and self.own is not None and _issued(chain[0], self.own)

    def revoked(self, chain: Sequence[x509.Certificate]) -> datetime | None:
        """When the signer's certificate was called back by who issued it, None if it was not."""
        if not chain:
            return None
        issuers = [*chain[1:], *self.certificates, *([self.own] if self.own else [])]
        for listed in self.lists:
            entry = listed.get_revoked_certificate_by_serial_number(chain[0].serial_number)
            if entry is not None and any(
                _issued(chain[0], issuer) and _signed(listed, issuer) for issuer in issuers
            ):
                return entry.revocation_date_utc
        return None


def load_pins() -> Pins:
    """Read what the user trusts, and the local identity's authority if there is one.

    Raises
    ------
    CredentialError : a file of the folder is damaged.
    """
    certificates, lists = [], []
    folder = data_dir() / "trusted"
    for path in sorted(folder.glob("*.pem")):
        found, called_back = _parsed(path)
        certificates += found
        lists += called_back
    own = None
    if keys.exists():
        identity = keys.load()
        own = identity.authority
        if identity.revocations.exists():
            lists += _parsed(identity.revocations)[1]
    return Pins(tuple(certificates), own, tuple(lists))


def add(path: str | Path) -> tuple[str, ...]:
    """Pin the certificates, or take over the revocation lists, of a PEM or DER file.

    Returns
    -------
    A sentence on each.

    Raises
    ------
    UsageError : the file has neither, or a list of an authority that is not known.
    CredentialError : it cannot be read, or the folder not be written to.
    """
    path = Path(path).expanduser()
    certificates, lists = _parsed(path)
    known = load_pins()
    folder = data_dir() / "trusted"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CredentialError(
            f"{printable(folder)}: cannot be made, {(error.strerror or str(error)).lower()}"
        ) from None
    said = []
    for certificate in certificates:
        name = certificate_name(certificate)
        what = "everything issued by" if is_authority(certificate) else "pictures signed by"
        if certificate in known.certificates:
            said.append(f"Already trusted: {what} {name}.")
            continue
        write_atomic(folder / f"{fingerprint(certificate)}.pem", certificate.public_bytes(_PEM))
        said.append(f"Trusted from now on: {what} {name} ({fingerprint(certificate)[:16]}).")
    authorities = [*known.certificates, *certificates, *([known.own] if known.own else [])]
    for listed in lists:
        issuer = next((a for a in authorities if _signed(listed, a)), None)
        if issuer is None:
            raise UsageError(
                f"{printable(path)}: a revocation list of an authority that is not trusted here:"
                " add its certificate first"
            )
        write_atomic(folder / f"{fingerprint(issuer)}.revoked.pem", listed.public_bytes(_PEM))
        count = sum(1 for _ in listed)
        said.append(f"{count} revoked certificate(s) of {certificate_name(issuer)} noted.")
    return tuple(said)


def remove(which: str) -> str:
    """Trust a certificate no more; its authority's revocation list goes with it.

    Parameters
    ----------
    which : the beginning of its fingerprint, or its name.

    Raises
    ------
    UsageError : none, or more than one, is meant.
    """
    start = which.lower().replace(":", "")
    found = [
        certificate
        for certificate in load_pins().certificates
        if fingerprint(certificate).startswith(start) or certificate_name(certificate) == which
    ]
    if len(found) != 1 or not which:
        raise UsageError(
            f"{len(found) if which else 0} trusted certificates are called {printable(which)}:"
            " see: catchlight trust list"
        )
    folder = data_dir() / "trusted"
    try:
        for name in (f"{fingerprint(found[0])}.pem", f"{fingerprint(found[0])}.revoked.pem"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise CredentialError(
            f"{printable(folder)}: {(error.strerror or str(error)).lower()}"
        ) from None
    return f"No longer trusted: {certificate_name(found[0])}."


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may issue others."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return basic.value.ca


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _signed(listed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return listed.issuer == issuer.subject and listed.is_signature_valid(
            issuer.public_key()  # type: ignore[arg-type]
        )
    except (TypeError, ValueError):
        return False


def _parsed(
    path: Path,
) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    """Certificates and revocation lists of a file."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CredentialError(
            f"{printable(path)}: {(error.strerror or 'cannot be read').lower()}"
        ) from None
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError
        if b"-----BEGIN X509 CRL" in data:
            return [], [x509.load_pem_x509_crl(data)]
        if b"-----BEGIN CERTIFICATE" in data:
            return list(x509.load_pem_x509_certificates(data)), []
        try:
            return [x509.load_der_x509_certificate(data)], []
        except ValueError:
            return [], [x509.load_der_x509_crl(data)]
    except ValueError:
        raise UsageError(
            f"{printable(path)}: neither a certificate nor a revocation list: ask the signer for"
            " their certificate, a .pem file"
        ) from None
