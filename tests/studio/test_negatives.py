"""Negatives: what is found of a photograph is found once, whatever is chosen meanwhile."""

from __future__ import annotations

from typing import Any, cast

import pytest

from catchlight.progress import Stages, silent
from catchlight.scribble import Scribble
from catchlight.settings import Settings
from catchlight.sitter import Sitter
from catchlight.studio import negatives
from catchlight.studio.choices import Choices
from catchlight.studio.negatives import Negative

DOT = Scribble(of="background", points=((0.5, 0.5),))


class Cut:
    """A silhouette that knows what it was cut with."""

    def __init__(self, scribbles: tuple[Scribble, ...], plain: object) -> None:
        self.scribbles, self.given, self.plain = scribbles, plain, "without"


@pytest.fixture
def negative(monkeypatch: pytest.MonkeyPatch) -> Negative:
    monkeypatch.setattr(negatives, "cut", lambda *given: Cut(*given[3:]))
    monkeypatch.setattr(negatives, "Previews", lambda sitter, silhouette: silhouette)
    return Negative(cast(Sitter, None), [], Settings())


def cut_out(negative: Negative, **choices: Any) -> Any:
    return negative.cut_out(Choices(**choices), Stages(silent)).silhouette


def test_the_networks_are_asked_once(negative: Negative) -> None:
    first, corrected = cut_out(negative), cut_out(negative, scribbles=(DOT,))
    assert (first.scribbles, first.given) == ((), None)
    assert (corrected.scribbles, corrected.given) == ((DOT,), "without")


def test_it_is_cut_again_only_for_other_scribbles(negative: Negative) -> None:
    first = cut_out(negative, scribbles=(DOT,))
    assert cut_out(negative, scribbles=(DOT,), exposure=0.1, look="legal") is first
    assert cut_out(negative) is not first
    assert cut_out(negative, scribbles=(DOT,)) is first
