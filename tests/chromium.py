"""A headless Chromium driven over a pipe, for tests of pages as a visitor has them.

Only the standard library: the DevTools protocol's messages end in a zero byte on file descriptors
3 and 4 (`--remote-debugging-pipe`).
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")


class Pipe:
    """The two ends of a browser's pipe; messages come one after the other."""

    def __init__(self, out: int, into: int) -> None:
        self._out, self._into, self._rest, self._number = out, into, b"", 0
        self.tabs: dict[str, Tab] = {}

    def send(self, message: dict[str, Any]) -> int:
        """Send a message and return its number."""
        self._number += 1
        os.write(self._out, json.dumps({**message, "id": self._number}).encode() + b"\0")
        return self._number

    def receive(self) -> dict[str, Any]:
        """Wait for the next message."""
        while b"\0" not in self._rest:
            data = os.read(self._into, 1 << 20)
            assert data, "the browser went away"
            self._rest += data
        line, self._rest = self._rest.split(b"\0", 1)
        return dict(json.loads(line))


class Tab:
    """One tab: runs scripts in a page, and remembers what the page complained about."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._session = pipe, ""
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session = attached["sessionId"]
        pipe.tabs[self._session] = self
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")

    def another(self) -> Tab:
        """Open another tab of the same browser, with the same cookies."""
        return Tab(self._pipe)

    def close(self) -> None:
        """Close the tab; another one has to be left."""
        del self._pipe.tabs[self._session]
        self._session = ""
        self._ask("Target.closeTarget", targetId=self._target)

    def front(self) -> None:
        """Bring the tab to the front, as somebody who looks at it."""
        self._ask("Page.bringToFront")

    def open(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._ask("Page.navigate", url=url)
        while self.run("document.readyState") != "complete":
            pass

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; promises are waited for."""
        answer = self._ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True,
            userGesture=True,
        )  # fmt: skip
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key."""
        named = {"Enter": 13, "Tab": 9, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38,
                 "ArrowRight": 39, "ArrowDown": 40, "End": 35, "Home": 36}  # fmt: skip
        code = named.get(key, ord(key[0].upper()))
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if kind == "keyDown" and text else {}
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code,
                      **more)  # fmt: skip

    def size(self, width: int, height: int) -> None:
        """Give the page another size, in CSS pixels; narrow ones are a phone's."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip

    def files(self, selector: str, paths: list[Path]) -> None:
        """Choose files in the input that a selector names."""
        root = self._ask("DOM.getDocument")["root"]["nodeId"]
        node = self._ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        names = [str(path) for path in paths]
        self._ask("DOM.setFileInputFiles", nodeId=node, files=names)

    def picture(self) -> bytes:
        """Return what is seen as a PNG."""
        shot = self._ask("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])

    def until(self, script: str, seconds: float = 60.0) -> float:
        """Wait until an expression is true in the page, also across pages; return how long."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            with contextlib.suppress(AssertionError):  # between two pages
                if self.run(script):
                    return time.monotonic() - start
            time.sleep(0.03)
        raise AssertionError(f"not within {seconds:g} seconds: {script}; {self.errors[-3:]}")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        message = {"method": method, "params": params}
        number = self._pipe.send(
            {**message, "sessionId": self._session} if self._session else message
        )
        while True:
            told = self._pipe.receive()
            if told.get("id") == number:
                assert "error" not in told, told["error"]
                return dict(told["result"])
            tab = self._pipe.tabs.get(told.get("sessionId", ""))
            if tab is not None:
                tab._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["params"]["request"]["url"][:100])
        elif told.get("method") == "Log.entryAdded":
            self.errors.append(told["params"]["entry"]["text"])
        elif told.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(told["params"]["exceptionDetails"]))


@contextlib.contextmanager
def browser(*flags: str) -> Iterator[Tab]:
    """Start a browser with a profile of its own, and flags; it ends with the block."""
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()

        def wire() -> None:
            a, b = os.dup(their_in), os.dup(their_out)
            os.dup2(a, 3)
            os.dup2(b, 4)

        process = subprocess.Popen(
            [
                PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={Path(profile)}", "--remote-debugging-pipe", *flags,
                "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=wire,
        )  # fmt: skip
        os.close(their_in)
        os.close(their_out)
        try:
            yield Tab(Pipe(our_out, our_in))
        finally:
            process.kill()
            process.wait()
            os.close(our_out)
            os.close(our_in)
