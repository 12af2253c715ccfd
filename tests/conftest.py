"""Shared pieces of the tests: the development photographs, reading, a signer, own settings."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .consents import AGREED, write_down
from .offline import sitecustomize as offline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from catchlight.photo import Photo
    from catchlight.signer import Signer

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The processes that tests start stay on this machine too.
_handle, _name = tempfile.mkstemp(prefix="attempts-")
os.close(_handle)
_ATTEMPTS = Path(_name)
os.environ[offline.VARIABLE] = _name
_own = (str(Path(offline.__file__).parent), os.environ.get("PYTHONPATH"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _own))

# What fixtures of a module or session do goes by a consent too.
_DATA = Path(tempfile.mkdtemp(prefix="catchlight-tests-"))
write_down(AGREED, _DATA)
os.environ["CATCHLIGHT_DATA"] = str(_DATA)

_ANSWERS = 60  # of 0.4 MB

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the photographs for development; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the development photographs are not here")
    return SHARED


@pytest.fixture(autouse=True, scope="session")
def _looked_at_once() -> Iterator[None]:
    """Let the slowest network look at one picture once, whichever test shows it again.

    It is a function of the picture alone; half of the time of making a headshot goes by it.
    """
    from catchlight import segment

    asked = segment.saliency
    answers: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    def saliency(image: NDArray[np.uint8], threads: int = 1) -> NDArray[np.float32]:
        key = hashlib.sha256(image.tobytes()).digest()
        if key not in answers:
            answers[key] = asked(image, threads)
        answers.move_to_end(key)
        if len(answers) > _ANSWERS:
            answers.popitem(last=False)
        return answers[key].copy()

    segment.saliency = saliency
    yield
    segment.saliency = asked


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Photo]:
    """Write bytes to a file without a telling name and read it."""
    from catchlight.photo import read  # brings Numba, which reads the variables above once

    def load(data: bytes, **options: Any) -> Photo:
        path = tmp_path / "photo.bin"
        path.write_bytes(data)
        return read(path, **options)

    return load


@pytest.fixture
def signer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signer:
    """Who signs: Jo Doe, with an identity made for the test."""
    from catchlight import keys

    monkeypatch.setenv("CATCHLIGHT_DATA", str(tmp_path / "data"))
    write_down(AGREED, tmp_path / "data")
    keys.create("Jo Doe")
    return keys.signing()


@pytest.fixture(autouse=True)
def _own_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the settings of whoever runs the tests out of them; the tests agreed to comparing."""
    data = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("CATCHLIGHT_DATA", str(data))
    write_down(AGREED, data)


@pytest.fixture(autouse=True)
def _stays_here() -> Iterator[None]:
    """Fail a test that tried to leave this machine, itself or by a process it started."""
    yield
    attempts = _ATTEMPTS.read_text("utf-8")
    _ATTEMPTS.write_text("")
    assert not attempts, f"this test tried to leave this machine:\n{attempts}"


def pytest_unconfigure() -> None:
    """Take the note of attempts and the data away."""
    _ATTEMPTS.unlink(missing_ok=True)
    shutil.rmtree(_DATA, ignore_errors=True)
