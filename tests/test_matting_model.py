"""A user's own network: small ONNX files built here, of every shape that is taken for a kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catchlight import matting_model, models
from catchlight.dlib_network import _Graph
from catchlight.errors import ModelError
from catchlight.matte import cut_out
from catchlight.matting_model import load
from catchlight.segment import saliency

from .faces_of_data import astronaut

PICTURE = np.random.default_rng(5).integers(0, 256, (90, 60, 3), np.uint8)
PICTURE[0, 0] = 255


def network(
    path: Path,
    shape: tuple[int | str, ...] = (1, 3, 320, 320),
    *,
    scale: float = 1.0,
    answer: str = "map",
) -> Path:
    """Write a network that answers with the mean over three channels, `scale` times."""
    graph = _Graph()
    at = "picture"
    if shape[1] == 3:
        weights = np.full((1, 3, 1, 1), scale / 3, np.float32)
        at = graph.add("Conv", at, graph.constant(weights), kernel_shape=(1, 1))
    elif shape[3] != 3:
        at = graph.add("Relu", at)
    else:
        at = graph.add("MatMul", at, graph.constant(np.full((3, 1), scale / 3, np.float32)))
    if answer == "vector":
        at = graph.add("Flatten", graph.add("GlobalAveragePool", at))
    out: tuple[int | str, ...] = ("n", "m") if answer == "vector" else ("n", "c", "h", "w")
    path.write_bytes(graph.model("picture", shape, at, out))
    return path


@pytest.mark.parametrize(
    ("side", "mean", "deviation", "by_maximum"),
    [
        (320, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), True),
        (512, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), False),
        (1024, (0.5, 0.5, 0.5), (1.0, 1.0, 1.0), False),
    ],
)
def test_the_shape_tells_the_normalisation(
    tmp_path: Path,
    side: int,
    mean: tuple[float, ...],
    deviation: tuple[float, ...],
    by_maximum: bool,
) -> None:
    model = load(network(tmp_path / "m.onnx", (1, 3, side, side)))
    assert model.size == (side, side)
    assert (model.mean, model.deviation, model.by_maximum) == (mean, deviation, by_maximum)


def test_a_network_is_shown_what_its_authors_showed_it(tmp_path: Path) -> None:
    flat = np.full((50, 40, 3), (64, 128, 255), np.uint8)
    small = load(network(tmp_path / "small.onnx", scale=0.1))._run(flat)
    expected = np.mean(
        (np.array([64, 128, 255]) / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    )
    assert np.allclose(small, 0.1 * expected, atol=1e-5)
    middle = load(network(tmp_path / "middle.onnx", (1, 3, 512, 512)))._run(flat)
    assert np.allclose(middle, np.mean(np.array([64, 128, 255]) / 127.5 - 1), atol=1e-5)


def test_a_free_size_keeps_the_shape_of_the_picture(tmp_path: Path) -> None:
    model = load(network(tmp_path / "m.onnx", (1, 3, "height", "width"), scale=0.5))
    assert model.size is None
    assert model(np.full((300, 200, 3), 255, np.uint8)).shape == (768, 512)


def test_channels_may_come_last(tmp_path: Path) -> None:
    model = load(network(tmp_path / "m.onnx", (1, 320, 256, 3), scale=0.05))
    assert model.channels_last
    assert model(PICTURE).shape == (320, 256)


def test_logits_become_shares(tmp_path: Path) -> None:
    """A white picture is 1 to MODNet's normalisation, so the logit is the scale."""
    white = np.full((40, 40, 3), 255, np.uint8)
    model = load(network(tmp_path / "m.onnx", (1, 3, 512, 512), scale=4.0))
    assert np.allclose(model(white), 1 / (1 + np.exp(-4.0)), atol=1e-5)


def test_birefnet_is_told_from_isnet_by_its_logits(tmp_path: Path) -> None:
    white = np.full((40, 40, 3), 255, np.uint8)
    isnet = load(network(tmp_path / "isnet.onnx", (1, 3, 1024, 1024)))
    assert np.allclose(isnet(white), 0.5, atol=1e-5)
    birefnet = load(network(tmp_path / "birefnet.onnx", (1, 3, 1024, 1024), scale=4.0))
    logit = 4 * np.mean((1 - np.array([0.485, 0.456, 0.406])) / [0.229, 0.224, 0.225])
    assert np.allclose(birefnet(white), 1 / (1 + np.exp(-logit)), atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 4, 320, 320), (1, 320, 320, 1)])
def test_what_takes_no_picture_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"wanted is one picture, as \(1, 3, height, width\)"):
        load(network(tmp_path / "wrong.onnx", shape))


def test_what_answers_no_map_is_refused(tmp_path: Path) -> None:
    model = load(network(tmp_path / "wrong.onnx", answer="vector"))
    with pytest.raises(ModelError, match="wanted is one map"):
        model(PICTURE)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.onnx").write_text("not a network")
    with pytest.raises(ModelError, match=r"notes\.onnx does not load as ONNX"):
        load(tmp_path / "notes.onnx")
    with pytest.raises(ModelError, match="no model file"):
        load(tmp_path / "absent.onnx")


@pytest.mark.parametrize("text", ["0.5", "[0.4, 0.5, 0.6]"])
def test_metadata_is_three_numbers_or_one(text: str) -> None:
    assert matting_model._numbers(text, Path("m.onnx")) in ((0.5, 0.5, 0.5), (0.4, 0.5, 0.6))


@pytest.mark.parametrize("text", ["half", "0.1 0.2", "nan"])
def test_other_metadata_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="should be one number or three"):
        matting_model._numbers(text, Path("m.onnx"))


def test_u2net_given_as_a_file_sees_what_it_sees_built_in() -> None:
    pixels, _ = astronaut()
    import cv2

    small = np.asarray(cv2.resize(pixels, (320, 320), interpolation=cv2.INTER_AREA), np.uint8)
    given = load(models.path("u2netp.onnx"))
    assert np.allclose(given(pixels), saliency(small), atol=1e-5)


def test_the_cut_out_is_the_users_networks() -> None:
    """U²-Net (small) as the user's own finds her too; the flag is not a person."""
    pixels, face = astronaut()
    found = cut_out(pixels, face, model=models.path("u2netp.onnx"))
    assert found.alpha[60:200, 200:260].mean() > 0.95
    assert found.alpha[20:120, 10:60].max() < 0.05
    plain = cut_out(pixels, face)
    assert np.abs(found.alpha - plain.alpha).max() > 0.1
