"""Signs: the drawn marks that pages share."""

from __future__ import annotations

__all__ = ["MARK", "THEME"]

MARK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10.5"/>'
    '<circle class="pupil" cx="12" cy="12" r="5"/>'
    '<circle class="light" cx="15" cy="8.6" r="2.6"/></svg>'
)
"""Catchlight's own: an eye with its light."""
THEME = (
    '<svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2v14a7 7 0 0 1 0-14z"/></svg>'
)
"""Light or dark."""
