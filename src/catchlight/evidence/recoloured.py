"""Recoloured: with the original at hand, what was done to the skin's colour beyond the light."""

from __future__ import annotations

from .. import ledger
from ..landmarks import FACE_OVAL
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "recoloured"]

NAME, TITLE = "recoloured", "the skin's colour against the original"


def recoloured(case: Case) -> Finding:
    """Mean ΔE00 of the skin against the original under the picture's light: `ledger.skin_color`."""
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "ΔE00", "none of the references is the photo it was made from"
        )
    reading = ledger.skin_color(laid.pair)
    if reading.value is None:
        return could_not_assess(NAME, TITLE, "ΔE00", reading.sentence)
    value = reading.value
    return judged(
        NAME,
        TITLE,
        value,
        "ΔE00",
        value,
        {
            "consistent": f"Exposure and white balance apart, the skin is as in"
            f" {laid.reference.name} (ΔE00 {value:.1f}).",
            "differs": f"Exposure and white balance apart, the skin is ΔE00 {value:.1f} from"
            f" {laid.reference.name}: it was coloured by itself.",
        },
        regions=(polygon(case.picture, FACE_OVAL),),
    )
