"""Oracles: the sign and the share of each gauge for readings of known truth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from catchlight.coach import replay

from .sittings import set_to, sitting


def test_gauges_and_outline() -> None:
    for change, sign in ((set_to("distance", 50.0), 1), (set_to("pixels", 0.7), -1)):
        one = list(replay(sitting((2.0, [change]))))[-1]
        assert one.gauges.nearness is not None
        assert np.sign(one.gauges.nearness) == sign
        assert one.gauges.stages["distance"] is not None
        assert one.gauges.stages["distance"] < 1
    dim = list(replay(sitting((2.0, [set_to("dark", 2.4)]))))[-1]
    assert dim.gauges.stages["light"] == pytest.approx(0.5, abs=0.01)
    assert dim.gauges.stages["turn"] == 1.0
    data = json.loads(json.dumps(dim.as_dict()))
    assert data["light"] == data["stages"]["light"]
    x, y, width, height = data["target"]
    assert x == 0.5
    assert 0 < y - height / 2 < y + height / 2 < 1
    assert 0 < width < 0.5
