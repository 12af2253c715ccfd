"""Progress on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .progress import Progress

__all__ = ["showing"]


@contextmanager
def showing(quiet: bool) -> Iterator[Progress]:
    """Show a bar with the stage's name on a terminal, a line for each stage elsewhere."""
    from .progress import silent

    if quiet:
        yield silent
        return
    if not sys.stderr.isatty():
        last: list[str] = []

        def lines(stage: str, done: int, total: int) -> None:
            if last != [stage]:
                last[:] = [stage]
                print(f"{stage} …", file=sys.stderr, flush=True)

        yield lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def show(stage: str, done: int, total: int) -> None:
            bars.update(task, description=stage, completed=done, total=total)

        yield show
