"""Staying on this machine: whatever a test or a process it starts asks of the network is refused.

Python imports a module of this name when it starts, where its folder is in PYTHONPATH; `conftest`
puts it there for processes that tests start. Audit events (PEP 578) tell of every connection that
Python code opens and of every name it asks for; an attempt beyond loopback raises, and is noted in
the file that CATCHLIGHT_TEST_ATTEMPTS names, so that it counts even where it is caught.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

VARIABLE = "CATCHLIGHT_TEST_ATTEMPTS"


class Attempt(RuntimeError):
    """Something wanted to leave this machine."""


def is_here(host: object) -> bool:
    """Whether a host is this machine, or none."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).split("%")[0]).is_loopback
    except ValueError:
        return False


def asks_the_route(asked: Any, address: tuple[Any, ...]) -> bool:
    """Whether a datagram socket is only connected, to an address of no machine (RFC 5737).

    The system then looks up which of its own addresses would be used, and sends nothing.
    """
    return asked.type == socket.SOCK_DGRAM and str(address[0]) == "192.0.2.1"


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what goes beyond loopback; an audit hook."""
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        here = not isinstance(address, tuple) or is_here(address[0])  # a path is of this machine
        here = here or (event == "socket.connect" and asks_the_route(arguments[0], address))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        here = is_here(arguments[0])
    else:
        return
    if not here:
        what = f"{event} {arguments[1] if event == 'socket.connect' else arguments[0]!r}"
        file = os.environ.get(VARIABLE)
        if file:
            with open(file, "a", encoding="utf-8") as log:  # noqa: PTH123  before pathlib is loaded
                log.write(f"{what}\n")
        raise Attempt(f"beyond this machine: {what}")


# pytest-xdist's processes have imported it under its bare name when they started.
_first = sys.modules.get("sitecustomize")
if __name__ != "sitecustomize" and hasattr(_first, "Attempt"):
    Attempt = _first.Attempt  # type: ignore[misc,union-attr]
else:
    sys.addaudithook(refuse)
