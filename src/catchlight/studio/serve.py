"""Serving: the studio on this machine, at a free port, opened by a link that works once."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path

import uvicorn

from ..errors import UsageError
from ..settings import data_dir
from .access import Access, script_token
from .app import create_app
from .phone import Phone
from .work import Studio

__all__ = ["serve", "studio_folder"]

_LOOPBACK = "127.0.0.1"


def studio_folder(data: Path | None) -> Path:
    """Return the folder that the studio keeps its files in."""
    return data if data is not None else data_dir() / "studio"


def serve(folder: Path, *, port: int = 0, open_browser: bool = True) -> None:
    """Run the studio until it is interrupted.

    Parameters
    ----------
    folder : where sessions are kept; made if need be.
    port : 0: a free one.
    open_browser : open the page in the user's browser.

    Raises
    ------
    UsageError : the port is taken.
    OutputError : the folder cannot be written.
    """
    from .pages import put_on

    with _listening(port) as listener:
        port = listener.getsockname()[1]
        studio = Studio(folder)
        phone = Phone(studio)
        access = Access(script_token(folder), studio.store)
        hosts = frozenset((f"{_LOOPBACK}:{port}", f"localhost:{port}"))
        app = create_app(studio, access, hosts, lambda app: put_on(app, studio, phone), phone.close)
        link = f"http://{_LOOPBACK}:{port}/enter?key={access.link()}"
        print("Catchlight's studio is open, on this machine only. This link works once:")
        print(f"\n  {link}\n")
        print(
            "Nothing leaves this machine. Ctrl-C ends the studio; your sessions stay.", flush=True
        )
        if open_browser:
            webbrowser.open(link)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False,
            ws_max_size=1024 * 1024, timeout_graceful_shutdown=2,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            print("\nThe studio is closed.", file=sys.stderr)


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"--port {port}: {error}: choose another, or none for a free one"
        ) from None
    return listener
