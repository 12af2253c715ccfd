"""Destinations: the shipped numbers, and what is checked in the user's own."""

from __future__ import annotations

import datetime

import pytest

from catchlight.destinations import list_destinations, load_destination
from catchlight.errors import RecipeError, UsageError

# name: width, height, smallest width, format, most bytes, shape, confirmed
SHIPPED = {
    "avatar-circle": (1024, 1024, 256, "png", None, "circle", True),
    "email": (648, 648, 240, "jpeg", 150_000, "circle", True),
    "github": (500, 500, 250, "jpeg", 999_000, "circle", True),
    "linkedin": (1600, 1600, 400, "jpeg", 8_000_000, "circle", False),
    "press": (2400, 3000, 1000, "jpeg", 8_000_000, "rect", True),
    "print-8x10": (2400, 3000, 1600, "jpeg", None, "rect", False),
    "slack": (1024, 1024, 512, "jpeg", None, "circle", True),
    "web": (1600, 2000, 640, "jpeg", 1_500_000, "rect", False),
    "x": (400, 400, 200, "jpeg", 700_000, "circle", True),
    "zoom": (1000, 1000, 200, "jpeg", 2_000_000, "circle", False),
}


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path))
    (tmp_path / "destinations").mkdir()
    return tmp_path / "destinations"


def test_names():
    assert list_destinations() == tuple(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_numbers(name):
    d = load_destination(name)
    assert d.smallest_px is not None
    assert SHIPPED[name] == (
        d.width,
        d.height,
        d.smallest_px[0],
        d.format,
        d.max_bytes,
        d.shape,
        d.confirmed,
    )
    assert d.aspect == d.width / d.height


@pytest.mark.parametrize("name", SHIPPED)
def test_provenance(name):
    d = load_destination(name)
    if d.confirmed:
        assert d.source
        assert d.looked_up
    else:
        assert "our choice" in d.note or "could not be" in d.note
    if d.source:
        assert d.source.startswith("https://")
        assert d.looked_up is not None
        assert d.looked_up >= datetime.date(2026, 11, 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_its_bytes_can_hold_its_pixels(name):
    d = load_destination(name)
    if d.max_bytes and d.format == "jpeg":
        # a portrait before plain paper takes about 1.5 bits a pixel at quality 80, 4:4:4
        assert d.max_bytes * 8 / (d.width * d.height) >= 1.5


@pytest.mark.parametrize("name", [n for n, row in SHIPPED.items() if row[5] == "circle"])
def test_round_ones_are_framed_for_a_circle(name):
    d = load_destination(name)
    assert d.width == d.height
    assert d.eye_line == 0.45  # slightly above the middle
    assert d.head_height == 0.60  # LinkedIn: the face about 60 % of the frame


class TestOutputSize:
    def test_never_larger_than_asked(self):
        size = load_destination("linkedin").output_size(3000)
        assert (size.width, size.height) == (1600, 1600)
        assert size.upscale == pytest.approx(1600 / 3000)

    def test_the_photos_own_size_in_between(self):
        size = load_destination("web").output_size(1111.7)
        assert (size.width, size.height) == (1111, 1389)
        assert size.upscale <= 1

    def test_enlarged_only_to_the_smallest(self):
        size = load_destination("linkedin").output_size(250)
        assert (size.width, size.height, size.upscale) == (400, 400, 1.6)

    def test_print_keeps_its_size_on_paper(self):
        full = load_destination("print-8x10").output_size(5000)
        less = load_destination("print-8x10").output_size(2000)
        assert (full.width, full.height, full.dpi) == (2400, 3000, pytest.approx(300))
        assert (less.width, less.height, less.dpi) == (2000, 2500, pytest.approx(250))

    @pytest.mark.parametrize("width", [0, -1, float("nan"), float("inf")])
    def test_nothing_to_give(self, width):
        with pytest.raises(ValueError, match="available_width"):
            load_destination("web").output_size(width)


class TestOwn:
    def test_added(self, own):
        (own / "badge.toml").write_text(
            'name = "badge"\ntitle = "Badge"\nsize_mm = [35, 45.0]\ndpi = 600\nnote = "ours"\n'
        )
        d = load_destination("badge")
        assert (d.width, d.height) == (827, 1063)
        assert "badge" in list_destinations()

    def test_extends(self, own):
        (own / "teams.toml").write_text(
            'extends = "email"\nname = "teams"\ntitle = "Teams"\nmax_bytes = 4_000_000\n'
        )
        d = load_destination("teams")
        assert (d.width, d.max_bytes, d.shape) == (648, 4_000_000, "circle")

    def test_unknown(self):
        with pytest.raises(UsageError, match=r"no destination 'linkdin'; did you mean linkedin\?"):
            load_destination("linkdin")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "give either size_px or size_mm"),
            ("size_px = [100, 100]\nsize_mm = [10, 10]", "give either size_px or size_mm"),
            ("size_px = [0, 100]", "size_px.0 = 0: input should be greater than or equal to 16"),
            ("size_px = [100]", "the key size_px.1 is missing"),
            ("size_px = [100, 100.5]", "size_px.1 = 100.5: input should be a valid integer"),
            ("size_px = [100, 900]", "width to height has to be between 2:5 and 5:2"),
            ("size_mm = [2000, 2000]\ndpi = 1200", "size_mm at 1200 dpi is 94488 x 94488 pixels"),
            (
                "size_px = [100, 100]\nsmallest_px = [200, 200]",
                "smallest_px is larger than the full size",
            ),
            (
                "size_px = [100, 100]\nsmallest_px = [50, 60]",
                "smallest_px has another shape than the full size",
            ),
            ('size_px = [100, 120]\nshape = "circle"', "a circle needs a square size"),
            ("size_px = [100, 100]\nmask = true", "mask needs shape"),
            ("size_px = [100, 100]\nconfirmed = true", "confirmed needs source and looked_up"),
            (
                'size_px = [100, 100]\nsource = "ftp://x"',
                "source = ftp://x: string should match pattern",
            ),
            (
                'size_px = [100, 100]\nsource = "javascript:alert(1)"',
                "source = javascript:alert(1): string should match pattern",
            ),
            (
                'size_px = [100, 100]\nlooked_up = "today"',
                "looked_up = today: input should be a valid date",
            ),
            ('size_px = [100, 100]\nformat = "gif"', "format = gif: input should be 'jpeg' or"),
        ],
    )
    def test_wrong_values_name_file_and_key(self, own, text, message):
        (own / "mine.toml").write_text(f'name = "mine"\ntitle = "Mine"\nnote = "ours"\n{text}\n')
        with pytest.raises(RecipeError) as error:
            load_destination("mine")
        assert str(error.value).startswith(f"mine.toml: {message}")

    def test_unconfirmed_says_so(self, own):
        (own / "mine.toml").write_text('name = "mine"\ntitle = "Mine"\nsize_px = [100, 100]\n')
        with pytest.raises(RecipeError, match="not confirmed says in its note what is not"):
            load_destination("mine")
