"""What the settings pages ask, and what is wrong with an answer. Errors are sentences by field."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import msgspec
from babel import Locale

from app.identity.forms import is_email, line
from app.money import units
from app.organisations.regions import regions_of

Answers = Mapping[str, str]
Errors = dict[str, str]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LARGEST_SUM = Decimal(10**9)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class GeneralFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Who the business is. Companies must show the registered name, number and office on business mail
    (Companies (Trading Disclosures) Regulations 2008)."""

    name: str
    legal_name: str
    registration_number: str
    registered_office: str
    email: str
    phone: str
    country: str
    timezone: str

    def columns(self) -> dict[str, Any]:
        return msgspec.structs.asdict(self)


class ChasingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When and how chasing goes; minutes are counted from midnight in the organisation's timezone.

    approve_above           in base currency: a reminder carrying more needs a person; None: no such rule
    receipt_patience_days   working days without a receipt in Xero after which nothing is chased; None: no such rule
    """

    weekdays: tuple[int, ...]
    from_minute: int
    until_minute: int
    minimum_gap_days: int
    approve_above: Decimal | None
    subdivision: str
    respects_expected_dates: bool
    waits_for_sent_mark: bool
    receipt_patience_days: int | None
    sends_thank_yous: bool
    longest_promise_days: int
    dispute_answer_days: int
    paused: bool
    paused_until_on: date | None

    def columns(self) -> dict[str, Any]:
        own = msgspec.structs.asdict(self)
        own["chase_weekdays"] = json.dumps(list(own.pop("weekdays")))
        own["chase_from_minute"] = own.pop("from_minute")
        own["chase_until_minute"] = own.pop("until_minute")
        own["approve_above"] = units(self.approve_above) if self.approve_above is not None else None
        return own


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Codes and names, by name."""
    names = Locale("en", "GB").territories
    real = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code not in ("ZZ", "XA", "XB", "EU", "UN", "EZ", "QO")
    ]
    return tuple(sorted(real, key=lambda pair: pair[1]))


@cache
def timezones() -> tuple[tuple[str, str], ...]:
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    real = sorted(name for name in available_timezones() if name.startswith(areas))
    return tuple((name, name.replace("_", " ").replace("/", ": ", 1)) for name in real)


def text_block(answers: Answers, name: str, longest: int = 1000) -> str:
    """Several lines of text; line ends are \\n."""
    lines = str(answers.get(name, ""))[:longest].replace("\r\n", "\n").split("\n")
    return "\n".join("".join(c for c in each.rstrip() if c.isprintable()) for each in lines).strip("\n")


def read_facts(answers: Answers) -> tuple[GeneralFacts, Errors]:
    facts = GeneralFacts(
        name=line(answers, "name"),
        legal_name=line(answers, "legal_name"),
        registration_number=line(answers, "registration_number", 50),
        registered_office=text_block(answers, "registered_office"),
        email=line(answers, "email", 254),
        phone=line(answers, "phone", 60),
        country=line(answers, "country", 2).upper(),
        timezone=line(answers, "timezone", 60),
    )
    errors = {
        "name": "" if facts.name else "Give the name of the business",
        "email": "" if not facts.email or is_email(facts.email) else "Give an email address, or leave it empty",
        "country": "" if facts.country in dict(countries()) else "Choose a country",
        "timezone": "" if facts.timezone in available_timezones() else "Choose a timezone",
    }
    return facts, _only(errors)


def read_chasing(answers: Answers, country: str) -> tuple[ChasingSettings, Errors]:
    """`country` is the organisation's, whose regions can be chosen."""
    start, end = minute_of(answers.get("from", "")), minute_of(answers.get("until", ""))
    gap, promise = _number(answers, "minimum_gap_days"), _number(answers, "longest_promise_days")
    answer = _number({"dispute_answer_days": "5", **answers}, "dispute_answer_days")
    above, is_sum = _sum(answers.get("approve_above", ""))
    patience, asked = _number(answers, "receipt_patience_days"), answers.get("receipt_patience_days", "").strip()
    region = line(answers, "subdivision", 10).upper()
    until, wrong_until = days_of(answers.get("paused_until_on", ""))
    weekdays = tuple(place for place in range(7) if answers.get(f"weekday_{place}"))
    chasing = ChasingSettings(
        weekdays=weekdays,
        from_minute=start or 0,
        until_minute=end or 0,
        minimum_gap_days=gap or 0,
        approve_above=above,
        subdivision=region,
        respects_expected_dates=bool(answers.get("respects_expected_dates")),
        waits_for_sent_mark=bool(answers.get("waits_for_sent_mark")),
        receipt_patience_days=patience,
        sends_thank_yous=bool(answers.get("sends_thank_yous")),
        longest_promise_days=promise or 0,
        dispute_answer_days=answer or 0,
        paused=bool(answers.get("paused")),
        paused_until_on=until[0] if until else None,
    )
    errors = {
        "weekdays": "" if weekdays else "Choose at least one chase day, or pause all chasing below",
        "from": "" if start is not None else "Give a time such as 10:00",
        "until": "" if end is not None and (start is None or end > start) else "Give a time later than the first one",
        "minimum_gap_days": "" if gap is not None and 1 <= gap <= 60 else "Give a number of days from 1 to 60",
        "longest_promise_days": "" if promise is not None and 1 <= promise <= 365 else "Give 1 to 365 days",
        "dispute_answer_days": "" if answer is not None and 1 <= answer <= 60 else "Give 1 to 60 working days",
        "receipt_patience_days": (
            ""
            if not asked or (patience is not None and 1 <= patience <= 60)
            else "Give 1 to 60 working days, or leave it empty"
        ),
        "approve_above": "" if is_sum else "Give an amount such as 5,000, or leave it empty",
        "subdivision": "" if not region or region in dict(regions_of(country)) else "Choose a region of the country",
        "paused_until_on": "Choose a day" if wrong_until or len(until) > 1 else "",
    }
    return chasing, _only(errors)


def minute_of(text: str) -> int | None:
    """ "10:30" → 630."""
    match = _CLOCK.fullmatch(text.strip())
    return int(match[1]) * 60 + int(match[2]) if match else None


def clock_of(minute: int) -> str:
    """630 → "10:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def days_of(text: str) -> tuple[tuple[date, ...], str]:
    """The ISO dates in a text, in order, and the first word that is none."""
    found: set[date] = set()
    for word in re.split(r"[\s,;]+", text.strip()):
        try:
            found.update({date.fromisoformat(word)} if word else ())
        except ValueError:
            return (), word[:20]
    return tuple(sorted(found)), ""


def _sum(text: str) -> tuple[Decimal | None, bool]:
    """An amount above 0, or None for an empty field; and whether it is either."""
    plain = text.replace(",", "").replace(" ", "")
    if not plain:
        return None, True
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None, False
    is_sum = value.is_finite() and 0 < value < LARGEST_SUM
    return (value, True) if is_sum else (None, False)


def _number(answers: Answers, name: str) -> int | None:
    text = answers.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _only(errors: Errors) -> Errors:
    return {name: error for name, error in errors.items() if error}
