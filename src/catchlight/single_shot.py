"""What the single-shot detectors of faces and palms share: their anchors, and scores of logits.

Method: Liu et al. 2016, "SSD: Single Shot MultiBox Detector", arXiv:1512.02325: boxes are found
relative to fixed places on grids over the window.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["anchors", "probabilities"]


@cache
def anchors(grids: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """Return the anchors' centres, (N, 2) across and down, in 0..1 of the window.

    Parameters
    ----------
    grids : cells a side and anchors a cell of each grid, in the order of the model's outputs.
    """
    layers = []
    for cells, each in grids:
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        layers.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), each, axis=0))
    return np.concatenate(layers)


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logistic function of a model's logits, 0..1, in the same shape."""
    # A score of 100 in the exponent is certainty; beyond it the exponential overflows.
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -100, 100))))
