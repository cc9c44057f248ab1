"""The evening before: each sender and each member who looks after customers is mailed what will go, with a link to the
page where it can be skipped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.chasing.upcoming_queries import Foreseen, Narrowed, emails_on, pile_on
from app.database import fetch, transaction
from app.mail.actions import draft_system
from app.mail.queries import senders_of
from app.organisations.tables import Organisation
from app.schedules.queries import calendar_of
from components.format import counted, day_in_full, money

EVENING, NIGHT = 17, 23
"""Hours of the organisation's own day between which it goes."""
MOST_LINES = 60
ONE_DAY = timedelta(days=1)


async def send_digests(now: datetime, link: str) -> int:
    """How many letters that makes; each organisation once an evening. `link` leads to us."""
    rows = await Organisation.objects().where(Organisation.sends_digest.eq(True), Organisation.set_up_at.is_not_null())
    return sum([await _of(row, now, link) for row in rows])


async def _of(organisation: Organisation, now: datetime, link: str) -> int:
    local = now.astimezone(ZoneInfo(organisation.timezone))
    tomorrow = local.date() + ONE_DAY
    if not EVENING <= local.hour < NIGHT or not calendar_of(organisation).is_chase_day(tomorrow):
        return 0
    async with transaction():
        if not await _is_first(organisation, local.date()):
            return 0
        emails = await emails_on(organisation.id, tomorrow, await pile_on(organisation.id, tomorrow, Narrowed()))
        letters = [
            await draft_system(
                "going_tomorrow", address, _facts(organisation, name, theirs, tomorrow, link), now, organisation.id,
                unique_key=f"digest:{organisation.id}:{tomorrow}:{address}"[:200],
            )
            for (address, name), theirs in (await _readers(organisation, emails)).items()
        ]  # fmt: skip
    return sum(letter is not None for letter in letters)


async def _is_first(organisation: Organisation, today: date) -> bool:
    """Whether nobody has sent it this evening; who asks first has."""
    before = Organisation.digest_on.is_null() | (Organisation.digest_on < today)
    mine = (Organisation.id == organisation.id) & before
    return bool(await Organisation.update({Organisation.digest_on: today}).where(mine).returning(Organisation.id))


async def _readers(organisation: Organisation, emails: Iterable[Foreseen]) -> Mapping[tuple[str, str], list[Foreseen]]:
    """Address and name with what concerns them, the largest sums first; who is both gets one letter."""
    senders = await senders_of(organisation.id)
    managers = await _managers(organisation.id)
    found: dict[str, dict[int, Foreseen]] = defaultdict(dict)
    names: dict[str, str] = {}
    for each in emails:
        mailbox = next((box for box in senders if box.kind == each.sender), senders[0] if senders else None)
        for address, name in (
            *([(mailbox.address.lower(), mailbox.name)] if mailbox else []),
            *managers.get(each.customer_id, []),
        ):
            found[address][each.customer_id] = each
            names[address] = name
    return {(address, names[address]): list(theirs.values()) for address, theirs in found.items()}


async def _managers(organisation_id: int) -> dict[int, list[tuple[str, str]]]:
    """Who looks after which customer."""
    rows = await fetch(
        'SELECT c.id, u.email, u.name FROM customer c JOIN member m ON m.id = c.assigned_to JOIN users u ON u.id = m."user"'
        " WHERE c.organisation = {} AND m.organisation = {} AND u.active = TRUE",
        organisation_id, organisation_id,
    )  # fmt: skip
    return {row["id"]: [(row["email"].lower(), row["name"])] for row in rows}


def _facts(organisation: Organisation, name: str, emails: list[Foreseen], on: date, link: str) -> dict[str, Any]:
    return {
        "name": name,
        "organisation": organisation.name,
        "day": day_in_full(on, organisation.locale),
        "count": counted(len(emails), "email", "emails"),
        "lines": [_line(organisation, each, on, link) for each in emails[:MOST_LINES]],
        "more": max(0, len(emails) - MOST_LINES),
        "link": f"{link}/upcoming?{urlencode({'on': on.isoformat()})}",
    }


def _line(organisation: Organisation, each: Foreseen, on: date, link: str) -> dict[str, Any]:
    what = "Thank you" if each.kind == "thank_you" else each.template
    numbers = ", ".join(each.numbers[:3]) + (f" and {len(each.numbers) - 3} more" if len(each.numbers) > 3 else "")
    return {
        "customer": each.customer,
        "what": f"{what} about {numbers}" if numbers else what,
        "amount": money(each.amount, organisation.currency, organisation.locale),
        "needs_approval": each.needs_approval,
        "link": f"{link}/upcoming?{urlencode({'on': on.isoformat(), 'at': each.customer_id})}",
    }


async def switch(organisation_id: int, sends: bool) -> None:
    await Organisation.update({Organisation.sends_digest: sends}).where(Organisation.id == organisation_id)
