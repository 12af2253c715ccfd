"""Small finished pictures and what is claimed of them: for tests of signing and verifying."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import c2pa
import cv2
import numpy as np
from PIL import Image

from catchlight.bounds import BOUNDS, Reading
from catchlight.claims import Claim, ingredient
from catchlight.edits import Tone, WhiteBalance
from catchlight.encode import encode_jpeg, encode_png
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source, normal_form
from catchlight.render import encode_outputs, render
from catchlight.signer import Signer

WIDTH, HEIGHT = 480, 600
WHEN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GPS = 0x8825


def scene(seed: int = 0) -> np.ndarray:
    """A photograph of nothing, smooth with some grain, (600, 480, 3) uint8."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0, 1, (HEIGHT // 40, WIDTH // 40, 3)).astype(np.float32)
    smooth = cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 3, (HEIGHT, WIDTH, 1))
    return np.clip(smooth * 180 + 30 + grain, 0, 255).astype(np.uint8)


def original(folder: Path, name: str = "IMG_SECRET_4711.jpg", seed: int = 0) -> Path:
    """A photograph as a phone writes it: with a place, a preview and a serial number."""
    path = folder / name
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    Image.fromarray(scene(seed)).save(path, "JPEG", quality=95, exif=exif)
    return path


def output(name: str = "headshot", **changes: object) -> Output:
    """A file of a recipe: the middle of the photograph, as it is."""
    values: dict[str, object] = {
        "name": name,
        "file": f"{name}.jpg",
        "crop": CropBox(center=(0.5, 0.5), width=0.5, height=0.5),
        "width": WIDTH // 2,
        "height": HEIGHT // 2,
    }
    return Output.model_validate(values | changes)


def recipe(photo: Path, *outputs: Output, edits: tuple | None = None) -> Recipe:
    """A recipe for a photograph, of light and colour alone."""
    if edits is None:
        edits = (
            WhiteBalance(red_stops=0.1, blue_stops=-0.1),
            Tone(exposure_stops=0.2, contrast=1.0, pivot=0.3),
        )
    return normal_form(
        Recipe(
            look="corporate",
            source=Source(
                path=str(photo),
                sha256=hashlib.sha256(photo.read_bytes()).hexdigest(),
                width=WIDTH,
                height=HEIGHT,
            ),
            facts=Facts(eye_right=(0.42, 0.45), eye_left=(0.58, 0.45)),
            edits=edits,
            outputs=outputs or (output(),),
        )
    )


def readings(**values: float | None) -> tuple[Reading, ...]:
    """Every bound, kept, unless a value is given."""
    kept = {name: 1.0 if b.least else b.most / 2 for name, b in BOUNDS.items()} | values
    return tuple(Reading(BOUNDS[n], v, BOUNDS[n].most, "Said.") for n, v in kept.items())


def rendered(made: Recipe, photo: Path) -> dict[str, bytes]:
    """The files of a recipe, unsigned."""
    pixels = np.asarray(Image.open(io.BytesIO(photo.read_bytes())).convert("RGB"))
    return dict(encode_outputs(render(pixels, made), made, threads=1))


def claim(photo: Path, made: Recipe | None = None, which: int = 0, **changes: object) -> Claim:
    """What is claimed of one file."""
    made = made or recipe(photo)
    values: dict[str, object] = {
        "recipe": made,
        "output": made.outputs[which],
        "original": ingredient(photo, "Original photograph"),
        "readings": readings(),
        "when": WHEN,
    }
    return Claim(**(values | changes))  # type: ignore[arg-type]


def picture(kind: str = "jpeg", seed: int = 5) -> bytes:
    """A finished file of 240 × 300 pixels."""
    pixels = np.ascontiguousarray(scene(seed)[::2, ::2])
    return encode_png(pixels) if kind == "png" else encode_jpeg(pixels)[0]


def camera_signed(data: bytes, signer: Signer, *, remote: str | None = None) -> bytes:
    """A photograph as a camera with credentials writes it, with the library's own defaults.

    With a preview of the whole, a place, and a serial number; with `remote`, nothing inside and an
    address to fetch it from.
    """
    info = c2pa.C2paSignerInfo(signer.algorithm.encode(), signer.chain_pem, signer.key or b"", None)
    said = {
        "claim_generator_info": [{"name": "Camera", "version": "1"}],
        "title": "IMG_SECRET_4711.jpg",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": "http://cv.iptc.org/newscodes/"
                            "digitalsourcetype/digitalCapture",
                        }
                    ]
                },
            },
            {
                "label": "c2pa.metadata",
                "kind": "Json",
                "data": {
                    "@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
                    "exif:GPSLatitude": "52,31.2N",
                    "exif:GPSLongitude": "13,24.6E",
                },
            },
        ],
    }
    result = io.BytesIO()
    with (
        c2pa.Context.from_dict(
            {"version": 1, "verify": {"verify_after_sign": False}},
            signer=c2pa.Signer.from_info(info),
        ) as context,
        c2pa.Builder(said, context=context) as builder,
    ):
        if remote is not None:
            builder.set_no_embed()
            builder.set_remote_url(remote)
        builder.sign("image/jpeg", io.BytesIO(data), result)
    return result.getvalue()
