"""The live camera: frames go to the coach in a process aside, one at a time, and are not kept."""

from __future__ import annotations

import asyncio

from ..coach_rules import default_rules
from ..store import Row, Store
from .child import Child
from .problems import Problem
from .words import word

__all__ = ["Camera", "right_distance"]

_FIRST_S = 40.0  # loading the models
_ANSWER_S = 10.0
_ROOM = "catchlight.studio.coaching"


def right_distance() -> tuple[float, float]:
    """Return the nearness (-1 to 1, as in `coach_words.Gauges`) from and to which nothing is asked.

    >>> right_distance()
    (-0.2, 0.32)
    """
    rules = [rule for rule in default_rules().rules if rule.stage == "distance"]
    ends = {rule.quantity: round(rule.severity(rule.enter), 3) for rule in rules}
    return -ends["pixels"], ends["distance"]


class Camera:
    """Asks the coach about frames and about the pictures that were taken."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._room = Child(_ROOM)
        self._one_by_one = asyncio.Lock()  # the process reads before it is sent a frame

    def close(self) -> None:
        """End the process."""
        self._room.stop()

    async def warm(self) -> None:
        """Load what the coach needs, so that the first frame has not to wait for it."""
        async with self._one_by_one:
            await self._ready()

    async def see(
        self, session: str, sitting: str, frame: bytes, time: float, scale: float
    ) -> Row:  # fmt: skip
        """Show the coach a frame; its instruction.

        Parameters
        ----------
        session, sitting : one sitter before one camera.
        frame : a JPEG of at most 1920 pixels a side.
        time : of the frame in seconds, of a clock that only goes forward.
        scale : pixels of the still that would be taken per pixel of the frame, in length.

        Raises
        ------
        Problem : it is no such JPEG, or the coach has ended.
        """
        async with self._one_by_one:
            await self._ready()
            answer, _ = await self._room.ask(
                "frame", timeout=_ANSWER_S, blob=frame, session=session, sitting=sitting,
                time=time, scale=scale,
            )  # fmt: skip
        return dict(answer["said"])

    async def leave(self, session: str, sitting: str = "") -> None:
        """Forget a sitting; without its name, all of a session."""
        if self._room.running:
            async with self._one_by_one:
                await self._room.ask("leave", timeout=_FIRST_S, session=session, sitting=sitting)

    async def verdict(self, photo: Row) -> Row:
        """Return one line about a photograph, and whether there is a fault in it."""
        if photo["status"] != "ready":
            raise Problem(404, "That file could not be used, and was not kept.")
        async with self._one_by_one:
            await self._ready()
            answer, _ = await self._room.ask(
                "verdict", timeout=_FIRST_S, path=str(self._store.file_of(photo))
            )
        codes, fault = answer["verdict"], bool(answer["fault"])
        what = ", ".join(word(f"verdict.{code}") for code in codes)
        return {"text": word(f"verdict.{'but' if fault else 'kept'}", what=what), "fault": fault}

    async def _ready(self) -> None:
        """Have the process read its pipe: what is sent before would wait in the studio's loop."""
        if not self._room.running:
            await self._room.ask("warm", timeout=_FIRST_S)
