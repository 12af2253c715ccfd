"""Shared pieces of the tests: where the development photographs are, if they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the photographs for development; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the development photographs are not here")
    return SHARED


@pytest.fixture(autouse=True)
def _own_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path_factory.mktemp("data")))
