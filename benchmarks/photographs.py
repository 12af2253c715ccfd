"""Where the photographs for development lie; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"

DATA = Path(os.environ.get("CATCHLIGHT_PHOTOGRAPHS", _BESIDE))
"""The folder that CATCHLIGHT_PHOTOGRAPHS names, or ../shared/data beside the project."""
