"""The two functions of PyMatting that Catchlight uses, without loading the rest of it.

`import pymatting` compiles every kernel of the package, half a minute on first use; the two modules
needed here take five seconds. They are imported under their own names from a package whose
`__init__` is left out while they load, so that Numba's cache and a later `import pymatting` find
what they would find otherwise.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["estimate_foreground_ml", "ichol"]

_loading = threading.Lock()


def _part(name: str) -> ModuleType:
    """Import the module `name` (such as "pymatting.solver.cg") without its packages' __init__."""
    with _loading:
        if name in sys.modules:
            return sys.modules[name]
        bare: list[str] = []
        parents = [name.rsplit(".", depth)[0] for depth in range(name.count("."), 0, -1)]
        try:
            for parent in parents:
                if parent in sys.modules:
                    continue
                spec = importlib.util.find_spec(parent)
                if spec is None or spec.submodule_search_locations is None:
                    raise ModuleNotFoundError(f"No module named {parent!r}", name=parent)
                package = ModuleType(parent)
                package.__path__ = list(spec.submodule_search_locations)
                package.__spec__ = spec
                sys.modules[parent] = package
                bare.append(parent)
            return importlib.import_module(name)
        finally:
            for parent in bare:
                sys.modules.pop(parent, None)


def _quiet(*_: object) -> None:
    """Stand in for `print` in PyMatting, which announces every second try on standard output."""


_ichol = _part("pymatting.preconditioner.ichol")
_ichol.__dict__["print"] = _quiet
ichol: Callable[..., Any] = _ichol.ichol
estimate_foreground_ml: Callable[..., Any] = _part(
    "pymatting.foreground.estimate_foreground_ml"
).estimate_foreground_ml
