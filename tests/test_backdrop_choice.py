"""What a word on the command line stands for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catchlight.backdrop_choice import BackdropChoice, backdrop_choice
from catchlight.errors import UsageError
from catchlight.files import sha256
from catchlight.looks import load_look

LOOK = load_look("corporate")


def test_without_a_word_the_look_decides() -> None:
    assert backdrop_choice(None, LOOK) == BackdropChoice(LOOK.backdrop.kind)


@pytest.mark.parametrize("kind", ["keep", "soften", "studio"])
def test_words(kind: str) -> None:
    assert backdrop_choice(kind, LOOK) == BackdropChoice(kind)  # type: ignore[arg-type]


def test_a_colour_is_a_paper() -> None:
    assert backdrop_choice("#80A0B0", LOOK) == BackdropChoice("studio", color="#80a0b0")


def test_a_photograph_is_named_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "room.png"
    Image.fromarray(np.full((80, 120, 3), 128, np.uint8)).save(path)
    choice = backdrop_choice(path, LOOK, 2.8)
    assert choice == BackdropChoice("photo", str(path.resolve()), sha256(path), f_number=2.8)


@pytest.mark.parametrize("word", ["beach", "#12345", "#12345g", ""])
def test_what_is_none_of_these_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="neither keep"):
        backdrop_choice(word, LOOK)


@pytest.mark.parametrize("f_number", [0.0, 0.5, 65.0, float("nan"), -2.0])
def test_no_lens_has_such_an_aperture(f_number: float) -> None:
    with pytest.raises(UsageError, match=r"--f-number"):
        backdrop_choice("soften", LOOK, f_number)
