"""The ledger has the last word: over a bound the edits are weakened, and then refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import catchlight
from catchlight import ledger, matte, plan
from catchlight.bounds import BOUNDS, Reading
from catchlight.cli import main
from catchlight.errors import BoundRefused

from .faces_of_data import astronaut


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "photo.png"
    path.parent.mkdir()
    Image.fromarray(astronaut()[0]).save(path)
    return path


def exceeded() -> tuple[Reading, ...]:
    bound = BOUNDS["skin_texture"]
    return (Reading(bound, 1.5, bound.most, "made up for the test"),)


def kept() -> tuple[Reading, ...]:
    bound = BOUNDS["skin_texture"]
    return (Reading(bound, 1.0, bound.most, "made up for the test"),)


def test_edits_are_weakened_until_the_bound_is_kept(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([exceeded(), exceeded(), kept()])
    monkeypatch.setattr(ledger, "readings", lambda *a: next(answers))
    session = catchlight.make(photo, tmp_path / "out", destinations=["web"])
    edits = {edit.name: edit for edit in session.picks[0].recipe.edits}
    assert edits["tone"].strength == 0.5
    assert edits["backdrop"].strength == 1.0
    assert any("weakened" in note for note in session.picks[0].notes)


def test_what_no_weakening_helps_is_refused(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "readings", lambda *a: exceeded())
    with pytest.raises(BoundRefused, match=r"Skin texture kept.*1\.50.*1\.10"):
        catchlight.make(photo, tmp_path / "out", destinations=["web"])
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_a_refusal_is_exit_code_4(
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(ledger, "readings", lambda *a: exceeded())
    arguments = ["catchlight", "make", str(photo), "--out", str(tmp_path / "out"), "--for", "web"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 4
    assert "photo.png: refused" in capsys.readouterr().err


def test_a_photo_that_changes_meanwhile_is_not_mixed_up(photo: Path, tmp_path: Path) -> None:
    def change(stage: str, done: int, total: int) -> None:
        if stage == "finishing":
            Image.new("RGB", (512, 512)).save(photo)

    with pytest.raises(catchlight.CatchlightError, match="changed while"):
        catchlight.make(photo, tmp_path / "out", destinations=["web"], progress=change)


@pytest.mark.parametrize(
    ("asked", "got"),
    [(None, "soften"), ("#8090a0", "soften"), ("keep", None), ("soften", "soften")],
)
def test_a_doubtful_cut_out_gets_no_other_backdrop(
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str | None,
    got: str | None,
) -> None:
    monkeypatch.setattr(matte, "_DOUBT", 1e-3)  # nothing is good enough
    made = catchlight.make(photo, tmp_path / "out", backdrop=asked, destinations=["web"]).picks[0]
    kinds = [getattr(edit, "kind", None) for edit in made.recipe.edits if edit.name == "backdrop"]
    assert kinds == ([got] if got else [])
    told = [note for note in made.notes if "do not agree about where the person ends" in note]
    assert len(told) == 1
    assert ("--matting-model" in told[0]) == (asked in (None, "#8090a0"))


def test_a_cut_out_corrected_by_hand_stands_where_it_was_asked_to(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who corrected it has looked at it: it is told, declared, and rendered again the same."""
    monkeypatch.setattr(matte, "_DOUBT", 1e-3)  # nothing is good enough by itself
    strokes = [catchlight.Scribble(of="background", points=((0.05, 0.1), (0.05, 0.3)))]
    made = catchlight.make(
        photo, tmp_path / "out", backdrop="#8090a0", scribbles=strokes, destinations=["web"]
    ).picks[0]
    paper = next(edit for edit in made.recipe.edits if edit.name == "backdrop")
    assert (paper.kind, paper.color) == ("studio", "#8090a0")
    assert made.recipe.facts.scribbles == tuple(strokes)
    assert any("corrected by hand, with one stroke" in note for note in made.notes)
    assert any("may need a look" in note for note in made.notes)
    again = catchlight.rerender(made.directory / "recipe.toml", tmp_path / "again")
    assert again["web"].read_bytes() == made.files["web"].read_bytes()


def test_a_sure_cut_out_gets_the_paper_asked_for(photo: Path, tmp_path: Path) -> None:
    made = catchlight.make(photo, tmp_path / "out", backdrop="#8090a0", destinations=["web"]).picks[
        0
    ]
    paper = next(edit for edit in made.recipe.edits if edit.name == "backdrop")
    assert (paper.kind, paper.color) == ("studio", "#8090a0")
    assert not any("do not agree" in note for note in made.notes)


def test_the_aperture_asked_for_is_the_lenss(photo: Path, tmp_path: Path) -> None:
    made = catchlight.make(
        photo, tmp_path / "out", backdrop="soften", f_number=1.4, destinations=["web"]
    ).picks[0]
    soft = next(edit for edit in made.recipe.edits if edit.name == "backdrop")
    assert (soft.kind, soft.lens.f_number) == ("soften", 1.4)


@pytest.mark.slow
def test_a_declared_perspective_is_measured_against_itself(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound on geometry still holds, for what the declared move does not explain."""

    class Near:
        cm = 45.0

    monkeypatch.setattr(plan, "distance", lambda face, photo: Near())
    with Image.open(photo) as image:
        image.resize((1024, 1024), Image.Resampling.LANCZOS).save(photo)
    compare, seen = ledger.compare, []

    def also_unexplained(pixels, face, alpha, after, mapping):  # type: ignore[no-untyped-def]
        original = np.asarray(Image.open(photo))
        seen.append(ledger.geometry(compare(original, face, None, after, mapping)))
        return compare(pixels, face, alpha, after, mapping)

    monkeypatch.setattr(ledger, "compare", also_unexplained)
    session = catchlight.make(photo, tmp_path / "out", destinations=["web"], perspective="on")
    edits = {edit.name: edit for edit in session.picks[0].recipe.edits}
    assert edits["perspective"].strength > 0
    geometry = next(r for r in session.picks[0].readings if r.bound.name == "geometry")
    assert geometry.status != "exceeded"
    assert any(reading.status == "exceeded" for reading in seen)
    assert any("pixels were moved" in note for note in session.picks[0].notes)


def test_a_perspective_that_had_to_be_left_is_not_said_to_be_changed(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Near:
        cm = 45.0

    monkeypatch.setattr(plan, "distance", lambda face, photo: Near())
    answers = iter([*[exceeded()] * 4, kept()])
    monkeypatch.setattr(ledger, "identity", lambda *a: kept()[0])
    monkeypatch.setattr(ledger, "readings", lambda *a: next(answers))
    made = catchlight.make(photo, tmp_path / "out", destinations=["web"], perspective="on").picks[0]
    edits = {edit.name: edit for edit in made.recipe.edits}
    assert edits["perspective"].strength == 0
    assert not any("pixels were moved" in note for note in made.notes)
    assert any("weakened" in note for note in made.notes)


def test_another_person_is_refused_before_anything_else_is_measured(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    far = Reading(BOUNDS["identity"], 0.5, 0.1, "far")
    monkeypatch.setattr(ledger, "identity", lambda *a: far)
    monkeypatch.setattr(ledger, "compare", lambda *a: asked.append(1))
    with pytest.raises(BoundRefused, match=r"0\.50"):
        catchlight.make(photo, tmp_path / "out", destinations=["web"])
    assert not asked
    assert not (tmp_path / "out").exists()
