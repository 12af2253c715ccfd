"""Runners: every job's result once, errors that are meant to be read as results, others raised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catchlight.errors import UnusablePhoto, UsageError
from catchlight.team_runner import Here, OnDask, Runner, on_dask


def double(number: int) -> int:
    """Work that fails in the two ways work can fail."""
    if number == 3:
        raise UnusablePhoto(Path("3.jpg"), "no face was found")
    if number == 5:
        raise ZeroDivisionError
    return 2 * number


@pytest.fixture(params=["here", "dask"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    if request.param == "here":
        yield Here()
        return
    import dask
    from distributed import Client, LocalCluster

    with (
        dask.config.set({"distributed.admin.tick.limit": "60s"}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, memory_limit=0,
            protocol="tcp://", host="127.0.0.1",  # inproc asks for the address outwards
            dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0",
        ) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        yield OnDask(client, print)


def test_every_job_has_one_result(runner: Runner) -> None:
    jobs = [(f"job {n}", n) for n in (0, 1, 2, 3, 4)]
    results = list(runner.run(double, jobs))
    assert len(results) == 5
    found = dict(results)
    assert isinstance(found.pop("job 3"), UnusablePhoto)
    assert found == {"job 0": 0, "job 1": 2, "job 2": 4, "job 4": 8}
    assert list(runner.run(double, [])) == []


def test_two_teams_with_the_same_name_in_them_are_kept_apart(runner: Runner) -> None:
    one, other = runner.run(double, [("ada", 1)]), runner.run(double, [("ada", 2)])
    assert [*other, *one] == [("ada", 4), ("ada", 2)]
    both = zip(runner.run(double, [("ada", 1)]), runner.run(double, [("ada", 4)]), strict=True)
    assert list(both) == [(("ada", 2), ("ada", 8))]


def test_a_mistake_in_the_program_is_not_hidden(runner: Runner) -> None:
    with pytest.raises(ZeroDivisionError):
        list(runner.run(double, [("job", 5)]))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    def nobody(address: str, **_: object) -> None:
        raise OSError(f"timed out: {address}")

    monkeypatch.setattr(distributed, "Client", nobody)
    with (
        pytest.raises(UsageError, match=r"nobody answers there.*dask scheduler"),
        on_dask("tcp://127.0.0.1:9", None, print),
    ):
        pass
