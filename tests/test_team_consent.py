"""Consent in a team: the roster says it of each person, and what it says is gone by."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catchlight import consent_book
from catchlight.consent import Consent, agreed, latest, today
from catchlight.errors import UsageError
from catchlight.roster import load_roster
from catchlight.team import Team, run_team
from catchlight.team_consent import consent_of, say_for_all, unsaid
from catchlight.team_print import Delivery, Printing
from catchlight.team_sitting import Sitting

from .teams import Painted, brand, roster

TOMORROW = today() + timedelta(days=1)


class Noting(Painted):
    """Makes everything up, and notes by whose consent faces were to be compared."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: dict[str, Consent | None] = {}
        self.printed: dict[str, Consent | None] = {}

    def _look(self, key: str, job: Sitting) -> Any:
        self.looked[key] = job.consent
        return super()._look(key, job)

    def _print(self, key: str, job: Printing) -> Delivery:
        self.printed[key] = job.consent
        made = super()._print(key, job)
        asked = job.networks and job.consent is not None
        return Delivery(made.files, made.card, made.after, made.notes, asked)


def written(place: Path, *rows: str) -> Path:
    """A roster with these cells for consent."""
    path = roster(place, *(f"P{number}" for number, _ in enumerate(rows)))
    lines = [f"P{number},photos/{number},invited,{cell}" for number, cell in enumerate(rows)]
    path.write_text("name,photos,status,consent_until\n" + "\n".join(lines) + "\n")
    return path


def run(place: Path, runner: Painted, **options: Any) -> Team:
    return run_team(place / "ROSTER.csv", brand(place), place / "out", runner, **options)


def test_the_roster_says_a_day_a_no_or_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, str(TOMORROW), "NO", "", "2020-01-01")
    members = load_roster(path).members
    assert [m.consent_until for m in members] == [TOMORROW, "no", None, date(2020, 1, 1)]
    consents = [consent_of(member) for member in members]
    assert [each is not None for each in consents] == [True, False, False, False]
    assert consents[0] is not None
    assert (consents[0].who, consents[0].how) == ("P0", "roster")
    assert [member.name for member in unsaid(load_roster(path))] == ["P2"]
    assert unsaid(load_roster(path), "P0") == ()


@pytest.mark.parametrize(
    ("cell", "said"), [("yes", "neither a day"), (str(latest() + timedelta(days=1)), "three years")]
)
def test_what_is_no_day_is_told_with_its_line(tmp_path: Path, cell: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"line 3, consent_until: .*{said}"):
        load_roster(written(tmp_path, "no", cell))


def test_what_is_said_for_all_fills_empty_cells_and_no_other(tmp_path: Path) -> None:
    path = written(tmp_path, str(TOMORROW), "no", "", "2020-01-01")
    said = agreed("Jo Doe", "all of us", TOMORROW + timedelta(days=1), "roster")
    assert [m.name for m in say_for_all(path, said, tmp_path / "out")] == ["P2"]
    cells = [line.rsplit(",", 1)[1] for line in path.read_text().splitlines()[1:]]
    assert cells == [str(TOMORROW), "no", str(said.until), "2020-01-01"]
    assert said in consent_book.given()
    without = roster(tmp_path / "other", "Ada", "Ben")
    say_for_all(without, None, tmp_path / "out", only="Ben")
    assert [m.consent_until for m in load_roster(without).members] == [None, "no"]
    assert "# the team" in without.read_text()


def test_only_faces_of_those_who_agreed_are_compared(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    written(tmp_path, str(TOMORROW), "no", "")
    runner = Noting()
    team = run(tmp_path, runner)
    assert {k: c and c.who for k, c in runner.looked.items()} == {
        "p0": "P0",
        "p1": None,
        "p2": None,
    }
    assert {k: c and c.who for k, c in runner.printed.items()} == runner.looked | {"p0": "P0"}
    assert {slug: person.identity_asked for slug, person in team.people.items()} == {
        "p0": True, "p1": False, "p2": False
    }  # fmt: skip
    assert run(tmp_path, Noting()).printed == ()
    # who states it for all is heard: of the one of whom nothing was said all is done anew
    again = Noting()
    team = run(tmp_path, again, consent=agreed("Jo", "all", TOMORROW, "roster"))
    assert (team.looked_at, list(again.looked)) == (("p2",), ["p2"])
    assert again.looked["p2"] is not None
    assert load_roster(tmp_path / "ROSTER.csv").members[2].consent_until == TOMORROW


def test_what_was_found_by_a_consent_stays_good_after_its_day(tmp_path: Path) -> None:
    written(tmp_path, str(TOMORROW))
    before = run(tmp_path, Noting()).people["p0"].photos
    path = tmp_path / "ROSTER.csv"
    path.write_text(path.read_text().replace(str(TOMORROW), "no"))
    runner = Noting()
    assert run(tmp_path, runner).people["p0"].photos == before
    assert runner.looked == {}  # no embedding is in it, so nothing is looked at again
    (tmp_path / "photos" / "0" / "a.jpg").write_bytes(b"another photo")
    run(tmp_path, runner)
    assert runner.looked == runner.printed == {"p0": None}
