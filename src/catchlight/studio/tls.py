"""TLS: a certificate that the studio makes for itself, and its fingerprint."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import UsageError
from ..files import write_atomic

__all__ = ["Certificate", "given", "network_address", "self_made"]

_DAYS = 365
_LEFT = timedelta(days=30)  # made anew when less is left


@dataclass(frozen=True)
class Certificate:
    """Where a certificate and its key are.

    Attributes
    ----------
    fingerprint : SHA-256 of the certificate, as browsers show it.
    """

    certificate: Path
    key: Path
    fingerprint: str


def self_made(folder: Path, names: list[str], called: str = "studio") -> Certificate:
    """Return a certificate of the studio's own for these addresses and names.

    It is kept, so that a browser that trusts it need not be asked again; made anew when it is for
    other addresses or about to end.

    Parameters
    ----------
    folder : the studio's; the files are in `tls` in it, the key readable by the user alone.
    names : addresses and host names; the first is its subject.
    called : which of its certificates; part of the files' names.
    """
    place = folder / "tls"
    files = place / f"{called}.pem", place / f"{called}-key.pem"
    if all(path.is_file() for path in files):
        files[1].chmod(0o600)  # also where the file is from elsewhere
        found = _read(files[0])
        if found is not None and found.not_valid_after_utc - datetime.now(UTC) > _LEFT:
            known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            if set(known) == set(_alternatives(names)):
                return Certificate(*files, _fingerprint(found))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _made(key, names)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    files[1].unlink(missing_ok=True)
    with os.fdopen(os.open(files[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    write_atomic(files[0], made.public_bytes(serialization.Encoding.PEM))
    return Certificate(*files, _fingerprint(made))


def given(certificate: Path, key: Path) -> Certificate:
    """Return a certificate that the user has.

    Raises
    ------
    UsageError : a file cannot be read or holds none.
    """
    found = _read(certificate)
    if found is None:
        raise UsageError(f"{certificate}: no certificate can be read: give a PEM file")
    try:
        serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"{key}: no key can be read ({error}): give a PEM file without a passphrase"
        ) from None
    return Certificate(certificate, key, _fingerprint(found))


def network_address() -> str | None:
    """Return this machine's address in its network; None if it is in none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of no machine (RFC 5737): only the route is looked up
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") or address == "0.0.0.0" else address


def _made(key: ec.EllipticCurvePrivateKey, names: list[str]) -> x509.Certificate:
    name = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64]),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Catchlight studio"),
    ])  # fmt: skip
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a phone's clock may be late
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _alternatives(names: list[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
