"""A business's colour stays readable by day and by night."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.accent import NIGHT, PAPER, READABLE, accent_css, contrast, parse_hex

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_any_colour_can_be_read_on_paper_and_in_the_dark(colour: str) -> None:
    by_day, by_night = re.findall(r"--accent:(#[0-9a-f]{6})", accent_css(colour))
    assert contrast(parse_hex(by_day), PAPER) >= READABLE
    assert contrast(parse_hex(by_night), NIGHT) >= READABLE


@given(COLOURS)
def test_text_on_the_colour_can_be_read_too(colour: str) -> None:
    pairs = re.findall(r"--accent:(#[0-9a-f]{6});.*?--on-accent:(#[0-9a-f]{6})", accent_css(colour))
    assert len(pairs) == 2
    assert all(contrast(parse_hex(ground), parse_hex(text)) >= READABLE for ground, text in pairs)


def test_a_readable_colour_is_kept_as_it_is() -> None:
    assert "--accent:#0f6456;" in accent_css("0F6456")


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#12345g", "#000000;}body{display:none"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        accent_css(text)


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast(PAPER, (0, 0, 0)), 1) == 21.0
    assert round(contrast(PAPER, (0x76, 0x76, 0x76)), 2) == 4.54
