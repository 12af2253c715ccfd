"""Parts of pages: each a component of the browser's side, and how it is filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui.element import Element

from .words import section

__all__ = [
    "BriefForm",
    "Camera",
    "Deliver",
    "Develop",
    "Drop",
    "Foot",
    "Part",
    "PhoneInvite",
    "Sheet",
    "TeamOpen",
    "TeamPeople",
    "TeamRun",
]


class Part(Element):
    """A component with its words; `put` changes what it shows, `hear` what it says."""

    words = ""

    def __init__(self, **props: Any) -> None:
        super().__init__()
        self._props["words"] = section(self.words)
        self._props.update(props)

    def put(self, **props: Any) -> None:
        """Show other values."""
        self._props.update(props)
        self.update()

    def hear(self, event: str, handler: Callable[[Any], Any]) -> None:
        """Call a function with what the component says."""
        self.on(event, lambda said: handler(said.args))


class BriefForm(Part, component="static/brief.js"):
    """What it is for."""

    words = "brief"


class Drop(Part, component="static/drop.js"):
    """Where photos are dropped."""

    words = "photos"


class Camera(Part, component="static/camera.js"):
    """The live camera with the coach."""

    words = "camera"


class PhoneInvite(Part, component="static/phone_invite.js"):
    """Letting a phone in as the camera."""

    words = "phone"


class AuditDrop(Part, component="static/drop.js"):
    """Where a headshot is dropped."""

    words = "audit"


class Foot(Part, component="static/foot.js"):
    """Consent and start."""

    words = "photos"


class Sheet(Part, component="static/sheet.js"):
    """The contact sheet."""

    words = "proofs"


class Develop(Part, component="static/develop.js"):
    """The picture and what can be changed."""

    words = "develop"


class Deliver(Part, component="static/deliver.js"):
    """Places and files."""

    words = "deliver"


class TeamOpen(Part, component="static/team_open.js"):
    """Opening a team's folder."""

    words = "teams"


class TeamRun(Part, component="static/team_run.js"):
    """Bringing a team up to date, and handing over."""

    words = "team"


class TeamPeople(Part, component="static/team.js"):
    """A team's people, retakes and consistency."""

    words = "team"
