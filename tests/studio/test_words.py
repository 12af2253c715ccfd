"""Words: every text that a component asks for is in the catalogue, and every one is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import catchlight.studio
from catchlight.studio.words import for_pages, section, word

STATIC = Path(catchlight.studio.__file__).parent / "static"
PARTS = {"brief": ["brief.js"], "photos": ["drop.js", "foot.js"], "camera": ["camera.js"],
         "phone": ["phone_invite.js"],
         "proofs": ["sheet.js"], "develop": ["develop.js"], "deliver": ["deliver.js"],
         "loupe": ["loupe.js"], "teams": ["team_open.js"],
         "team": ["team.js", "team_person.js", "team_run.js"], "audit": ["drop.js"]}  # fmt: skip


def test_every_word_of_a_component_is_in_the_catalogue() -> None:
    for name, files in PARTS.items():
        known = section(name)
        for file in files:
            asked = set(re.findall(r"\bwords\.(\w+)", (STATIC / file).read_text("utf-8")))
            if name == "audit":
                asked.discard("folder")  # one picture is dropped there
            assert asked <= known.keys(), (file, asked - known.keys())


def test_every_word_of_a_page_is_in_the_catalogue() -> None:
    for path in STATIC.parent.glob("*.py"):
        for place in re.findall(r'\bword\(\s*"([\w.]+)"', path.read_text("utf-8")):
            assert word(place)


def test_no_component_says_anything_that_is_not_in_the_catalogue() -> None:
    """No text between tags but what is in braces, signs and digits."""
    for path in STATIC.glob("*.js"):
        for template in re.findall(r"template: `(.*?)`", path.read_text("utf-8"), re.S):
            bare = re.sub(r"\{\{.*?\}\}", "", template, flags=re.S)
            texts = re.findall(r">([^<>]*[A-Za-z]{2,}[^<>]*)<", re.sub(r'"[^"]*"', '""', bare))
            assert [t for t in texts if t.strip()] == [], path.name


def test_no_word_of_the_command_line_reaches_a_page() -> None:
    """Every next step that the engine words for the command line has one for pages."""
    package = STATIC.parent.parent
    for name in ("survey.py", "plan.py", "sitter.py"):
        source = (package / name).read_text("utf-8")
        joined = re.sub(r'"\s*\n\s*f?"', "", source)  # sentences run over several literals
        said = [text for text in re.findall(r'"([^"\n]*)"', joined) if " --" in f" {text}"]
        assert said, name
        for text in said:
            assert "--" not in for_pages(text), text
