"""Geodesic distance against Dijkstra's shortest paths on small random pictures."""

from __future__ import annotations

import heapq

import cv2
import numpy as np

from catchlight.geodesic import geodesic

EDGE = 20.0


def shortest(image: np.ndarray, toll: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Dijkstra 1959, with eight neighbours."""
    cost = np.where(seeds, 0.0, np.inf)
    heap = [(0.0, y, x) for y, x in zip(*np.nonzero(seeds), strict=True)]
    while heap:
        far, y, x = heapq.heappop(heap)
        if far > cost[y, x]:
            continue
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                v, u = y + dy, x + dx
                if (dy, dx) == (0, 0) or not (0 <= v < cost.shape[0] and 0 <= u < cost.shape[1]):
                    continue
                contrast = np.abs(image[y, x] - image[v, u]).sum()
                there = far + toll[v, u] * np.hypot(dy, dx) * (1 + EDGE * contrast)
                if there < cost[v, u] - 1e-9:
                    cost[v, u] = there
                    heapq.heappush(heap, (there, v, u))
    return cost


def test_four_sweeps_find_the_shortest_ways_of_smooth_pictures() -> None:
    """Winding ways would take more: never shorter than the shortest, nearly always as short."""
    random = np.random.default_rng(5)
    for _ in range(6):
        image = cv2.GaussianBlur(random.random((24, 30, 3)).astype(np.float32), (0, 0), 2)
        toll = random.uniform(1, 3, (24, 30)).astype(np.float32)
        seeds = random.random((24, 30)) < 0.02
        found, least = geodesic(image, toll, seeds, EDGE), shortest(image, toll, seeds)
        assert (found >= least * (1 - 1e-4)).all()
        assert np.median(found / np.maximum(least, 1)) < 1.001
        assert np.quantile(found / np.maximum(least, 1e-3), 0.9) < 1.05


def test_without_contrast_it_is_the_way_of_a_chess_king() -> None:
    seeds = np.zeros((15, 15), np.bool_)
    seeds[7, 7] = True
    plain = np.full((15, 15, 3), 0.5, np.float32)
    found = geodesic(plain, np.ones((15, 15), np.float32), seeds, EDGE)
    assert found[7, 0] == 7
    assert np.isclose(found[0, 0], 7 * 1.4142)


def test_without_seeds_everything_is_far() -> None:
    plain = np.zeros((4, 4, 3), np.float32)
    ones = np.ones((4, 4), np.float32)
    assert (geodesic(plain, ones, np.zeros((4, 4), np.bool_), EDGE) > 1e8).all()
