"""From where the present request acts: set once at the door, read by whatever writes the audit trail. Pure."""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Place:
    """`written`: the entries that this request has left in the trail, as id and subject."""

    address: str = ""
    session_id: int | None = None
    written: list[tuple[int, str]] = field(default_factory=list)


PLACE: ContextVar[Place | None] = ContextVar("place", default=None)
"""None outside of requests: workers, the command line."""
