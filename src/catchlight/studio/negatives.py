"""A negative: one photograph's facts while it is developed, and what was planned of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..choosing import references
from ..destinations import load_destination
from ..edits import AnyEdit
from ..matte import Matte
from ..plan import Plan
from ..preview import Previews
from ..progress import Stages
from ..recipe import Recipe
from ..retouching import Retouched, other_skins, retouch
from ..scribble import Scribble
from ..settings import Settings
from ..sitter import Silhouette, Sitter, matte_of, plan_print, silhouette_of
from ..survey import Seen
from .choices import SLIDERS, TONE, Choices, backdrop_of, tuned, wish_of, with_tone
from .darkroom import Kept

__all__ = ["CutOut", "Negative", "Planned", "draft", "plan_of"]


class CutOut(NamedTuple):
    """Where the person ends, as corrected by hand, and previews of them."""

    silhouette: Silhouette
    previews: Previews


class Planned(NamedTuple):
    """A plan, what to say of the cut-out, and what was decided about the skin."""

    plan: Plan
    unsure: tuple[str, ...]
    retouched: Retouched


@dataclass(eq=False)
class Negative:
    """One photograph's facts, and what was made of them lately."""

    sitter: Sitter
    others: list[tuple[Seen, int]]
    settings: Settings
    cut_outs: Kept[CutOut] = field(default_factory=lambda: Kept(2))
    retouched: Kept[Retouched] = field(default_factory=lambda: Kept(4))
    plans: Kept[Planned] = field(default_factory=lambda: Kept(24))
    shown: tuple[Choices, Recipe] | None = None
    plain: Matte | None = None
    cutting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def references(self) -> list[NDArray[np.float64]]:
        """The person's embeddings in their other photographs."""
        return references(self.others)

    def cut_out(self, choices: Choices, stages: Stages) -> CutOut:
        """Cut the person out with the scribbles that were chosen, or find what was cut lately."""
        key = f"{choices.scribbles}"
        with self.cutting:  # what is cut once is cut by one
            known = self.cut_outs.use(key)
            if known is None:
                silhouette = self._cut(choices.scribbles, stages)
                previews = Previews(self.sitter, silhouette)
                known = self.cut_outs.put(key, CutOut(silhouette, previews))
            return known

    def _cut(self, scribbles: tuple[Scribble, ...], stages: Stages) -> Silhouette:
        if self.plain is None:  # the networks are asked once, whatever is drawn
            self.plain = matte_of(self.sitter, stages, self.settings)
        matte = self.plain
        if scribbles:
            matte = matte_of(self.sitter, stages, self.settings, scribbles, self.plain)
        return silhouette_of(self.sitter, matte, scribbles)


def plan_of(
    negative: Negative,
    choices: Choices,
    stages: Stages,
    destinations: Sequence[str] = (),
    behind: Sequence[AnyEdit] | None = None,
    own_photo: str = "",
) -> Planned:
    """Plan a print, or find the plan of a little while ago."""
    look = tuned(choices)
    wish = wish_of(choices, look)
    skin = f"{wish}"
    retouched = negative.retouched.use(skin)
    if retouched is None:
        sitter = negative.sitter
        retouched = negative.retouched.put(
            skin,
            retouch(
                sitter.photo.pixels, sitter.face, sitter.view, wish,
                lambda: other_skins(negative.others, negative.settings),
            ),
        )  # fmt: skip
    key = f"{choices.model_dump_json()}{destinations}{behind is None}"
    known = negative.plans.use(key)
    if known is None:
        planned, unsure = plan_print(
            negative.sitter,
            negative.cut_out(choices, stages).silhouette,
            retouched,
            look,
            backdrop_of(choices, look, own_photo),
            [load_destination(name) for name in destinations],
            wish.level,
            choices.perspective,
            own_network=negative.settings.matting_model is not None,
            behind=behind,
        )
        known = negative.plans.put(key, Planned(planned, unsure, retouched))
    return known


def draft(negative: Negative, wanted: Choices, stages: Stages, own_photo: str) -> Recipe | None:
    """Return a recipe like the last but for what sliders change; None where more has changed."""
    if negative.shown is None:
        return None
    base, recipe = negative.shown

    def but(choices: Choices, *names: str) -> Choices:
        return choices.model_copy(update=dict.fromkeys(names))

    if but(base, *TONE) == but(wanted, *TONE):
        return with_tone(recipe, base, wanted)
    names = [slider.name for slider in SLIDERS]
    if but(base, *names) != but(wanted, *names):
        return None
    behind = [edit for edit in recipe.edits if edit.name == "backdrop"]
    return plan_of(negative, wanted, stages, behind=behind, own_photo=own_photo).plan.recipe
