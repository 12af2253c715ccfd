"""Uploads: told by content, within limits, and none can take the studio down."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catchlight.studio.child import Child
from catchlight.studio.problems import Problem

from .asking import SCRIPT, Answer, Served, served


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    one = served(tmp_path_factory.mktemp("studio"))
    yield one
    one.studio.decoder.stop()
    one.studio.store.close()


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def send(studio: Served, session: str, *files: tuple[str, bytes]) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        base = f"/api/v1/sessions/{session}/photos?name="
        answers = [await studio.ask("POST", base + name, SCRIPT, data) for name, data in files]
        studio.studio.decoder.stop()  # its answers belong to this loop
        return answers

    return asyncio.run(all_of_them())


def test_files_that_are_no_photos_are_refused_with_the_reason_and_not_kept(studio: Served) -> None:
    whole = picture(size=(400, 300))
    session = studio.studio.begin()["id"]
    files = [
        ("me.jpg", b"<html><script>alert(1)</script>"),
        ("me.png", b"\x89PNG\r\n\x1a\n" + b"garbage" * 20),
        ("me.jpg", whole[: len(whole) // 2]),
        ("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("me.gif", b"GIF89a" + bytes(40)),
        ("me.zip", b"PK\x03\x04" + bytes(40)),
        ("huge.png", png_that_says(60_000, 60_000)),
        ("large.png", png_that_says(13_000, 13_000)),
        ("lying.png", png_that_says(9_000, 9_000)),
        ("elf", b"\x7fELF" + bytes(64)),
    ]
    answers = send(studio, session, *files)
    assert [a.status for a in answers] == [201] * len(files)
    for answer in answers:
        assert answer.data["status"] == "refused", answer.data
        assert len(answer.data["reason"]) > 10
    assert "120" in answers[7].data["reason"] or "169" in answers[7].data["reason"]
    refused = answers[0].data["id"]
    for begin in (studio.studio.develop, studio.studio.name_person):
        with pytest.raises(Problem, match="could not be used"):
            begin(session, refused)
    kept = studio.studio.store.place(session, "photos", "x").parent
    assert list(kept.iterdir()) == []


def test_a_photo_is_known_by_its_content_and_its_name_is_never_on_the_disk(studio: Served) -> None:
    session = studio.studio.begin()["id"]
    names = ["..%2F..%2Fescape.txt", "a%00b.png", "C:%5Ctemp%5Cme.exe", "%2e%2e"]
    files = [(name, picture(seed=n)) for n, name in enumerate(names)]
    answers = send(studio, session, *files, ("webp.jpg", picture("WebP", seed=9)))
    assert {a.data["status"] for a in answers} == {"ready"}
    assert [a.data["name"] for a in answers[:4]] == ["escape.txt", "ab.png", "me.exe", "photo"]
    assert answers[4].data["kind"] == "WebP"
    folder = studio.studio.store.folder
    written = {path.name for path in folder.rglob("*") if path.is_file()}
    assert not any(word in name for name in written for word in ("escape", "exe", "webp.jpg"))
    assert all(path.is_relative_to(folder) for path in folder.rglob("*"))


def test_the_same_photo_is_kept_once_and_an_empty_one_not_at_all(studio: Served) -> None:
    session = studio.studio.begin()["id"]
    same = picture(seed=3)
    first, again, empty = send(studio, session, ("a.jpg", same), ("b.jpg", same), ("c.jpg", b""))
    assert again.data["id"] == first.data["id"]
    assert again.data["again"] is True
    assert empty.status == 422
    assert len(studio.studio.photos(session)) == 1


def test_a_session_is_full_at_200_photos(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catchlight.studio.intake.MAX_PHOTOS", 2)
    session = studio.studio.begin()["id"]
    files = [("a.jpg", picture(seed=n)) for n in range(3)]
    assert [a.status for a in send(studio, session, *files)] == [201, 201, 422]


def test_a_decoder_that_dies_or_hangs_costs_one_photo_only(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(picture())

    async def through() -> None:
        child = Child("catchlight.studio.decoder")
        facts, thumb = await child.ask("open", path=str(good))
        assert (facts["width"], facts["height"]) == (64, 48)
        assert thumb.startswith(b"\xff\xd8")
        with pytest.raises(Problem, match="seconds"):
            await child.ask("open", timeout=0.00001, path=str(good))
        waiting = asyncio.ensure_future(child.ask("open", path=str(good)))
        await asyncio.sleep(0)
        assert child._process is not None
        child._process.kill()
        with pytest.raises(Problem, match="ended"):
            await waiting
        facts, _ = await child.ask("open", path=str(good))
        assert facts["width"] == 64
        child.stop()

    asyncio.run(through())


def test_the_decoder_has_limits_on_memory_and_on_what_it_writes(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(picture())

    async def limits() -> str:
        child = Child("catchlight.studio.decoder")
        await child.ask("open", path=str(good))
        assert child._process is not None
        text = Path(f"/proc/{child._process.pid}/limits").read_text()
        child.stop()
        return text

    rows = {line[:25].strip(): line[25:].split()[0] for line in asyncio.run(limits()).splitlines()}
    assert int(rows["Max address space"]) < 16 * 1024**3
    assert int(rows["Max file size"]) <= 16 * 1024**2
    assert int(rows["Max cpu time"]) <= 60
