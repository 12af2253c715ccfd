"""Teams from outside: what is done, what is not done twice, and who says what others may see."""

from __future__ import annotations

import csv
import dataclasses
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from catchlight.brand import MASTER
from catchlight.errors import BoundRefused, UsageError
from catchlight.roster import load_roster, with_photos
from catchlight.team import Team, load_team, run_team
from catchlight.team_facts import Facts
from catchlight.team_files import folder
from catchlight.team_state import load_person
from catchlight.team_word import approve, ask_retake, hand_over

from .teams import JPEG, Painted, brand, facts, roster


def run(place: Path, runner: Painted, **options: object) -> Team:
    changes = options.pop("brand", {})
    kit = brand(place, **changes)  # type: ignore[arg-type]
    return run_team(place / "ROSTER.csv", kit, place / "out", runner, **options)  # type: ignore[arg-type]


def status(place: Path) -> list[str]:
    return [member.status for member in load_roster(place / "ROSTER.csv").members]


def test_facts_read_back_as_they_were() -> None:
    before = facts(below=4.0)
    data = before.to_bytes()
    after = Facts.from_bytes(data)
    assert after.to_bytes() == data
    assert (after.face.landmarks == before.face.landmarks).all()
    assert after.outline.cut == before.outline.cut
    assert {f.name for f in dataclasses.fields(Facts)} > {"face", "outline", "before"}
    assert b"embedding" not in data


def test_a_second_run_does_only_what_is_missing(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    runner = Painted()
    team = run(tmp_path, runner)
    assert team.looked_at == team.printed == ("ada", "ben")
    assert status(tmp_path) == ["proof ready", "proof ready"]
    assert run(tmp_path, runner).printed == ()
    (tmp_path / "photos" / "0" / "a.jpg").rename(tmp_path / "photos" / "0" / "b.jpg")
    assert run(tmp_path, runner).looked_at == ()  # called otherwise, the same photograph
    (folder(tmp_path / "out", "ben") / "1" / "web.jpg").unlink()
    again = run(tmp_path, runner)
    assert (again.looked_at, again.printed) == ((), ("ben",))
    (tmp_path / "photos" / "1" / "a.jpg").write_bytes(b"another photo")
    assert run(tmp_path, runner).looked_at == ("ben",)
    assert len(list(folder(tmp_path / "out", "ben").glob("facts/*"))) == 1


def test_a_run_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    class Cut(Painted):
        def run(self, work, jobs):  # type: ignore[no-untyped-def]
            for number, result in enumerate(super().run(work, jobs)):
                if number == 1 and work.__name__ == "print_person":
                    raise KeyboardInterrupt
                yield result

    roster(tmp_path, "Ada", "Ben", "Cy")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Cut())
    assert run(tmp_path, Painted()).printed == ("ben", "cy")


def test_a_changed_brand_kit_renders_all_again_without_the_networks(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    runner = Painted()
    run(tmp_path, runner)
    assert runner.networks == ["ada", "ben"]
    changed = run(tmp_path, runner, brand={"color": '"#405060"'})
    assert (changed.looked_at, changed.printed) == ((), ("ada", "ben"))
    assert runner.networks == ["ada", "ben"]
    named = {"color": '"#405060"', "files": '"{destination}-{name}"'}
    assert run(tmp_path, runner, brand=named).printed == ()  # names change no picture


def test_a_late_joiner_gets_the_series_as_it_is(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    runner = Painted()
    runner.below = {"ben": 4.0}
    before = run(tmp_path, runner).state.series
    assert before is not None
    assert before.heads[MASTER] > 0.47  # as tight as Ben's photograph needs
    (tmp_path / "late.jpg").write_bytes(b"late")
    with_photos(tmp_path / "ROSTER.csv", "Cy Late", [str(tmp_path / "late.jpg")])
    after = run(tmp_path, runner, only="Cy Late")
    assert after.state.series == before
    assert (after.looked_at, after.printed) == (("cy-late",), ("cy-late",))
    assert set(after.people) == {"ada", "ben", "cy-late"}
    settled = run(tmp_path, runner, new_series=True).state.series
    assert settled is not None
    assert settled.heads == before.heads  # nobody is tighter


def test_whose_photo_ends_too_close_is_asked_for_another_and_holds_nobody_up(
    tmp_path: Path,
) -> None:
    roster(tmp_path, "Ada", "Ben", "Cy")
    (tmp_path / "photos" / "2" / "a.jpg").write_bytes(b"nobody is here")
    runner = Painted()
    runner.below = {"ben": 1.9}
    team = run(tmp_path, runner)
    assert team.state.series is not None
    assert team.state.series.heads[MASTER] == 0.47
    rows = list(
        csv.DictReader((tmp_path / "out" / "retakes.csv").read_text("utf-8-sig").splitlines())
    )
    assert [row["name"] for row in rows] == ["Cy"]  # painted pictures are framed as asked
    assert "no face was found" in rows[0]["message"]
    assert status(tmp_path) == ["proof ready", "proof ready", "photos in"]
    assert run(tmp_path, runner).looked_at == ()  # what was refused is not tried again


def test_nobody_is_shown_before_they_said_yes_to_that_picture(tmp_path: Path) -> None:
    import base64

    roster(tmp_path, "Ada", "Ben")
    runner = Painted()
    run(tmp_path, runner)
    page, out = tmp_path / "out" / "team.html", tmp_path / "out"
    coded = {who: base64.b64encode(JPEG + who.encode()).decode() for who in ("ada", "ben")}
    assert not any(code in page.read_text() for code in coded.values())
    approve(out, "ada")
    assert coded["ada"] in page.read_text()
    assert coded["ben"] not in page.read_text()
    assert status(tmp_path) == ["approved", "proof ready"]
    assert run(tmp_path, runner).state.people["ada"].status == "approved"
    run(tmp_path, runner, brand={"color": '"#405060"'})  # another picture: asked anew
    assert coded["ada"] not in page.read_text()
    assert status(tmp_path) == ["proof ready", "proof ready"]


def test_statuses_written_into_the_roster_by_hand_count(tmp_path: Path) -> None:
    path = roster(tmp_path, "Ada", "Ben", "Cy")
    runner = Painted()
    run(tmp_path, runner)
    text = path.read_text()
    assert text.startswith("# the team\n")
    path.write_text(
        text.replace("0@example.org,proof ready,0", "0@example.org,approved,0").replace(
            "1@example.org,proof ready,1", "1@example.org,retake asked,1"
        )
    )
    people = run(tmp_path, runner).state.people
    assert [people[who].status for who in ("ada", "ben", "cy")] == [
        "approved", "retake asked", "proof ready",
    ]  # fmt: skip
    path.write_text(path.read_text().replace("approved", "proof ready"))  # taken back
    assert run(tmp_path, runner).state.people["ada"].status == "proof ready"


def test_a_retake_ends_when_other_photos_come(tmp_path: Path) -> None:
    roster(tmp_path, "Ada")
    runner = Painted()
    run(tmp_path, runner)
    ask_retake(tmp_path / "out", "Ada", "Please look up.")
    assert "Please look up." in (tmp_path / "out" / "retakes.csv").read_text()
    assert run(tmp_path, runner).state.people["ada"].status == "retake asked"
    (tmp_path / "photos" / "0" / "a.jpg").write_bytes(b"looking up")
    assert run(tmp_path, runner).state.people["ada"].status == "proof ready"
    assert "Please look up." not in (tmp_path / "out" / "retakes.csv").read_text()


def test_a_retake_stays_when_somebody_agrees_to_be_compared(tmp_path: Path) -> None:
    path = roster(tmp_path, "Ada")
    runner = Painted()
    run(tmp_path, runner)
    ask_retake(tmp_path / "out", "Ada", "Please look up.")
    before = load_team(tmp_path / "out").people["ada"].photos
    lines = path.read_text().splitlines()
    until = date.today() + timedelta(days=9)
    path.write_text(f"# the team\n{lines[1]},consent_until\n{lines[2]},{until}\n")
    again = run(tmp_path, runner)
    assert again.people["ada"].photos != before  # looked at anew
    assert again.state.people["ada"].status == "retake asked"


def test_only_what_was_approved_is_handed_over_by_the_brand_kits_names(tmp_path: Path) -> None:
    roster(tmp_path, "Ada Önder", "Ben")
    run(tmp_path, Painted())
    with pytest.raises(UsageError, match="nobody approved"):
        hand_over(tmp_path / "out")
    approve(tmp_path / "out", "ada önder")
    files = hand_over(tmp_path / "out")
    assert sorted(file.name for file in files) == ["Ada Önder-headshot.jpg", "Ada Önder-web.jpg"]
    assert status(tmp_path) == ["delivered", "proof ready"]


def test_an_earlier_delivery_goes_when_its_photos_do(tmp_path: Path) -> None:
    roster(tmp_path, "Ada", "Ben")
    runner = Painted()
    run(tmp_path, runner)
    approve(tmp_path / "out", "Ada")
    (tmp_path / "photos" / "0" / "a.jpg").write_bytes(b"nobody now")
    team = run(tmp_path, runner)
    assert team.state.people["ada"].status == "photos in"
    place = folder(tmp_path / "out", "ada")
    assert not list(place.glob("1/*"))
    person = load_person(place)
    assert person is not None
    assert person.picture is None


def test_what_is_wrong_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no team here"):
        load_team(tmp_path)
    roster(tmp_path, "Ada")
    with pytest.raises(UsageError, match="there is no Zoe"):
        run(tmp_path, Painted(), only="Zoe")
    (tmp_path / "photos" / "0" / "a.jpg").unlink()
    with pytest.raises(UsageError, match="nobody's photos are here yet"):
        run(tmp_path, Painted())
    state = (
        json.loads((tmp_path / "out" / "team.json").read_text())
        if (tmp_path / "out" / "team.json").exists()
        else None
    )
    assert state is None


def test_what_a_worker_could_not_do_is_told_and_all_others_are_done(tmp_path: Path) -> None:
    class Lost(Painted):
        def _look(self, key, job):  # type: ignore[no-untyped-def]
            return UsageError("12 workers were lost") if key == "ben" else super()._look(key, job)

    roster(tmp_path, "Ada", "Ben", "Cy")
    with pytest.raises(UsageError, match=r"1 people are not done.*\n  Ben: 12 workers"):
        run(tmp_path, Lost())
    assert status(tmp_path) == ["proof ready", "photos in", "proof ready"]
    assert run(tmp_path, Painted()).looked_at == ("ben",)


def test_a_picture_that_breaks_a_bound_is_not_tried_again_until_the_brand_changes(
    tmp_path: Path,
) -> None:
    class Strict(Painted):
        def _print(self, key, job):  # type: ignore[no-untyped-def]
            return BoundRefused("a.jpg: refused, for it moved")

    roster(tmp_path, "Ada")
    runner = Strict()
    assert status_of(run(tmp_path, runner)) == "photos in"
    assert "true likeness" in (tmp_path / "out" / "retakes.csv").read_text()
    run(tmp_path, runner)
    assert [work for work, _ in runner.did] == ["look_at", "print_person"]
    run(tmp_path, runner, brand={"color": '"#405060"'})
    assert [work for work, _ in runner.did] == ["look_at", "print_person", "print_person"]


def status_of(team: Team) -> str:
    (known,) = team.state.people.values()
    return known.status
