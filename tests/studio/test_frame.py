"""What is done beside pages ends with them, or with the studio."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

import pytest

from catchlight.studio.frame import end_pages, quietly


class Client:
    """A page in a browser, as far as it is asked for."""

    def __init__(self) -> None:
        self.deleted: list[Callable[[], Any]] = []

    def on_delete(self, act: Callable[[], Any]) -> None:
        self.deleted.append(act)


def test_work_beside_a_page_has_ended_before_the_studio_closes_under_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("work")

    async def run() -> None:
        quietly(cast("Any", Client()), work())
        await asyncio.sleep(0)  # it has begun
        await end_pages()
        ended.append("studio")

    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    assert ended == ["work", "studio"]
    assert caplog.records == []
