"""The team's commands, run in this process; workers' work is made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catchlight import cli, team_runner
from catchlight.errors import UsageError

from .teams import Painted, roster


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Painted:
    runner = Painted()
    monkeypatch.setattr(team_runner, "Here", lambda: runner)
    return runner


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["team", *map(str, arguments)], catch_exceptions=True)


def test_from_nothing_to_delivered(painted: Painted, tmp_path: Path) -> None:
    written = run("init", tmp_path)
    assert written.exit_code == 0
    assert (tmp_path / "brand.toml").exists()
    assert isinstance(run("init", tmp_path).exception, UsageError)  # nothing is replaced
    out = tmp_path / "out"
    path = roster(tmp_path, "Ada", "Ben")
    first = run(path, "--out", out, "--workers", 0, "--quiet")  # no command: it runs
    assert first.exit_code == 0, first.output
    assert "2 proof ready" in first.output
    again = run(
        "run", path, "--brand", tmp_path / "brand.toml", "--out", out, "--workers", 0, "--json"
    )
    assert json.loads(again.stdout)["printed"] == []
    (tmp_path / "cy.jpg").write_bytes(b"cy")
    late = run("add", path, "Cy", tmp_path / "cy.jpg", "--out", out, "--json")
    assert json.loads(late.stdout)["printed"] == ["cy"]
    assert "shown in" in run("approve", "Ada", "--out", out).output
    asked = run("retake", "Ben", "--why", "Please look up.", "--out", out)
    assert asked.output == "Ben, your photo needs another try. Please look up.\n"
    assert "Ada-web.jpg" in run("deliver", "--out", out).output
    states = json.loads((out / "team.json").read_text())["people"]
    assert [states[who]["status"] for who in ("ada", "ben", "cy")] == [
        "delivered", "retake asked", "proof ready",
    ]  # fmt: skip


def test_what_is_wrong_is_one_message(tmp_path: Path) -> None:
    for arguments in (
        (tmp_path / "none.csv",),
        ("approve", "Ada", "--out", tmp_path),
        ("add", tmp_path / "none.csv", "Ada", "a.jpg", "--out", tmp_path),
    ):
        assert isinstance(run(*arguments).exception, UsageError)
    assert run("run").exit_code == 2
