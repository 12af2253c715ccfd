"""One person through the real work of a team: found once, then printed without any network."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import models
from catchlight.brand import MASTER, Brand
from catchlight.consistency import spreads
from catchlight.recipe import parse_recipe
from catchlight.series import settle
from catchlight.session import rerender
from catchlight.settings import Settings
from catchlight.team_facts import Facts
from catchlight.team_print import Printing, print_person
from catchlight.team_runner import Here, on_dask
from catchlight.team_sitting import Sitting, look_at

from .consents import AGREED
from .faces_of_data import astronaut
from .teams import brand

SETTINGS = Settings(threads=1)


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Brand, bytes]:
    folder = tmp_path_factory.mktemp("sitting")
    pixels, _ = astronaut()
    larger = cv2.resize(pixels[:, :, ::-1], None, fx=1.8, fy=1.8, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(folder / "a.jpg"), larger)
    small = {"size_px": "[400, 500]", "eye_line_px": "190", "head_px": "235",
             "head_px_most": "350", "destinations": "[]"}  # fmt: skip
    kit = brand(folder, **small)
    return folder, kit, look_at(Sitting((str(folder / "a.jpg"),), kit, SETTINGS, AGREED))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every network refuse to run."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a network was asked")

    for name in ("litert", "onnx"):
        monkeypatch.setattr(models, name, refuse)
    for place in ("faces.find", "faces.find_again", "identity.embedding"):
        monkeypatch.setattr(f"catchlight.{place}", refuse)


@pytest.mark.slow
def test_a_person_is_printed_again_without_any_network(
    sat: tuple[Path, Brand, bytes], no_network: None, tmp_path: Path
) -> None:
    _, kit, data = sat
    facts = Facts.from_bytes(data)
    series = settle(kit, [facts])
    made = print_person(Printing(data, kit, series, SETTINGS, AGREED, networks=False, sign=False))
    session = json.loads(made.files["session.json"])
    bounds = {row["name"]: row["status"] for row in session["picks"][0]["bounds"]}
    assert bounds.pop("identity") == "could_not_assess"
    assert "exceeded" not in bounds.values()
    assert {bounds[name] for name in ("geometry", "skin_color", "eyes")} == {"ok"}
    team = cv2.imdecode(np.frombuffer(made.files["1/team.jpg"], np.uint8), cv2.IMREAD_COLOR)
    assert team.shape == (500, 400, 3)
    assert made.after["eye_line"] == pytest.approx(38.0, abs=0.1)
    assert made.after["head"] == pytest.approx(100 * series.heads[MASTER], abs=0.2)
    assert abs(made.after["exposure"]) < 0.15
    for name, file in made.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(file)
    rerender(tmp_path / "1" / "recipe.toml", tmp_path / "again")
    for name in ("headshot.jpg", "team.jpg", "cutout.png"):
        assert (tmp_path / "again" / name).read_bytes() == made.files[f"1/{name}"]


@pytest.mark.slow
def test_a_new_person_is_asked_who_it_is_and_the_backdrop_is_the_brands(
    sat: tuple[Path, Brand, bytes],
) -> None:
    _, kit, data = sat
    series = settle(kit, [Facts.from_bytes(data)])
    first = print_person(Printing(data, kit, series, SETTINGS, AGREED, sign=False))
    session = json.loads(first.files["session.json"])
    bounds = {row["name"]: row["status"] for row in session["picks"][0]["bounds"]}
    assert bounds["identity"] == "ok"
    again = print_person(Printing(data, kit, series, SETTINGS, AGREED, networks=False, sign=False))
    assert again.files["1/headshot.jpg"] == first.files["1/headshot.jpg"]
    recipe = parse_recipe(first.files["1/recipe.toml"].decode(), "recipe")
    (backdrop,) = [edit for edit in recipe.edits if edit.name == "backdrop"]
    assert backdrop.color == "#c6c9ce"  # type: ignore[union-attr]
    found = spreads({"a": first.after, "b": again.after})
    assert all(spread.farthest == 0 for spread in found.values())


@pytest.mark.slow
def test_on_a_cluster_the_same_bytes_though_workers_are_lost(
    sat: tuple[Path, Brand, bytes], tmp_path: Path
) -> None:
    import os
    import signal
    import threading

    import psutil  # Dask's own

    _, kit, data = sat
    series = settle(kit, [Facts.from_bytes(data)])
    job = Printing(data, kit, series, SETTINGS, AGREED, networks=False, sign=False)
    here = dict(Here().run(print_person, [("a", job)]))
    jobs = [(str(n), Printing(data, kit, series, SETTINGS, AGREED, networks=False, sign=False))
            for n in range(6)]  # fmt: skip
    with on_dask(None, 2, lambda _: None) as runner:
        pids = list(runner.client.run(os.getpid).values())
        mine = psutil.Process()
        listening = [
            connection.laddr.ip
            for process in (mine, *mine.children(recursive=True))
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        ]
        assert set(listening) == {"127.0.0.1"}
        assert runner.client.scheduler.address.startswith("tls://")
        timer = threading.Timer(1.0, lambda: os.kill(pids[0], signal.SIGKILL))
        timer.start()
        results = list(runner.run(print_person, jobs))
        timer.join()
    assert sorted(key for key, _ in results) == [key for key, _ in jobs]  # all, and none twice
    for _, result in results:
        assert result.files["1/team.jpg"] == here["a"].files["1/team.jpg"]  # type: ignore[union-attr]
