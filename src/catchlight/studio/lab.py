"""The lab: the process that brings teams up to date, on a local Dask cluster that it starts.

One team after the other. A run that is called off, or whose studio is closed, is taken up again by
the next one where it was.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from ..consent import Consent
from ..errors import CatchlightError, UsageError
from ..limits import limit_writing
from ..progress import Progress
from ..settings import load_settings
from ..team import run_team
from ..team_runner import Runner, on_dask
from ..team_state import load_state
from .child import inherited
from .darkroom import Desk

__all__ = ["WORKS", "main"]

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
Answer = tuple[dict[str, Any], bytes]

_MOST_WRITTEN = 2 * 1024**3  # bytes: no file of a delivery is larger
_AT_WORK: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # by folder


class _WhenNeeded:
    """A runner whose cluster is started for the first job, if there is one."""

    def __init__(self, start: Callable[[], Runner]) -> None:
        self._start = start
        self._runner: Runner | None = None

    def run(
        self, work: Callable[[_Job], _Result], jobs: Iterable[tuple[str, _Job]]
    ) -> Iterator[tuple[str, _Result | CatchlightError]]:
        """Yield the key and the result of every job."""
        rest = iter(jobs)
        first = next(rest, None)
        if first is None:
            return
        self._runner = self._runner or self._start()
        yield from self._runner.run(work, chain([first], rest))


def run(
    told: Progress,
    folder: str,
    only: str | None = None,
    *,
    new_series: bool = False,
    consent: dict[str, Any] | None = None,
) -> Answer:
    """Bring a team up to date with its own brand kit and roster; see `team.run_team`."""
    out = Path(folder)
    state = load_state(out)
    if state is None:
        raise UsageError(f"{out.name}: there is no team here (any more)")
    at: tuple[int, int] = (0, 0)

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal at
        at = (done, total)
        told(stage, done, total)

    with _AT_WORK[folder], ExitStack() as cluster:
        runner = _WhenNeeded(
            lambda: cluster.enter_context(on_dask(None, None, lambda text: told(text, *at)))
        )
        team = run_team(
            Path(state.roster), state.brand, out, runner, only=only, new_series=new_series,
            consent=None if consent is None else Consent.from_dict(consent), progress=progress,
            settings=load_settings(),
        )  # fmt: skip
    return {"looked_at": len(team.looked_at), "printed": len(team.printed)}, b""


def settled(told: Progress, folder: str) -> Answer:
    """Answer when nothing writes into a team's folder any more."""
    with _AT_WORK[folder]:
        return {}, b""


WORKS: dict[str, Callable[..., Answer]] = {"run": run, "settled": settled}


def main() -> None:
    """Answer requests until the studio ends."""
    pipe = inherited()
    limit_writing(_MOST_WRITTEN)
    Desk(pipe, WORKS, slow=frozenset(["run"])).serve()


if __name__ == "__main__":
    main()
