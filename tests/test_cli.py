"""The command line: exit codes, plain sentences, quick help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    code = "import sys; from catchlight.cli import main; sys.argv[0] = 'catchlight'; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "100"},
        check=False,
    )


def test_help_names_every_command() -> None:
    result = run("--help")
    assert result.returncode == 0
    for command in ("make", "render", "matte", "looks", "destinations", "doctor"):
        assert command in result.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['catchlight', 'make', '--help']\n"
        "from catchlight.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'cv2', 'numba', 'PIL', 'onnxruntime', 'dlib'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "LOADED []" in result.stdout


def test_version() -> None:
    from catchlight import __version__

    assert run("--version").stdout.strip() == f"catchlight {__version__}"


def test_lists_looks_and_destinations() -> None:
    looks = json.loads(run("looks", "--json").stdout)
    assert {"corporate", "legal", "founder", "creative", "healthcare", "academic", "actor"} <= {
        look["name"] for look in looks
    }
    lines = run("destinations").stdout.splitlines()
    assert any(line.startswith("linkedin") for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [("make",), ("make", "nowhere"), ("make", ".", "--look", "glamour"), ("frobnicate",)],
)
def test_wrong_use_is_exit_code_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_usable_photo_is_exit_code_3_with_the_reason_of_each(tmp_path: Path) -> None:
    Image.fromarray(np.full((200, 300, 3), 99, np.uint8)).save(tmp_path / "wall.png")
    (tmp_path / "letter.jpg").write_text("dear reader")
    result = run("make", tmp_path, "--out", tmp_path / "out", "--quiet")
    assert result.returncode == 3
    assert "wall.png: no face was found" in result.stderr
    assert "letter.jpg" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_recipe_that_is_not_one_is_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("catchlight = 1\n")
    result = run("render", tmp_path / "recipe.toml")
    assert result.returncode == 2
    assert "recipe.toml" in result.stderr


def test_doctor_finds_this_installation_well() -> None:
    result = run("doctor")
    assert result.returncode == 0, result.stdout
    assert "BAD" not in result.stdout
    assert "u2netp.onnx" in result.stdout
