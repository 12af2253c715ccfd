"""The brand kit: the pixels it promises, and mistakes told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight.brand import BRAND_FILE, MASTER, SeriesNumbers, load_brand
from catchlight.errors import RecipeError, UsageError

from .teams import brand


def test_the_one_that_init_writes_is_a_brand_kit_to_the_pixel(tmp_path: Path) -> None:
    kit = brand(tmp_path)
    series = SeriesNumbers(heads={name: frame[1] for name, frame in kit.framings().items()})
    look = kit.styled(series)
    assert look.framing.exact
    assert look.tone.exact
    assert not look.backdrop.matched
    assert look.framing.eye_line * 2000 == pytest.approx(760)
    assert look.framing.head_height * 2000 == pytest.approx(940)
    assert [paper.color for paper in look.backdrop.papers] == ["#c6c9ce"]
    own, *others = kit.places(series)
    assert (own.name, own.width, own.height) == (MASTER, 1600, 2000)
    assert [place.name for place in others] == ["linkedin", "web", "email"]
    assert others[0].head_height == 0.6  # a round picture keeps its own framing


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("eye_line_px = 760", "eye_line_px = 100", r"line 9: frame: eye_line_px is 0.05"),
        ('retouch = "light"', 'retouch = "much"', "line 4: retouch"),
        ('look = "corporate"', 'look = "nice"', "line 3: look = nice: there is no look"),
        ("gradient = 0.0", "gradent = 0.0", "line 21: the key backdrop.gradent is unknown"),
        ("{name}-{destination}", "{name}", r"line 7: files = \{name\}: it needs"),
        ("{name}-{destination}", "{name}-{destination}-{age}", "it can have"),
        ("{name}-{destination}", "../{name}-{destination}", "it can't have"),
        ('"linkedin", "web"', '"linkedin", "nowhere"', "line 6: destinations.*no destination"),
        ("head_px_most = 1240", "head_px_most = 1600", "would leave the picture at the top"),
        ("#c6c9ce", "grey", "line 20: backdrop.color = grey"),
        ("[frame]", "[frame", "not valid TOML.*line 9"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in BRAND_FILE
    (tmp_path / "brand.toml").write_text(BRAND_FILE.replace(old, new))
    with pytest.raises(RecipeError, match=rf"(?s)brand.toml: .*{said}"):
        load_brand(tmp_path / "brand.toml")


def test_a_missing_one_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="catchlight team init"):
        load_brand(tmp_path / "none.toml")


def test_file_names_have_nothing_that_a_file_system_refuses(tmp_path: Path) -> None:
    kit = brand(tmp_path)
    fields = {"name": "../Zoë: O'Neill / ", "title": "x", "destination": "web"}
    assert kit.file_name(fields, ".jpg") == "Zoë ONeill-web.jpg"
