"""Choices: nothing on the page can ask for more than a look may."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

import catchlight.studio
from catchlight.looks import list_looks, load_look
from catchlight.studio.brief import PURPOSES, Brief, suggest
from catchlight.studio.choices import SLIDERS, Choices, backdrop_of, tuned, wish_of


@pytest.mark.parametrize("name", list_looks())
def test_every_slider_goes_to_its_ends_with_every_look(name: str) -> None:
    look = load_look(name)
    for slider in SLIDERS:
        least, most = slider.range(look)
        own = Choices(look=name).value(slider.name)
        assert least <= own <= most, slider.name
        for value in (least, most):
            changed = tuned(Choices.model_validate({"look": name, slider.name: value}))
            assert type(changed).model_validate(changed.model_dump()) == changed


def test_the_looks_own_bounds_are_the_sliders() -> None:
    for name, value in (("exposure", 0.26), ("contrast", 0.26), ("saturation", 1.11),
                        ("key_to_fill", 0.9), ("exposure", float("nan"))):  # fmt: skip
        with pytest.raises(ValidationError):
            Choices.model_validate({name: value})


def test_nothing_chosen_is_the_look_itself() -> None:
    for name in list_looks():
        assert tuned(Choices(look=name)) == load_look(name)
    look = load_look("founder")
    assert backdrop_of(Choices(look="founder"), look).kind == look.backdrop.kind
    assert wish_of(Choices(look="founder"), look).level == look.retouch


def test_removing_marks_needs_retouching() -> None:
    choices = Choices(retouch="none", remove=((0.5, 0.5),))
    assert wish_of(choices, load_look("corporate")).by_hand.remove == ()


def test_a_brief_without_a_feeling_gives_what_is_usual_and_one_with_leans_its_way() -> None:
    for purpose, (looks, places) in PURPOSES.items():
        found = suggest(Brief(purpose=purpose))
        assert found.look == looks[0]
        assert found.destinations == places
        assert found.title in found.why
    assert suggest(Brief(purpose="profile", authority=1)).look == "legal"
    assert suggest(Brief(purpose="profile", modernity=1)).look == "founder"
    coloured = suggest(Brief(purpose="law", colour="#336699"))
    assert coloured.backdrop == "#336699"
    assert "#336699" in coloured.why


def test_the_page_knows_how_many_strokes_a_picture_takes() -> None:
    source = (Path(catchlight.studio.__file__).parent / "static" / "develop.js").read_text("utf-8")
    said = re.search(r"MOST_SCRIBBLES = (\d+), MOST_POINTS = (\d+)", source)
    assert said is not None
    strokes, points = (int(n) for n in said.groups())
    dot = {"of": "person", "points": [(0.5, 0.5)] * points}
    assert len(Choices.model_validate({"scribbles": [dot] * strokes}).scribbles) == strokes
    with pytest.raises(ValidationError):
        Choices.model_validate({"scribbles": [dot] * (strokes + 1)})
    with pytest.raises(ValidationError):
        Choices.model_validate({"scribbles": [{**dot, "points": [(0.5, 0.5)] * (points + 1)}]})
