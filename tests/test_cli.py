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

from catchlight.cli import main


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
    for command in ("make", "pick", "votes", "render", "matte", "looks", "destinations", "doctor"):
        assert command in result.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['catchlight', 'make', '--help']\n"
        "from catchlight.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'cv2', 'numba', 'PIL', 'onnxruntime', 'dlib', 'dask', 'fsspec'}\n"
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
    [
        ("make",),
        ("make", "nowhere"),
        ("make", ".", "--look", "glamour"),
        ("make", ".", "--retouch", "heavy"),
        ("make", ".", "--remove", "0.5"),
        ("make", ".", "--keep", "1.5,0.5"),
        ("make", ".", "--remove", "0.5,0.5", "--top", "2"),
        ("make", ".", "--remove", "0.5,0.5", "--retouch", "none"),
        ("make", ".", "--scribble", "wall 0.5,0.5"),
        ("make", ".", "--scribble", "person 0.5,0.5", "--top", "2"),
        ("matte", "photo.jpg", "--scribble", "person"),
        ("pick", "nowhere"),
        ("pick", ".", "--blind", "page.txt"),
        ("votes", "nowhere.html", "K7Q2M-BDA-4XZ9-PZQ"),
        ("frobnicate",),
    ],
)
def test_wrong_use_is_exit_code_2(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, for starting one takes a second; that one ends so is tested with others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["catchlight", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert len(told) > 20
    assert list(tmp_path.iterdir()) == []


def test_no_usable_photo_is_exit_code_3_with_the_reason_of_each(tmp_path: Path) -> None:
    Image.fromarray(np.full((200, 300, 3), 99, np.uint8)).save(tmp_path / "wall.png")
    (tmp_path / "letter.jpg").write_text("dear reader")
    result = run("make", tmp_path, "--out", tmp_path / "out", "--quiet")
    assert result.returncode == 3
    assert "wall.png: no face was found" in result.stderr
    assert "letter.jpg" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def two_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from skimage import data

    folder = tmp_path_factory.mktemp("two")
    face = data.astronaut()
    Image.fromarray(face).save(folder / "good.png")
    Image.fromarray(np.ascontiguousarray(face[:, ::-1])).save(folder / "other.png")
    Image.fromarray(face // 5).save(folder / "dark.png")
    return folder


def test_pick_ranks_with_reasons_and_ends_with_notes(two_photos: Path) -> None:
    result = run("pick", two_photos, "--top", "1", "--quiet")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "Picked:"
    assert lines[1].startswith("  1. ")
    dark = next(line for line in lines if "dark.png" in line)
    assert "whose face is exposed better" in dark
    assert result.stderr == ""
    told = lines[lines.index("For a reshoot:") + 1 :] if "For a reshoot:" in lines else []
    assert len(told) <= 3


def test_pick_as_json_is_json_alone(two_photos: Path) -> None:
    data = json.loads(run("pick", two_photos, "--json").stdout)
    assert data["schema"] == "catchlight.picks/1"
    assert len(data["photos"]) == 3


def test_votes_on_a_blind_page_are_counted(two_photos: Path, tmp_path: Path) -> None:
    from catchlight.ballot import LETTERS, check_sum, load_ballot

    page = tmp_path / "which.html"
    result = run("pick", two_photos, "--blind", page, "--candidates", "2", "--quiet")
    assert result.returncode == 0, result.stderr
    assert f"catchlight votes {page}" in result.stdout
    assert not {"good.png", "other.png"} & set(page.read_text("utf-8").split('"'))
    ballot = load_ballot(page)
    codes = []
    for voter in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF"):
        text = f"{ballot.name}-{LETTERS[ballot.order.index(1)]}-{voter}"
        codes.append(f"{text}-{check_sum(text)}")
    mails = tmp_path / "mails.txt"
    mails.write_text("\n\n> ".join(codes[1:]))
    counted = run("votes", page, mails, codes[0], "no-such-thing.txt", cwd=tmp_path)
    assert counted.returncode == 2  # a file that is named has to be there
    counted = run("votes", page, mails, codes[0])
    assert counted.returncode == 0, counted.stderr
    winner = ballot.photos[1][0]
    assert counted.stdout.splitlines()[0] == f" 100 %  {winner}, first with 6 of 6"
    assert counted.stdout.splitlines()[-1].startswith(f"{winner} wins after 6 votes")
    data = json.loads(run("votes", page, mails, codes[0], "--json").stdout)
    assert (data["votes"], data["verdict"]) == (6, "clear")
    assert data["photos"][0]["name"] == winner


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
