"""Photographs by path and by address."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from catchlight.errors import UnreadablePhoto, UsageError
from catchlight.team_photos import fetched, fingerprint, found_photos


@pytest.fixture
def store():  # type: ignore[no-untyped-def]
    """A store of objects in memory, as fsspec has one."""
    system = fsspec.filesystem("memory")
    for name, data in (("ada/1.jpg", b"one"), ("ada/2.HEIC", b"two"), ("ada/notes.txt", b"no")):
        system.pipe(f"/team/{name}", data)
    yield system
    system.rm("/team", recursive=True)


def test_a_folder_elsewhere_is_listed_and_fetched_and_nothing_stays(store: object) -> None:
    photos = found_photos(["memory://team/ada"])
    assert [photo.rsplit("/", 1)[1] for photo in photos] == ["1.jpg", "2.HEIC"]
    assert all(photo.startswith("memory://") for photo in photos)
    with fetched(photos) as files:
        assert [path.read_bytes() for path in files] == [b"one", b"two"]
        assert list(files.values()) == photos
    assert not any(path.exists() for path in files)


def test_what_is_the_same_has_the_same_fingerprint(store, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    photos = found_photos(["memory://team/ada"])
    before = fingerprint(photos)
    assert fingerprint(photos[::-1]) == before
    store.pipe("/team/ada/1.jpg", b"another")
    assert fingerprint(photos) != before
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"the same")
    assert fingerprint([str(tmp_path / "a.jpg")]) == fingerprint([str(tmp_path / "b.jpg")])


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a b.jpg").write_bytes(b"x")
    address = (tmp_path / "a b.jpg").as_uri()
    assert found_photos([address]) == [str(tmp_path / "a b.jpg")]
    with fetched([address]) as files:
        assert list(files) == [tmp_path / "a b.jpg"]  # the file itself, not a copy


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        found_photos([str(tmp_path / "none")])
    with pytest.raises(UsageError, match=r"nonsense:// needs a package"):
        found_photos(["nonsense://faces/ada"])
    with (
        pytest.raises(UnreadablePhoto, match=r"gone.jpg: it cannot be fetched"),
        fetched(["memory://team/gone.jpg"]),
    ):
        pass
