"""The command that opens the studio."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["studio"]


def studio(
    port: Annotated[int, typer.Option(help="Port; 0: a free one.")] = 0,
    data: Annotated[
        Path | None, typer.Option(help="Folder for sessions; else Catchlight's own.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link only.")] = False,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen at; beyond this machine (0.0.0.0) it is over TLS, by password."
        ),
    ] = "127.0.0.1",
    certificate: Annotated[
        Path | None, typer.Option(help="With --host: your certificate (PEM); else a self-made one.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="With --certificate: its key (PEM).")] = None,
    set_password: Annotated[
        bool, typer.Option("--set-password", help="Set the password for --host, and end.")
    ] = False,
    token: Annotated[
        bool, typer.Option("--token", help="Print the token for scripts, and end.")
    ] = False,
) -> None:
    """Open the studio: a web page on this machine, from your photos to a finished headshot."""
    from .studio.serve import Place, serve, studio_folder

    if token:
        from .studio.access import script_token

        print(script_token(studio_folder(data)))
        return
    if set_password:
        from .studio.account import set_password as keep

        keep(studio_folder(data), _password())
        print("The password is set. It is asked for from the next start on.")
        return
    place = Place(host, port, certificate, key)
    serve(studio_folder(data), place, open_browser=not no_browser)


def _password() -> str:
    """Ask for a password twice; from a pipe, take its first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked
