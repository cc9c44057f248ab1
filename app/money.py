"""Money is exact: whole ten-thousandths in the database, Decimal everywhere else.

Piccolo's Numeric is a float on SQLite, so amounts are kept as BigInt: 12345600 is 1,234.56.
"""

from decimal import ROUND_HALF_UP, Decimal

from piccolo.columns import BigInt

UNITS = 10_000
ZERO = Decimal(0)
_PENNY = Decimal("0.01")


class Money(BigInt):
    """A column of ten-thousandths of the currency's main unit."""


def units(amount: Decimal) -> int:
    """1234.56 → 12345600; more than four decimals round half up."""
    scaled = amount * UNITS
    whole = int(scaled)
    return whole if whole == scaled else int(scaled.to_integral_value(ROUND_HALF_UP))


def amount(stored: int | Decimal | None) -> Decimal:
    """12345600 → 1234.56, with at least two decimals; what a SUM gives on either database is taken too."""
    value = Decimal(int(stored or 0)).scaleb(-4).normalize()
    return value if -int(value.as_tuple().exponent) > 2 else value.quantize(_PENNY)


def in_base(value: Decimal, rate: Decimal) -> Decimal:
    """A foreign amount in base currency; Xero's CurrencyRate is foreign units per base unit."""
    return value if rate in (0, 1) else (value / rate).quantize(_PENNY, ROUND_HALF_UP)
