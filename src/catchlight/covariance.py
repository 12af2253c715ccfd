"""The inverse of a covariance of colours: a symmetric 3 × 3 matrix, by its adjugate."""

from __future__ import annotations

from .compiled import compiled

__all__ = ["inverse"]


@compiled
def inverse(
    rr: float, rg: float, rb: float, gg: float, gb: float, bb: float
) -> tuple[float, float, float, float, float, float]:
    """Return the entries rr, rg, rb, gg, gb and bb of the inverse of a regular matrix."""
    irr = gg * bb - gb * gb
    irg = rb * gb - rg * bb
    irb = rg * gb - rb * gg
    scale = 1.0 / (rr * irr + rg * irg + rb * irb)
    return (
        irr * scale,
        irg * scale,
        irb * scale,
        (rr * bb - rb * rb) * scale,
        (rg * rb - rr * gb) * scale,
        (rr * gg - rg * rg) * scale,
    )
