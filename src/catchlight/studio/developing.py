"""Developing: previews that follow a person's hand.

One task renders for one page. What was asked for meanwhile replaces what is no longer wanted, so a
slider is never more than one preview behind; when it rests, the exact picture follows, and when
nothing else is wanted, the small pictures of looks and backdrops.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ..looks import list_looks, load_look
from ..store import Row
from .choices import SLIDERS, Choices
from .parts import Develop
from .problems import Problem
from .words import section, word
from .work import Studio

__all__ = ["Developing"]

_SIDE, _QUICK, _SMALL, _FULL = 1280, 760, 220, 12_000  # pixels of the longer side
_REST = 1.2  # seconds without a touch before small pictures are made
_TONE = ("exposure", "contrast", "saturation", "key_to_fill", "head_height")
_PAPERS = {"#e6e6e6": "Light grey", "#3a3a3a": "Charcoal"}


class Developing:
    """What a page for developing shows, and what becomes of what is done on it."""

    def __init__(self, studio: Studio, session: str, render: Row) -> None:
        self._studio, self._session, self._render = studio, session, render
        self._wake = asyncio.Event()
        self._moving: Row | None = None
        self._settle, self._full = True, False
        self._touched = 0.0
        self._colour = studio.brief(session).colour
        self._swatches: dict[str, str] = {}
        self._picture: Row = {"url": "", "before": "", "width": 4, "height": 5}
        self.took: list[float] = []
        self.part = Develop(
            picture=self._picture, facts={}, busy=word("develop.opening"), colour=self._colour,
            session=session,
            **self._state(),
        )  # fmt: skip
        for name in ("slide", "choose", "step", "flip", "backdrop"):
            self.part.hear(name, getattr(self, f"_{name}"))
        self.part.hear("full", lambda _: self._want_full())
        self._wake.set()

    # ---------------------------------------------------------------- what is done on the page

    def _slide(self, said: Row) -> None:
        self._touched = time.monotonic()
        self._moving = {said["name"]: said["value"]}
        self._wake.set()

    def _choose(self, changes: Row) -> None:
        if "look" in changes:  # a look is chosen as it is
            changes = {**dict.fromkeys(("backdrop", *_TONE)), **changes}
        self._touched = time.monotonic()
        self._moving = None
        try:
            self._take(self._studio.change(self._session, self._render["id"], changes))
        except Problem as problem:
            self.part.put(busy=problem.detail)

    def _step(self, step: str) -> None:
        render = self._render["id"]
        if step == "reset":
            self._take(self._studio.reset(self._session, render))
        else:
            self._take(self._studio.undo(self._session, render, 1 if step == "undo" else -1))

    def _flip(self, mark: Row) -> None:
        """Heal a mark that is kept, or keep one that is healed."""
        at, fate = list(mark["center"]), mark["fate"]
        choices = self._render["choices"]
        keep = [p for p in choices["keep"] if p != at]
        remove = [p for p in choices["remove"] if p != at]
        (keep if fate == "healed" else remove).append(at)
        self._choose({"keep": keep, "remove": remove})

    def _backdrop(self, name: str) -> None:
        """Choose the backdrop that was just sent."""
        self._choose({"backdrop": name})

    def refresh(self) -> None:
        """Take over what another tab or a script has chosen."""
        row = self._studio.render(self._session, self._render["id"])
        if (row["choices"], row["at"]) != (self._render["choices"], self._render["at"]):
            self._take(row)

    def _take(self, row: Row) -> None:
        swatches = (self._render["choices"]["look"], row["choices"]["look"])
        if swatches[0] != swatches[1]:
            self._swatches = {k: v for k, v in self._swatches.items() if k in list_looks()}
        self._render = row
        self._settle = True
        self.part.put(**self._state())
        self._wake.set()

    def _want_full(self) -> None:
        self._full = True
        self._wake.set()

    # ---------------------------------------------------------------- what the page shows

    def _state(self) -> Row:
        choices = Choices.model_validate(self._render["choices"])
        look = load_look(choices.look)
        plain = Choices(look=choices.look)
        sliders = []
        for slider in SLIDERS:
            least, most = slider.range(look)
            sliders.append(
                {"name": slider.name, "least": least, "most": most, "step": slider.step,
                 "own": plain.value(slider.name)}
            )  # fmt: skip
        values: Row = {slider.name: choices.value(slider.name) for slider in SLIDERS}
        values["retouch"] = choices.retouch or look.retouch
        values["backdrop"] = choices.backdrop or look.backdrop.kind
        return {
            "choices": choices.model_dump(mode="json"),
            "values": values,
            "sliders": sliders,
            "looks": [
                {"name": name, "title": load_look(name).title, "for_whom": load_look(name).for_whom,
                 "url": self._swatches.get(name, "")} for name in self._looks()
            ],
            "backdrops": [
                {"name": name, "title": title, "color": name if name.startswith("#") else "",
                 "url": self._swatches.get(name, "")} for name, title in self._backdrops().items()
            ],
            "history": {"undo": self._render["undo"], "redo": self._render["redo"]},
        }  # fmt: skip

    def _looks(self) -> list[str]:
        """All looks, the suggested one first."""
        first = self._render["steps"][0]["look"]
        return sorted(list_looks(), key=lambda name: name != first)

    def _backdrops(self) -> dict[str, str]:
        titles = dict(section("develop")["backdrops"])
        own = titles.pop("colour")
        colours = {self._colour: own} if self._colour else {}
        chosen = self._render["choices"]["backdrop"]
        if chosen and chosen.startswith("#") and chosen not in (*_PAPERS, *colours):
            colours[chosen] = chosen
        own = self._studio.own_backdrops.all(self._session)
        named = {name: word("develop.own_backdrop", n=n + 1) for n, name in enumerate(own)}
        return {**titles, **colours, **_PAPERS, **named}

    # ---------------------------------------------------------------- rendering

    async def work(self) -> None:
        """Render what is wanted, the most wanted first, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._next()
            except Problem as problem:
                self.part.put(busy=problem.detail)

    async def _next(self) -> None:
        if self._moving is not None:
            changes, self._moving = self._moving, None
            start = time.perf_counter()
            _, data = await self._preview(_QUICK, "quick", changes=changes)
            self.took.append(time.perf_counter() - start)
            if not self._settle:  # else the exact one is as near
                self._show(url=self._studio.show(data), full="")
            self._wake.set()
        elif self._settle:
            self._settle = False
            self.part.put(busy=word("develop.rendering") if self._picture["url"] else "")
            facts, data = await self._preview(_SIDE)
            size = {"width": facts["width"], "height": facts["height"]}
            self._show(url=self._studio.show(data), full="", **size)
            self.part.put(facts=facts, busy="")
            _, data = await self._preview(_SIDE, "before")
            self._show(before=self._studio.show(data), full_before="")
            if self._moving is None:  # what a slider will begin from
                await self._preview(_QUICK, "quick")
            self._wake.set()
        elif self._full:
            self._full = False
            _, data = await self._preview(_FULL)
            if not self._settle:
                self._show(full=self._studio.show(data))
            _, data = await self._preview(_FULL, "before")
            if not self._settle:
                self._show(full_before=self._studio.show(data))
            self._wake.set()
        else:
            await self._swatch()

    async def _swatch(self) -> None:
        """Make one small picture, if there is one to make and nobody moves anything."""
        wanted = [
            name for name in (*self._looks(), *self._backdrops()) if name not in self._swatches
        ]
        if not wanted:
            return
        rested = time.monotonic() - self._touched
        if rested < _REST:
            asyncio.get_running_loop().call_later(_REST - rested, self._wake.set)
            return
        name = wanted[0]
        if name in list_looks():
            changes: Row = {**dict.fromkeys(("backdrop", *_TONE)), "look": name}
        else:
            changes = {"backdrop": name}
        look = self._render["choices"]["look"]
        _, data = await self._preview(_SMALL, changes=changes)
        if name in list_looks() or look == self._render["choices"]["look"]:
            self._swatches[name] = self._url(self._studio.show(data))
            state = self._state()
            self.part.put(looks=state["looks"], backdrops=state["backdrops"])
        self._wake.set()

    async def _preview(
        self, side: int, how: str = "exact", changes: Row | None = None
    ) -> tuple[dict[str, Any], bytes]:
        return await self._studio.preview(
            self._session, self._render["id"], side=side, how=how, changes=changes
        )

    def _show(self, **picture: Any) -> None:
        for name in ("url", "before", "full", "full_before"):
            if picture.get(name):
                picture[name] = self._url(picture[name])
        self._picture = {**self._picture, **picture}
        self.part.put(picture=self._picture)

    def _url(self, name: str) -> str:
        return f"/api/v1/sessions/{self._session}/shown/{name}"
