"""Catchlight: professional headshots from a person's own photographs, on their own machine.

No pixel of a person is ever generated. The public functions load what they need when they are
called first, so that importing the package costs nothing.

    >>> import catchlight
    >>> session = catchlight.make("my-photos/", out="headshot/")  # doctest: +SKIP
    >>> session.picks[0].files["linkedin"]  # doctest: +SKIP
    PosixPath('headshot/1/linkedin.jpg')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "ByHand",
    "CatchlightError",
    "Coach",
    "Consent",
    "Freshness",
    "Pick",
    "Picked",
    "Scribble",
    "Session",
    "__version__",
    "audit",
    "fresh",
    "list_destinations",
    "list_looks",
    "load_destination",
    "load_look",
    "make",
    "pick_photos",
    "rerender",
    "save_cut_out",
]

if TYPE_CHECKING:
    from .auditing import Audit, audit
    from .coach import Coach
    from .consent import Consent
    from .cut_out_file import save_cut_out
    from .destinations import list_destinations, load_destination
    from .errors import CatchlightError
    from .freshness import Freshness, fresh
    from .healing import ByHand
    from .looks import list_looks, load_look
    from .scribble import Scribble
    from .session import Pick, Picked, Session, make, pick_photos, rerender

_HOMES = {
    "Audit": ("auditing", "Audit"),
    "ByHand": ("healing", "ByHand"),
    "CatchlightError": ("errors", "CatchlightError"),
    "Coach": ("coach", "Coach"),
    "Consent": ("consent", "Consent"),
    "Pick": ("session", "Pick"),
    "Picked": ("session", "Picked"),
    "Scribble": ("scribble", "Scribble"),
    "Session": ("session", "Session"),
    "audit": ("auditing", "audit"),
    "Freshness": ("freshness", "Freshness"),
    "fresh": ("freshness", "fresh"),
    "list_destinations": ("destinations", "list_destinations"),
    "list_looks": ("looks", "list_looks"),
    "load_destination": ("destinations", "load_destination"),
    "load_look": ("looks", "load_look"),
    "make": ("session", "make"),
    "pick_photos": ("session", "pick_photos"),
    "rerender": ("session", "rerender"),
    "save_cut_out": ("cut_out_file", "save_cut_out"),
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
