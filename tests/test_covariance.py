"""The inverse of a covariance against NumPy's."""

from __future__ import annotations

import numpy as np

from catchlight.covariance import inverse


def test_equals_numpys_inverse() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        colours = rng.normal(size=(9, 3)) * rng.uniform(0.01, 2, 3)
        matrix = colours.T @ colours + 1e-3 * np.eye(3)
        upper = np.triu_indices(3)
        found = np.array(inverse(*matrix[upper]))
        np.testing.assert_allclose(found, np.linalg.inv(matrix)[upper], rtol=1e-8, atol=1e-12)
