"""Finding photographs: order, what is skipped, links, and errors."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from catchlight.errors import UnreadablePhoto, UsageError
from catchlight.files import find_photos, sha256


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(found: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in found]


def test_a_folder_gives_its_photos_in_natural_order(tmp_path: Path) -> None:
    wanted = ["a/IMG_2.jpg", "a/img_9.HEIC", "a/IMG_10.dng", "b 2/1.png", "b 10/1.png", "z.CR3"]
    touch(*(tmp_path / name for name in wanted))
    touch(*(tmp_path / n for n in ("a/notes.txt", "a/clip.mov", "Thumbs.db", "a/IMG_2.AAE")))
    assert names(find_photos([tmp_path]), tmp_path) == wanted


def test_hidden_things_and_thumbnails_are_left_out(tmp_path: Path) -> None:
    skipped = (".x.jpg", "._a.jpg", ".trash/b.jpg", "@eaDir/a.jpg", "__MACOSX/a.jpg", "d/.c/e.jpg")
    touch(*(tmp_path / name for name in skipped), tmp_path / "a.jpg")
    assert names(find_photos([tmp_path]), tmp_path) == ["a.jpg"]


def test_a_named_file_or_folder_is_always_taken(tmp_path: Path) -> None:
    odd, hidden = tmp_path / "portrait.of.me", tmp_path / ".secret" / "a.jpg"
    touch(odd, hidden, tmp_path / ".b.jpg")
    assert find_photos([odd, hidden.parent, tmp_path / ".b.jpg"]) == [
        odd,
        hidden,
        tmp_path / ".b.jpg",
    ]


def test_the_same_file_comes_once(tmp_path: Path) -> None:
    photo, link = tmp_path / "a.jpg", tmp_path / "b.jpg"
    touch(photo)
    link.symlink_to(photo)
    assert find_photos([photo, tmp_path, str(tmp_path / "." / "a.jpg"), link]) == [photo]


def test_links_that_go_round_end(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    touch(inner / "1.jpg", tmp_path / "elsewhere" / "2.jpg")
    (inner / "up").symlink_to(tmp_path / "a")
    (inner / "self").symlink_to(inner)
    (inner / "other").symlink_to(tmp_path / "elsewhere")
    (inner / "gone.jpg").symlink_to(tmp_path / "nothing")
    found = names(find_photos([tmp_path / "a"]), tmp_path)
    assert found == ["a/b/1.jpg", "a/b/other/2.jpg"]


def test_special_files_in_a_folder_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    touch(tmp_path / "a.jpg")
    assert names(find_photos([tmp_path]), tmp_path) == ["a.jpg"]


def test_earlier_results_are_not_taken_for_photos(tmp_path: Path) -> None:
    pick = ("recipe.toml", "headshot.jpg", "linkedin.jpg")
    touch(tmp_path / "me.jpg", *(tmp_path / "out" / n for n in ("session.json", "report.html")))
    touch(tmp_path / "out" / "proofs.jpg", *(tmp_path / "out" / "1" / n for n in pick))
    assert names(find_photos([tmp_path]), tmp_path) == ["me.jpg"]
    # Also when the results went into the folder of the photos itself.
    touch(*(tmp_path / n for n in ("session.json", "report.html", "proofs.jpg")))
    touch(*(tmp_path / "1" / n for n in pick))
    assert names(find_photos([tmp_path]), tmp_path) == ["me.jpg"]
    touch(tmp_path / "new" / "x.jpg")
    assert names(find_photos([tmp_path], exclude=[tmp_path / "new"]), tmp_path) == ["me.jpg"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ho\\nli\.jpg: there is no such file or folder"):
        find_photos([tmp_path / "ho\nli.jpg"])
    touch(tmp_path / "a.jpg")
    with pytest.raises(UsageError, match="no such"):
        find_photos([tmp_path / "a.jpg" / "b"])
    with pytest.raises(UsageError, match="cannot be read"):
        find_photos(["a\0b"])
    assert find_photos([]) == []


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "open" / "a.jpg", tmp_path / "open" / "shut" / "b.jpg")
    real = os.scandir

    def guarded(path: str | Path) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert names(find_photos([tmp_path / "open"]), tmp_path) == ["open/a.jpg"]
    with pytest.raises(UsageError, match=r"shut: cannot be read \(permission denied\)"):
        find_photos([tmp_path / "open" / "shut"])


def test_names_that_are_not_text(tmp_path: Path) -> None:
    for name in (b"\xff2.jpg", b"\xff10.jpg", b"new\nline.jpg"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert len(find_photos([tmp_path])) == 3


def test_sha256_of_files_and_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    (tmp_path / "a").write_bytes(data)
    expected = hashlib.new("sha256", data).hexdigest()
    assert sha256(data) == sha256(tmp_path / "a") == sha256(str(tmp_path / "a")) == expected
    with pytest.raises(UnreadablePhoto, match="no such file"):
        sha256(tmp_path / "b")
