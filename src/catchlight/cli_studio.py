"""The command that opens the studio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["studio"]


def studio(
    port: Annotated[int, typer.Option(help="Port on this machine; 0: a free one.")] = 0,
    data: Annotated[
        Path | None, typer.Option(help="Folder for sessions; else Catchlight's own.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link only.")] = False,
    token: Annotated[
        bool, typer.Option("--token", help="Print the token for scripts, and end.")
    ] = False,
) -> None:
    """Open the studio: a web page on this machine, from your photos to a finished headshot."""
    from .studio.serve import serve, studio_folder

    if token:
        from .studio.access import script_token

        print(script_token(studio_folder(data)))
        return
    serve(studio_folder(data), port=port, open_browser=not no_browser)
