"""G8: the customer's page of one invoice, by its link: the application alone, without a network."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

from litestar import Litestar

from app import clock
from app.commands.bench import Figure
from app.commands.benches.rooms import in_fresh_database
from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.main import create_app
from app.organisations.tables import Organisation
from app.xero.tables import Connection

GOAL = 6.0
"""Milliseconds."""
TIMES, WARM = 60, 10


def figures() -> Iterator[Figure]:
    milliseconds = in_fresh_database(_milliseconds)
    yield Figure(
        number="G8", what="portal page of one invoice by token", unit="ms", ours=milliseconds,
        reference_name="Odoo 19", reference=27.0, goal=GOAL / 27.0, is_quoted=True,
    )  # fmt: skip


async def _milliseconds() -> float:
    app, path = create_app(), await _a_link()
    return 1000 * statistics.median([await _seconds(app, path) for _ in range(TIMES)][WARM:])


async def _seconds(app: Litestar, path: str) -> float:
    """Until the customer has the whole page; what is noted afterwards delays nobody. Raise RuntimeError unless it comes."""
    status, done = 0, 0.0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status, done
        status = int(str(message.get("status", status)))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            done = time.perf_counter()

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000), "state": {}, "app": app,
    }  # fmt: skip
    began = time.perf_counter()
    await app(scope, receive, send)  # type: ignore[arg-type]
    if status != 200:
        raise RuntimeError(f"The portal answered {status}.")
    return done - began


async def _a_link() -> str:
    now = clock.now()
    organisation = Organisation(name="Bench Ltd", set_up_at=now, created_at=now)
    await organisation.save()
    await Connection(organisation=organisation.id, state="connected", last_good_sync_at=now).save()
    customer = Customer(organisation=organisation.id, name="Harbour Foods Ltd", xero_id="c1", created_at=now)
    await customer.save()
    await Invoice(
        organisation=organisation.id, customer=customer.id, xero_id="i1", number="INV-1", status="AUTHORISED", currency="GBP",
        total=1_200_000, outstanding=1_200_000, outstanding_base=1_200_000, is_open=True, is_sent=True,
        issued_on=now.date() - timedelta(days=40), due_on=now.date() - timedelta(days=10),
    ).save()  # fmt: skip
    return f"/p/{await portal_link(customer.id, organisation.id, now)}"
