"""Negatives: what is found of a photograph is found once, whatever is chosen meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """With what mattes were asked for: scribbles, and the matte without any."""
    calls: list[tuple[Any, ...]] = []

    def matte_of(_sitter: Any, _stages: Any, _settings: Any, *given: Any) -> str:
        calls.append(given)
        return f"matte {len(calls)}"

    monkeypatch.setattr(negatives, "matte_of", matte_of)
    monkeypatch.setattr(negatives, "silhouette_of", lambda _sitter, *of: SimpleNamespace(of=of))
    monkeypatch.setattr(negatives, "Previews", lambda sitter, silhouette: silhouette)
    return calls


@pytest.fixture
def negative(asked: list[tuple[Any, ...]]) -> Negative:
    return Negative(cast(Sitter, None), [], Settings())


def cut_out(negative: Negative, **choices: Any) -> Any:
    return negative.cut_out(Choices(**choices), Stages(silent)).silhouette


def test_the_networks_are_asked_once(negative: Negative, asked: list[tuple[Any, ...]]) -> None:
    assert cut_out(negative, scribbles=(DOT,)).of == ("matte 2", (DOT,))
    assert cut_out(negative).of == ("matte 1", ())
    assert asked == [(), ((DOT,), "matte 1")]


def test_it_is_cut_again_only_for_other_scribbles(negative: Negative) -> None:
    first = cut_out(negative, scribbles=(DOT,))
    assert cut_out(negative, scribbles=(DOT,), exposure=0.1, look="legal") is first
    assert cut_out(negative) is not first
    assert cut_out(negative, scribbles=(DOT,)) is first
