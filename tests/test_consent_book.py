"""The records of consents: written whole, read back, ended, taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from catchlight import consent_book
from catchlight.consent import Consent, agreed, today
from catchlight.errors import NotConsented, OutputError, UsageError

from .consents import AGREED, write_down


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    consent_book.withdraw_all()


def soon(who: str = "Jo Doe", days: int = 9, how: str = "asked") -> Consent:
    return agreed(who, "headshots", today() + timedelta(days=days), how)  # type: ignore[arg-type]


def test_a_record_is_read_back_and_a_newer_one_takes_its_place() -> None:
    consent_book.record(soon())
    later = consent_book.record(soon(days=20))
    consent_book.record(soon("Ann"))
    assert [each.who for each in consent_book.given()] == ["Ann", "Jo Doe"]
    assert consent_book.given()[1] == later
    files = list(consent_book.consent_folder().iterdir())
    assert len(files) == 2
    assert consent_book.consent_folder().stat().st_mode & 0o777 == 0o700
    assert not any("jo" in path.name for path in files)


def test_only_what_was_agreed_on_a_terminal_stands_for_later_runs() -> None:
    consent_book.record(soon(how="flag"))
    consent_book.record(soon(how="roster"))
    assert consent_book.granted(None) is None
    asked = consent_book.record(soon())
    assert consent_book.granted(None) == asked
    consent_book.record(soon("Ann", how="python"))
    assert consent_book.granted(None) == asked
    found = consent_book.granted("ann")
    assert found is not None
    assert found.who == "Ann"
    with pytest.raises(UsageError, match="a consent says who"):
        consent_book.granted("Ben")


def test_a_text_is_recorded_once_and_before_it_counts() -> None:
    text = f"Jo Doe, headshots, until {today()}"
    first = consent_book.from_text(text)
    assert consent_book.from_text(text) == first
    assert consent_book.given() == (first,)
    assert first.how == "flag"
    in_session = soon(how="studio")
    assert consent_book.granted(in_session) is in_session
    assert consent_book.given() == (first,)  # the session has its record itself


def test_what_a_team_was_stated_for_is_no_word_about_other_photos() -> None:
    consent_book.record(soon(how="roster"))
    with pytest.raises(UsageError):
        consent_book.granted("Jo Doe")


def test_the_day_after_it_is_none_and_its_record_is_gone() -> None:
    old = Consent("Jo Doe", "x", today() - timedelta(days=1), "2026-01-01T00:00:00", "asked")
    data = consent_book.consent_folder().parent
    write_down(old, data)
    assert consent_book.given() == ()
    assert list(consent_book.consent_folder().glob("*.json")) == []
    with pytest.raises(NotConsented, match="ended on"):
        consent_book.record(old)
    with pytest.raises(NotConsented, match="ended on"):
        consent_book.granted(old)


def test_a_damaged_record_is_no_consent() -> None:
    consent_book.record(AGREED)
    (file,) = consent_book.consent_folder().iterdir()
    for text in ("", "{", "[]", '{"who": "Jo"}', json.dumps(AGREED.as_dict() | {"until": 7})):
        file.write_text(text)
        assert consent_book.given() == ()


def test_it_is_taken_back_and_found_nowhere() -> None:
    consent_book.record(soon())
    consent_book.record(soon("Ann"))
    traces = consent_book.traces_of(["JO DOE"])
    assert found_again(traces) == 1
    gone = consent_book.withdraw("JO DOE")
    assert [each.who for each in gone] == ["Jo Doe"]
    assert found_again(traces) == 0
    assert [each.who for each in consent_book.given()] == ["Ann"]
    assert found_again(consent_book.traces_of(None)) == 1
    assert consent_book.withdraw("Jo Doe") == ()
    assert len(consent_book.withdraw_all()) == 1


def test_a_no_is_kept_until_somebody_agrees() -> None:
    assert consent_book.declined_until() is None
    until = consent_book.decline()
    assert consent_book.declined_until() == until
    consent_book.record(soon())
    assert consent_book.declined_until() is None


def test_what_cannot_be_recorded_does_not_count() -> None:
    folder = consent_book.consent_folder()
    if folder.is_dir():
        folder.rmdir()
    folder.write_text("a file in its way")
    with pytest.raises(OutputError):
        consent_book.granted(soon())
    folder.unlink()


def found_again(
    traces: tuple[frozenset[bytes], frozenset[bytes]], studio: Path = Path("nowhere")
) -> int:
    return consent_book.found_again(*traces, studio)


FACE = np.linspace(-0.3, 0.3, 128)


def on_the_disk() -> bool:
    """Whether a part of the face's numbers is in any file of the folder."""
    files = [path for path in consent_book.consent_folder().rglob("*") if path.is_file()]
    return any(FACE.tobytes()[80:160] in path.read_bytes() for path in files)


def test_a_face_is_kept_only_where_it_is_asked_for_and_is_found_by_name() -> None:
    jo = consent_book.record(soon())
    consent_book.record(soon("Ann", days=20))
    assert consent_book.face_of("Jo Doe") is None
    assert not on_the_disk()
    consent_book.keep_face(jo, FACE)
    found = consent_book.face_of(" jo doe ")
    assert found is not None
    assert found[0] == jo
    assert np.array_equal(found[1], FACE)
    assert [consent_book.keeps_face(each) for each in consent_book.given()] == [False, True]
    assert consent_book.whose_face("Jo Doe") == "Jo Doe"
    assert consent_book.whose_face("Ann") is None
    assert consent_book.whose_face(None) is None


def test_a_kept_face_goes_with_its_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep() -> Consent:
        consent_book.keep_face(consent_book.record(soon()), FACE)
        assert on_the_disk()
        return consent_book.given()[0]

    gone = keep()
    traces = consent_book.traces_of(["jo doe"])
    assert found_again(traces) == 2
    assert consent_book.withdraw("jo doe") == (gone,)
    assert found_again(traces) == 0
    assert not on_the_disk()
    keep()
    consent_book.withdraw_all()
    assert not on_the_disk()
    keep()
    consent_book.record(soon(days=20))  # a new word about it, in which nothing is said of keeping
    assert not on_the_disk()
    keep()
    monkeypatch.setattr(consent_book, "today", lambda: today() + timedelta(days=30))
    assert consent_book.given() == ()
    assert not on_the_disk()


def test_no_face_is_kept_without_a_recorded_consent() -> None:
    with pytest.raises(NotConsented, match="not recorded"):
        consent_book.keep_face(soon(), FACE)
    assert not on_the_disk()


def test_a_damaged_face_is_none() -> None:
    consent_book.keep_face(consent_book.record(soon()), FACE)
    next(consent_book.consent_folder().glob("*.face")).write_bytes(b"half")
    assert consent_book.face_of("Jo Doe") is None


def test_what_a_crash_left_of_a_face_goes_and_is_looked_for(tmp_path: Path) -> None:
    consent_book.keep_face(consent_book.record(soon()), FACE)
    (kept,) = consent_book.consent_folder().glob("*.face")
    assert kept.stat().st_mode & 0o077 == 0
    torn = kept.with_name(".catchlight-0123456789abcdef.part")
    torn.write_bytes(FACE.tobytes()[:700])
    traces = consent_book.traces_of(["Jo Doe"])
    assert not torn.exists()
    # it is found wherever it lies, also where nobody clears: here and in the studio's folder
    kept.with_name("note.part").write_bytes(FACE.tobytes()[:700])
    (tmp_path / "studio.db-wal").write_bytes(b"x" * 99 + FACE.tobytes())
    consent_book.withdraw("Jo Doe")
    assert found_again(traces, tmp_path) == 2
    kept.with_name("note.part").unlink()
    assert not on_the_disk()


def test_a_face_whose_record_cannot_be_read_is_not_kept() -> None:
    consent_book.keep_face(consent_book.record(soon()), FACE)
    next(consent_book.consent_folder().glob("*.json")).write_text("{")
    assert consent_book.given() == ()
    assert not on_the_disk()
    assert not consent_book.is_empty()
    consent_book.withdraw_all()
    assert consent_book.is_empty()


def test_a_studio_that_starts_clears_what_is_past_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catchlight.studio.work import Studio

    consent_book.keep_face(consent_book.record(soon()), FACE)
    monkeypatch.setattr(consent_book, "today", lambda: today() + timedelta(days=30))
    assert on_the_disk()
    Studio(tmp_path).store.close()
    assert not on_the_disk()
    assert consent_book.is_empty()
