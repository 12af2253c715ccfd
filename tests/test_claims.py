"""Oracles: the actions are the recipe's, under the standard's names; nobody's files are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catchlight.claims import (
    actions,
    bounds_assertion,
    checked_bounds,
    embedded_recipe,
    ingredient,
)
from catchlight.edits import PhotoBackdrop, SoftenBackdrop, StudioBackdrop, Tone, WhiteBalance
from catchlight.errors import CredentialError
from catchlight.recipe import CropBox
from catchlight.scribble import Scribble
from catchlight.sharpening import Sharpening

from .signed_pictures import claim, original, output, picture, recipe

LIGHT = (WhiteBalance(red_stops=0.1, blue_stops=0.0), Tone(exposure_stops=0.3))
PAPER = StudioBackdrop(paper="grey", color="#808080", gradient=0.5, key=0.3, falloff=0.2)
SOFT = SoftenBackdrop()
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Actions of C2PA 2.2, 18.15.2, as the field notes and c2pa-rs have them
STANDARD = {
    "c2pa.opened", "c2pa.cropped", "c2pa.adjustedColor", "c2pa.enhanced", "c2pa.edited",
    "c2pa.filtered", "c2pa.placed", "c2pa.resized", "c2pa.orientation", "c2pa.redacted",
}  # fmt: skip


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return original(tmp_path)


def backdrop(path: Path) -> PhotoBackdrop:
    return PhotoBackdrop(path=str(path), sha256=ingredient(path, "x").sha256)


def names(photo: Path, edits: tuple, **changes: object) -> list[str]:
    made = recipe(photo, output(**changes), edits=edits)
    return [action["action"] for action in actions(claim(photo, made))]


def test_names_are_the_standards(photo: Path, tmp_path: Path) -> None:
    colour = ["c2pa.adjustedColor", "c2pa.adjustedColor"]
    assert names(photo, LIGHT) == ["c2pa.opened", *colour, "c2pa.cropped"]
    assert names(photo, (PAPER,)) == ["c2pa.opened", "c2pa.edited", "c2pa.cropped"]
    assert names(photo, (SOFT,)) == ["c2pa.opened", "c2pa.filtered", "c2pa.cropped"]
    placed = (backdrop(original(tmp_path, "wall.jpg", 3)),)
    assert names(photo, placed) == ["c2pa.opened", "c2pa.placed", "c2pa.cropped"]
    whole = CropBox(center=(0.5, 0.5), width=1, height=1)
    assert names(photo, (), crop=whole) == ["c2pa.opened", "c2pa.resized"]
    for edits in (LIGHT, (PAPER,), (SOFT,), placed):
        assert set(names(photo, edits)) <= STANDARD


def test_an_edit_that_is_off_is_not_claimed(photo: Path) -> None:
    off = tuple(edit.model_copy(update={"strength": 0.0}) for edit in LIGHT)
    assert names(photo, off) == ["c2pa.opened", "c2pa.cropped"]


def test_sharpening_is_claimed_where_it_was_done(photo: Path) -> None:
    how = Sharpening(amount=2.0)
    assert names(photo, (), sharpen=how) == ["c2pa.opened", "c2pa.cropped", "c2pa.enhanced"]
    for off in (how.model_copy(update={"strength": 0.0}), None):
        assert "c2pa.enhanced" not in names(photo, (), sharpen=off)


def test_a_cut_out_stands_before_no_backdrop(photo: Path) -> None:
    made = recipe(photo, output(mask="person", format="png", file="cutout.png"), edits=(PAPER,))
    steps = actions(claim(photo, made))
    assert [step["action"] for step in steps] == ["c2pa.opened", "c2pa.edited", "c2pa.cropped"]
    assert "cut away" in steps[1]["description"]


def test_a_cut_out_corrected_by_hand_is_claimed_where_it_was_used(photo: Path) -> None:
    stroke = Scribble(of="background", points=((0.3, 0.4),))
    for edits, mask, claimed in (((PAPER,), "none", 1), ((), "person", 1), (LIGHT, "none", 0)):
        made = recipe(photo, output(mask=mask, format="png", file="a.png"), edits=edits)
        facts = made.facts.model_copy(update={"scribbles": (stroke,)})
        steps = actions(claim(photo, made.model_copy(update={"facts": facts})))
        told = [step for step in steps if "by hand" in step.get("description", "")]
        assert len(told) == claimed
        for step in told:
            assert step["action"] == "c2pa.edited"
            assert step["digitalSourceType"] == f"{IPTC}humanEdits"


def test_source_types_are_true(photo: Path, tmp_path: Path) -> None:
    wall = original(tmp_path, "wall.jpg", 3)
    made = recipe(photo, edits=(*LIGHT, backdrop(wall)))
    steps = actions(claim(photo, made, by_hand={"tone"}, backdrop=ingredient(wall, "Backdrop")))
    found = {step["action"]: step.get("digitalSourceType") for step in steps[2:]}
    assert steps[1]["digitalSourceType"] == f"{IPTC}algorithmicallyEnhanced"
    assert found == {
        "c2pa.adjustedColor": f"{IPTC}humanEdits",
        "c2pa.placed": f"{IPTC}compositeCapture",
        "c2pa.cropped": None,
    }
    assert "rained" not in json.dumps(steps)  # trained…Media: never
    # how the original came to be is not for us to say
    assert "digitalSourceType" not in steps[0]


def test_the_recipe_comes_back_without_names(photo: Path, tmp_path: Path) -> None:
    wall = original(tmp_path, "SECRET_wall.jpg", 3)
    made = recipe(photo, edits=(*LIGHT, backdrop(wall)))
    data = bounds_assertion(claim(photo, made), picture())
    assert "SECRET" not in json.dumps(data)
    assert str(tmp_path) not in json.dumps(data)
    back = embedded_recipe(data)
    assert back is not None
    assert back.source.path == "original"
    renamed = made.model_dump()
    renamed["source"]["path"] = "original"
    renamed["edits"][-1]["path"] = "backdrop"
    assert back.model_dump() == renamed


def test_a_long_recipe_is_compressed(photo: Path) -> None:
    places = tuple(output(f"place-{i}", file=f"{i}.jpg") for i in range(30))
    made = recipe(photo, *places)
    data = bounds_assertion(claim(photo, made), picture())
    assert set(data["recipe"]) == {"sha256", "zlib"}
    assert (embedded_recipe(data) or pytest.fail("there is none")).outputs == made.outputs
    assert set(bounds_assertion(claim(photo, made, with_recipe=False), b"")["recipe"]) == {"sha256"}


@pytest.mark.parametrize(
    "held", [None, 3, {}, {"toml": "x ="}, {"zlib": "!!"}, {"zlib": "AAAA"}, {"toml": 5}]
)
def test_a_broken_recipe_is_none(held: object) -> None:
    assert embedded_recipe({"recipe": held}) is None


def test_an_assertion_of_somebodys_is_looked_at_first(photo: Path) -> None:
    data = bounds_assertion(claim(photo), picture())
    assert checked_bounds(data) is data
    row = data["bounds"][0]
    wrong: list[object] = [
        None,
        [],
        {},
        data | {"schema": "other/1"},
        data | {"finished": "\x1b[2J"},
        data | {"original": "x"},
        data | {"bounds": {"x": 1}},
        data | {"bounds": [row | {"title": "a\nb"}]},
        data | {"bounds": [row | {"limit": "3"}]},
        data | {"bounds": [row | {"value": [1]}]},
    ]
    assert [checked_bounds(item) for item in wrong] == [None] * len(wrong)


def test_lists_of_numbers_become_text(photo: Path) -> None:
    changes = [{"region": [0.1, 0.25], "words": ["a", "b"], "n": 3}]
    data = bounds_assertion(claim(photo, changes=changes), picture())
    assert data["changes"] == [{"region": "0.1 0.25", "words": ["a", "b"], "n": 3}]


def test_a_photo_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match=r"gone\.jpg"):
        ingredient(tmp_path / "gone.jpg", "x")
