"""Consent on the command line: asked once on a terminal, by the flag in scripts."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from catchlight import cli_consent, consent_book
from catchlight.cli import app
from catchlight.consent import today, usual
from catchlight.errors import CatchlightError, NotConsented, UsageError
from catchlight.roster import load_roster

from .teams import roster

TOMORROW = today() + timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    consent_book.withdraw_all()


def asks(monkeypatch: pytest.MonkeyPatch, *answers: object) -> list[str]:
    """Sit somebody at a terminal, who answers so; what they are asked."""
    asked: list[str] = []
    left = list(answers)

    def answer(text: str, **kept: object) -> object:
        asked.append(text)
        said = left.pop(0)
        return kept["default"] if said is None else said

    monkeypatch.setattr(cli_consent, "_terminal", lambda: True)
    monkeypatch.setattr(typer, "confirm", answer)
    monkeypatch.setattr(typer, "prompt", answer)
    return asked


def test_it_is_asked_once_and_the_answer_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = asks(monkeypatch, True, "Jo Doe", "soon", "Jo Doe", None)
    found = cli_consent.wished(None)
    assert found is not None
    assert (found.who, found.until, found.how) == ("Jo Doe", usual(), "asked")
    told = capsys.readouterr().err
    assert "128\nnumbers" in told
    assert "soon is no day" in told
    assert len(asked) == 5
    assert cli_consent.wished(None) == found  # nobody is asked again
    assert "Jo Doe agreed" in capsys.readouterr().err


def test_a_no_is_kept_too_but_for_what_cannot_be_done_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = asks(monkeypatch, False, False, True, "Jo Doe", None)
    assert cli_consent.wished(None) is None
    assert cli_consent.wished(None) is None
    assert len(asked) == 1
    assert "Faces are not compared" in capsys.readouterr().err
    with pytest.raises(NotConsented, match="--against compares faces"):
        cli_consent.needed("--against", None)
    assert cli_consent.needed("--against", None).who == "Jo Doe"


def test_a_script_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_consent.wished(None) is None
    assert '--consent "NAME, purpose, until YYYY-MM-DD"' in capsys.readouterr().err
    found = cli_consent.wished(f"Jo Doe, my page, until {TOMORROW}")
    assert found is not None
    assert found.how == "flag"
    assert cli_consent.wished("Jo Doe") == found
    assert cli_consent.wished("Jo Doe", quiet=True) == found
    assert capsys.readouterr().err.count("Jo Doe agreed") == 2
    with pytest.raises(UsageError, match="a consent says who"):
        cli_consent.wished("Ann")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.mark.parametrize(
    "words",
    [
        ("make", "p", "--who", "w.jpg"),
        ("pick", "p", "--who", "w.jpg"),
        ("matte", "p", "--who", "w.jpg"),
        ("audit", "p", "--against", "q"),
        ("fresh", "p", "--against", "q"),
    ],
)
def test_what_needs_one_ends_with_code_2_and_names_the_flag(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p").write_text("not looked into")
    result = run(*words)
    assert isinstance(result.exception, CatchlightError)
    assert result.exception.exit_code == 2
    assert "--consent" in str(result.exception)


def test_consents_are_listed_and_taken_back() -> None:
    assert "Nobody agreed" in run("consent", "list").output
    consent_book.from_text(f"Jo Doe, my page, until {TOMORROW}")
    assert f"until {TOMORROW}" in run("consent", "list").output
    (row,) = json.loads(run("consent", "list", "--json").output)
    assert (row["who"], row["purpose"], row["until"]) == ("Jo Doe", "my page", str(TOMORROW))
    assert isinstance(run("consent", "withdraw").exception, UsageError)
    assert isinstance(run("consent", "withdraw", "Ann").exception, UsageError)
    assert run("consent", "withdraw", "jo doe").output.startswith("Deleted: Jo Doe")
    assert consent_book.given() == ()
    consent_book.decline()
    assert run("consent", "withdraw", "--all").exit_code == 0
    assert consent_book.declined_until() is None


def test_forgetting_deletes_the_record_too(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "studio")
    for who in ("Jo Doe", "Ann Poe"):
        consent_book.from_text(f"{who}, my page, until {TOMORROW}")
    listed = json.loads(run("forget", "--json", *data).output)
    assert [row["who"] for row in listed["consents"]] == ["Ann Poe", "Jo Doe"]
    assert "Consent: Jo Doe" in run("forget", *data).output
    receipt = json.loads(run("forget", "JO DOE", "--json", *data).output)
    assert (receipt["consents"], receipt["looked_for"], receipt["found_again"]) == (1, 1, 0)
    assert isinstance(run("forget", "Jo Doe", *data).exception, UsageError)
    assert json.loads(run("forget", "--all", "--json", *data).output)["consents"] == 1
    assert consent_book.given() == ()


def test_a_team_is_asked_for_once_and_the_roster_has_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "Ada", "Ben", "Cy")
    out = tmp_path / "out"
    cli_consent.said_for_team(path, out, None)
    assert "column consent_until is empty" in capsys.readouterr().err
    asks(monkeypatch, False)
    cli_consent.said_for_team(path, out, None, only="Cy")
    asks(monkeypatch, True, "Jo Doe", None)
    cli_consent.said_for_team(path, out, None)
    assert "Ada, Ben." in capsys.readouterr().err
    said = {member.name: member.consent_until for member in load_roster(path).members}
    assert said == {"Ada": usual(), "Ben": usual(), "Cy": "no"}
    assert [(each.who, each.how) for each in consent_book.given()] == [("Jo Doe", "roster")]
    asks(monkeypatch)  # nobody is asked again
    cli_consent.said_for_team(path, out, None)
    cli_consent.said_for_team(path, out, f"Jo Doe, all, until {TOMORROW}")
    assert load_roster(path).members[2].consent_until == "no"


def on_a_terminal(folder: Path, out: Path, typed: bytes) -> tuple[int, bytes]:
    """Run `make` on a real terminal; its exit code and all it showed."""
    ours, theirs = pty.openpty()
    code = "import sys; from catchlight.cli import main; sys.argv[0] = 'catchlight'; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "make", str(folder), "--out", str(out)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed: the program has ended
        pass
    finally:
        os.close(ours)
    return process.wait(60), shown


def test_on_a_real_terminal_the_question_comes_before_the_photos_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    code, shown = on_a_terminal(folder, tmp_path / "o", b"")
    assert code == 2  # and nobody is asked about photos that are not there
    assert b"no photos in" in shown
    assert b"Do you agree?" not in shown
    (folder / "a.jpg").write_text("not a picture")
    code, shown = on_a_terminal(folder, tmp_path / "o", b"y\nJo Doe\n\n")
    assert code == 3
    assert shown.index(b"Do you agree?") < shown.index(b"text file")
    found = consent_book.standing()
    assert found is not None
    assert (found.who, found.until) == ("Jo Doe", usual())


def test_a_kept_face_finds_its_person_by_name_and_goes_when_forgotten(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    from catchlight.errors import NotConsented

    from .faces_of_data import astronaut

    pixels, _ = astronaut()
    photo = tmp_path / "eileen.png"
    cv2.imwrite(str(photo), pixels[..., ::-1])
    assert isinstance(run("consent", "keep", "Eileen", photo).exception, NotConsented)
    consent_book.from_text(f"Eileen, my page, until {TOMORROW}")
    assert f"kept until {TOMORROW}" in run("consent", "keep", "eileen", photo).output
    assert "their face is kept" in run("consent", "list").output
    assert "their face is kept" in run("forget").output
    kept = consent_book.face_of("Eileen")
    assert kept is not None
    # beside a stranger, who is larger: nothing but the name says which of the two it is
    other = cv2.resize(np.ascontiguousarray(pixels[:300, 100:360, ::-1]), None, fx=1.6, fy=1.6)
    other = cv2.GaussianBlur(other, (0, 0), 9)
    both = np.zeros((512, 512 + other.shape[1], 3), np.uint8)
    both[:, :512], both[:480, 512:] = pixels, other[..., ::-1]
    group = tmp_path / "group.png"
    cv2.imwrite(str(group), both[..., ::-1])
    picked = json.loads(run("pick", group, "--who", "Eileen", "--json", "--quiet").output)
    assert picked["subject"]["chosen_by"].startswith("Eileen, by the face that is kept")
    missing = run("pick", group, "--who", "Nobody", "--quiet", "--consent", "Eileen")
    assert "no face is kept under that name" in str(missing.exception)
    twice = tmp_path / "two.png"
    cv2.imwrite(str(twice), np.hstack([pixels, pixels])[..., ::-1])
    assert "2 faces were found in it" in str(run("consent", "keep", "Eileen", twice).exception)
    numbers = kept[1].tobytes()[80:160]
    data = ("--data", tmp_path / "studio")
    receipt = json.loads(run("forget", "Eileen", "--json", *data).output)
    assert (receipt["consents"], receipt["faces"]) == (1, 1)
    assert (receipt["looked_for"], receipt["found_again"]) == (2, 0)  # the name and the face
    left = [p for p in consent_book.consent_folder().rglob("*") if p.is_file()]
    assert not any(numbers in p.read_bytes() for p in left)
