"""Whose mail it is that arrived: by what it answers, else by who wrote it, else by what its subject names."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from app.database import fetch
from app.mail.matching import FREE_MAIL, bare, domain_of, tokens_of
from app.mail.reading import Arrival
from app.outbox.messages import addresses_of
from app.outbox.tables import Message


class Match(Struct, frozen=True):
    """`message_id` is our message that it answers or reports about, where that is known."""

    customer_id: int | None
    message_id: int | None = None
    written_to: tuple[str, ...] = ()
    """Whom that message went to."""


async def match_of(organisation_id: int, arrival: Arrival) -> Match | None:
    """None for a mail that is none of our business."""
    if arrival.report is not None:
        return await _of_report(organisation_id, arrival)
    if arrival.from_address in await _own_addresses(organisation_id):
        return None
    answered = await _sent_with(organisation_id, arrival.thread)
    if answered is not None:
        return answered if answered.customer_id is not None else None
    return await _by_address(organisation_id, arrival) or await _by_subject(organisation_id, arrival)


async def _of_report(organisation_id: int, arrival: Arrival) -> Match | None:
    assert arrival.report is not None
    found = await _sent_with(organisation_id, arrival.report.about)
    if found is not None:
        return found
    for failure in arrival.report.failures:
        customers = await _customers_at(organisation_id, failure.address)
        if customers:
            return await _latest_to(organisation_id, customers, "") or Match(min(customers))
    return None


async def _sent_with(organisation_id: int, ids: Collection[str]) -> Match | None:
    """Our message with one of these Message-IDs, the latest where there are several."""
    wanted = [each for each in ids if len(each) <= 200]
    if not wanted:
        return None
    mine = (Message.organisation_id == organisation_id) & Message.mime_message_id.is_in(wanted)
    row = await Message.objects().where(mine).order_by(Message.id, ascending=False).first()
    return _match(row) if row is not None else None


def _match(row: Message) -> Match:
    written_to = (*addresses_of(row.to_addresses), *addresses_of(row.cc_addresses))
    return Match(row.customer_id, int(row.id), tuple(each.lower() for each in written_to))


async def _by_address(organisation_id: int, arrival: Arrival) -> Match | None:
    customers = await _customers_at(organisation_id, arrival.from_address)
    if not customers:
        return None
    return await _latest_to(organisation_id, customers, arrival.subject) or Match(min(customers))


async def _by_subject(organisation_id: int, arrival: Arrival) -> Match | None:
    """A colleague of a recipient wrote about our subject, or about an invoice of theirs."""
    domain = domain_of(arrival.from_address)
    if not domain or domain in FREE_MAIL:
        return None
    customers = await _customers_of_domain(organisation_id, domain)
    if not customers:
        return None
    answered = await _latest_to(organisation_id, customers, arrival.subject)
    if answered is not None and answered.message_id is not None:
        return answered
    owner = await _owner_of_invoice(customers, tokens_of(arrival.subject))
    return Match(owner) if owner is not None else None


async def _own_addresses(organisation_id: int) -> frozenset[str]:
    rows = await fetch("SELECT address FROM sender WHERE organisation = {}", organisation_id)
    return frozenset(row["address"].lower() for row in rows)


_AT = """
SELECT c.id FROM customer c WHERE c.organisation = {} AND (LOWER(c.email) = {}
  OR EXISTS (SELECT 1 FROM recipient r WHERE r.customer = c.id AND LOWER(r.email) = {}))
"""
_OF_DOMAIN = """
SELECT c.id FROM customer c WHERE c.organisation = {} AND (LOWER(c.email) LIKE {} ESCAPE '!'
  OR EXISTS (SELECT 1 FROM recipient r WHERE r.customer = c.id AND LOWER(r.email) LIKE {} ESCAPE '!'))
LIMIT 50
"""


async def _customers_at(organisation_id: int, address: str) -> list[int]:
    if not address:
        return []
    return [row["id"] for row in await fetch(_AT, organisation_id, address, address)]


async def _customers_of_domain(organisation_id: int, domain: str) -> list[int]:
    pattern = "%@" + domain.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return [row["id"] for row in await fetch(_OF_DOMAIN, organisation_id, pattern, pattern)]


async def _latest_to(organisation_id: int, customers: list[int], subject: str) -> Match | None:
    """What we sent to one of these customers: with that subject, else (among several customers) the latest of all."""
    rows = (
        await Message.objects()
        .where(Message.organisation_id == organisation_id, Message.customer_id.is_in(customers), Message.sent_at.is_not_null())
        .order_by(Message.sent_at, ascending=False)
        .limit(100)
    )
    wanted = bare(subject)
    for row in rows:
        if wanted and bare(row.subject) == wanted:
            return _match(row)
    return Match(rows[0].customer_id) if rows and len(customers) > 1 else None


async def _owner_of_invoice(customers: list[int], numbers: Collection[str]) -> int | None:
    if not numbers:
        return None
    among, places = ", ".join(map(str, customers)), ", ".join(["{}"] * len(numbers))
    sql = f"SELECT customer FROM invoice WHERE customer IN ({among}) AND number IN ({places}) LIMIT 1"  # noqa: S608  ids are ints
    rows: list[dict[str, Any]] = await fetch(sql, *numbers)
    return rows[0]["customer"] if rows else None
