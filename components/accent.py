"""A business's own colour as a stylesheet: readable on paper and in the dark, whatever colour was chosen."""

import re
from collections.abc import Callable

Rgb = tuple[int, int, int]

PAPER: Rgb = (255, 255, 255)
NIGHT: Rgb = (28, 31, 35)
READABLE = 4.5  # WCAG 2.2, 1.4.3: the contrast of text with what is behind it
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def parse_hex(text: str) -> Rgb:
    """'#0f6456' or '0f6456' as numbers; ValueError for anything else."""
    match = _HEX.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a colour like #0f6456")
    number = int(match[1], 16)
    return number >> 16, number >> 8 & 255, number & 255


def written(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [c / 255 for c in colour]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def darker(colour: Rgb) -> Rgb:
    return (int(colour[0] * 0.94), int(colour[1] * 0.94), int(colour[2] * 0.94))


def lighter(colour: Rgb) -> Rgb:
    red, green, blue = (min(255, c + max(2, (255 - c) // 12)) for c in colour)
    return red, green, blue


def readable_on(ground: Rgb, colour: Rgb, step: Callable[[Rgb], Rgb]) -> Rgb:
    """The colour itself, or the nearest one in the direction of `step` that can be read on `ground`."""
    while contrast(colour, ground) < READABLE:
        colour = step(colour)
    return colour


def text_on(colour: Rgb) -> Rgb:
    """White where it can be read on the colour, else near-black."""
    return PAPER if contrast(PAPER, colour) >= READABLE else NIGHT


def accent_css(hex_colour: str) -> str:
    """The stylesheet that puts a business's colour in place of the product's; ValueError unless six hex digits."""
    chosen = parse_hex(hex_colour)
    by_day = readable_on(PAPER, chosen, darker)
    by_night = readable_on(NIGHT, chosen, lighter)
    return (
        f":root{{{_tokens(by_day)}--brand:{written(chosen)};}}"
        f"@media(prefers-color-scheme:dark){{:root{{{_tokens(by_night)}}}}}\n"
    )


def _tokens(accent: Rgb) -> str:
    return f"--accent:{written(accent)};--accent-deep:{written(accent)};--on-accent:{written(text_on(accent))};"
