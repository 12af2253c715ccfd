"""A team's pages: the directory of people, the consistency sheet, and the list of retakes.

Nothing of a person's picture is in the directory before they approved it; what is in it then is a
small copy, in the page itself, so that the page can be handed on.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from markupsafe import Markup

from .consistency import QUANTITIES, Spread, spreads
from .errors import printable
from .files import write_atomic
from .page_template import asset, policy, style, template
from .roster import STATUSES
from .team_files import CARD, folder, table
from .team_reasons import letter
from .team_state import Person
from .team_status import shown

if TYPE_CHECKING:
    from .team import Team

__all__ = ["PAGES", "SHEET_FILE", "consistency", "reasons", "write_pages"]

DIRECTORY_FILE, SHEET_FILE, RETAKES_FILE = "team.html", "consistency.html", "retakes.csv"
NUMBERS_FILE = "consistency.json"
PAGES = (DIRECTORY_FILE, SHEET_FILE, NUMBERS_FILE, RETAKES_FILE)
"""Files that are written here."""


def write_pages(team: Team) -> None:
    """Write the directory, the consistency sheet with its numbers, and the list of retakes."""
    sheet = consistency(team.people)
    write_atomic(team.out / DIRECTORY_FILE, _directory(team).encode("utf-8"))
    write_atomic(team.out / SHEET_FILE, _sheet(team, sheet).encode("utf-8"))
    numbers = json.dumps(sheet, ensure_ascii=False, indent=1) + "\n"
    write_atomic(team.out / NUMBERS_FILE, numbers.encode("utf-8"))
    rows = [
        {
            "name": member.name,
            "email": member.email,
            "status": team.state.people[member.slug].status,
            "message": letter(member.name, why),
        }
        for member in team.roster.members
        if (why := reasons(team, member.slug))
    ]
    table(team.out / RETAKES_FILE, ("name", "email", "status", "message"), rows)


def reasons(team: Team, slug: str) -> tuple[str, ...]:
    """Return why somebody should send another photo, ready to send; empty: they need not."""
    known, person = team.state.people.get(slug), team.people.get(slug)
    if known is not None and known.status == "retake asked":
        return (known.why or "Please send another photo.",)
    if known is not None and known.status in ("approved", "delivered"):
        return ()
    return () if person is None else person.outside


def consistency(people: Mapping[str, Person]) -> dict[str, Any]:
    """Return the spread of every quantity before and after, over the people in the series.

    Returns
    -------
    "in_series" and "outside": names; "spreads": a row for each quantity with "before" and "after".
    """
    within = {p.name: p for p in people.values() if p.picture is not None and not p.outside}
    before = spreads({name: person.before for name, person in within.items()})
    after = spreads({name: person.after for name, person in within.items()})
    return {
        "in_series": list(within),
        "outside": [p.name for p in people.values() if p.name not in within],
        "spreads": [
            {
                "name": quantity.name,
                "title": quantity.title,
                "unit": quantity.unit,
                "most": quantity.most,
                "before": _row(before.get(quantity.name)),
                "after": _row(after.get(quantity.name)),
            }
            for quantity in QUANTITIES
        ],
        "people": {
            name: {"before": person.before, "after": person.after}
            for name, person in within.items()
        },
    }


def _row(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "people": spread.count,
        "median": None if spread.middle is None else round(spread.middle, 4),
        "deviation": round(spread.deviation, 4),
        "farthest": round(spread.farthest, 4),
        "who": spread.who,
        "within": spread.within,
    }


def _directory(team: Team) -> str:
    """Return the directory page."""
    cards = []
    for member in team.roster.members:
        known, person = team.state.people.get(member.slug), team.people.get(member.slug)
        picture = None
        if shown(known, person):
            data = (folder(team.out, member.slug) / CARD).read_bytes()
            picture = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
        name = printable(member.name)
        cards.append(
            {
                "name": name,
                "title": printable(member.title),
                "initials": "".join(word[0] for word in name.split()[:2]).upper(),
                "status": "invited" if known is None else known.status,
                "picture": picture,
                "words": f"{name} {printable(member.title)}".casefold(),
            }
        )
    counts = [(s, sum(card["status"] == s for card in cards)) for s in STATUSES]
    width, height = team.state.brand.frame.size_px
    return _page(
        "team.html.j2",
        title=printable(team.state.brand.title),
        cards=cards,
        counts=[(status, count) for status, count in counts if count],
        width=240,
        height=round(240 * height / width),
        version=team.state.version,
    )


def _sheet(team: Team, sheet: Mapping[str, Any]) -> str:
    """Return the consistency sheet."""
    return _page(
        "consistency.html.j2",
        title=printable(team.state.brand.title),
        sheet=sheet,
        outside=[
            (printable(person.name), [printable(reason) for reason in person.outside])
            for person in team.people.values()
            if person.outside
        ],
        version=team.state.version,
    )


def _page(name: str, **fields: Any) -> str:
    look, script = style("team.css"), asset("team.js")
    return _template(name).render(
        style=Markup(look), script=Markup(script), policy=policy(look, script), **fields
    )


@cache
def _template(name: str) -> Template:
    return template(name, {"number": _number})


def _number(value: float | None) -> str:
    """Write a measure with as many digits as mean something.

    >>> _number(12.34), _number(-0.041), _number(0.0), _number(None)
    ('12.3', '−0.04', '0', '–')
    """
    if value is None:
        return "–"
    text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return (text.rstrip("0").rstrip(".") if float(text) else "0").replace("-", "−")
