"""The account: one password, for a studio that is open to other machines.

Only its Argon2id hash is kept (argon2-cffi with the parameters of RFC 9106, section 4, for little
memory: 64 MiB, 3 passes, 4 lanes).
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import UsageError
from ..output import write_atomic
from .problems import Problem

__all__ = ["LEAST", "MOST", "Account", "Attempts", "set_password"]

LEAST, MOST = 12, 256
"""Characters of a password."""
_FREE = 5  # attempts of one address without waiting
_LONGEST_S = 900.0
_FORGET_S = 3600.0
_MOST_ADDRESSES = 4096
_MOST_WAITING = 8  # hashing takes 64 MiB and a moment each

_LOG = logging.getLogger(__name__)


def set_password(folder: Path, password: str) -> None:
    """Keep the hash of a password, readable by the user alone.

    Raises
    ------
    UsageError : it is too short or too long.
    """
    if not LEAST <= len(password) <= MOST:
        raise UsageError(
            f"the password has {len(password)} characters: choose one of {LEAST} to {MOST},"
            " four or five words will do"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "password"
    path.touch(mode=0o600)
    path.chmod(0o600)
    write_atomic(path, PasswordHasher().hash(password).encode())
    path.chmod(0o600)


class Attempts:
    """How long an address has to wait: five attempts are free, then twice as long each time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()  # attempts, last one

    def wait(self, address: str) -> float:
        """Return the seconds until the next attempt is heard; 0: now."""
        attempts, last = self._known.get(address, (0, 0.0))
        if attempts < _FREE or self._clock() - last > _FORGET_S:
            return 0.0
        pause = min(2.0 ** min(attempts - _FREE + 1, 20), _LONGEST_S)
        return max(0.0, last + pause - self._clock())

    def count(self, address: str) -> None:
        """Count an attempt, before it is looked at, so that many at once are many."""
        attempts, last = self._known.pop(address, (0, 0.0))
        if self._clock() - last > _FORGET_S:
            attempts = 0
        self._known[address] = (attempts + 1, self._clock())
        while len(self._known) > _MOST_ADDRESSES:
            self._known.popitem(last=False)

    def forget(self, address: str) -> None:
        """Forget the attempts of an address, whose password was right."""
        self._known.pop(address, None)


class Account:
    """Checks the password, a few times only.

    Raises
    ------
    UsageError : there is no password yet.
    """

    def __init__(self, folder: Path, attempts: Attempts | None = None) -> None:
        path = folder / "password"
        if not path.is_file():
            raise UsageError(
                "a studio that other machines can reach needs a password: set one with:"
                " catchlight studio --set-password"
            )
        path.chmod(0o600)  # also where the file is from elsewhere
        self._hash = path.read_text("ascii").strip()
        self._attempts = attempts or Attempts()
        self._one_by_one, self._waiting = asyncio.Lock(), 0

    async def check(self, password: str, address: str) -> bool:
        """Whether it is the password; takes the same time for any that is not.

        Raises
        ------
        Problem : the address, or the studio, has had too many attempts.
        """
        wait = self._attempts.wait(address)
        if wait > 0:
            raise Problem(429, f"Too many attempts: wait {math.ceil(wait)} seconds.",
                          retry_after=math.ceil(wait))  # fmt: skip
        if self._waiting >= _MOST_WAITING:
            raise Problem(429, "Too many people are signing in: try again.", retry_after=2)
        self._attempts.count(address)
        self._waiting += 1
        try:
            async with self._one_by_one:
                good = await asyncio.to_thread(self._verify, password[: MOST + 1])
        finally:
            self._waiting -= 1
        if good:
            self._attempts.forget(address)
        else:
            _LOG.warning("a wrong password from %s", address)
        return good

    def _verify(self, password: str) -> bool:
        try:
            return PasswordHasher().verify(self._hash, password)
        except (VerificationError, InvalidHashError):
            return False
