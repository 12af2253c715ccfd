"""A team of made-up people, and a lab that makes their pictures up in this process."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from catchlight.errors import CatchlightError
from catchlight.progress import Progress, silent
from catchlight.studio import lab
from catchlight.studio.child import Child
from catchlight.studio.problems import problem_of
from catchlight.team import Team, run_team
from catchlight.team_print import Delivery, Printing

from ..teams import Painted, brand, roster


def painted_team(place: Path, *names: str, runner: Painted | None = None) -> Team:
    """Run a team of made-up people; its folder is `out` in `place`."""
    place.mkdir(parents=True, exist_ok=True)
    path = roster(place, *names)
    return run_team(path, brand(place), place / "out", runner or Painted())


class Coloured(Painted):
    """Makes pictures up that a browser can show: one colour each."""

    def _print(self, key: str, job: Printing) -> Delivery:
        made = super()._print(key, job)
        whole = np.full((250, 200, 3), (90, 60 + 7 * len(key), 120), np.uint8)
        jpeg = cv2.imencode(".jpg", whole)[1].tobytes()
        return Delivery(made.files | {"1/headshot.jpg": jpeg}, jpeg, made.after, (), made.asked)


def copied(team: Path, place: Path) -> Path:
    """Copy the place of a team, so that a test has it for itself; its folder there."""
    shutil.copytree(team, place)
    file = place / "out" / "team.json"
    file.write_text(file.read_text("utf-8").replace(str(team), str(place)), "utf-8")
    return place / "out"


class PaintedLab(Child):
    """The lab's work in a thread, with made-up pictures; it waits before each until it may go on.

    Attributes
    ----------
    go : cleared, a run waits at its next step.
    """

    def __init__(self, monkeypatch: Any) -> None:
        super().__init__("none")
        self.go = threading.Event()
        self.go.set()
        self.working = 0

        @contextmanager
        def painted(*_: Any) -> Iterator[Painted]:
            yield Painted()

        monkeypatch.setattr(lab, "on_dask", painted)

    async def ask(  # type: ignore[override]
        self, kind: str, *, told: Progress | None = None, **what: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Do as the process does."""
        loop, off = asyncio.get_running_loop(), threading.Event()

        class Called(Exception):
            pass

        def tell(stage: str, done: int, total: int) -> None:
            loop.call_soon_threadsafe(told or silent, stage, done, total)
            assert self.go.wait(60)
            if off.is_set():
                raise Called

        def work() -> tuple[dict[str, Any], bytes]:
            try:
                return lab.WORKS[kind](tell, **what)
            except Called:
                return {}, b""

        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            off.set()
            raise
        except CatchlightError as error:
            raise problem_of(error) from None

    @property
    def running(self) -> bool:
        """As if it had been started."""
        return True

    def stop(self) -> None:
        """There is no process."""
        self.go.set()
