"""Oracles: the hash that the standard gives for its example; what Jinja escapes and refuses."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from catchlight.page_template import asset, policy, template


def test_the_policy_has_the_hash_of_the_standards_example() -> None:
    # W3C, Content Security Policy Level 2, on hashes of inline scripts
    said = policy("", "alert('Hello, world.');")
    assert "script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in said
    assert said.startswith("default-src 'none'; ")
    assert "unsafe" not in said


@pytest.mark.parametrize("page", ["ballot", "report", "verify"])
def test_assets_have_the_line_ends_that_browsers_hash(page: str) -> None:
    for kind in ("css", "js", "html.j2"):
        text = asset(f"{page}.{kind}")
        assert text
        assert "\r" not in text


@pytest.mark.parametrize("page", ["ballot", "verify"])
def test_what_a_page_lacks_is_not_left_empty(page: str) -> None:
    with pytest.raises(UndefinedError):
        template(f"{page}.html.j2", {"number": str}).render()
