"""Consent: what it says, when it holds, and that no face is compared without."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import catchlight
from catchlight import consent, consent_book, identity
from catchlight.consent import Consent, agreed, latest, read_consent, today
from catchlight.errors import NotConsented, UsageError
from catchlight.identity import Sighting, most_prominent
from catchlight.jumbf import looks_signed

from .consents import AGREED
from .faces_of_data import astronaut

SOURCE = Path(consent.__file__).parent
PAST = Consent("Jo Doe", "headshots", today() - timedelta(days=1), "2026-01-01T00:00:00", "flag")


def test_the_text_of_a_script_is_read() -> None:
    until = today() + timedelta(days=9)
    found = read_consent(f" Jo Doe , my headshot, and my card,  until {until}", "flag")
    assert (found.who, found.purpose) == ("Jo Doe", "my headshot, and my card")
    assert (found.until, found.how) == (until, "flag")
    assert found.given.startswith(str(today()))
    assert Consent.from_dict(found.as_dict()) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Jo Doe", "a consent says who"),
        ("Jo Doe, until 2099-01-01", "a consent says who"),
        ("Jo Doe, headshots, tomorrow", "a consent says who"),
        ("Jo Doe, headshots, until May", "May is no day"),
        ("Jo Doe, headshots, until 2026-02-30", "2026-02-30 is no day"),
        ("Jo Doe, headshots, until 2020-01-01", "ended on 2020-01-01"),
        ("Jo Doe, headshots, until 2099-01-01", "three years"),
        (", headshots, until 2026-12-01", "who agrees"),
        ("Jo Doe, , until 2026-12-01", "what for"),
        ("Jo\x07Doe, headshots, until 2026-12-01", "who agrees"),
    ],
)
def test_a_text_that_is_no_consent_says_what_is_missing(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        read_consent(text, "flag")
    assert "three years" in said or "--consent" in str(error.value)


def test_three_years_are_the_most_also_for_a_record_that_says_more() -> None:
    assert agreed("Jo", "headshots", latest(), "python").until == latest()
    with pytest.raises(UsageError, match="three years"):
        agreed("Jo", "headshots", latest() + timedelta(days=1), "python")
    written = AGREED.as_dict() | {"given": "2026-01-01T00:00:00+00:00", "until": "2099-01-01"}
    assert Consent.from_dict(written).until == latest(date(2026, 1, 1))
    for lost in ("who", "until", "how"):
        with pytest.raises(ValueError, match="consent"):
            Consent.from_dict({k: v for k, v in written.items() if k != lost})


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the network fails."""

    def ran() -> None:
        raise AssertionError("the identity network ran")

    monkeypatch.setattr(identity, "_network", ran)


@pytest.mark.parametrize(("given", "said"), [(None, "--consent"), (PAST, "ended on")])
@pytest.mark.usefixtures("no_network")
def test_no_embedding_is_computed_without_a_consent_in_force(
    given: Consent | None, said: str
) -> None:
    pixels, face = astronaut()
    with pytest.raises(NotConsented, match=said):
        identity.embedding(pixels, face, given)
    assert NotConsented.exit_code == 2
    if given is None:
        assert identity.sighting(pixels, face, given).embedding is None
    with pytest.raises(NotConsented):
        identity.subject([[Sighting(None, 0.3, 0.1)]])


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield getattr(node.func, "id", name), node


def test_one_function_alone_runs_the_network_and_all_hand_it_a_consent() -> None:
    """Read the source: another way to the weights, or a call without a consent, would show."""
    telling = ("embedding", "sighting", "example_face", "_network", "dlib_face", "Consent(")
    texts = {p.relative_to(SOURCE).as_posix(): p.read_text("utf-8") for p in SOURCE.rglob("*.py")}
    trees = {name: ast.parse(text) for name, text in texts.items()
             if any(word in text for word in telling)}  # fmt: skip
    knows = {name for name, tree in trees.items()
             if any(isinstance(n, ast.Constant) and "dlib_face_recognition" in str(n.value)
                    for n in ast.walk(tree))}  # fmt: skip
    assert knows == {"identity.py"}
    runs = [
        function.name
        for function in ast.walk(trees["identity.py"])
        if isinstance(function, ast.FunctionDef)
        and any(name == "_network" for name, _ in calls(function))
    ]
    assert runs == ["embedding", "load"]
    embedding = next(n for n in trees["identity.py"].body if getattr(n, "name", "") == "embedding")
    assert isinstance(embedding, ast.FunctionDef)
    first = embedding.body[1]  # after what it says of itself
    assert isinstance(first, ast.Expr)
    assert [name for name, _ in calls(first)] == ["in_force"]
    callers = set()
    for name, tree in trees.items():
        loaded = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "_network" not in loaded, name
        for called, call in calls(tree):
            if called not in ("embedding", "sighting", "example_face"):
                continue
            callers.add(name)
            given = ast.unparse(call.args[-1])
            assert given.split(".")[-1] in ("consent", "agreed"), (name, ast.unparse(call))
    assert callers == {
        "identity.py", "survey.py", "within_bounds.py", "cut_out_file.py", "evidence/facts.py",
        "cli_consent.py",
    }  # fmt: skip
    makers = {name for name, tree in trees.items() if any(n == "Consent" for n, _ in calls(tree))}
    assert makers == {"consent.py", "team_consent.py"}


def test_without_comparing_the_most_prominent_face_is_taken() -> None:
    middle, edge = Sighting(None, 0.30, 0.1), Sighting(None, 0.34, 0.6)
    large = Sighting(None, 0.60, 0.3)
    assert most_prominent([[edge, middle], [middle, large], [], [middle, middle]]) == (
        1,
        1,
        None,
        0,
    )


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    pixels, _ = astronaut()
    place = tmp_path / "photos"
    place.mkdir()
    Image.fromarray(pixels).save(place / "a.png")
    Image.fromarray(np.clip(pixels * 0.6, 0, 255).astype(np.uint8)).save(place / "b.png")
    return place


@pytest.mark.usefixtures("no_network")
def test_use_cases_go_on_without_comparing_or_say_that_they_cannot(
    photos: Path, tmp_path: Path
) -> None:
    consent_book.withdraw_all()
    found = catchlight.pick_photos(photos, out=tmp_path / "picks", top=1)
    assert len(found.ranked) == 2
    assert found.data["consent"] is found.data["subject"]["photos_with"] is None
    assert "not compared" in found.data["subject"]["chosen_by"]
    for refused in (
        lambda: catchlight.make(photos, tmp_path / "out", who=photos / "a.png"),
        lambda: catchlight.pick_photos(photos, who=photos / "a.png"),
        lambda: catchlight.save_cut_out(photos / "b.png", tmp_path / "c.png", who=photos / "a.png"),
        lambda: catchlight.audit(photos / "a.png", photos / "b.png"),
        lambda: catchlight.fresh(photos / "a.png", photos / "b.png"),
    ):
        with pytest.raises(NotConsented, match="--consent"):
            refused()
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_headshot_is_made_without_comparing_and_says_so(
    photos: Path, tmp_path: Path, signer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent_book.withdraw_all()
    with monkeypatch.context() as patched:
        patched.setattr(identity, "embedding", lambda *_: pytest.fail("a face was compared"))
        made = catchlight.make(photos, tmp_path / "out", destinations=["web"])
    readings = {reading.bound.name: reading for reading in made.picks[0].readings}
    assert readings["identity"].status == "could_not_assess"
    assert "--consent" in readings["identity"].sentence
    assert readings["geometry"].status == "ok"
    assert any(note.startswith("Faces were not compared") for note in made.picks[0].notes)
    assert not looks_signed((tmp_path / "out" / "1" / "headshot.jpg").read_bytes())
    assert "Faces were not compared" in made.report.read_text("utf-8")
    until = today() + timedelta(days=1)
    again = catchlight.make(
        photos, tmp_path / "out", destinations=["web"], consent=f"Jo Doe, my page, until {until}"
    )
    assert again.data["consent"]["who"] == "Jo Doe"
    assert again.picks[0].readings[0].status == "ok"
    assert looks_signed((tmp_path / "out" / "1" / "headshot.jpg").read_bytes())
    assert [each.who for each in consent_book.given()] == ["Jo Doe"]
    assert consent_book.standing() is None  # said for this run, not for others
