"""The brief: from what it is for and how it should feel to a look and destinations, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..looks import load_look

__all__ = ["PURPOSES", "Brief", "Suggestion", "suggest"]

Purpose = Literal["profile", "company", "law", "health", "talk", "stage", "creative", "academia"]

# Of each purpose: the looks that serve it, and where such pictures go.
PURPOSES: dict[Purpose, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "profile": (("corporate", "founder", "legal"), ("linkedin", "web", "email")),
    "company": (("corporate", "founder"), ("web", "linkedin", "slack")),
    "law": (("legal", "corporate"), ("web", "linkedin", "print-8x10")),
    "health": (("healthcare", "corporate"), ("web", "linkedin")),
    "talk": (("founder", "creative", "corporate"), ("press", "web", "linkedin")),
    "stage": (("actor",), ("print-8x10", "web")),
    "creative": (("creative", "founder"), ("web", "linkedin", "avatar-circle")),
    "academia": (("academic", "corporate"), ("web", "press", "zoom")),
}

# Where each look lies: approachable (-1) to authoritative (1), and classic (-1) to modern (1).
_PLACES = {
    "corporate": (-0.1, 0.1),
    "legal": (0.9, -0.8),
    "founder": (-0.3, 0.7),
    "creative": (0.1, 1.0),
    "healthcare": (-0.8, 0.0),
    "academic": (0.2, -0.5),
    "actor": (0.0, 0.0),
}
_SERVES = 0.4  # how much a look gains by coming one place earlier for its purpose

Feel = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class Brief(BaseModel):
    """What a headshot is for and how it should feel.

    Attributes
    ----------
    purpose : what it is for.
    authority : -1 approachable to 1 authoritative.
    modernity : -1 classic to 1 modern.
    colour : a colour of the company's as `#rrggbb`, for the paper; "" for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Purpose = "profile"
    authority: Feel = 0.0
    modernity: Feel = 0.0
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$")] = ""


class Suggestion(BaseModel):
    """A look for a brief, and why; everything can be changed later."""

    look: str
    title: str
    backdrop: str | None
    destinations: tuple[str, ...]
    why: str


def suggest(brief: Brief) -> Suggestion:
    """Return the look that serves the purpose and leans the way that is asked for.

    Where nothing is asked of the feeling, it is the look that is usual for the purpose.

    >>> suggest(Brief(purpose="law", authority=1, modernity=-1)).look
    'legal'
    """
    looks, destinations = PURPOSES[brief.purpose]

    def fits(name: str) -> float:
        authority, modernity = _PLACES[name]
        along = authority * brief.authority + modernity * brief.modernity
        return along - _SERVES * looks.index(name)

    look = load_look(max(looks, key=fits))
    return Suggestion(
        look=look.name,
        title=look.title,
        backdrop=brief.colour or None,
        destinations=destinations,
        why=_why(brief, look.name, first=looks[0]),
    )


def _why(brief: Brief, name: str, *, first: str) -> str:
    """Say why a look was chosen, in a sentence."""
    look = load_look(name)
    words = []
    if abs(brief.authority) >= 0.3:
        words.append("authoritative" if brief.authority > 0 else "approachable")
    if abs(brief.modernity) >= 0.3:
        words.append("modern" if brief.modernity > 0 else "classic")
    behind = {
        "studio": f"{_article(look.backdrop.papers[0].name)} backdrop",
        "soften": "your own room, out of focus",
        "keep": "the place as it is",
    }[look.backdrop.kind]
    if brief.colour:
        behind = f"a backdrop in your colour {brief.colour}"
    leads = "is the usual look" if name == first else "serves this too, and is nearer to that"
    feel = f"You asked for {' and '.join(words)}. " if words else ""
    return f"{feel}{look.title} {leads}; behind you, {behind}."


def _article(words: str) -> str:
    """Put the article before words.

    >>> _article("ink blue"), _article("pearl grey")
    ('an ink blue', 'a pearl grey')
    """
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
