"""Runners: where the work on the people of a team is done, here or on a Dask cluster.

Work is a pure function of a picklable job. What Catchlight raises on purpose is handed back as a
result; whatever is lost with a worker is done again, which changes nothing.
"""

from __future__ import annotations

import hashlib
import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from .errors import CatchlightError, UsageError, printable

__all__ = ["Here", "OnDask", "Runner", "on_dask"]

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_RETRIES = 12  # workers that may be lost under one person before the person is given up
_AHEAD = 2  # people a worker has waiting: enough to be never idle, few enough for little memory


class Runner(Protocol):
    """Does work on many people."""

    def run(
        self, work: Callable[[_Job], _Result], jobs: Iterable[tuple[str, _Job]]
    ) -> Iterator[tuple[str, _Result | CatchlightError]]:
        """Yield the key and the result of every job, or the error it ended with, as they come."""


class Here:
    """Does one after the other, in this process."""

    def run(
        self, work: Callable[[_Job], _Result], jobs: Iterable[tuple[str, _Job]]
    ) -> Iterator[tuple[str, _Result | CatchlightError]]:
        """Yield the results in the order of the jobs."""
        for key, job in jobs:
            yield key, _guarded(work, job)


def _guarded(work: Callable[[_Job], _Result], job: _Job) -> _Result | CatchlightError:
    """Do the work; an error that is meant to be read is a result like any other."""
    try:
        return work(job)
    except CatchlightError as error:
        return error


@dataclass(frozen=True, slots=True)
class OnDask:
    """Does the work on a Dask cluster.

    Attributes
    ----------
    client : of the cluster.
    say : told of what a user wants to know, such as a lost worker.
    """

    client: Any
    say: Callable[[str], None]

    def run(
        self, work: Callable[[_Job], _Result], jobs: Iterable[tuple[str, _Job]]
    ) -> Iterator[tuple[str, _Result | CatchlightError]]:
        """Yield the results as they come; only a few jobs are on their way at a time."""
        from distributed import as_completed

        left, run = iter(jobs), secrets.token_hex(8)
        waiting: dict[str, tuple[str, _Job, int]] = {}

        def submit(key: str, job: _Job, lost: int) -> Any:
            # Of the content and this run: on a scheduler that many use, two teams may have the same
            # name in them, and tasks of one key are one task.
            content = hashlib.sha256(pickle.dumps(job)).hexdigest()[:32]
            name = f"catchlight-{work.__name__}-{run}-{content}-{key}-{lost}"
            waiting[name] = (key, job, lost)
            return self.client.submit(_guarded, work, job, key=name, retries=2)

        coming = as_completed([])

        def fill() -> None:
            workers = max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))
            while len(waiting) < workers * _AHEAD and (more := next(left, None)) is not None:
                coming.add(submit(*more, 0))

        fill()
        for future in coming:
            key, job, lost = waiting.pop(future.key)
            if future.status == "finished":
                result = self._fetched(future)
                if result is not _LOST:
                    future.release()
                    fill()
                    yield key, result
                    continue
            elif not _by_loss(future):
                raise future.exception()
            if lost >= _RETRIES:
                yield key, UsageError(f"{lost} workers were lost at it: is their memory enough?")
                continue
            self.say(f"a worker was lost; {printable(key)} is done again")
            coming.add(submit(key, job, lost + 1))

    def _fetched(self, future: Any) -> Any:
        """Return a result, or that it was lost with its worker before it was fetched."""
        try:
            return future.result()
        except Exception:
            if future.status == "error" and not _by_loss(future):
                raise
            return _LOST


_LOST = object()


def _by_loss(future: Any) -> bool:
    """Whether a job failed because workers were lost, not by itself."""
    from distributed import KilledWorker

    return future.status in ("cancelled", "lost") or isinstance(future.exception(), KilledWorker)


@contextmanager
def on_dask(
    scheduler: str | None, workers: int | None, say: Callable[[str], None]
) -> Iterator[OnDask]:
    """Connect to a Dask cluster, or start one on this machine, for the block.

    Parameters
    ----------
    scheduler : its address, such as tcp://10.0.0.5:8786; None: a local cluster, as many processes
        as there are cores, one thread each, that only this machine can reach.
    workers : processes of the local cluster; None: one a core.
    say : told of lost workers.

    Raises
    ------
    UsageError : there is no scheduler at that address.
    """
    import dask
    from distributed import Client, LocalCluster

    from .team_networks import Networks

    quiet = {
        # Photographs and faces are not to be left in a swap folder.
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.target": False,
        "distributed.scheduler.allowed-failures": _RETRIES,
        "distributed.admin.tick.limit": "60s",
        "distributed.admin.large-graph-warning-threshold": "1GB",
        "distributed.comm.timeouts.connect": "30s",
    }
    with dask.config.set(quiet):
        if scheduler is None:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                # Its pages have no use here; they answer this machine alone, on any free port.
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
                memory_limit=0,
                env={"NUMBA_NUM_THREADS": "1"},
                security=True,  # keys of its own: nobody else on this machine can send it work
                silence_logs=50,
            )
            with cluster, Client(cluster) as client:
                client.register_plugin(Networks())
                yield OnDask(client, say)
            return
        try:
            client = Client(scheduler, timeout=20)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--scheduler {printable(scheduler)}: nobody answers there"
                f" ({type(error).__name__}); start one with: dask scheduler"
            ) from None
        with client:
            client.register_plugin(Networks())
            if not client.scheduler_info(n_workers=-1)["workers"]:
                say("the scheduler has no workers yet; start some with: dask worker ADDRESS")
            yield OnDask(client, say)
