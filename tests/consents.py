"""The consent that tests go by, as if it had been given on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from catchlight.consent import Consent, usual

AGREED = Consent("the tests", "testing", usual(), "2026-01-01T00:00:00+00:00", "asked")


def write_down(consent: Consent, data: Path) -> None:
    """Put a record of it into a data folder, without waiting for the disk."""
    (data / "consent").mkdir(parents=True, exist_ok=True)
    text = json.dumps(consent.as_dict())
    (data / "consent" / "0123456789abcdef.json").write_text(text, "utf-8")
