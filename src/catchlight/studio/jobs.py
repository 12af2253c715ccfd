"""Jobs: long work with progress, that can be called off and is known after a restart."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ..errors import CatchlightError
from ..progress import Progress
from ..store import Row, Store
from .events import Events
from .problems import Problem

__all__ = ["Jobs"]

_LOG = logging.getLogger(__name__)
Work = Callable[[Progress], Awaitable[Any]]


class Jobs:
    """Runs jobs, tells of them, and keeps how they ended in the store."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store, self._events = store, events
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._progress: dict[str, Row] = {}

    def start(self, session: str, kind: str, about: Row, work: Work) -> Row:
        """Start a job and return its row; one of the same kind and about the same is called off."""
        for row in self.running(session):
            if row["kind"] == kind and row["about"] == about:
                self.cancel(row["id"])
        job = self._store.add("jobs", session=session, kind=kind, status="running", about=about)
        self._tasks[job["id"]] = asyncio.create_task(self._run(job, work))
        return self.row(job["id"], session)

    async def _run(self, job: Row, work: Work) -> None:
        number, session = job["id"], job["session"]

        def told(stage: str, done: int, total: int) -> None:
            self._progress[number] = {"stage": stage, "done": done, "total": total}
            self._events.tell(session, "job", job=self.row(number, session))

        status, problem = "done", ""
        try:
            await work(told)
        except asyncio.CancelledError:
            status = "cancelled"
        except Problem as error:
            status, problem = "failed", error.detail
        except CatchlightError as error:
            status, problem = "failed", str(error)
        except Exception:
            status, problem = "failed", "Something went wrong in Catchlight itself; see its log."
            _LOG.exception("a %s job failed", job["kind"])
        finally:
            self._tasks.pop(number, None)
            self._progress.pop(number, None)
            if self._store.get("jobs", number) is not None:  # else the session is gone
                with contextlib.suppress(CatchlightError):  # it is noted when the studio starts
                    self._store.change("jobs", number, status=status, problem=problem)
                self._events.tell(session, "job", job=self.row(number, session))

    def cancel(self, job: str) -> None:
        """Call a job off; one that has ended stays as it is."""
        task = self._tasks.get(job)
        if task is not None:
            task.cancel()

    async def cancel_all(self, session: str | None = None) -> None:
        """Call off every job, of one session or of all, and wait until they are."""
        tasks = [
            task
            for number, task in self._tasks.items()
            if session is None or (self._store.get("jobs", number, session) is not None)
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def wait(self, job: str) -> None:
        """Wait until a job has ended."""
        task = self._tasks.get(job)
        if task is not None:
            await asyncio.wait([task])

    def row(self, job: str, session: str) -> Row:
        """Return a job with its progress.

        Raises
        ------
        Problem : the session has no such job.
        """
        row = self._store.get("jobs", job, session)
        if row is None:
            raise Problem(404, "There is no such job in this session.")
        return {**row, "stage": "", "done": 0, "total": 0, **self._progress.get(job, {})}

    def running(self, session: str) -> list[Row]:
        """Return the jobs of a session that have not ended."""
        rows = self._store.all("jobs", session)
        return [self.row(row["id"], session) for row in rows if row["id"] in self._tasks]
