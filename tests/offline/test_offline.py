"""What would leave this machine is refused and noted; what stays on it is not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from .sitecustomize import VARIABLE, Attempt, is_here

# Documentation addresses (RFC 5737, RFC 3849, RFC 2606): nobody is there.
_BEYOND = ["192.0.2.1", "2001:db8::1", "example.invalid", b"example.invalid", "0.0.0.0", "8.8.8.8"]


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A note of attempts that this test makes on purpose."""
    file = tmp_path / "attempts"
    file.write_text("")
    monkeypatch.setenv(VARIABLE, str(file))
    return file


@pytest.mark.parametrize("host", _BEYOND)
def test_other_machines_are_not_here(host: object) -> None:
    assert not is_here(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost", None, "", b"::1"])
def test_this_machine_is_here(host: object) -> None:
    assert is_here(host)


def test_connections_and_names_beyond_this_machine_are_refused_and_noted(noted: Path) -> None:
    with socket.socket() as asked, pytest.raises(Attempt, match=r"connect .*192\.0\.2\.1"):
        asked.connect(("192.0.2.1", 443))
    with socket.socket() as asked, pytest.raises(Attempt):
        asked.connect_ex(("192.0.2.1", 443))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(("192.0.2.1", 53))  # only asks for the route
        with pytest.raises(Attempt, match="sendto"):
            asked.sendto(b"x", ("192.0.2.1", 53))
    for ask in (socket.gethostbyname, lambda name: socket.getaddrinfo(name, 443)):
        with pytest.raises(Attempt, match=r"example\.invalid"):
            ask("example.invalid")
    with pytest.raises(Attempt):
        socket.create_connection(("example.invalid", 443), timeout=1)
    assert len(noted.read_text().splitlines()) == 6


def test_a_process_that_a_test_starts_is_held_back_too(noted: Path) -> None:
    code = """
import socket
try:
    socket.create_connection(("192.0.2.1", 443), timeout=1)
except Exception as error:
    print(type(error).__name__)
"""
    environment = {**os.environ, VARIABLE: str(noted)}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout == "Attempt\n"
    assert "192.0.2.1" in noted.read_text()


def test_loopback_works(noted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        taken: list[bytes] = []

        def serve() -> None:
            with server.accept()[0] as visitor:
                taken.append(visitor.recv(5))

        thread = threading.Thread(target=serve)
        thread.start()
        with socket.create_connection(("localhost", port)) as asked:
            asked.sendall(b"hello")
        thread.join()
    assert taken == [b"hello"]
    assert noted.read_text() == ""
