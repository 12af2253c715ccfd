"""Addresses: where the studio listens, and by which names it may be asked for."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path

from cryptography import x509

from ..errors import UsageError
from .tls import network_address

__all__ = ["LOOPBACK", "beyond_this_machine", "hosts", "listening", "names_of"]

LOOPBACK = "127.0.0.1"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def beyond_this_machine(host: str) -> bool:
    """Whether other machines can reach what listens there; a name is taken to be reachable.

    >>> [beyond_this_machine(h) for h in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "studio.lan")]
    [False, False, False, True, True]
    """
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() != "localhost"


def names_of(host: str, certificate: Path | None = None) -> list[str]:
    """Return the names and addresses that mean this machine when it listens at `host`.

    For all of its addresses (0.0.0.0, ::) these are the one in its network, its host name and the
    loopback ones; and those that a certificate of the user's is for.
    """
    found = [host]
    try:
        if ipaddress.ip_address(host).is_unspecified:
            found = [network_address() or LOOPBACK, socket.gethostname(), LOOPBACK, "localhost"]
    except ValueError:
        pass
    if certificate is not None:
        try:
            known = x509.load_pem_x509_certificate(certificate.read_bytes())
            extension = known.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            found += extension.value.get_values_for_type(x509.DNSName)
        except (OSError, ValueError, x509.ExtensionNotFound):
            pass
    valid = [name for name in found if ":" in name or _NAME.fullmatch(name)]
    return list(dict.fromkeys(name.lower() for name in valid))


def hosts(names: list[str], port: int, default: int) -> frozenset[str]:
    """Return the values of the Host header that name the studio.

    >>> sorted(hosts(["a.lan", "fd00::1"], 443, default=443))
    ['[fd00::1]', '[fd00::1]:443', 'a.lan', 'a.lan:443']
    """
    shown = [f"[{name}]" if ":" in name else name for name in names]
    bare = shown if port == default else []
    return frozenset((*(f"{name}:{port}" for name in shown), *bare))


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that connections already wait at, before anybody answers them.

    The link to it is told, and opened in a browser, earlier than the studio serves.

    Raises
    ------
    UsageError : the port is taken, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        where = f"--port {port}" if host == LOOPBACK else f"--host {host} --port {port}"
        raise UsageError(f"{where}: {error}: choose another, or none for a free one") from None
    return listener
