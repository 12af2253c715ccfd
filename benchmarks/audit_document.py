"""The error rates as they stand in `docs/audit.md`, written from what was measured.

`benchmarks/audit.py --calibrate` replaces what is between the two marks of that file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catchlight.evidence.calibration import Rate

__all__ = ["DOCUMENT", "SMALL", "Group", "markdown", "write_document"]

DOCUMENT = Path(__file__).resolve().parents[1] / "docs/audit.md"
_BEGIN, _END = "<!-- rates: begin -->", "<!-- rates: end -->"
SMALL = (
    "eyes enlarged 4 %",
    "irises recoloured",
    "mole removed",
    "skin smoothed",
    "slimmed 3 %",
    "teeth and eyes whitened",
)
"""Changes that are small beside what a person's photos differ by."""

Group = tuple[str, str]
"""What the picture is, and what it is held against."""

_TRUTHS = {
    "untouched": "untouched photo",
    "copy": "cropped, scaled, turned or regraded copy",
    "own": "our own headshot",
    "generated": "generated headshot",
}
_GIVEN = {
    "original": "the original and others",
    "others": "other photos of the person",
    "nothing": "nothing",
}
_SHORT = {"original": "original", "others": "others", "nothing": "nothing"}


def said(rate: Rate) -> str:
    """A rate with its 95 % interval, as the document has it.

    >>> said(Rate(1, 56))
    '1 of 56 (0–9 %)'
    """
    low, high = rate.interval()
    return f"{rate.flagged} of {rate.cases} ({100 * low:.0f}–{100 * high:.0f} %)"


def markdown(
    groups: Mapping[Group, Rate],
    kinds: Mapping[str, Mapping[Group, Rate]],
    apart: Mapping[str, Rate],
) -> str:
    """Return the tables as Markdown.

    Parameters
    ----------
    groups : how many pictures of each group were flagged by any kind.
    kinds : the same for each kind of evidence, of those it could assess.
    apart : further rates with their titles: parts of a group.
    """
    lines = ["| picture | held against | flagged |", "|---|---|---|"]
    for (truth, given), rate in groups.items():
        lines.append(f"| {_TRUTHS.get(truth, truth)} | {_GIVEN[given]} | {said(rate)} |")
    lines += ["", "Of these:", ""]
    lines += [f"- {title}: {said(rate)}" for title, rate in apart.items() if rate.cases]
    lines += [
        "",
        "By kind: false alarms on untouched photos and copies, and what it found (only what it"
        " found at least once).",
        "",
        "| kind | false alarms | found |",
        "|---|---|---|",
    ]
    for name, found in kinds.items():
        alarms = _sum(rate for (truth, _), rate in found.items() if truth in ("untouched", "copy"))
        shown = [
            f"{truth} ({_SHORT[given]}) {rate.flagged} of {rate.cases}"
            for (truth, given), rate in found.items()
            if truth not in ("untouched", "copy", "own") and rate.flagged
        ]
        listed = "; ".join(shown) or "nothing planted"
        lines.append(f"| {name} | {said(alarms)} | {listed} |")
    return "\n".join(lines)


def small_changes(groups: Mapping[Group, Rate]) -> Rate:
    """Smaller changes without the original, all together."""
    return _sum(groups[truth, "others"] for truth in SMALL if (truth, "others") in groups)


def write_document(text: str, path: Path = DOCUMENT) -> None:
    """Put the tables between the marks of the document.

    Raises
    ------
    ValueError : the document has no marks.
    """
    page = path.read_text("utf-8")
    if _BEGIN not in page or _END not in page:
        raise ValueError(f"{path}: no {_BEGIN} … {_END}")
    head, rest = page.split(_BEGIN, 1)
    tail = rest.split(_END, 1)[1]
    path.write_text(f"{head}{_BEGIN}\n{text}\n{_END}{tail}", "utf-8")


def _sum(rates: Iterable[Rate]) -> Rate:
    every: Sequence[Any] = list(rates)
    return Rate(sum(rate.flagged for rate in every), sum(rate.cases for rate in every))
