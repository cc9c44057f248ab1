"""The reference of G1: Xero's own SDK decodes, Piccolo's insert().on_conflict writes."""

import json
from statistics import median
from time import perf_counter
from typing import Any

from piccolo.columns import BigInt, Text, Varchar
from piccolo.table import Table, create_db_tables

from app.commands.benches.rooms import in_fresh_database


class SdkContact(Table):
    xero_id = Varchar(length=36, unique=True)
    name = Text()


class SdkInvoice(Table):
    xero_id = Varchar(length=36, unique=True)
    number = Text()
    contact = Text()
    status = Text()
    total = BigInt()
    due = BigInt()


class SdkLine(Table):
    key = Varchar(length=60, unique=True)
    description = Text()


def seconds(body: bytes) -> float:
    return in_fresh_database(lambda: _measured(body))


async def _measured(body: bytes) -> float:
    from xero_python.accounting import models
    from xero_python.api_client import ModelFinder
    from xero_python.api_client.deserializer import deserialize

    from app.database import engine

    for table in (SdkContact, SdkInvoice, SdkLine):
        table._meta._db = engine()
    await create_db_tables(SdkContact, SdkInvoice, SdkLine)
    finder = ModelFinder(models)
    rounds = []
    for _ in range(3):
        began = perf_counter()
        page: Any = deserialize("Invoices", json.loads(body), finder)
        await _write(page.invoices)
        rounds.append(perf_counter() - began)
    return median(rounds)


async def _write(invoices: list[Any]) -> None:
    contacts = {i.contact.contact_id: i.contact.name for i in invoices}
    for rows in (
        [SdkContact(xero_id=key, name=name or "") for key, name in contacts.items()],
        [
            SdkInvoice(
                xero_id=i.invoice_id, number=i.invoice_number or "", contact=i.contact.contact_id, status=str(i.status),
                total=int(i.total * 10_000), due=int(i.amount_due * 10_000),
            )
            for i in invoices
        ],
        [
            SdkLine(key=f"{i.invoice_id}{place}", description=line.description or "")
            for i in invoices
            for place, line in enumerate(i.line_items or [])
        ],
    ):  # fmt: skip
        for start in range(0, len(rows), 500):
            chunk: Any = rows[start : start + 500]
            await type(chunk[0]).insert(*chunk).on_conflict(action="DO NOTHING")
