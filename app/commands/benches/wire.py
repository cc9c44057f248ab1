"""Pages as the demo ledger writes them when a sync asks, without a network."""

import asyncio

import httpx
from litestar import Litestar

SCOPES = "offline_access accounting.invoices accounting.contacts.read accounting.settings.read accounting.payments.read"
CLIENT = {"client_id": "bench", "client_secret": "bench"}
REDIRECT = "http://localhost:1/back"


def page_of_invoices(ledger: Litestar, size: int = 1_000) -> bytes:
    return asyncio.run(_page(ledger, size))


async def _page(ledger: Litestar, size: int) -> bytes:
    transport = httpx.ASGITransport(app=ledger)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://ledger", timeout=60) as client:
        asked = {
            "response_type": "code",
            "client_id": CLIENT["client_id"],
            "redirect_uri": REDIRECT,
            "scope": SCOPES,
            "state": "s",
        }
        allowed = await client.post("/identity/connect/authorize", data={**asked, "decision": "allow"})
        code = httpx.URL(allowed.headers["location"]).params["code"]
        answer = await client.post(
            "/connect/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": REDIRECT,
                "client_id": "bench",
                "client_secret": "bench",
            },
        )
        token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        tenant = (await client.get("/connections", headers=token)).json()[0]["tenantId"]
        where = {"where": 'Type=="ACCREC"', "order": "InvoiceID ASC", "page": "1", "pageSize": str(size)}
        page = await client.get("/api.xro/2.0/Invoices", params=where, headers={**token, "xero-tenant-id": tenant})
        page.raise_for_status()
        return page.content
