"""Doctor: can this installation work? Checks that name what is wrong and what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

__all__ = ["Check", "examine"]

_LIBRARIES = (
    "numpy",
    "opencv-contrib-python-headless",
    "pillow",
    "pi-heif",
    "rawpy",
    "imagecodecs",
    "pymatting",
    "numba",
    "ai-edge-litert",
    "onnxruntime",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, whether it is well, and what was found."""

    title: str
    status: Literal["ok", "note", "bad"]
    finding: str


def examine() -> Iterator[Check]:
    """Look at Python, libraries, models, settings and folders, one by one."""
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    yield Check("Python", "ok" if good else "bad", f"{version} on {platform.platform(terse=True)}")
    yield _libraries()
    yield from _models()
    yield _settings()
    yield _kernels()
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    yield Check("Disk", "ok" if free > 1 else "note", f"{free:.0f} GB free here")
    yield Check("Network", "ok", "not needed: nothing is downloaded or sent at run time")


def _libraries() -> Check:
    found, missing = [], []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(
            "Libraries", "bad", f"missing: {', '.join(missing)}; run: pip install catchlight"
        )
    return Check("Libraries", "ok", ", ".join(found))


def _models() -> Iterator[Check]:
    from . import models
    from .errors import ModelError

    for name, weight in models.manifest().items():
        try:
            size = models.path(name).stat().st_size
        except ModelError as error:
            yield Check(f"Model {name}", "bad", str(error))
        else:
            yield Check(f"Model {name}", "ok", f"{size / 1e6:.1f} MB, {weight.licence}")


def _settings() -> Check:
    from .errors import CatchlightError
    from .settings import config_file, load_settings

    try:
        load_settings()
    except CatchlightError as error:
        return Check("Settings", "bad", str(error))
    file = config_file()
    return Check(
        "Settings", "ok", str(file) if file.is_file() else f"defaults ({file} is not there)"
    )


def _kernels() -> Check:
    """Whether compiled pixel loops can be kept, or are compiled anew in every run."""
    folder = os.environ.get("NUMBA_CACHE_DIR") or str(Path(__file__).parent)
    if os.access(folder, os.W_OK):
        return Check(
            "Compiled loops", "ok", "kept between runs (the first run compiles for a minute)"
        )
    return Check(
        "Compiled loops",
        "note",
        f"{folder} cannot be written to; they are kept in your cache folder instead",
    )
