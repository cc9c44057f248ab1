"""Xero's facts about the organisation itself, in our words. Pure."""

import msgspec

from app.xero.people import office_of, phone_of
from app.xero.stamps import read_day
from app.xero.timezones import zone_of
from app.xero.values import line
from app.xero.wire import Organisation


class OrganisationFacts(msgspec.Struct, frozen=True):
    """`locked_until` is the later of both lock dates, ISO, empty when none is set."""

    xero_id: str
    name: str
    legal_name: str
    registration_number: str
    country: str
    currency: str
    timezone: str
    short_code: str
    office: str
    phone: str
    locked_until: str


def organisation_facts(wire: Organisation) -> OrganisationFacts:
    country = line(wire.country_code, 2).upper() or "GB"
    return OrganisationFacts(
        (wire.organisation_id or "").lower(),
        line(wire.name, 200),
        line(wire.legal_name, 200),
        line(wire.registration_number, 50),
        country,
        line(wire.base_currency, 3) or "GBP",
        zone_of(wire.timezone, country),
        line(wire.short_code, 20),
        office_of(wire),
        phone_of(wire),
        _locked_until(wire),
    )


def _locked_until(wire: Organisation) -> str:
    days = []
    for text in (wire.period_lock_date, wire.end_of_year_lock_date):
        try:
            days.append(read_day(text))
        except ValueError:
            continue
    return max((day.isoformat() for day in days if day), default="")
