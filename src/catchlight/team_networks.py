"""What a Dask worker has at hand: the networks, loaded once and kept for everybody after."""

from __future__ import annotations

from typing import Any

from distributed import WorkerPlugin

__all__ = ["Networks"]


class Networks(WorkerPlugin):  # type: ignore[misc]
    """Loads libraries, tables and networks when a worker starts, also one started again."""

    name = "catchlight-networks"

    def setup(self, worker: Any) -> None:
        """Load them; one thread a process is what a worker is given."""
        import cv2

        from .develop import prepare

        cv2.setNumThreads(1)
        prepare(threads=1)
