"""Xero names time zones as Windows does, in capitals without spaces: NEWZEALANDSTANDARDTIME. Pure."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

BEYOND_CLDR = {
    "KAMCHATKASTANDARDTIME": "Asia/Kamchatka",
    "MIDATLANTICSTANDARDTIME": "Atlantic/South_Georgia",
    "UTC02": "Etc/GMT+2",
    "UTC08": "Etc/GMT+8",
    "UTC09": "Etc/GMT+9",
    "UTC11": "Etc/GMT+11",
}
"""Names of Xero's that the table does not have; Etc/GMT+2 lies two hours behind UTC."""


@cache
def _windows() -> dict[str, str]:
    """CLDR's table, its keys spelled as Xero spells them."""
    table = get_global("windows_zone_mapping")
    return {_squeezed(name): zone for name, zone in table.items()} | BEYOND_CLDR


def _squeezed(name: str) -> str:
    return "".join(char for char in name.upper() if char.isalnum() or char in "()+-")


def zone_of(name: str | None, country: str) -> str:
    """An IANA zone; where Xero's name is unknown, the country's first, and UTC as a last resort."""
    known = _windows().get(_squeezed(name or ""))
    for zone in (known, _first_of(country), "UTC"):
        if zone and _exists(zone):
            return zone
    return "UTC"


@cache
def _first_of(country: str) -> str | None:
    zones = (zone for zone, territory in get_global("zone_territories").items() if territory == country)
    return min((zone for zone in zones if _exists(zone)), default=None)


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
