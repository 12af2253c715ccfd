"""Content Credentials: what signing costs, what it lets through, and what it must not tell.

    python benchmarks/credentials.py [PHOTOS] [--outputs 100] [--json FILE]

Without a folder of photographs, scikit-image's public-domain portrait in many crops stands in; the
rows on copies and strangers then say little. Times are given as the best and the median of the
rounds, and as processor time, for the machine may be busy. A key and certificates are made in a
temporary folder; nothing is read from or written to the user's own.
"""

# ruff: noqa: E402 (threads are pinned before NumPy loads)

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import hashlib
import io
import itertools
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import c2pa
import cv2
import numpy as np
from PIL import Image

from catchlight import credentials, keys, travel_proof
from catchlight.bounds import BOUNDS, Reading
from catchlight.claims import Claim, ingredient
from catchlight.difference import compare
from catchlight.edits import Tone, WhiteBalance
from catchlight.jumbf import manifest_store, without_credentials
from catchlight.perceptual import SAME, hash_distance, perceptual_hash
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source, normal_form
from catchlight.render import encode_outputs, render
from catchlight.signer import Signer

WHEN = datetime.now(UTC)
READINGS = tuple(Reading(b, 1.0 if b.least else b.most / 2, b.most, "") for b in BOUNDS.values())
SECRETS = {
    "place": rb"exif:GPS|52,31\.2N|Exif\0\0",
    "camera": rb"SECRETCAMERA|SECRETSERIAL",
    "file name": rb"IMG_SECRET",
}
_CLEAN = """
import io, json, sys
import c2pa
found = []
for path in sys.argv[1:]:
    with open(path, "rb") as stream, c2pa.Reader("image/jpeg", stream) as reader:
        report = json.loads(reader.json())
    active = report["manifests"][report["active_manifest"]]
    held = {row["label"]: row["data"] for row in active["assertions"]}
    found.append([
        report["validation_state"],
        [action["action"] for action in held["c2pa.actions.v2"]["actions"]],
        [(row["relationship"], row.get("instance_id")) for row in active["ingredients"]],
    ])
print(json.dumps(found))
"""


def photographs(folder: Path | None, count: int) -> list[Image.Image]:
    """Pictures of people, at most 1600 px; crops of one portrait where there is no folder."""
    found: list[Image.Image] = []
    for path in sorted(folder.rglob("*.[jp][pn]g")) if folder else ():
        try:
            image = Image.open(path).convert("RGB")
        except OSError:
            continue
        image.thumbnail((1600, 1600))
        if min(image.size) >= 300:
            found.append(image)
        if len(found) == count:
            break
    if not found:
        from skimage import data

        face = Image.fromarray(data.astronaut())
        found = [face.crop((i, i, 412 + i, 412 + i)) for i in range(0, 100, 10)]
    return list(itertools.islice(itertools.cycle(found), count))


def as_shot(image: Image.Image, path: Path) -> Path:
    """Write a picture as a phone does: with a place, a serial number and a preview."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0xC62F] = "SECRETSERIAL"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    image.save(path, "JPEG", quality=92, exif=exif)
    return path


def by_camera(path: Path, signer: Signer) -> None:
    """Sign an original as the library does by default, preview, place and all."""
    info = c2pa.C2paSignerInfo(signer.algorithm.encode(), signer.chain_pem, signer.key or b"", None)
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    said = {
        "claim_generator_info": [{"name": "Camera", "version": "1"}],
        "title": "photo",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source}]},
            },
            {
                "label": "c2pa.metadata",
                "kind": "Json",
                "data": {
                    "@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
                    "exif:GPSLatitude": "52,31.2N",
                },
            },
        ],
    }
    result = io.BytesIO()
    with (
        c2pa.Context.from_dict({"version": 1}, signer=c2pa.Signer.from_info(info)) as context,
        c2pa.Builder(said, context=context) as builder,
    ):
        builder.sign("image/jpeg", io.BytesIO(path.read_bytes()), result)
    path.write_bytes(result.getvalue())


def finished(photo: Path, kind: str = "jpeg", width: int | None = None) -> tuple[Claim, bytes]:
    """Render the middle of a photograph, and what is to be claimed of it."""
    pixels = np.asarray(Image.open(photo).convert("RGB"))
    height, across = pixels.shape[:2]
    size = (
        width or round(across * 0.8),
        round(height * 0.8 * (width or across * 0.8) / (across * 0.8)),
    )
    made = normal_form(
        Recipe(
            look="corporate",
            source=Source(
                path=str(photo),
                sha256=hashlib.sha256(photo.read_bytes()).hexdigest(),
                width=across,
                height=height,
            ),
            facts=Facts(eye_right=(0.42, 0.4), eye_left=(0.58, 0.4)),
            edits=(WhiteBalance(red_stops=0.1, blue_stops=-0.1), Tone(exposure_stops=0.2)),
            outputs=(
                Output(
                    name="headshot",
                    file=f"headshot.{kind}",
                    format=kind,  # type: ignore[arg-type]
                    crop=CropBox(center=(0.5, 0.5), width=0.8, height=0.8),
                    width=size[0],
                    height=size[1],
                ),
            ),
        )
    )
    data = encode_outputs(render(pixels, made), made, 1)[f"headshot.{kind}"]
    original = ingredient(photo, "Original photograph")
    return Claim(made, made.outputs[0], original, READINGS, WHEN), data


def timed(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Milliseconds: best and median by the clock, median of the processor."""
    wall, cpu = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - start) * 1e3)
        cpu.append((time.process_time() - used) * 1e3)
    return {
        "best": round(min(wall), 2),
        "median": round(statistics.median(wall), 2),
        "processor": round(statistics.median(cpu), 2),
    }


def speed(folder: Path, portrait: Image.Image, signer: Signer, rounds: int) -> list[dict[str, Any]]:
    """Sign and read a headshot and a cut-out of 1600 × 2000 made from twelve megapixels."""
    rows = []
    photo = as_shot(portrait.resize((3000, 4000)), folder / "IMG_SECRET_12MP.jpg")
    for kind, camera in (("jpeg", False), ("png", False), ("jpeg", True)):
        if camera:  # the last, for it stays signed
            by_camera(photo, signer)
        claim, data = finished(photo, kind, 1600)
        signed = credentials.sign(data, claim, signer)
        proof = travel_proof.make(signed, signer, WHEN)[0]
        rows.append(
            {
                "file": f"{kind}, original {'with' if camera else 'without'} credentials",
                "bytes": len(data),
                "added": len(signed) - len(data),
                "proof_bytes": len(proof),
                "sign": timed(lambda d=data, c=claim: credentials.sign(d, c, signer), rounds),
                "verify": timed(lambda s=signed: credentials.read(s), rounds),
            }
        )
    return rows


def flips(signed: bytes, count: int) -> dict[str, int]:
    """Change single bytes of what the signature covers; count the states."""
    store = manifest_store(signed) or b""
    start = signed.index(store[:200])
    places = set(range(len(signed))) - set(range(start - 12, start + len(store)))
    for match in re.finditer(rb"cbor|json", store):
        at = match.start()
        size = int.from_bytes(store[at - 4 : at], "big")
        if 8 < size <= len(store) - at and b"c2pa.signature" not in store[at - 80 : at]:
            places |= set(range(start + at + 4, start + at - 4 + size))
    rng = np.random.default_rng(1)
    states: dict[str, int] = {}
    for place in rng.choice(sorted(places), count, replace=False):
        changed = bytearray(signed)
        changed[place] ^= int(rng.integers(1, 256))
        found = credentials.read(bytes(changed))
        state = "none" if found is None else found.state
        states[state] = states.get(state, 0) + 1
    return states


def outputs(folder: Path, images: list[Image.Image], signer: Signer) -> dict[str, Any]:
    """Sign many, half from originals with credentials; scan the bytes; ask a clean reader."""
    paths, expected, told, added = [], [], dict.fromkeys([*SECRETS, "preview"], 0), []
    for number, image in enumerate(images):
        photo = as_shot(image, folder / f"IMG_SECRET_{number}.jpg")
        if number % 2:
            by_camera(photo, signer)
        claim, data = finished(photo)
        signed = credentials.sign(data, claim, signer)
        added.append(len(signed) - len(data))
        for what, pattern in SECRETS.items():
            told[what] += bool(re.search(pattern, signed))
        told["preview"] += signed.count(b"\xff\xd8\xff") != 1
        assert without_credentials(signed) == data
        path = folder / f"out{number}.jpg"
        path.write_bytes(signed)
        paths.append(path)
        ours = credentials.read(signed)
        assert ours is not None
        expected.append(
            [
                ours.state,
                [action["action"] for action in ours.actions],
                [[row["relationship"], row.get("instance_id")] for row in ours.ingredients],
            ]
        )
        assert any(claim.original.sha256 in str(row) for row in (ours.bounds, ours.ingredients))
    done = subprocess.run(
        [sys.executable, "-I", "-c", _CLEAN, *map(str, paths)],
        capture_output=True, text=True, check=True, env={"PATH": os.environ.get("PATH", "")},
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    return {
        "outputs": len(paths),
        "told": told,
        "clean_reader_agrees": sum(a == b for a, b in zip(theirs, expected, strict=True)),
        "states": sorted({row[0] for row in theirs}),
        "added_most": max(added),
        "added_median": statistics.median(added),
    }


def copy(image: Image.Image, side: int | None, quality: int) -> np.ndarray:
    """A picture as a platform gives it back."""
    if side:
        image = image.resize((side, round(side * image.height / image.width)))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def hashes(images: list[Image.Image]) -> dict[str, Any]:
    """Perceptual hash: copies against strangers."""
    different = list({image.tobytes(): image for image in images}.values())
    known = [perceptual_hash(np.asarray(image)) for image in different]
    rows = {
        name: [
            hash_distance(h, perceptual_hash(copy(i, *how)))
            for h, i in zip(known, different, strict=True)
        ]
        for name, how in {
            "quality 60": (None, 60),
            "400 px, quality 75": (400, 75),
            "200 px, quality 80": (200, 80),
        }.items()
    }
    apart = [hash_distance(a, b) for a, b in itertools.combinations(known, 2)]
    return {
        "pictures": len(different),
        "limit": SAME,
        "copies_most": {name: max(found) for name, found in rows.items()},
        "others_least": min(apart),
        "others_within_limit": sum(d <= SAME for d in apart),
        "pairs": len(apart),
    }


def changes(images: list[Image.Image]) -> dict[str, Any]:
    """Copies and planted changes against the rendering: found, and falsely found."""
    rng = np.random.default_rng(2)
    counts = {"copies": 0, "copies_flagged": 0, "smoothed": 0, "lightened": 0, "reshaped": 0}
    total = 0
    for image in list({image.tobytes(): image for image in images}.values())[:40]:
        expected = np.asarray(image)
        height, width = expected.shape[:2]
        for side, quality in ((None, 75), (max(200, width // 2), 80)):
            again = copy(image, side, quality)
            shape = (again.shape[1], again.shape[0])
            reference = cv2.resize(expected, shape, interpolation=cv2.INTER_AREA)
            counts["copies"] += 1
            counts["copies_flagged"] += bool(compare(again, reference).regions)
        total += 1
        side = width // 6
        x = int(rng.integers(width // 4, 3 * width // 4 - side))
        y = int(rng.integers(height // 4, 3 * height // 4 - side))
        box = (slice(y, y + side), slice(x, x + side))
        for name in ("smoothed", "lightened", "reshaped"):
            pixels = expected.copy()
            if name == "smoothed":
                pixels[box] = cv2.GaussianBlur(pixels[box], (0, 0), width / 150)
            elif name == "lightened":
                pixels[box] = np.clip(pixels[box] * 1.12 + 4, 0, 255).astype(np.uint8)
            else:
                grown = cv2.resize(pixels[box], None, fx=1.06, fy=1.0)
                pixels[box] = grown[:, (grown.shape[1] - side) // 2 :][:, :side]
            found = compare(copy(Image.fromarray(pixels), None, 85), expected)
            hit = any(
                r.left * width < x + side and r.right * width > x and r.top * height < y + side
                and r.bottom * height > y for r in found.regions
            )  # fmt: skip
            counts[name] += hit
    return counts | {"planted_each": total}


def main() -> None:
    """Measure, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="?", type=Path)
    parser.add_argument("--outputs", type=int, default=100)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/credentials.json"))
    options = parser.parse_args()
    images = photographs(options.photos, options.outputs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[keys.DATA_VARIABLE] = str(folder / "data")
        keys.create("Jo Doe")
        signer = keys.signing()
        claim, data = finished(as_shot(images[0], folder / "first.jpg"))
        result: dict[str, Any] = {
            "date": date.today().isoformat(),
            "c2pa": c2pa.sdk_version(),
            "speed": speed(folder, images[0], signer, options.rounds),
            "flips": flips(credentials.sign(data, claim, signer), options.flips),
            "outputs": outputs(folder, images, signer),
            "hashes": hashes(images),
            "changes": changes(images),
        }
    print(f"{'ms':<42}{'best':>8}{'median':>8}{'cpu':>8}   bytes   added")
    for row in result["speed"]:
        for what in ("sign", "verify"):
            times = row[what]
            print(
                f"{what} {row['file']:<36}{times['best']:>8.1f}{times['median']:>8.1f}"
                f"{times['processor']:>8.1f}{row['bytes'] / 1e6:>7.2f}M{row['added']:>8}"
            )
    for part in ("flips", "outputs", "hashes", "changes"):
        print(f"{part}: {json.dumps(result[part])}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
