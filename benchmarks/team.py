"""A team: photos a second, scaling, memory, lost workers, and how far its pictures lie apart.

The people are the studio portraits (neutral and smiling of one person together) and the sessions of
the development photographs; their brand kit is framed for studio portraits, which end close below
the shoulders.

    python benchmarks/team.py [--few 12] [--sections speed consistency tcp killed brand]
                              [--keep FOLDER] [--json FILE]       (photographs: see photographs.py)
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from photographs import DATA

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

SECTIONS = ("speed", "consistency", "tcp", "killed", "brand")
SESSIONS = ("lisa", "rootvc_man", "human_emotions_a", "flashface_woman", "obama", "alex_lacamoire")
BRAND = """
title = "Benchmark"
destinations = ["linkedin", "web"]
[frame]
size_px = [1000, 1250]
eye_line_px = 550
head_px = 750
head_px_most = 1010
[backdrop]
color = "{color}"
"""


def people() -> dict[str, list[Path]]:
    """Return the photographs of each person."""
    found: dict[str, list[Path]] = {}
    for path in sorted((DATA / "studio" / "london_neutral").glob("*.jpg")):
        smiling = DATA / "studio" / "london_smiling" / f"{path.stem[:3]}_08.jpg"
        found[f"London {path.stem[:3]}"] = [path, *([smiling] if smiling.exists() else [])]
    for path in sorted((DATA / "studio" / "canada").glob("*.jpg")):
        found[f"Canada {path.stem}"] = [path]
    for name in SESSIONS:
        suffixes = (".jpg", ".jpeg", ".png")
        photos = [p for p in sorted((DATA / "people" / name).iterdir()) if p.suffix in suffixes]
        found[name] = photos
    return found


def some(everybody: dict[str, list[Path]], few: int | None) -> dict[str, list[Path]]:
    """Return a few people, evenly from among all of them."""
    if few is None or few >= len(everybody):
        return everybody
    names = list(everybody)
    return {
        names[i * len(names) // few]: everybody[names[i * len(names) // few]] for i in range(few)
    }


def write_team(folder: Path, who: dict[str, list[Path]], color: str = "#c6c9ce") -> Path:
    """Write roster and brand kit."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{name},{';'.join(map(str, photos))}" for name, photos in who.items()]
    (folder / "ROSTER.csv").write_text("name,photos\n" + "\n".join(rows) + "\n")
    (folder / "brand.toml").write_text(BRAND.format(color=color))
    return folder / "ROSTER.csv"


def pictures(out: Path) -> dict[str, str]:
    """Digests of all delivered pictures."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.glob("people/*/1/*"))
        if path.suffix in (".jpg", ".png")
    }


def peak() -> int:
    """Peak memory of this process in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def processor() -> float:
    """Processor seconds of this process so far; waiting for others does not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def work(
    roster: Path,
    out: Path,
    scheduler: str | None = None,
    workers: int | None = None,
    beside: object = None,
) -> tuple[dict[str, object], object]:
    """Run a team; return what it took, and the team."""
    from agreed import AGREED

    from catchlight.brand import load_brand
    from catchlight.team import run_team
    from catchlight.team_runner import on_dask

    said: list[str] = []
    start = time.perf_counter()
    with on_dask(scheduler, workers, said.append) as runner:
        runner.client.run(peak)  # every worker is up and has its networks
        spent = -sum(runner.client.run(processor).values()) if beside is None else 0.0
        mine, ready = processor(), time.perf_counter()
        with beside(runner.client) if beside else contextlib.nullcontext():  # type: ignore[operator]
            kit = load_brand(roster.parent / "brand.toml")
            team = run_team(roster, kit, out, runner, consent=AGREED)
        seconds = time.perf_counter() - ready
        mine = processor() - mine
        spent += sum(runner.client.run(processor).values()) if beside is None else 0.0
        memory = list(runner.client.run(peak).values()) if beside is None else []
    return {
        "seconds": round(seconds, 2),
        "starting_seconds": round(ready - start, 2),
        "processor_seconds": round(spent, 2),
        "own_processor_seconds": round(mine, 2),
        "delivered": len(team.printed),
        "twice": len(team.printed) - len(set(team.printed)),
        "memory_bytes": max(memory, default=0),
        "lost": len(said),
    }, team


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and its workers by Dask's own commands; yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    with tempfile.TemporaryDirectory() as room:
        started = [
            subprocess.Popen(
                [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
                **quiet,
            ),
            subprocess.Popen(
                [*dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1",
                 "--no-dashboard", "--host", "127.0.0.1", "--local-directory", room],
                **quiet,
            ),
        ]  # fmt: skip
        try:
            from distributed import Client

            with Client(address, timeout=60) as client:
                client.wait_for_workers(workers, timeout=60)
            yield address
        finally:
            for process in reversed(started):
                process.terminate()
            for process in reversed(started):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()


def killing(every: float):
    """Return a context that kills a random worker process every so many seconds."""

    @contextlib.contextmanager
    def killer(client: object) -> Iterator[None]:
        over = threading.Event()
        killed: list[int] = []

        def kill() -> None:
            chance = random.Random(1)
            while not over.wait(every):
                with contextlib.suppress(Exception):
                    pids = sorted(client.run(os.getpid).values())  # type: ignore[attr-defined]
                    if pids and not over.is_set():
                        victim = chance.choice(pids)
                        os.kill(victim, signal.SIGKILL)
                        killed.append(victim)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(30)
            killer.killed = len(killed)  # type: ignore[attr-defined]

    return killer


def again(team: object) -> dict[str, float]:
    """Find every face again in its delivered file, with the networks, and measure how they lie."""
    import cv2
    import numpy as np

    from catchlight import faces
    from catchlight.consistency import from_own, measure_picture, spreads
    from catchlight.series import own_target
    from catchlight.team_facts import Facts
    from catchlight.team_files import facts_file, folder

    rows = {}
    for slug, person in team.people.items():  # type: ignore[attr-defined]
        if person.picture is None or person.outside:
            continue
        pixels = cv2.imread(str(folder(team.out, slug) / "1" / "team.jpg"))  # type: ignore[attr-defined]
        pixels = np.ascontiguousarray(pixels[:, :, ::-1])
        found = faces.find(pixels)
        if found:
            data = facts_file(team.out, slug, person.photos).read_bytes()  # type: ignore[attr-defined]
            own = own_target(Facts.from_bytes(data).before, team.state.series)  # type: ignore[attr-defined]
            rows[person.name] = from_own(measure_picture(pixels, found[0], None), own)
    return {
        name: round(spread.farthest, 3)
        for name, spread in spreads(rows).items()
        if name in ("eye_line", "head", "exposure")
    }


def sheet(team: object, file: Path) -> None:
    """Draw everybody before and after, the people outside the series last."""
    import cv2
    import numpy as np

    from catchlight.team_facts import Facts
    from catchlight.team_files import facts_file, folder

    cells: list[tuple[bool, np.ndarray]] = []
    for slug, person in team.people.items():  # type: ignore[attr-defined]
        if person.picture is None:
            continue
        out = team.out  # type: ignore[attr-defined]
        facts = Facts.from_bytes(facts_file(out, slug, person.photos).read_bytes())
        index = facts.choice["photo"]
        before = cv2.imdecode(np.frombuffer(facts.files[f"photo/{index}"], np.uint8), 1)
        after = cv2.imread(str(folder(out, slug) / "1" / "team.jpg"))
        pair = [
            cv2.resize(p, (round(250 * p.shape[1] / p.shape[0]), 250), interpolation=cv2.INTER_AREA)
            for p in (before, after)
        ]
        pair[0] = pair[0][:, :200]
        pair[0] = cv2.copyMakeBorder(pair[0], 0, 0, 0, 200 - pair[0].shape[1], 0, value=(40,) * 3)
        cells.append((bool(person.outside), np.vstack(pair)))
    cells.sort(key=lambda cell: cell[0])
    tiles = [tile for _, tile in cells]
    tiles += [np.full_like(tiles[0], 40)] * (-len(tiles) % 8)
    rows = [np.hstack(tiles[i : i + 8]) for i in range(0, len(tiles), 8)]
    cv2.imwrite(str(file), np.vstack(rows))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, help="how many people; else all")
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--keep", type=Path, help="a folder for the team, to look at")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/team.json"))
    options = parser.parse_args()
    who = some(people(), options.few)
    photos = sum(map(len, who.values()))
    results: dict[str, object] = {"people": len(who), "photos": photos}
    with tempfile.TemporaryDirectory() as temporary:
        room = options.keep or Path(temporary)
        roster = write_team(room, who)
        spent, team = work(roster, room / "two", workers=2)
        results["two_workers"] = spent
        rate = photos / spent["seconds"]  # type: ignore[operator]
        print(f"{len(who)} people, {photos} photos, {os.cpu_count()} cores, {platform.machine()}")
        print(
            f"2 workers: {spent['seconds']} s, {rate:.2f} photos/s, started in"
            f" {spent['starting_seconds']} s, {spent['memory_bytes'] / 1e9:.2f} GB a worker"
        )  # type: ignore[operator]
        if "speed" in options.sections:
            alone, _ = work(roster, room / "one", workers=1)
            results["one_worker"] = alone
            results["scaling"] = round(alone["seconds"] / spent["seconds"], 2)  # type: ignore[operator]
            print(f"1 worker: {alone['seconds']} s; scaling {results['scaling']} (≥ 1.8)")
            results["same_pictures"] = pictures(room / "one") == pictures(room / "two")
            print(f"the same bytes by one and two workers: {results['same_pictures']}")
        if "consistency" in options.sections:
            from catchlight.team_pages import consistency

            found = consistency(team.people)  # type: ignore[attr-defined]
            results["consistency"] = found["spreads"]
            results["in_series"], results["outside"] = len(found["in_series"]), found["outside"]
            results["found_again"] = again(team)
            print(f"{len(found['in_series'])} in the series, {len(found['outside'])} outside")
            for row in found["spreads"]:
                cells = [
                    row[side] or {"deviation": 0, "farthest": 0} for side in ("before", "after")
                ]
                numbers = "".join(f"{c['deviation']:9.3f}{c['farthest']:9.3f}" for c in cells)
                print(f"  {row['title']:<52}{numbers}  {row['unit']}  (≤ {row['most']})")
            print(f"  found again by the networks, farthest: {results['found_again']}")
            if options.keep:
                sheet(team, room / "sheet.png")
        if "tcp" in options.sections:
            with cluster(2) as address:
                far, _ = work(roster, room / "tcp", scheduler=address)
            results["tcp"] = far
            results["tcp_same"] = pictures(room / "tcp") == pictures(room / "two")
            print(
                f"dask scheduler and dask worker over TCP: {far['seconds']} s, {far['delivered']}"
                f" delivered, {far['twice']} twice, same bytes: {results['tcp_same']}"
            )
        if "killed" in options.sections:
            killer = killing(10.0)
            hurt, _ = work(roster, room / "killed", workers=2, beside=killer)
            results["killed"] = hurt | {"kills": killer.killed}  # type: ignore[attr-defined]
            same = pictures(room / "killed") == pictures(room / "two")
            results["killed_same"] = same
            print(
                f"a worker killed every 10 s: {killer.killed} killed in {hurt['seconds']} s,"  # type: ignore[attr-defined]
                f" {hurt['delivered']} delivered, {hurt['twice']} twice, same bytes: {same}"
            )
        if "brand" in options.sections:
            write_team(room, who, "#6d7b89")
            changed, after = work(roster, room / "two", workers=2)
            idle, _ = work(roster, room / "two", workers=2)
            results["brand_changed"], results["nothing_to_do"] = changed, idle
            print(
                f"brand kit changed: {changed['delivered']} again in {changed['seconds']} s, the"
                f" networks for {len(after.looked_at)}; nothing to do: {idle['seconds']} s"
            )  # type: ignore[attr-defined]
    options.json.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "date": date.today().isoformat(),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
    }
    options.json.write_text(json.dumps(told | results, indent=1) + "\n")


if __name__ == "__main__":
    main()
