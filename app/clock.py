"""The only caller of the system clock."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.settings import settings


@lru_cache(maxsize=1)
def _offset(start: str, began: float) -> float:
    return datetime.fromisoformat(start).astimezone(UTC).timestamp() - began


@lru_cache(maxsize=8)
def _began(start: str) -> float:
    return datetime.now(UTC).timestamp()


def now() -> datetime:
    """This instant in UTC; from TACTFUL_NOW on when that is set."""
    start = settings().tactful_now
    real = datetime.now(UTC)
    if not start:
        return real
    return datetime.fromtimestamp(real.timestamp() + _offset(start, _began(start)), UTC)


def today(zone: str) -> date:
    """The calendar day in `zone`, an IANA name such as Europe/London."""
    return now().astimezone(ZoneInfo(zone)).date()
