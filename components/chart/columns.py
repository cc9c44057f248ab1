"""A small column chart: one figure per week or month, read without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 600
STEP = 40
WIDEST = 56
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
    """Columns from zero upwards, the highest filling the height; amounts below zero have none. Few are set wider apart."""
    step = max(STEP, WIDTH // max(len(points), 1))
    highest = max((point.amount for point in points), default=Decimal(0))
    drawn = (_column(place, point, highest, step) for place, point in enumerate(points))
    return ColumnChart(sentence, tuple(drawn), step * max(len(points), 1), HEIGHT)


def _column(place: int, point: Point, highest: Decimal, step: int) -> Drawn:
    height = max(2, int(point.amount * HEIGHT / highest)) if point.amount > 0 else 0
    width = min(step * 7 // 10, WIDEST)
    x = place * step + (step - width) // 2
    return Drawn(point, x, HEIGHT - height, width, height, place * step + step // 2)
