"""The least that can list invoices: a Litestar handler, raw SQL, a template. What our lists are measured against."""

import asyncio
from typing import Any

from jinja2 import Environment
from litestar import Litestar, Request, get
from litestar.response import Response

from app.database import engine, fetch

PAGE = 50
COPY = (
    "CREATE TABLE bare_customer AS SELECT id, name FROM customer WHERE organisation = {here}",
    "CREATE UNIQUE INDEX bare_customer_id ON bare_customer (id)",
    "CREATE TABLE bare_invoice AS SELECT id, customer, number, reference, due_on, total, outstanding, currency, is_open"
    " FROM invoice WHERE organisation = {here}",
    "CREATE UNIQUE INDEX bare_invoice_id ON bare_invoice (id)",
    "CREATE INDEX bare_invoice_due ON bare_invoice (due_on)",
)
ADDRESSES = {
    "first page": ("/bare",),
    "sort by any column": ("/bare?sort=outstanding",),
    "search": ("/bare?q=INV-00423", "/bare?q=004231", "/bare?q=harbour", "/bare?q=12345", "/bare?q=zzz"),
    "filter and sort": ("/bare?currency=EUR&sort=due_on",),
    "customers": ("/bare",),
}
COLUMNS = ("number", "reference", "name", "due_on", "total", "outstanding", "currency")
TEMPLATE = """<table>{% for row in rows %}
<tr>{% for name in columns %}<td>{{ row[name] }}</td>{% endfor %}</tr>{% endfor %}</table>
<p>{{ total }}</p>"""


async def copy_books(here: int) -> None:
    for statement in COPY:
        await engine().run_ddl(statement.format(here=int(here)))
    await asyncio.sleep(0)


def bare_app() -> Litestar:
    template = Environment(autoescape=True).from_string(TEMPLATE)

    @get("/bare")
    async def listed(request: Request[Any, Any, Any]) -> Response[str]:
        asked = request.query_params
        order = asked.get("sort", "due_on")
        where, values = _where(asked.get("q", ""), asked.get("currency", ""))
        source = f"FROM bare_invoice i JOIN bare_customer c ON c.id = i.customer WHERE i.is_open = TRUE{where}"
        rows = await fetch(
            f"SELECT i.*, c.name {source} ORDER BY i.{order if order in COLUMNS else 'due_on'} LIMIT {PAGE}", *values
        )
        return Response(template.render(rows=rows, columns=COLUMNS, total=len(rows)), media_type="text/html")

    return Litestar([listed], openapi_config=None)


def _where(text: str, currency: str) -> tuple[str, list[str]]:
    if text:
        holds = f"%{text.lower()}%"
        return " AND (LOWER(i.number) LIKE {} OR LOWER(i.reference) LIKE {} OR LOWER(c.name) LIKE {})", [holds] * 3
    return (" AND i.currency = {}", [currency]) if currency else ("", [])
