"""Oracles: clips whose best moments are known, because all other frames were spoilt."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import video
from catchlight.errors import PhotoTooLarge, UnreadablePhoto, UnusablePhoto
from catchlight.video import Still, best_stills, is_clip

from . import clips

BLURRED = cv2.GaussianBlur(clips.scene(), (0, 0), 3)


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".webm"])
def test_the_sharp_moments_are_found_at_their_times(tmp_path: Path, ending: str) -> None:
    sharp = {*range(21, 26), *range(69, 74)}  # about 0.7 to 0.83 s and 2.3 to 2.43 s
    clip = clips.write(
        tmp_path / f"clip{ending}", lambda k: clips.scene() if k in sharp else BLURRED, 90
    )
    stills = best_stills(clip)
    assert [round(s.seconds * 30) in sharp for s in stills] == [True, True]
    assert stills[0].seconds < 1 < stills[1].seconds
    # The frame that came out is the frame that went in, but for the codec.
    for still in stills:
        apart = np.abs(still.pixels.astype(int) - clips.scene())
        assert still.pixels.shape == clips.scene().shape
        assert apart.mean() < 6
        assert np.abs(still.pixels.astype(int) - BLURRED).mean() > apart.mean()


def test_open_eyes_win(tmp_path: Path) -> None:
    closed = clips.closed_eyes(clips.scene())
    clip = clips.write(
        tmp_path / "blink.mp4", lambda k: clips.scene() if 40 <= k < 50 else closed, 90
    )
    best = max(best_stills(clip), key=lambda s: s.merit)
    assert 40 <= round(best.seconds * 30) < 50


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_cameras_rotation_is_applied(tmp_path: Path, quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(clips.scene(), quarters))  # counter-clockwise
    clip = clips.write(tmp_path / "a.mp4", lambda k: lying, 20, shape=lying.shape[:2])
    clip.write_bytes(clips.rotated(clip.read_bytes(), quarters))
    still = best_stills(clip)[0]
    assert still.pixels.shape == clips.scene().shape
    assert np.abs(still.pixels.astype(int) - clips.scene()).mean() < 6


def test_the_name_says_clip_and_time() -> None:
    black = np.zeros((2, 2, 3), np.uint8)
    names = [
        Still(t, black, 1.0).name(Path("/x/my clip.MOV")) for t in (0, 12.345, 59.9996, 3661.5)
    ]
    assert names == [
        "my clip_00m00.000s.png",
        "my clip_00m12.345s.png",
        "my clip_01m00.000s.png",
        "my clip_61m01.500s.png",
    ]


@pytest.mark.slow
def test_many_moments_are_spread_over_the_clip(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "long.mp4", lambda k: clips.scene(), 200, rate=10)
    stills = best_stills(clip, most=8)
    times = np.array([s.seconds for s in stills])
    assert 4 <= len(stills) <= 8  # stretches are joined in pairs
    assert (np.diff(times) >= 0.5).all()
    assert set((times / 5).astype(int)) == {0, 1, 2, 3}


def test_the_shelf_keeps_a_bounded_number_whatever_the_length() -> None:
    rng = np.random.default_rng(0)
    black = np.zeros((1, 1, 3), np.uint8)
    shelf, merits = video._Shelf(8), rng.uniform(0.5, 1, 20_000)
    for k, merit in enumerate(merits):
        shelf.put(Still(k / 10, black, float(merit)))
        assert len(shelf.stills) <= 8
    best = shelf.best(5)
    assert len(best) == 5
    assert max(s.merit for s in best) == merits.max()


@pytest.mark.slow
def test_memory_is_that_of_a_few_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = clips.write(tmp_path / "long.mp4", lambda k: clips.scene(), 120, rate=10)
    frame = clips.scene().nbytes
    best_stills(clip)  # networks are loaded
    monkeypatch.setattr(video, "_KEPT_BYTES", 6 * frame)
    tracemalloc.start()
    best_stills(clip)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * frame  # 120 were decoded; the follower's own pictures come to a few


def test_a_long_clip_is_watched_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = clips.write(tmp_path / "long.mp4", lambda k: clips.scene(), 400, rate=10)
    monkeypatch.setattr(video, "_WATCHED", 6.0)
    monkeypatch.setattr(video, "_PARTS", 6)
    told: list[float] = []
    stills = best_stills(clip, tell=told.append)
    assert stills[-1].seconds > 33  # 40 s long
    assert stills[0].seconds < 3
    assert told == sorted(told)
    assert 30 < len(told) < 90  # 6 of 40 seconds, at ten frames a second
    assert told[-1] > 0.8


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a video"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n", "not a video"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "damaged"),
        (b"\x1a\x45\xdf\xa3" + bytes(500), "damaged"),
    ],
)
def test_what_is_no_video_is_said(
    tmp_path: Path, data: bytes, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(data)
    with pytest.raises(UnreadablePhoto, match=rf"clip\.mp4: .*{says}"):
        best_stills(file)
    assert "http" not in "".join(capfd.readouterr())


def test_a_clip_cut_short_is_said_or_used_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = clips.write(tmp_path / "a.webm", lambda k: clips.scene(), 60).read_bytes()
    half = tmp_path / "half.webm"
    half.write_bytes(whole[: len(whole) // 2])
    assert best_stills(half)
    mp4 = clips.write(tmp_path / "a.mp4", lambda k: clips.scene(), 60).read_bytes()
    half = tmp_path / "half.mp4"
    half.write_bytes(mp4[: len(mp4) // 2])
    with pytest.raises(UnreadablePhoto, match=r"half\.mp4: .*cut short"):
        best_stills(half)


def sound_only(data: bytes) -> bytes:
    """The MP4 with its picture track declared to be sound."""
    return data.replace(b"vide", b"soun").replace(b"vmhd", b"smhd").replace(b"mp4v", b"mp4a")


def test_sound_alone_is_said(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "talk.mp4", lambda k: clips.scene(), 10)
    clip.write_bytes(sound_only(clip.read_bytes()))
    with pytest.raises(UnreadablePhoto, match=r"talk\.mp4: .*no pictures"):
        best_stills(clip)


def test_a_clip_of_nobody_is_said(tmp_path: Path) -> None:
    wall = np.full((240, 320, 3), 120, np.uint8)
    clip = clips.write(tmp_path / "wall.mp4", lambda k: wall, 30, shape=(240, 320))
    with pytest.raises(UnusablePhoto, match=r"wall\.mp4: no face"):
        best_stills(clip)


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "big.mp4", lambda k: clips.scene(), 3)
    with pytest.raises(PhotoTooLarge, match=r"megapixels, more than the limit of 0"):
        best_stills(clip, max_pixels=100_000)


def test_clips_are_told_by_content(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mp4", lambda k: clips.scene(), 2)
    named = tmp_path / "photo.jpg"
    named.write_bytes(clip.read_bytes())
    (tmp_path / "text.mp4").write_text("a film script")
    assert is_clip(clip)
    assert is_clip(named)
    assert not is_clip(tmp_path / "text.mp4")
    assert not is_clip(tmp_path / "none.mp4")
    assert not is_clip(tmp_path)
