"""The email beside a template while it is written: asked for with every pause in the typing, so it must keep up."""

import re
import statistics
import time
from collections.abc import Iterator

import httpx

from app import clock
from app.commands.bench import Figure
from app.commands.benches.books import fill
from app.commands.benches.rooms import in_fresh_database, in_fresh_postgres
from app.commands.benches.signed_in import signed_in
from app.customers.tables import Customer
from app.email_templates.shipped import FINAL
from app.email_templates.tables import Template
from app.main import create_app
from app.schedules.actions import ship

LONGEST_MS = 60.0
TIMES, WARM = 60, 10
INVOICES, CUSTOMERS = 4_000, 200


def figures() -> Iterator[Figure]:
    for database, measured in (("SQLite", in_fresh_database(_measured)), ("PostgreSQL", in_fresh_postgres(_measured))):
        for whose, milliseconds in (measured or {}).items():
            yield Figure(
                number="G4", what=f"preview for {whose}, {database}, p95", unit="ms", ours=milliseconds,
                reference_name="what typing bears", reference=LONGEST_MS, goal=1, is_quoted=True,
            )  # fmt: skip


async def _measured() -> dict[str, float]:
    here = await fill(INVOICES, CUSTOMERS)
    await ship(here.id, clock.now())
    template = await Template.objects().get((Template.organisation == here.id) & (Template.name == FINAL.name))
    customer = await Customer.objects().where(Customer.organisation == here.id).order_by(Customer.id).first()
    assert template is not None
    assert customer is not None
    headers, transport = await signed_in(here.id), httpx.ASGITransport(app=create_app())  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers) as client:
        form = await _form(client, int(template.id))
        cases = {"a real customer": str(customer.id), "the worst case": "worst"}
        return {whose: await _p95(client, {**form, "customer": key}) for whose, key in cases.items()}


async def _form(client: httpx.AsyncClient, template_id: int) -> dict[str, str]:
    page = await client.get(f"/templates/{template_id}")
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    if found is None:
        raise RuntimeError(f"The editor answered {page.status_code}.")
    return {
        "_csrf_token": found[1], "template": str(template_id), "name": FINAL.name, "subject": FINAL.subject,
        "body": FINAL.body, "language": "", "stamp": "1",
    }  # fmt: skip


async def _p95(client: httpx.AsyncClient, form: dict[str, str]) -> float:
    """Milliseconds; every time another text, as it is while somebody types. Raise RuntimeError unless it is written."""
    taken = list[float]()
    for number in range(TIMES):
        asked = {**form, "body": f"{form['body']}\nPS {number}"}
        began = time.perf_counter()
        answer = await client.post("/templates/preview", data=asked, headers={"HX-Request": "true", "HX-Target": "told"})
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200 or f"PS {number}" not in answer.text:
            raise RuntimeError(f"The preview answered {answer.status_code}.")
    return statistics.quantiles(taken[WARM:], n=20)[-1]
