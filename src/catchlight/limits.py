"""Limits of the system on a process that opens files from outside: memory, time, and writing.

See setrlimit(2). What goes over the limit on memory gets a MemoryError, over that on time is ended,
over that on file size gets an error of writing.
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path

__all__ = ["limit_memory", "limit_time", "limit_writing", "resident"]


def limit_memory(more: int) -> None:
    """Let this process take `more` bytes of address space beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def limit_writing(size: int) -> None:
    """Let this process write no file larger than `size` bytes, and none when it crashes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails then
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: int) -> None:
    """Let this process use so many seconds of processor time from now on; then it is ended."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def resident() -> int:
    """Return the bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
