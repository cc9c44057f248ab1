"""G6 and the lists' share of G12: fragments of both lists of receivables, beside a bare handler over bare tables.

Each figure is the 95th percentile of the milliseconds that the application took, without a network. The reference is a
Litestar handler of a dozen lines: one SELECT in raw SQL over two tables of its own in the same database, and a template.
"""

import gc
import os
import statistics
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from litestar import Litestar

from app import clock
from app.commands.bench import Figure
from app.commands.benches import bare
from app.commands.benches.asked import ask
from app.commands.benches.books import fill
from app.commands.benches.rooms import in_fresh_database, in_fresh_postgres
from app.commands.thrift import settle_down
from app.identity import cookies
from app.identity.actions import begin_session
from app.identity.tables import User
from app.main import create_app
from app.organisations.tables import Member

INVOICES, CUSTOMERS = 100_000, 20_000
MILLION = 1_000_000
TIMES, WARM = 7, 2
BOTH_WAYS = ("", "-")
INVOICE_SORTS = (
    "number", "reference", "customer", "issued", "due", "day", "total", "outstanding", "expected", "why", "state", "step",
)  # fmt: skip
CUSTOMER_SORTS = (
    "name", "overdue", "outstanding", "oldest", "status", "next", "contacted", "late", "open", "assigned",
)  # fmt: skip
SEARCHES = ("INV-00423", "004231", "harbour", "castle dental", "PO 4471", "12345", "inv", "zzz", "4321.", "ha", "zoe")
FILTERS = (
    "overdue=30", "currency=EUR", "hold=promised", "promised=week", "disputed=open", "amount_from=8000&amount_to=8100",
    "due_from=2026-11-01&due_to=2026-11-03",
)  # fmt: skip

Addresses = Mapping[str, tuple[str, ...]]

OURS: Addresses = {
    "first page": ("/invoices",),
    "sort by any column": tuple(f"/invoices?sort={way}{key}" for key in INVOICE_SORTS for way in BOTH_WAYS),
    "search": tuple(f"/invoices?q={text.replace(' ', '+')}" for text in SEARCHES),
    "filter and sort": tuple(f"/invoices?{asked}&sort={key}" for asked in FILTERS for key in ("-outstanding", "due")),
    "customers": ("/customers", *(f"/customers?sort={way}{key}" for key in CUSTOMER_SORTS for way in BOTH_WAYS)),
}
GOALS = {"first page": 5.0, "sort by any column": 12.0, "search": 12.0, "filter and sort": 8.0, "customers": 8.0}
LIMITS = {"first page": 1.4, "sort by any column": 9.6, "search": 31.0, "filter and sort": 3.4, "customers": 1.4}
"""What the bare handler took where the goals were set: a goal is as many times its figure as it was then."""
THREE_TIMES = ("first page", "sort by any column", "search")
"""What a million invoices, of which nine tenths are paid, may make three times as slow."""

Measured = dict[str, tuple[float, float]]
"""Ours and the bare handler's, by what was asked."""


def figures() -> Iterator[Figure]:
    small = in_fresh_database(lambda: _in_turns(INVOICES, CUSTOMERS, 0.0))
    yield from _figures("SQLite", small)
    if (on_postgres := in_fresh_postgres(lambda: _in_turns(INVOICES, CUSTOMERS, 0.0))) is not None:
        yield from _figures("PostgreSQL", on_postgres)
    if os.environ.get("BENCH_MILLION"):
        yield from _growth(small, in_fresh_database(lambda: _in_turns(MILLION, CUSTOMERS, 0.9)))


def _figures(database: str, measured: Measured) -> Iterator[Figure]:
    for what, (ours, reference) in measured.items():
        yield Figure(
            number="G6", what=f"{what}, {database}, p95", unit="ms", ours=ours,
            reference_name="bare Litestar, raw SQL and Jinja", reference=reference, goal=GOALS[what] / LIMITS[what],
        )  # fmt: skip


def _growth(small: Measured, large: Measured) -> Iterator[Figure]:
    for what in THREE_TIMES:
        yield Figure(
            number="G12", what=f"{what}, a million invoices, p95", unit="ms", ours=large[what][0],
            reference_name="100,000 invoices", reference=small[what][0], goal=3.0,
        )  # fmt: skip


async def _in_turns(invoices: int, customers: int, paid: float) -> Measured:
    """Each address of ours, then the bare handler's, so that a busy machine slows both."""
    here = await fill(invoices, customers, paid=paid)
    await bare.copy_books(here.id)
    headers = await _signed_in(here.id)
    ours, limit = create_app(), bare.bare_app()
    settle_down()  # as the product does before it serves
    return {what: await _both(ours, limit, what, headers) for what in OURS}


async def _both(ours: Litestar, limit: Litestar, what: str, headers: dict[str, str]) -> tuple[float, float]:
    mine, theirs = list[float](), list[float]()
    for _ in range(TIMES):
        gc.collect()
        for address in OURS[what]:
            mine.append((await ask(ours, address, headers | _region(address)))[0])
        for address in bare.ADDRESSES[what]:
            theirs.append((await ask(limit, address))[0])
    return tuple(_p95(each[WARM * len(each) // TIMES :]) for each in (mine, theirs))  # type: ignore[return-value]


def _region(address: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": f"grid-{address[1:].partition('?')[0]}"}


def _p95(seconds: list[float]) -> float:
    """In milliseconds."""
    return 1000 * (statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0])


async def _signed_in(organisation_id: int) -> dict[str, Any]:
    """The cookie of somebody who may do everything."""
    now = clock.now()
    user = User(email="bench@example.com", name="Bench", active=True, created_at=now - timedelta(days=1))
    await user.save()
    await Member(organisation=organisation_id, user=user.id, role="owner", created_at=now).save()
    token = await begin_session(user.id, now, organisation_id=organisation_id)
    return {"cookie": f"{cookies.named(cookies.SESSION, https=False)}={token}"}
