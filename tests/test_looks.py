"""Looks: the shipped ones are sound and different, the user's own are checked."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from catchlight.backdrops import portrait_lens
from catchlight.color import delta_e00, lab, to_linear
from catchlight.destinations import list_destinations, load_destination
from catchlight.edits import SoftenBackdrop, StudioBackdrop, Tone
from catchlight.errors import RecipeError, UsageError
from catchlight.looks import EYES_IN_HEAD, Look, list_looks, load_look
from catchlight.scoring import default_weights

SHIPPED = ("academic", "actor", "corporate", "creative", "founder", "healthcare", "legal")


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("CATCHLIGHT_CONFIG", str(tmp_path))
    (tmp_path / "looks").mkdir()
    return tmp_path / "looks"


def color(look: Look, index: int = 0) -> np.ndarray:
    return np.asarray(lab(to_linear(np.array([[look.backdrop.papers[index].rgb]], np.uint8))))[0, 0]


class TestShipped:
    def test_names(self):
        assert list_looks() == SHIPPED

    @pytest.mark.parametrize("name", SHIPPED)
    def test_sound(self, name):
        look = load_look(name)
        assert look.name == name
        assert 20 < len(look.for_whom) <= 100
        assert look.for_whom.endswith(".")
        assert set(look.destinations) <= set(list_destinations())
        assert set(look.picking) <= set(default_weights())

    @pytest.mark.parametrize("name", SHIPPED)
    def test_framing_keeps_to_the_craft(self, name):
        framing = load_look(name).framing
        # eyes on the upper third, a little lower in a square
        assert 0.33 <= framing.eye_line <= 0.42
        # 10 to 15 % air round the head; an actor's is tighter
        low = 0.05 if name == "actor" else 0.10
        assert low <= framing.crown_line <= 0.15
        # head and shoulders: room below the chin for more than half a head
        chin = framing.crown_line + framing.head_height
        assert 1 - chin >= 0.55 * framing.head_height
        assert framing.headroom_min <= framing.crown_line <= framing.headroom_max

    @pytest.mark.parametrize("name", SHIPPED)
    def test_edits_take_its_values(self, name):
        look = load_look(name)
        back, tone = look.backdrop, look.tone
        for paper in back.papers:
            StudioBackdrop(
                paper=paper.name,
                color=paper.color,
                gradient=back.gradient,
                key=1,
                falloff=back.falloff,
                mottle=back.mottle,
            )
        SoftenBackdrop(lens=portrait_lens(back.blur, 1.5), dim=back.dim)
        Tone(exposure_stops=tone.exposure, contrast=1 + tone.contrast, saturation=tone.saturation)

    @pytest.mark.parametrize("name", SHIPPED)
    def test_papers_are_muted_and_serve_light_and_dark_hair(self, name):
        look = load_look(name)
        colors = [color(look, i) for i in range(len(look.backdrop.papers))]
        for _, a, b in colors:
            assert np.hypot(a, b) <= 42
        lightness = [c[0] for c in colors]
        assert min(lightness) >= 20  # no black holes
        assert max(lightness) <= 90  # no white that ends in the page
        assert max(lightness) - min(lightness) >= 18

    def test_no_two_alike(self):
        looks = [load_look(name) for name in SHIPPED]
        for one, two in combinations(looks, 2):
            apart = float(delta_e00(color(one)[None], color(two)[None])[0])
            assert apart >= 7, (one.name, two.name, apart)
            assert one.framing != two.framing
            assert one.tone != two.tone
            papers = {p.color for p in one.backdrop.papers} & {p.color for p in two.backdrop.papers}
            assert not papers
        assert {look.backdrop.kind for look in looks} == {"studio", "soften"}
        assert {look.backdrop.surface for look in looks} == {"paper", "canvas"}
        assert len({look.framing.aspect for look in looks}) == 3

    def test_exact(self):
        look = load_look("corporate")
        assert look.framing.aspect == (4, 5)
        assert look.framing.ratio == 0.8
        assert (look.framing.eye_line, look.framing.head_height) == (0.38, 0.47)
        assert look.framing.crown_line == pytest.approx(0.38 - EYES_IN_HEAD * 0.47)
        assert look.backdrop.papers[0].rgb == (0xC6, 0xC9, 0xCE)
        assert look.destinations == ("linkedin", "web", "email", "slack")

    def test_frozen(self):
        with pytest.raises(ValueError, match="frozen"):
            load_look("corporate").name = "other"  # type: ignore[misc]


def write(folder, name, text):
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


class TestOwn:
    def test_extends(self, own):
        write(
            own,
            "acme",
            'extends = "corporate"\nname = "acme"\ntitle = "Acme"\n'
            '[backdrop]\npapers = [{ name = "Acme green", color = "#3d5a4c" }]\n'
            "[framing]\nhead_height = 0.45\n",
        )
        look = load_look("acme")
        corporate = load_look("corporate")
        assert "acme" in list_looks()
        assert look.backdrop.papers[0].rgb == (0x3D, 0x5A, 0x4C)
        assert look.backdrop.gradient == corporate.backdrop.gradient
        assert look.framing == corporate.framing.model_copy(update={"head_height": 0.45})
        assert look.destinations == corporate.destinations

    def test_takes_precedence(self, own):
        write(own, "actor", 'extends = "actor"\nname = "actor"\ntitle = "Mine"\n')
        assert load_look("actor").title == "Mine"
        assert list_looks() == SHIPPED

    def test_from_a_path(self, tmp_path):
        path = write(tmp_path, "Any Name", 'extends = "legal"\nname = "mine"\n')
        assert load_look(path) == load_look(str(path))
        assert load_look(path).name == "mine"

    def test_unknown_name(self):
        with pytest.raises(UsageError, match=r"no look 'corperate'; did you mean corporate\?"):
            load_look("corperate")
        with pytest.raises(UsageError, match="There are academic, actor, corporate"):
            load_look("zzz")

    @pytest.mark.parametrize("name", ["../legal", "/no/such/look", "a\\b", "x.toml"])
    def test_a_path_that_is_not_there(self, name):
        with pytest.raises(RecipeError, match="cannot be read"):
            load_look(name)

    def test_named_otherwise_than_its_file(self, own):
        write(own, "mine", 'extends = "legal"\n')
        with pytest.raises(RecipeError, match="the key name has to be 'mine'"):
            load_look("mine")

    @pytest.mark.parametrize("base", ['"nothing"', "3", '"../legal"'])
    def test_extends_nothing(self, own, base):
        write(own, "mine", f'extends = {base}\nname = "mine"\n')
        with pytest.raises(RecipeError, match=r"mine\.toml: extends = .* there is no look"):
            load_look("mine")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[framing]\neye_line = 0.9", "framing.eye_line = 0.9: input should be less than"),
            ("[framing]\neye_line = nan", "framing.eye_line = nan: input should be"),
            ('[framing]\neye_line = "0.4"', "framing.eye_line = 0.4: input should be a valid num"),
            ("[framing]\neyes = 0.4", "the key framing.eyes is unknown"),
            ("[framing]\naspect = [9, 1]", "framing: aspect has to be between 1:2 and 2:1"),
            ("[framing]\nhead_height = 0.8", "framing: eye_line and head_height put the crown at"),
            ("[framing]\nheadroom_min = 0.3", "framing: headroom_min is larger than headroom_max"),
            ('[backdrop]\nkind = "beach"', "backdrop.kind = beach: input should be 'keep', 'soft"),
            ("[backdrop]\npapers = []", "backdrop.papers: tuple should have at least 1 item"),
            (
                '[backdrop]\npapers = [{ name = "x", color = "red" }]',
                "backdrop.papers.0.color = red: string should match pattern",
            ),
            ("[backdrop]\nmottle = 0.1", 'backdrop: mottle is for surface = "canvas"'),
            ("[tone]\nexposure = 0.5", "tone.exposure = 0.5: input should be less than or equal"),
            ("[tone]\nsaturation = 1.3", "tone.saturation = 1.3: input should be less than or"),
            ("[picking]\nBeauty = 1.0", "picking: there is no measure 'Beauty'; there are"),
            ("[picking]\nGaze = 9.0", "picking.Gaze = 9.0: input should be less than or equal"),
            ("destinations = []", "destinations: tuple should have at least 1 item"),
            ('title = ""', "title = : string should have at least 1 character"),
            ('title = "a\\nb"', "title = a\\nb: has to be one line of plain text"),
        ],
    )
    def test_wrong_values_name_file_and_key(self, own, text, message):
        top, _, tables = text.partition("[")
        rest = f"[{tables}" if tables and not top else ""
        head = text if not rest else ""
        write(own, "mine", f'extends = "corporate"\nname = "mine"\n{head}\n{rest}\n')
        with pytest.raises(RecipeError) as error:
            load_look("mine")
        assert str(error.value).startswith(f"mine.toml: {message}")
        assert str(error.value).isprintable()

    def test_missing_keys_are_all_named(self, own):
        write(own, "mine", 'name = "mine"\n')
        with pytest.raises(RecipeError) as error:
            load_look("mine")
        for key in ("title", "for_whom", "framing", "backdrop", "destinations"):
            assert f"the key {key} is missing" in str(error.value)


def test_the_examples_in_the_documentation_load(own):
    page = Path(__file__).parents[1] / "docs" / "looks-and-destinations.md"
    examples = re.findall(r"```toml\n# (\S+)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    (own.parent / "destinations").mkdir()
    for name, text in examples:
        (own.parent / name).write_text(text)
    assert [name for name, _ in examples] == ["looks/acme.toml", "destinations/badge.toml"]
    assert set(load_look("acme").destinations) <= set(list_destinations())
    assert load_destination("badge").smallest_px == (413, 531)
