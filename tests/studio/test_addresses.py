"""Where the studio listens."""

from __future__ import annotations

import socket

import pytest

from catchlight.errors import UsageError
from catchlight.studio.addresses import LOOPBACK, listening


def test_a_browser_that_comes_before_the_studio_serves_waits_and_is_not_refused() -> None:
    with listening(LOOPBACK, 0) as here, socket.create_connection(here.getsockname(), timeout=60):
        pass


def test_a_port_that_is_taken_is_told() -> None:
    with listening(LOOPBACK, 0) as listener, pytest.raises(UsageError, match="choose another"):
        listening(LOOPBACK, listener.getsockname()[1])
