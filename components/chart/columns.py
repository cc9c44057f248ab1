"""A small column chart: one figure per week or month, read without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

STEP = 40
COLUMN = 28
HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Point:
    """`text` is the amount as people read it; `current` marks the present one."""

    label: str
    amount: Decimal
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    point: Point
    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """`width` and `height` are those of the viewBox, the labels' line not counted."""

    sentence: str
    columns: tuple[Drawn, ...]
    width: int
    height: int


def column_chart(sentence: str, points: Sequence[Point]) -> ColumnChart:
    """Columns from zero upwards, the highest filling the height; amounts below zero have none."""
    highest = max((point.amount for point in points), default=Decimal(0))
    drawn = (_column(place, point, highest) for place, point in enumerate(points))
    return ColumnChart(sentence, tuple(drawn), max(STEP * len(points), STEP), HEIGHT)


def _column(place: int, point: Point, highest: Decimal) -> Drawn:
    height = max(2, int(point.amount * HEIGHT / highest)) if point.amount > 0 else 0
    x = place * STEP + (STEP - COLUMN) // 2
    return Drawn(point, x, HEIGHT - height, COLUMN, height, place * STEP + STEP // 2)
