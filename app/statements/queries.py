"""Reads for statements."""

import json
from datetime import date

from app.organisations.tables import Organisation
from app.schedules.calendar import ChaseCalendar


def calendar_of(organisation: Organisation) -> ChaseCalendar:
    """The organisation's working days."""
    closed = [date.fromisoformat(each) for each in json.loads(organisation.closed_days)]
    weekdays = json.loads(organisation.chase_weekdays)
    return ChaseCalendar(organisation.country, organisation.subdivision or None, weekdays, closed)
