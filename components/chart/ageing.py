"""The ageing bar: what is owed by age, as one bar whose parts stand in proportion."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 1000
GAP = 3
NARROWEST = 6  # so that a small debt can still be seen


@dataclass(frozen=True, slots=True)
class AgeBand:
    """`text` is the amount in words; `url` leads to its invoices, where there is such a list."""

    label: str
    amount: Decimal
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar in units of a thousandth of its width; `shade` runs from 0 (not due) to the oldest."""

    band: AgeBand
    x: int
    width: int
    shade: int


@dataclass(frozen=True, slots=True)
class AgeingBar:
    sentence: str
    parts: tuple[Part, ...]


def ageing_bar(sentence: str, bands: Sequence[AgeBand]) -> AgeingBar:
    """Bands from not yet due to the oldest; amounts below zero take no room. All bands stay in the legend."""
    owed = [max(band.amount, Decimal(0)) for band in bands]
    widths = _widths(owed)
    parts, x = [], 0
    for shade, (band, width) in enumerate(zip(bands, widths, strict=True)):
        parts.append(Part(band, x, width, shade))
        x += width + GAP if width else 0
    return AgeingBar(sentence, tuple(parts))


def _widths(owed: Sequence[Decimal]) -> list[int]:
    """Shares of what is left after the gaps; the largest part gives up what the narrowest are lent."""
    present, total = sum(1 for amount in owed if amount), sum(owed)
    if not present:
        return [0] * len(owed)
    room = WIDTH - GAP * (present - 1)
    widths = [max(NARROWEST, int(amount * room / total)) if amount else 0 for amount in owed]
    widths[widths.index(max(widths))] += room - sum(widths)
    return widths
