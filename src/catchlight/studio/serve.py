"""Serving: the studio on this machine, at a free port, opened by a link that works once.

For other machines (`--host`) it is spoken to over TLS and opened by the account's password.
"""

from __future__ import annotations

import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from ..errors import UsageError
from ..forgetting import studio_folder
from .access import Access, script_token
from .account import Account
from .addresses import LOOPBACK, beyond_this_machine, hosts, listening, names_of
from .app import create_app
from .login import LOGIN, Login
from .phone import Phone
from .tls import Certificate, given, self_made
from .work import Studio

__all__ = ["Place", "serve", "studio_folder"]


@dataclass(frozen=True)
class Place:
    """Where the studio listens.

    Attributes
    ----------
    host : an address of this machine; one beyond loopback needs a password, and TLS is used.
    port : 0: a free one.
    certificate, key : PEM files of the user's; None: the studio makes its own.
    """

    host: str = LOOPBACK
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None


def serve(folder: Path, place: Place | None = None, *, open_browser: bool = True) -> None:
    """Run the studio until it is interrupted.

    Parameters
    ----------
    folder : where sessions are kept; made if need be.
    place : where it listens; None: on this machine, at a free port.
    open_browser : open the page in the user's browser.

    Raises
    ------
    UsageError : the port is taken, a certificate cannot be read, or there is no password.
    OutputError : the folder cannot be written.
    """
    from .frame import end_pages
    from .pages import put_on

    place = place or Place()
    names = names_of(place.host, place.certificate)
    far = beyond_this_machine(place.host)
    if place.certificate is not None and not far:
        raise UsageError("--certificate is for a studio that others can reach: give --host too")
    account = Account(folder) if far else None
    tls = _tls(folder, place, names) if far else None
    with listening(place.host, place.port) as listener:
        port = listener.getsockname()[1]
        studio = Studio(folder)
        phone = Phone(studio)
        access = Access(script_token(folder), studio.store, remember=not far)

        async def closing() -> None:
            await end_pages()
            await phone.close()

        known = names if far else [LOOPBACK, "localhost"]
        app = create_app(
            studio, access, hosts(known, port, 443 if tls else 80),
            lambda app: put_on(app, studio, phone), closing,
            entrance=None if account is None else Login(account, access),
        )  # fmt: skip
        studio.teams.address = f"http://{place.host}:{port}"
        if tls is None:
            link = f"http://{place.host}:{port}/enter?key={access.link()}"
            _tell_here(link)
        else:
            studio.teams.address = f"https://{sorted(hosts(names[:1], port, 0))[0]}"
            link = f"{studio.teams.address}{LOGIN}"
            _tell_there(link, tls)
        if open_browser:
            webbrowser.open(link)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            ws_max_size=1024 * 1024, timeout_graceful_shutdown=2,
            ssl_certfile=tls.certificate if tls else None, ssl_keyfile=tls.key if tls else None,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            print("\nThe studio is closed.", file=sys.stderr)


def _tls(folder: Path, place: Place, names: list[str]) -> Certificate:
    if (place.certificate is None) != (place.key is None):
        raise UsageError("--certificate and --key belong together: give both, or none")
    if place.certificate is None or place.key is None:
        return self_made(folder, names)
    return given(place.certificate, place.key)


def _tell_here(link: str) -> None:
    print("Catchlight's studio is open, on this machine only. This link works once:")
    print(f"\n  {link}\n")
    print("Nothing leaves this machine. Ctrl-C ends the studio; your sessions stay.", flush=True)


def _tell_there(link: str, tls: Certificate) -> None:
    print("Catchlight's studio is open to other machines, which sign in with the password:")
    print(f"\n  {link}\n")
    print("SHA-256 fingerprint of its certificate, to compare when a browser warns:")
    print(f"\n  {tls.fingerprint}\n")
    print("Ctrl-C ends the studio; your sessions stay.", flush=True)
