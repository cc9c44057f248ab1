"""Putting a page of Xero's records into our tables. Every function here runs inside the caller's transaction, so that
rows, their consequences and the cursor are stored together or not at all. A page can come twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.activity.tables import Activity
from app.customers.actions import reconsider
from app.database import execute_many, insert_returning, is_sqlite, run
from app.xero import rows
from app.xero.changes import KNOWN_INVOICE, Change, KnownInvoice, credit_change, invoice_change, is_same
from app.xero.decide import CreditFacts, InvoiceFacts, PaymentFacts
from app.xero.reconcile_actions import reconcile


class Intake(msgspec.Struct, frozen=True):
    """For whom a page is taken in, and how."""

    organisation_id: int
    base: str
    """The organisation's currency."""
    new_customers_chase: bool
    compares: bool
    """Rows of this resource may be here already."""
    tells: bool
    """Changes are news; the first sync's are not, and its consequences are counted once at its end."""
    now: datetime


class Applied(msgspec.Struct, frozen=True):
    """What a page changed; `customers` are ours whose sums have to be counted again."""

    count: int = 0
    sentences: tuple[str, ...] = ()
    customers: frozenset[int] = frozenset()


class Documents(msgspec.Struct, frozen=True):
    """The usable invoices of a page with what was applied to them, and the names of their contacts."""

    invoices: Sequence[InvoiceFacts]
    applied: Sequence[PaymentFacts]
    names: dict[str, str]


async def apply_invoices(intake: Intake, documents: Documents) -> Applied:
    known = await known_invoices(intake.organisation_id, documents.invoices) if intake.compares else {}
    changed = [each for each in documents.invoices if _is_news(known.get(each.xero_id), each)]
    if not changed:
        return Applied()
    new, renewed = parted(changed, known)
    customers = await _customers_of(intake, changed, documents.names)
    here, now = intake.organisation_id, intake.now
    await insert_new(rows.INVOICE, rows.invoice_rows(here, new, customers, now, as_text=is_sqlite()))
    await execute_many(rows.INVOICE.upsert, rows.invoice_rows(here, renewed, customers, now, as_text=is_sqlite()))
    await _replace_payments(intake, new, renewed, documents.applied)
    await execute_many(rows.EXPECTED, rows.expected_rows(here, changed))
    return await _tell(intake, known, changed, documents.names) if intake.tells else Applied(len(changed))


def parted(changed: Iterable[InvoiceFacts], known: dict[str, KnownInvoice]) -> tuple[list[InvoiceFacts], list[InvoiceFacts]]:
    """Those that are new here, and those that are renewed."""
    new: list[InvoiceFacts] = []
    renewed: list[InvoiceFacts] = []
    for each in changed:
        (renewed if each.xero_id in known else new).append(each)
    return new, renewed


async def insert_new(statement: rows.Statement, values: Sequence[rows.Row]) -> None:
    """On SQLite a plain insert is half the work of an upsert. It tells how many rows were new, and when some were here
    already (a page can come twice) all are renewed."""
    if values and (not is_sqlite() or await execute_many(statement.insert, values) != len(values)):
        await execute_many(statement.upsert, values)


async def _customers_of(intake: Intake, invoices: Iterable[InvoiceFacts], names: dict[str, str]) -> dict[str, int]:
    """Our ids by Xero's, of customers that may be new."""
    ids = {each.customer_xero_id for each in invoices}
    known = await customers_called(intake.organisation_id, ids)
    if len(known) == len(ids):
        return known
    new = await add_unknown_customers(intake, ids - known.keys(), names)
    return known | new | await customers_called(intake.organisation_id, ids - known.keys() - new.keys())


def _is_news(known: KnownInvoice | None, facts: InvoiceFacts) -> bool:
    """An answer older than what we hold (it can be overtaken by one after a write of ours) changes nothing."""
    return known is None or (facts.xero_stamp >= known.xero_stamp and not is_same(known, facts))


async def known_invoices(organisation_id: int, facts: Iterable[InvoiceFacts]) -> dict[str, KnownInvoice]:
    ids = sorted({each.xero_id for each in facts})
    if not ids:
        return {}
    columns = ", ".join(f"i.{name}" for name in KNOWN_INVOICE)
    query = (
        f"SELECT {columns}, c.xero_id AS customer_xero_id FROM invoice i JOIN customer c ON c.id = i.customer"  # noqa: S608
        f" WHERE i.organisation = {{}} AND i.xero_id IN ({marks(ids)})"
    )
    found = await run(query, (organisation_id, *ids))
    return {row["xero_id"]: msgspec.convert(row, KnownInvoice, strict=False) for row in found}


def marks(values: Sequence[Any]) -> str:
    return ", ".join(["{}"] * len(values))


async def add_unknown_customers(intake: Intake, xero_ids: Iterable[str], names: dict[str, str]) -> dict[str, int]:
    """A document may name a contact that no list has shown us yet; it must not be lost for that. The new ones' ids here,
    by Xero's."""
    unknown = {key: names.get(key) or "(no name in Xero)" for key in sorted(xero_ids)}
    chase, now = intake.new_customers_chase, intake.now
    rows_ = rows.unknown_rows(intake.organisation_id, unknown, chase, now, as_text=is_sqlite())
    return await insert_returning("customer", rows.UNKNOWN_CUSTOMER, rows_, "xero_id")


async def _replace_payments(
    intake: Intake, new: Sequence[InvoiceFacts], renewed: Sequence[InvoiceFacts], applied: Sequence[PaymentFacts]
) -> None:
    """What a renewed invoice no longer lists was removed in Xero."""
    await insert_new(rows.PAYMENT, _payments_of(intake, new, applied))
    if renewed:
        await execute_many(rows.PAYMENTS_GONE, [(intake.organisation_id, each.xero_id) for each in renewed])
        await execute_many(rows.PAYMENT.upsert, _payments_of(intake, renewed, applied))


def _payments_of(intake: Intake, invoices: Sequence[InvoiceFacts], applied: Sequence[PaymentFacts]) -> Sequence[rows.Row]:
    ids = {each.xero_id for each in invoices}
    theirs = [each for each in applied if each.invoice_xero_id in ids]
    return rows.payment_rows(intake.organisation_id, theirs, intake.now, as_text=is_sqlite())


async def _tell(
    intake: Intake, known: dict[str, KnownInvoice], changed: Sequence[InvoiceFacts], names: dict[str, str]
) -> Applied:
    after = await known_invoices(intake.organisation_id, changed)
    changes = [invoice_change(known.get(each.xero_id), each, names.get(each.customer_xero_id, "")) for each in changed]
    await reconcile(known, changed, intake.now)
    customers = {row.customer for row in (*known.values(), *after.values()) if row.xero_id in after}
    await record_changes(intake, changes, {key: (row.id, row.customer) for key, row in after.items()})
    await reconsider(customers, intake.now)
    return Applied(len(changed), tuple(each.sentence for each in changes), frozenset(customers))


async def record_changes(intake: Intake, changes: Iterable[Change], places: dict[str, tuple[int, int]]) -> None:
    """One line on the timeline for each change that a credit controller cares about."""
    lines = [
        Activity(
            organisation_id=intake.organisation_id,
            customer_id=places[each.xero_id][1],
            invoice_id=places[each.xero_id][0],
            kind=each.kind,
            sentence=each.sentence,
            by="Xero",
            happened_at=intake.now,
        )
        for each in changes
        if each.kind and each.xero_id in places
    ]
    for start in range(0, len(lines), 500):
        await Activity.insert(*lines[start : start + 500])


async def apply_credits(intake: Intake, credits_: Sequence[CreditFacts], names: dict[str, str]) -> Applied:
    known = await _known_credits(intake.organisation_id, credits_) if intake.compares else {}
    changed = [each for each in credits_ if known.get(each.xero_id) != _compared(each)]
    if not changed:
        return Applied()
    await add_unknown_customers(intake, {each.customer_xero_id for each in changed}, names)
    await execute_many(rows.CREDIT.upsert, rows.credit_rows(intake.organisation_id, changed))
    customers = await customers_called(intake.organisation_id, {each.customer_xero_id for each in changed})
    if intake.tells:
        await reconsider(customers.values(), intake.now)
    told = changed if intake.tells else []
    sentences = tuple(credit_change(each, names[each.customer_xero_id]).sentence for each in told)
    return Applied(len(changed), sentences, frozenset(customers.values()))


ComparedCredit = tuple[str, str, str, int, int]


def _compared(facts: CreditFacts) -> ComparedCredit:
    return facts.customer_xero_id, facts.status, facts.rate, facts.remaining, facts.total


async def _known_credits(organisation_id: int, facts: Iterable[CreditFacts]) -> dict[str, ComparedCredit]:
    ids = sorted({each.xero_id for each in facts})
    if not ids:
        return {}
    query = (
        "SELECT k.xero_id, c.xero_id AS payer, k.status, k.rate, k.remaining, k.total FROM credit k"  # noqa: S608
        f" JOIN customer c ON c.id = k.customer WHERE k.organisation = {{}} AND k.xero_id IN ({marks(ids)})"
    )
    return {
        row["xero_id"]: (row["payer"], row["status"], row["rate"], int(row["remaining"]), int(row["total"]))
        for row in await run(query, (organisation_id, *ids))
    }


async def customers_called(organisation_id: int, xero_ids: Iterable[str]) -> dict[str, int]:
    ids = sorted(set(xero_ids))
    if not ids:
        return {}
    query = f"SELECT id, xero_id FROM customer WHERE organisation = {{}} AND xero_id IN ({marks(ids)})"  # noqa: S608
    return {row["xero_id"]: int(row["id"]) for row in await run(query, (organisation_id, *ids))}
