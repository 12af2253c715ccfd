"""Settings: defaults, where they come from, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight.errors import RecipeError, UsageError
from catchlight.settings import (
    Settings,
    check_model_file,
    config_dir,
    config_file,
    load_settings,
    read_toml,
)


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path))
    return tmp_path / "config.toml"


def test_defaults(config):
    settings = load_settings()
    assert not config.exists()
    assert settings == Settings()
    assert (settings.look, settings.destinations, settings.threads) == ("corporate", None, 2)
    # 50,000 x 50,000 is refused, the largest medium-format sensors (151 megapixels) are not
    assert 151_000_000 < settings.max_pixels < 50_000**2


def test_all_settings(config):
    config.write_text(
        'look = "actor"\ndestinations = ["x", "print-8x10"]\nthreads = 1\n'
        "max_pixels = 50_000_000\nmax_bytes = 100_000_000\n"
    )
    settings = load_settings()
    assert settings.look == "actor"
    assert settings.destinations == ("x", "print-8x10")
    assert (settings.threads, settings.max_pixels, settings.max_bytes) == (
        1,
        50_000_000,
        100_000_000,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thread = 2", "config.toml: the key thread is unknown"),
        ('threads = "2"', "config.toml: threads = 2: input should be a valid integer"),
        ("threads = 0", "config.toml: threads = 0: input should be greater than or equal to 1"),
        ("threads = ", "config.toml: not valid TOML"),
        ('look = "../etc"', "config.toml: look = ../etc: string should match pattern"),
        ("max_pixels = inf", "config.toml: max_pixels = inf: input should be a valid integer"),
    ],
)
def test_wrong_settings_name_file_and_key(config, text, message):
    config.write_text(text)
    with pytest.raises(RecipeError) as error:
        load_settings()
    assert str(error.value).startswith(message)
    assert str(error.value).isprintable()


def test_what_is_asked_for_goes_before_the_file(config):
    config.write_text('matting_model = "/models/own.onnx"\n')
    assert load_settings().matting_model == Path("/models/own.onnx")
    assert load_settings(matting_model=None).matting_model == Path("/models/own.onnx")
    assert load_settings(matting_model=Path("other.onnx")).matting_model == Path("other.onnx")


def test_a_matting_network_has_to_be_there(tmp_path):
    path = tmp_path / "own.onnx"
    check_model_file(Settings())
    with pytest.raises(UsageError, match=r"own\.onnx: there is no such file"):
        check_model_file(Settings(matting_model=path))
    path.write_bytes(b"x")
    check_model_file(Settings(matting_model=path))


def test_environment_names_a_folder_or_a_file(tmp_path, monkeypatch):
    assert config_file() == tmp_path / "config.toml"
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path / "other.toml"))
    assert config_file() == tmp_path / "other.toml"
    assert config_dir() == tmp_path


def test_platform_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("CATCHLIGHT_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file().name == "config.toml"
    assert config_dir().name == "catchlight"


class TestFiles:
    def test_missing(self, tmp_path):
        with pytest.raises(RecipeError, match=r"no\.toml: cannot be read \(No such file"):
            read_toml(tmp_path / "no.toml")

    def test_folder(self, tmp_path):
        with pytest.raises(RecipeError, match="cannot be read"):
            read_toml(tmp_path)

    def test_not_text(self, tmp_path):
        (tmp_path / "a.toml").write_bytes(b'title = "\xff"')
        with pytest.raises(RecipeError, match=r"a\.toml: not UTF-8 text \(byte 9\)"):
            read_toml(tmp_path / "a.toml")

    def test_too_large(self, tmp_path):
        (tmp_path / "a.toml").write_bytes(b"#" * 300_000)
        with pytest.raises(RecipeError, match="larger than 256 KiB"):
            read_toml(tmp_path / "a.toml")

    def test_nested_beyond_reason(self, tmp_path):
        (tmp_path / "a.toml").write_bytes(b"a = " + b"[" * 100_000)
        with pytest.raises(RecipeError, match="not valid TOML"):
            read_toml(tmp_path / "a.toml")

    def test_name_with_a_newline_stays_on_one_line(self, tmp_path):
        with pytest.raises(RecipeError) as error:
            read_toml(tmp_path / "a\nb.toml")
        assert str(error.value).isprintable()
