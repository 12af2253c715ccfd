"""A scribble as text and as data: what one is, and that anything else is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from catchlight.errors import UsageError
from catchlight.scribble import MOST_SCRIBBLES, Scribble, check_scribbles, parse_scribble

DOT = Scribble(of="person", points=((0.5, 0.5),))


def test_text_becomes_a_scribble() -> None:
    assert parse_scribble("person 0.5,0.5") == DOT
    stroke = parse_scribble("background@0.35 0,0.25 1,0.75")
    assert stroke.of == "background"
    assert stroke.width == 0.35
    assert stroke.points == ((0, 0.25), (1, 0.75))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "person",
        "wall 0.5,0.5",
        "person 0.5",
        "person 0.5,0.5,0.5",
        "person 0.5,1.01",
        "person nan,0.5",
        "person@0 0.5,0.5",
        "person@9 0.5,0.5",
        "person@x 0.5,0.5",
        "person " + "0.5,0.5 " * 201,
    ],
)
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"background 0\.41,0\.33"):
        parse_scribble(text)


def test_a_scribble_lies_in_the_photo() -> None:
    for points in (((-0.1, 0.5),), ((0.5, float("inf")),), ()):
        with pytest.raises(ValidationError):
            Scribble(of="person", points=points)


def test_scribbles_are_for_one_picture_and_not_without_end() -> None:
    check_scribbles([DOT] * MOST_SCRIBBLES, 1)
    check_scribbles([], 3)
    with pytest.raises(UsageError, match="--top 1"):
        check_scribbles([DOT], 2)
    with pytest.raises(UsageError, match=f"{MOST_SCRIBBLES} at most"):
        check_scribbles([DOT] * (MOST_SCRIBBLES + 1), 1)
