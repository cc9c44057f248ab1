"""Values as the audit trail keeps them. Pure."""

from datetime import date
from typing import Any


def said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
