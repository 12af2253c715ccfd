"""Leftovers: what a dead process left goes, what a living one prepares stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catchlight.leftovers import clear_leftovers, hidden_file, hidden_folder

LEFT = ".catchlight-0123456789abcdef.part"


def test_what_nobody_holds_goes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / LEFT).write_bytes(b"x")
    (tmp_path / ".catchlight-1123456789abcdef.part" / "1").mkdir(parents=True)
    (tmp_path / ".catchlight-1123456789abcdef.part" / "1" / "a").write_bytes(b"x")
    stays = [".catchlight-notes", "photo.jpg", ".catchlight-0123456789abcdef.part.txt", "sub"]
    for name in stays[:3]:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / LEFT).write_bytes(b"x")  # folders below are not looked into
    assert len(clear_leftovers(tmp_path)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(stays)
    assert (tmp_path / "sub" / LEFT).exists()
    assert clear_leftovers(tmp_path / "not there") == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_bytes(b"x")
    (tmp_path / LEFT).symlink_to(tmp_path / "mine")
    assert clear_leftovers(tmp_path) == []
    assert (tmp_path / "mine" / "a").exists()


@pytest.mark.parametrize("make", ["hidden_file", "hidden_folder"])
def test_what_another_process_holds_stays_until_it_is_killed(tmp_path: Path, make: str) -> None:
    code = f"""
import sys, time
from pathlib import Path
from catchlight.leftovers import {make}
{make}(Path(sys.argv[1]))
print("made", flush=True)
time.sleep(600)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        assert clear_leftovers(tmp_path) == []
        assert len(list(tmp_path.iterdir())) == 1
        process.kill()
    assert len(clear_leftovers(tmp_path)) == 1
    assert list(tmp_path.iterdir()) == []


def test_our_own_are_held_until_they_are_closed(tmp_path: Path) -> None:
    path, handle = hidden_file(tmp_path)
    folder, lock = hidden_folder(tmp_path, 0o700)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert clear_leftovers(tmp_path) == []
    os.close(handle)
    os.close(lock)
    assert sorted(clear_leftovers(tmp_path)) == sorted([path.name, folder.name])
