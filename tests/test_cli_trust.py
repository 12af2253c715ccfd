"""The commands of proof and trust: exit codes, plain sentences, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from catchlight import cli_trust
from catchlight.errors import CatchlightError

from .test_verify import result

__all__ = ["result"]

app = typer.Typer()
app.add_typer(cli_trust.identity)
app.add_typer(cli_trust.trust)
app.command()(cli_trust.verify)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "mine"))
    return tmp_path


def test_an_identity_from_making_to_calling_back(empty: Path) -> None:
    assert "identity create" in str(run("identity", "show").exception)
    made = run("identity", "create", "Jo Doe", "--organization", "Studio Seven")
    assert made.exit_code == 0
    assert made.stdout.startswith("Jo Doe, Studio Seven\n")
    first = json.loads(run("identity", "show", "--json").stdout)
    assert [row["signs"] for row in first["certificates"]] == [True]
    shown = run("identity", "show", "--out", empty / "me.pem")
    assert shown.exit_code == 0
    assert b"PRIVATE" not in (empty / "me.pem").read_bytes()
    assert "signs now" in run("identity", "rotate").stdout
    revoked = run("identity", "revoke", "--out", empty / "list.pem")
    assert "Nothing signs now" in revoked.stdout
    assert (empty / "list.pem").read_bytes().startswith(b"-----BEGIN X509 CRL")
    data = json.loads(run("identity", "show", "--json").stdout)
    assert [bool(row["revoked"]) for row in data["certificates"]].count(True) == 1


def test_trust(empty: Path, result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("identity", "show", "--out", empty / "them.pem")
    monkeypatch.setenv("CATCHLIGHT_DATA", str(empty / "mine"))
    assert "Nobody yet" in run("trust", "list").stdout
    assert run("verify", result / "headshot.jpg").stdout.startswith("Valid: ")
    added = run("trust", "add", empty / "them.pem")
    assert "Trusted from now on: everything issued by Local authority, Jo Doe" in added.stdout
    verified = run("verify", result / "headshot.jpg")
    assert verified.exit_code == 0
    assert verified.stdout.startswith("Trusted: sound, and signed by Jo Doe")
    (row,) = json.loads(run("trust", "list", "--json").stdout)
    assert row["name"] in run("trust", "list").stdout
    assert "No longer" in run("trust", "remove", row["fingerprint"][:8]).stdout


def test_verify_says_the_same_in_words_and_json(result: Path) -> None:
    told = run(
        "verify", result / "headshot.jpg", "--original", result / "photo.jpg",
        "--proof", result / "headshot.jpg.proof.json", "--html", result / "page.html",
    )  # fmt: skip
    assert told.exit_code == 0, told.exception
    assert "to the last bit" in told.stdout
    assert "What was done:" in told.stdout
    assert "Measured when it was signed:" in told.stdout
    assert "<svg" in (result / "page.html").read_text("utf-8")
    data = json.loads(run("verify", result / "headshot.jpg", "--json").stdout)
    assert data["sentences"][0] in told.stdout


def test_exit_codes(result: Path) -> None:
    image = result / "headshot.jpg"
    changed = bytearray(image.read_bytes())
    changed[-500] ^= 1
    (result / "changed.jpg").write_bytes(changed)
    differing = run(
        "verify", result / "changed.jpg", "--original", result / "photo.jpg",
        "--differences", result / "d.png",
    )  # fmt: skip
    assert differing.exit_code == 1
    assert differing.stdout.startswith("Invalid: ")
    assert run("verify", result / "photo.jpg").exit_code == 3
    for wrong in (("--html", "page.txt"), ("--differences", "d.png")):
        failed = run("verify", image, *wrong)
        assert isinstance(failed.exception, CatchlightError)
        assert failed.exception.exit_code == 2
