"""An edit: versioned parameters, and a pure function of them and a scene."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from .scene import Scene

__all__ = ["Edit"]


class Edit(BaseModel, ABC):
    """The parameters of one edit as they stand in a recipe.

    `strength` scales the edit: at 0 it is the identity, at 1 it is what was planned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: float = Field(default=1.0, ge=0.0, le=1.0)

    @abstractmethod
    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Return the scene with the edit applied.

        `scene` itself is left as it is, unless `in_place` gives its pixels up: the renderer does so
        with pictures of its own, for fresh memory costs more time than the arithmetic.
        """

    def weakened(self, strength: float) -> Self:
        """Return the edit at a strength between 0 and 1, where a likeness bound asks for it."""
        return self.model_copy(update={"strength": strength})

    @abstractmethod
    def describe(self) -> str:
        """Say in one plain sentence what the edit does."""
