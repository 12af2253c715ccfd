"""Oracles: what is written reads back the same; what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight.edits import Grain, Match, SoftenBackdrop, StudioBackdrop, Tone, WhiteBalance
from catchlight.errors import RecipeError
from catchlight.recipe import (
    CropBox,
    Facts,
    Output,
    Recipe,
    Source,
    load_recipe,
    normal_form,
    recipe_text,
)
from catchlight.scribble import Scribble

MATCH = Match(level=-0.3, veil=(0.01, 0.01, 1 / 70), grain=Grain())
PAPER = StudioBackdrop(
    paper="grey", color="#808080", gradient=0.5, key=0.3, falloff=0.2, match=MATCH
)


def recipe(**changes: object) -> Recipe:
    values: dict[str, object] = {
        "look": "corporate",
        "source": Source(path="a.jpg", sha256="0" * 64, width=400, height=300),
        "facts": Facts(
            eye_right=(0.4, 0.3),
            eye_left=(0.6, 0.3),
            matte="matte.png",
            matte_sha256="1" * 64,
            landmarks="landmarks.csv",
            landmarks_sha256="2" * 64,
        ),
        "edits": (WhiteBalance(red_stops=0.1, blue_stops=-1 / 3), Tone(exposure_stops=0.3), PAPER),
        "outputs": (
            Output(
                name="headshot",
                file="headshot.jpg",
                crop=CropBox(center=(0.5, 1 / 3), width=0.5, height=0.5),
                width=200,
                height=150,
            ),
        ),
    }
    return Recipe.model_validate(values | changes)


def test_reads_back_the_same(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    normal = normal_form(recipe())
    file.write_text(recipe_text(normal), "utf-8")
    assert load_recipe(file) == normal
    assert recipe_text(load_recipe(file)) == recipe_text(recipe())


def test_normal_form_changes_numbers_by_less_than_a_millionth() -> None:
    normal = normal_form(recipe())
    assert normal.outputs[0].crop.center[1] == pytest.approx(1 / 3, abs=1e-8)
    assert normal_form(normal) == normal


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("strength = 1.0", "strength = 1.5", "strength"),
        ('name = "tone"', 'name = "beautify"', "edits"),
        ("red_stops = 0.1", "red_stops = 9.0", "red_stops"),
        ('file = "headshot.jpg"', 'file = "../headshot.jpg"', "file"),
        ('matte = "matte.png"', 'matte = "/etc/passwd"', "matte"),
        ('landmarks = "landmarks.csv"', 'landmarks = "../landmarks.csv"', "landmarks"),
        ("width = 200", "width = 0", "width"),
        ("catchlight = 1", "catchlight = 7", "catchlight"),
        ("[source]", "[source", "TOML"),
    ],
)
def test_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    file = tmp_path / "recipe.toml"
    text = recipe_text(recipe())
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RecipeError, match=named) as caught:
        load_recipe(file)
    assert "recipe.toml" in str(caught.value)


def test_a_missing_or_binary_file_is_a_recipe_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="No such file"):
        load_recipe(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match=r"binary\.toml"):
        load_recipe(tmp_path / "binary.toml")


def test_recipes_of_before_have_no_landmarks() -> None:
    facts = Facts(eye_right=(0.4, 0.3), eye_left=(0.6, 0.3), matte="m.png", matte_sha256="1" * 64)
    assert normal_form(recipe(facts=facts)).facts == facts


def test_scribbles_read_back_the_same() -> None:
    dot = Scribble(of="person", points=((0.25, 1 / 3),))
    stroke = Scribble(of="background", width=0.1, points=((0, 0), (0.5, 1)))
    facts = recipe().facts.model_copy(update={"scribbles": (dot, stroke)})
    made = normal_form(recipe(facts=facts))
    assert made == normal_form(made)
    assert made.facts.scribbles is not None
    assert made.facts.scribbles[1] == stroke
    assert "scribbles" not in recipe_text(recipe())


def test_two_outputs_cannot_share_a_file() -> None:
    output = recipe().outputs[0]
    with pytest.raises(ValueError, match="same file"):
        recipe(outputs=(output, output))


@pytest.mark.parametrize(
    "edits",
    [
        (PAPER, Tone(exposure_stops=0.1)),
        (Tone(exposure_stops=0.1), WhiteBalance(red_stops=0.1, blue_stops=0.1)),
        (Tone(exposure_stops=0.1), Tone(exposure_stops=0.1)),
        (SoftenBackdrop(), PAPER),
    ],
)
def test_the_order_of_edits_is_checked(edits: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="edit"):
        recipe(edits=edits)
