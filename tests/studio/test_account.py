"""The account: a password of which only the hash is kept, and few attempts at it."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from catchlight.errors import UsageError
from catchlight.studio import account
from catchlight.studio.account import LEAST, MOST, Account, Attempts, set_password
from catchlight.studio.problems import Problem

PASSWORD = "four words of mine"


def quick() -> PasswordHasher:
    """For tests of what stands around the hash."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_only_the_hash_is_kept_and_it_costs_what_the_rfc_asks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--set-password"):
        Account(tmp_path)
    for bad in ("", "x" * (LEAST - 1), "x" * (MOST + 1)):
        with pytest.raises(UsageError, match=str(LEAST)):
            set_password(tmp_path, bad)
    set_password(tmp_path, PASSWORD)
    kept = tmp_path / "password"
    assert PASSWORD not in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    cost = extract_parameters(kept.read_text())
    assert kept.read_text().startswith("$argon2id$")
    # RFC 9106, section 4, second recommended option: t=3, p=4, m=2^16 KiB, 128-bit salt
    assert (cost.time_cost, cost.parallelism, cost.memory_cost) == (3, 4, 2**16)
    assert cost.salt_len >= 16

    one = Account(tmp_path)
    for word, good in {PASSWORD: True, PASSWORD + "x": False, "": False}.items():
        assert asyncio.run(one.check(word, "192.0.2.1")) is good


def test_after_five_attempts_an_address_waits_twice_as_long_each_time() -> None:
    now = [1000.0]
    attempts = Attempts(lambda: now[0])
    waits = []
    for _ in range(20):
        waits.append(attempts.wait("a"))
        now[0] += waits[-1]
        assert attempts.wait("a") == 0.0
        attempts.count("a")
    assert waits[:8] == [0, 0, 0, 0, 0, 2, 4, 8]
    assert max(waits) == 900.0
    assert attempts.wait("b") == 0.0  # another address is not kept waiting
    now[0] += 4000.0
    assert attempts.wait("a") == 0.0
    attempts.count("a")
    assert attempts.wait("a") == 0.0  # an hour later it begins anew
    for _ in range(9):
        attempts.count("c")
    assert attempts.wait("c") > 0
    attempts.forget("c")
    assert attempts.wait("c") == 0.0
    for number in range(10_000):
        attempts.count(str(number))
    assert len(attempts._known) <= 4096


def test_many_attempts_at_once_are_many_and_the_right_password_waits_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "PasswordHasher", quick)
    set_password(tmp_path, PASSWORD)

    async def guess() -> list[object]:
        one = Account(tmp_path)
        tries = [one.check(f"guess number {n}", "192.0.2.1") for n in range(12)]
        found = list(await asyncio.gather(*tries, return_exceptions=True))
        late = await asyncio.gather(one.check(PASSWORD, "192.0.2.1"), return_exceptions=True)
        return [*found, *late, await one.check(PASSWORD, "192.0.2.9")]

    found = asyncio.run(guess())
    assert found.count(False) == 5
    refused = [one for one in found if isinstance(one, Problem)]
    assert len(refused) == 8
    assert all(one.status == 429 and one.more["retry_after"] >= 1 for one in refused)
    assert found[-1] is True
