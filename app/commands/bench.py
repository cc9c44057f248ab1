"""Our figures beside the references', measured in one run. It tells; it fails nothing."""

import importlib
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

BENCHES = {
    "G1": "app.commands.benches.ingest",
    "G2": "app.commands.benches.calls",
    "G3": "app.commands.benches.planning",
    "G4": "app.commands.benches.letters",
    "G5": "app.commands.benches.delivery",
    "G6": "app.commands.benches.lists",
    "G7": "app.commands.benches.statements",
    "G8": "app.commands.benches.portal",
    "G10": "app.commands.benches.process",
}


class Figure(Struct, frozen=True, kw_only=True):
    """`ours` and `reference` in the same unit; `goal` is what the ratio ours / reference may be at most, None where the
    figure is only told.

    is_quoted  the reference was measured on a machine like this one, not in this run
    """

    number: str
    what: str
    unit: str
    ours: float
    reference_name: str
    reference: float
    goal: float | None
    is_quoted: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def is_met(self) -> bool | None:
        return None if self.goal is None else self.ratio <= self.goal

    @property
    def line(self) -> str:
        quoted = ", quoted" if self.is_quoted else ""
        goal = "no goal" if self.goal is None else f"goal ≤ {self.goal:g}: {'met' if self.is_met else 'NOT MET'}"
        return (
            f"{self.number:<4} {self.what}: {self.ours:.3g} {self.unit}; {self.reference_name}: {self.reference:.3g} "
            f"{self.unit}{quoted}; ratio {self.ratio:.3f}, {goal}"
        )

    @property
    def as_json(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        return {**fields, "ratio": self.ratio, "met": self.is_met}


def measure(only: str | None) -> Iterator[Figure]:
    """Raise ValueError for a goal that has no bench."""
    if only is not None and only.upper() not in BENCHES:
        raise ValueError(f"there is no bench for {only}; there are {', '.join(BENCHES)}")
    for number, module in BENCHES.items():
        if only is None or only.upper() == number:
            yield from importlib.import_module(module).figures()
