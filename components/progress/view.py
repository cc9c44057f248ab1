"""How far something long has come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgressView:
    """`of` is None while nobody knows how many there will be. Until `finished` the page asks `url` every second."""

    name: str
    sentence: str
    done: int
    of: int | None
    url: str
    finished: bool = False
    failed: bool = False
    next_label: str = ""
    next_url: str = ""
