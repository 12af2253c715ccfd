"""File: what the file says of its own making. Absence says nothing: platforms strip it.

Content Credentials and their digital source type (IPTC), software tags of EXIF and XMP, and the
texts that generators write into PNG files.
"""

from __future__ import annotations

import io
import re

from PIL import Image

from .. import credentials
from ..errors import printable
from .case import Case
from .finding import Finding, could_not_assess

__all__ = ["NAME", "file", "said"]

NAME, TITLE = "file", "what the file says of its making"
_GENERATED = re.compile(
    r"trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|stable.?diffusion|midjourney"
    r"|dall.?e|comfyui|automatic1111|invokeai|novelai|adobe firefly|made with google ai|flux\.1",
    re.IGNORECASE,
)
_CAPTURED = re.compile(r"digitalCapture|computationalCapture", re.IGNORECASE)
_SOFTWARE, _MAKE, _MODEL = 0x0131, 0x010F, 0x0110
_LONGEST = 120


def said(data: bytes) -> dict[str, str]:
    """Return what a picture's file says of how it was made, by where it says so."""
    found: dict[str, str] = {}
    try:
        with Image.open(io.BytesIO(data)) as image:
            exif = image.getexif()
            for tag, name in ((_SOFTWARE, "software"), (_MAKE, "make"), (_MODEL, "model")):
                if text := str(exif.get(tag, "")).strip("\0 "):
                    found[name] = printable(text)[:_LONGEST]
            for key in ("parameters", "prompt", "workflow", "Software", "Comment"):
                held = image.info.get(key)
                if isinstance(held, str) and held.strip():
                    found.setdefault(f"text: {key}", printable(held.strip())[:_LONGEST])
            xmp = image.info.get("xmp", b"")
            xmp = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp)
    except (OSError, ValueError, SyntaxError):
        return found
    for name in ("CreatorTool", "DigitalSourceType", "Credit"):
        match = re.search(rf'{name}(?:="([^"]*)"|>([^<]*)<)', xmp)
        if match:
            found[name] = printable(match.group(1) or match.group(2) or "")[:_LONGEST]
    return found


def file(case: Case) -> Finding:
    """Whether the file itself says that it was generated."""
    data = case.picture.data
    facts = said(data)
    held = credentials.read(data) if data else None
    if held is not None and held.state == "Invalid":
        return _finding("differs", held.describe())
    sources = [] if held is None else [
        str(action.get("digitalSourceType", "")) for action in held.actions
    ]  # fmt: skip
    told = " ".join([*facts.values(), *(f"{key}" for key in facts), *sources])
    generated = _GENERATED.search(told)
    prompt = "text: parameters" in facts or "text: prompt" in facts
    if generated or prompt:
        where = "its Content Credentials" if any(_GENERATED.search(s) for s in sources) else "a tag"
        what = generated.group(0) if generated else "a generator's prompt"
        return _finding("differs", f"The file says itself, in {where}, that it was made with AI"
                        f" ({what}).")  # fmt: skip
    if held is not None:
        return _finding("consistent", held.describe())
    if "make" in facts or _CAPTURED.search(told):
        camera = " ".join(facts.get(key, "") for key in ("make", "model")).strip()
        tool = facts.get("software") or facts.get("CreatorTool")
        tail = f", saved by {tool}" if tool else ""
        return _finding(
            "consistent", f"The file names a camera ({camera}{tail}); such tags can be forged."
        )
    if tool := facts.get("software") or facts.get("CreatorTool"):
        return could_not_assess(NAME, TITLE, "", f"the file only names a program: {tool}")
    return could_not_assess(
        NAME, TITLE, "", "the file says nothing of its making; platforms strip such data"
    )


def _finding(status: str, sentence: str) -> Finding:
    return Finding(NAME, TITLE, None, "", None, None, None, status, sentence)  # type: ignore[arg-type]
