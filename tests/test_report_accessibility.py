"""The report for assistive technology, for eyes in dim and bright rooms, and on paper."""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise

from catchlight.report import render_report

from .report_pages import Page, pictures, session


def test_the_page_has_what_assistive_technology_needs() -> None:
    page = Page(render_report(session(), pictures(session())))
    assert next(given for tag, given in page.tags if tag == "html")["lang"] == "en"
    assert [tag for tag, _ in page.tags].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all("alt" in g and "width" in g and "height" in g for t, g in page.tags if t == "img")
    assert len(set(page.attributes("id"))) == len(page.attributes("id"))
    assert set(page.attributes("aria-labelledby")) <= set(page.attributes("id"))
    assert all(g.get("scope") in ("row", "col") for t, g in page.tags if t == "th")
    for part in ("prefers-color-scheme: light", "prefers-reduced-motion", "@media print"):
        assert part in page.raw["style"]


def luminance(color: str) -> float:
    codes = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in codes]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_has_the_contrast_of_wcag_aa_in_every_theme_and_the_surround_is_neutral() -> None:
    css = resources.files("catchlight").joinpath("data/templates/report.css").read_text("utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w{6})", t))
        for t in re.findall(r":root \{.*?\}", css, re.S)
    ]
    assert len(themes) == 3  # dark, light, paper
    for theme in themes:
        for ground in ("ground", "panel", "well"):
            for ink in ("text", "quiet", "accent"):
                assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground, theme)
        assert contrast(theme["on-accent"], theme["accent"]) >= 4.5
        for grey in ("ground", "panel", "well", "line", "text", "quiet"):
            assert len({theme[grey][i : i + 2] for i in (1, 3, 5)}) == 1
    assert luminance(themes[0]["ground"]) < 0.03 < 0.7 < luminance(themes[1]["ground"])
