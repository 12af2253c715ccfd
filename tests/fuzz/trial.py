"""Trials: damaged files and bombs through the reader, in a process with limits.

    python -m tests.fuzz.trial --first 0 --count 1000

The reader's process tells each file's number before it reads it. When it dies, that file killed
it: by too much processor time (a hang) or otherwise (a crash). It is then started again after it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

SECONDS = 5
"""Of processor time for one file; more is a hang."""
_WALL = 120  # seconds without a word, however busy the machine
_MEMORY = 4 * 1024**3  # bytes beyond what the libraries take, as the studio's decoder has
_MOST_PIXELS, _MOST_BYTES = 120_000_000, 50_000_000


def reader(what: str, first: int, count: int) -> None:
    """Read files of these numbers and tell what came of each, one line of JSON for each."""
    from catchlight.errors import PhotoError
    from catchlight.limits import limit_memory, limit_time, limit_writing, resident
    from catchlight.photo import read

    from .bombs import bombs
    from .mutations import mutated, seeds

    files = list(bombs().items()) if what == "bombs" else []
    seeds()
    say = os.fdopen(int(os.environ["FUZZ_SAYS"]), "w", buffering=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.bin"
        for data in (data for kind in seeds().values() for data in kind):
            path.write_bytes(data)
            read(path)  # what is loaded once is no growth
        limit_memory(_MEMORY)
        limit_writing(64 * 1024**2)
        say.write(json.dumps({"memory": resident()}) + "\n")
        for number in range(first, first + count):
            kind, data = (files[number][0], files[number][1]()) if files else mutated(number)
            path.write_bytes(data)
            del data
            limit_time(SECONDS + 1)
            say.write(f"{number}\n")
            held = resident()
            _forget_peak()
            start = time.process_time()
            try:
                photo = read(path, max_pixels=_MOST_PIXELS, max_bytes=_MOST_BYTES)
                found = "read"
                if photo.pixels.ndim != 3 or photo.pixels.shape[2] != 3 or not photo.pixels.size:
                    found = f"BROKEN: pixels {photo.pixels.shape}"
                del photo
            except PhotoError as error:
                found = type(error).__name__
            except BaseException as error:  # whatever is not of the tree of errors
                found = f"BROKEN: {type(error).__name__}: {error}"
            took = time.process_time() - start
            word = {"kind": kind, "found": found, "took": took, "rise": _peak() - held}
            say.write(json.dumps(word) + "\n")
        say.write(json.dumps({"memory": resident(), "end": True}) + "\n")


def _forget_peak() -> None:
    """Let the most memory held so far be what is held now: making a bomb is not reading it."""
    Path("/proc/self/clear_refs").write_text("5")  # see proc(5)


def _peak() -> int:
    """Return the most bytes of memory held since it was forgotten."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def tried(what: str, first: int, count: int) -> dict[str, Any]:
    """Read files of these numbers in processes aside, and return what came of them all."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest, growth, rise, memory = 0.0, 0, 0, 0
    number, end = first, first + count
    while number < end:
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.trial", "--reader", what,
             "--first", str(number), "--count", str(end - number)],
            pass_fds=[writing], env={**os.environ, "FUZZ_SAYS": str(writing)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        at = number
        with os.fdopen(reading) as said:
            alarm = _Alarm(process)
            for line in said:
                alarm.heard()
                word = json.loads(line)
                if isinstance(word, int):
                    at = word
                elif "took" in word:
                    slowest, rise = max(slowest, word["took"]), max(rise, word["rise"])
                    outcomes[f"{word['kind']}: {word['found']}"] += 1
                    if word["found"].startswith("BROKEN"):
                        faults.append(f"{at} ({word['kind']}): {word['found']}")
                    number = at + 1
                elif "end" in word:
                    growth = max(growth, word["memory"] - memory)
                else:
                    memory = word["memory"]
            alarm.off()
        code = process.wait()
        if code != 0:
            ended = -code in (signal.SIGXCPU, signal.SIGALRM) or alarm.rang
            faults.append(f"{at}: {'hangs' if ended else f'ends the process, code {code}'}")
            if memory == 0:
                raise RuntimeError(f"the reader did not start (code {code})")
            number = at + 1
    return {
        "files": count, "outcomes": dict(outcomes), "faults": faults, "slowest": slowest,
        "growth_bytes": growth, "rise_bytes": rise,
    }  # fmt: skip


class _Alarm:
    """Ends a process that says nothing for long, though it uses no processor time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        import threading

        self.rang = False
        self._process, self._last, self._on = process, time.monotonic(), True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def heard(self) -> None:
        self._last = time.monotonic()

    def off(self) -> None:
        self._on = False
        self._thread.join()

    def _watch(self) -> None:
        while self._on:
            time.sleep(0.05)
            if time.monotonic() - self._last > _WALL:
                self.rang = True
                self._process.kill()
                return


def main() -> None:
    """Try and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", action="store_true")
    parser.add_argument("what", nargs="?", default="mutations", choices=["mutations", "bombs"])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    asked = parser.parse_args()
    if asked.reader:
        reader(asked.what, asked.first, asked.count)
    else:
        json.dump(tried(asked.what, asked.first, asked.count), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
