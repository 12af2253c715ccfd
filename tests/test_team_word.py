"""Words that are said while a team is being run, and of pictures that were changed since."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from catchlight.errors import UsageError
from catchlight.team import load_team
from catchlight.team_word import approve, ask_retake, hand_over

from .teams import Painted, roster
from .test_team import run, status


class Slow(Painted):
    """A runner beside which something happens before its last result is there."""

    def __init__(self, beside: object) -> None:
        super().__init__()
        self._beside = beside

    def run(self, work, jobs):  # type: ignore[no-untyped-def]
        results = list(super().run(work, jobs))
        if work.__name__ == "print_person":
            self._beside()  # type: ignore[operator]
        yield from results


def test_a_yes_and_a_line_of_the_roster_outlast_a_run_they_came_into(tmp_path: Path) -> None:
    path = roster(tmp_path, "Ada", "Ben", "Cy")
    run(tmp_path, Painted())
    (tmp_path / "photos" / "2" / "a.jpg").write_bytes(b"another photo of Cy")

    def beside() -> None:
        approve(tmp_path / "out", "Ada")
        ask_retake(tmp_path / "out", "Ben", "Look up.")
        path.write_text(f"{path.read_text()}Di,photos/3,,,,\n")

    team = run(tmp_path, Slow(beside))
    assert team.printed == ("cy",)
    assert status(tmp_path) == ["approved", "retake asked", "proof ready", "invited"]
    assert load_team(tmp_path / "out").state.people["ben"].why == "Look up."


def test_a_yes_is_for_the_picture_that_was_seen(tmp_path: Path) -> None:
    roster(tmp_path, "Ada")
    team = run(tmp_path, Painted())
    seen = team.people["ada"].picture
    run(tmp_path, Painted(), brand={"color": '"#405060"'})
    with pytest.raises(UsageError, match="another picture since"):
        approve(tmp_path / "out", "Ada", picture=seen)
    assert status(tmp_path) == ["proof ready"]
    now = load_team(tmp_path / "out").people["ada"].picture
    approve(tmp_path / "out", "Ada", picture=now)
    assert status(tmp_path) == ["approved"]


def test_many_who_say_yes_at_once_are_all_heard(tmp_path: Path) -> None:
    names = [f"P{n}" for n in range(8)]
    roster(tmp_path, *names)
    run(tmp_path, Painted())
    together = threading.Barrier(len(names))

    def say(name: str) -> None:
        together.wait()
        approve(tmp_path / "out", name)

    threads = [threading.Thread(target=say, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert status(tmp_path) == ["approved"] * len(names)


def test_what_was_handed_over_goes_when_its_yes_is_taken_back(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    run(tmp_path, Painted())
    out = tmp_path / "out"
    for name in ("Ada", "Ben"):
        approve(out, name)
    hand_over(out)
    ask_retake(out, "Ada")
    assert sorted(path.name for path in (out / "delivery").iterdir()) == [
        "Ben-headshot.jpg", "Ben-web.jpg",
    ]  # fmt: skip
    assert status(tmp_path) == ["retake asked", "delivered"]
