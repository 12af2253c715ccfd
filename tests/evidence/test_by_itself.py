"""Oracles: noise, rims, resampling, lights and texts planted in known amounts."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from catchlight.evidence import Case, Facts
from catchlight.evidence.edge_halo import edge_halo
from catchlight.evidence.eyes import catchlights
from catchlight.evidence.file import file, said
from catchlight.evidence.light import light
from catchlight.evidence.noise import noise
from catchlight.evidence.resampling import _peak

from ..audited import portrait, seen
from ..rendered_face import render_face


def _with_data(data: bytes) -> Case:
    return Case(replace(portrait(), data=data), ())


def _png(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def test_a_prompt_in_the_file_is_told() -> None:
    found = file(_with_data(_png(parameters="portrait of a man, Steps: 30, Sampler: DDIM")))
    assert found.status == "differs"
    assert "says itself" in found.sentence


def test_a_source_type_in_xmp_is_told() -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/'
        'newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></x:xmpmeta>'
    )
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    packet = b"http://ns.adobe.com/xap/1.0/\0" + xmp.encode()
    segment = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet
    data = out.getvalue()
    assert file(_with_data(data[:2] + segment + data[2:])).status == "differs"


def test_a_camera_is_consistent_and_a_program_is_no_evidence() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Acme", "One", "Darkroom 3"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    found = file(_with_data(out.getvalue()))
    assert found.status == "consistent"
    assert "Acme One" in found.sentence
    assert "Darkroom 3" in found.sentence
    assert said(out.getvalue())["software"] == "Darkroom 3"
    assert file(_with_data(_png(Software="Darkroom 3"))).status == "could_not_assess"
    assert file(_with_data(_png())).status == "could_not_assess"
    assert file(_with_data(b"no picture")).status == "could_not_assess"


def _painted(noise_of_person: float, noise_behind: float) -> Facts:
    """The portrait's outline filled with plain grey, noise of two strengths in and about it."""
    rng = np.random.default_rng(5)
    facts = portrait()
    person = facts.person > 0.5
    grain = rng.normal(0, 1, (*person.shape, 1)) * np.where(
        person[..., None], noise_of_person, noise_behind
    )
    pixels = np.round(np.clip(120 + grain, 0, 255)).repeat(3, axis=2)
    painted = replace(facts, pixels=pixels.astype(np.uint8))
    painted.__dict__["person"] = person.astype(np.float32)  # there is nobody in the noise
    return painted


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
def test_the_ratio_of_noise_is_measured(ratio: float) -> None:
    finding = noise(Case(_painted(4.0, 4.0 * ratio), ()))
    assert finding.value == pytest.approx(ratio, rel=0.12)


def test_texture_of_one_brightness_is_no_noise() -> None:
    """Cloth below the face, rougher than the wall of the same brightness, is no evidence."""
    facts = _painted(2.0, 2.0)
    rng = np.random.default_rng(6)
    low = round(float(facts.face.iris_right[1] + 2 * facts.eye_distance))
    grey = np.where(facts.person > 0.5, 120.0, 120.0)
    grey[low:] = 190
    sigma = np.full(grey.shape, 2.0)
    sigma[low:][facts.person[low:] > 0.5] = 16.0
    pixels = np.round(np.clip(grey + rng.normal(0, 1, grey.shape) * sigma, 0, 255))
    worn = replace(facts, pixels=pixels[..., None].repeat(3, axis=2).astype(np.uint8))
    worn.__dict__["person"] = facts.person
    finding = noise(Case(worn, ()))
    assert finding.value == pytest.approx(1.0, rel=0.15)


def test_noise_of_one_kind_is_consistent() -> None:
    assert noise(Case(_painted(4.0, 4.0), ())).status == "consistent"


@pytest.mark.parametrize("overshoot", [0.0, 0.4])
def test_a_rim_about_the_person_is_measured(overshoot: float) -> None:
    facts = portrait()
    height, width = facts.person.shape
    inside = np.zeros((height, width), np.float32)
    middle = (width // 2, int(0.55 * height))
    cv2.ellipse(inside, middle, (width // 4, height // 3), 0, 0, 360, 1.0, -1)
    grown = cv2.dilate(inside, np.ones((13, 13), np.uint8))
    stops = np.where(inside > 0, -5.0, np.where(grown > 0, -2.0 + 3.0 * overshoot, -2.0))
    linear = np.exp2(cv2.GaussianBlur(stops.astype(np.float32), (0, 0), 0.7))
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels = np.round(255 * encoded)[..., None].repeat(3, axis=2).astype(np.uint8)
    painted = replace(facts, pixels=pixels)
    painted.__dict__["person"] = inside
    finding = edge_halo(Case(painted, ()))
    assert finding.value == pytest.approx(overshoot, abs=0.12)
    assert finding.status == ("differs" if overshoot else "consistent")


def test_enlarging_leaves_a_period() -> None:
    rng = np.random.default_rng(2)
    plain = rng.normal(128, 20, (256, 256)).astype(np.float32)
    enlarged = cv2.resize(plain[:171, :171], (256, 256), interpolation=cv2.INTER_LINEAR)
    strength, frequency = _peak(enlarged)
    assert strength > _peak(plain)[0] + 1.5
    # Gallagher 2005: the period is the factor, so the peak stands at 171 / 256 or its mirror image
    assert min(abs(frequency - f) for f in (171 / 256, 1 - 171 / 256)) < 0.01


def test_one_lamp_is_one_light() -> None:
    picture = render_face(key_azimuth=35.0, key_elevation=35.0, key_to_fill_stops=2.0)
    case = Case(seen(picture.pixels, "face.png"), ())
    assert catchlights(case).status in ("consistent", "could_not_assess")
    assert light(case).status in ("consistent", "could_not_assess")
