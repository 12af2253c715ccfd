"""Jobs: long work with progress, that can be called off and is known after a restart."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from ..errors import CatchlightError
from ..progress import Progress
from ..rows import now
from ..store import Row
from .events import Events
from .problems import Problem

__all__ = ["Jobs", "Keeper", "OfThisRun"]

_LOG = logging.getLogger(__name__)
Work = Callable[[Progress], Awaitable[Any]]


class Keeper(Protocol):
    """Where the rows of jobs are kept, such as the store."""

    def add(self, table: str, **values: Any) -> Row:
        """Add a row with a new id, and return it."""

    def get(self, table: str, row: str, session: str | None = None) -> Row | None:
        """Return the row with this id, of this session if one is named."""

    def all(self, table: str, session: str | None = None) -> list[Row]:
        """Return the rows of a session."""

    def change(self, table: str, row: str, **values: Any) -> None:
        """Change columns of the row with this id."""


class OfThisRun:
    """Keeps rows in memory, for work that can be begun again where it was when a program ended."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def add(self, table: str, **values: Any) -> Row:
        """Add a row with a new id, and return it."""
        row = {"id": secrets.token_hex(8), "created": now(), "problem": "", **values}
        self._rows[row["id"]] = row
        return dict(row)

    def get(self, table: str, row: str, session: str | None = None) -> Row | None:
        """Return the row with this id, of this session if one is named."""
        found = self._rows.get(row)
        return dict(found) if found and session in (None, found["session"]) else None

    def all(self, table: str, session: str | None = None) -> list[Row]:
        """Return the rows of a session, or all."""
        return [dict(row) for row in self._rows.values() if session in (None, row["session"])]

    def change(self, table: str, row: str, **values: Any) -> None:
        """Change columns of the row with this id."""
        self._rows[row].update(values)


class Jobs:
    """Runs jobs, tells of them, and keeps how they ended in the store."""

    def __init__(self, store: Keeper, events: Events) -> None:
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

    def all(self, session: str) -> list[Row]:
        """Return the jobs of a session in the order in which they were started."""
        return [self.row(row["id"], session) for row in self._store.all("jobs", session)]

    def running(self, session: str) -> list[Row]:
        """Return the jobs of a session that have not ended."""
        rows = self._store.all("jobs", session)
        return [self.row(row["id"], session) for row in rows if row["id"] in self._tasks]
