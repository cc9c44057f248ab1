"""A person who opens every page there is, and a look at whether our figures are the ledger's."""

import re
from collections import deque
from html import unescape

import httpx

from app.chasing.actions import plan_organisation
from app.database import fetch
from app.organisations.membership import SignedIn
from app.xero.actions import SyncOutcome
from tests import cast
from tests.xero_rig import Rig

PLACES = (
    "/", "/customers", "/invoices", "/receivables", "/approvals", "/upcoming", "/syncs", "/syncs/line", "/messages",
    "/messages?state=waiting", "/messages?state=failed", "/messages?state=sent", "/messages?state=cancelled", "/statements",
    "/settings", "/settings/chasing", "/settings/bank-details", "/settings/members", "/senders", "/senders/new", "/templates",
    "/schedules", "/account", "/connect", "/set-up", "/set-up/customers",
)  # fmt: skip
_LINK = re.compile(r'(?:href|hx-get|src)="(/[^"]*)"')
_NOT_PAGES = ("/assets", "/static", "/p/", "/portal-colour", "/admin", "/app/")


def words_of(page: httpx.Response) -> str:
    """What stands on the page, without its tags, on one line."""
    text = re.sub(r"(?s)<script.*?</script>|<style.*?</style>", " ", page.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


class Desk:
    def __init__(self, client: httpx.AsyncClient, rig: Rig, firm: cast.Firm, member: SignedIn) -> None:
        self.client, self.rig, self.firm, self.member = client, rig, firm, member

    async def look(self, path: str) -> str:
        """The words of one page, which must be there."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {words_of(answer)[:300]}"
        return words_of(answer)

    async def walk(self) -> dict[str, str]:
        """Open every place, every customer, invoice and message; none of them may fail. The words of each."""
        found = {path: await self._open(path) for path in [*PLACES, *await self._records()]}
        return {path: words_of(answer) for path, answer in found.items()}

    async def follow_every_link(self, most: int = 400) -> set[str]:
        """From Home as far as links lead within the product."""
        waiting, seen = deque(["/"]), {"/"}
        while waiting and len(seen) < most:
            answer = await self._open(waiting.popleft())
            for link in map(unescape, _LINK.findall(answer.text)):
                if link not in seen and not link.startswith(("//", *_NOT_PAGES)):
                    seen.add(link)
                    waiting.append(link)
        return seen

    async def _open(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        assert answer.status_code < 500 or path.endswith(".pdf"), f"{path}: {words_of(answer)[:400]}"
        assert answer.status_code != 404 or path == "/syncs/line", f"{path}: {words_of(answer)[:300]}"
        return answer

    async def _records(self) -> list[str]:
        pages = {"/customers": "customer", "/invoices": "invoice", "/messages": "message", "/syncs": "sync_run"}
        return [
            f"{page}/{row['id']}"
            for page, table in pages.items()
            for row in await fetch(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 150")
        ]

    async def press_sync_now(self, trigger: str = "asked") -> SyncOutcome:
        """As the button does, with the worker at once."""
        await self.client.post("/syncs")
        outcome = await self.rig.sync(self.firm.id, trigger)
        await plan_organisation(self.firm.id, self.rig.clock())
        return outcome

    async def page_of(self, number: str) -> str:
        """The address of an invoice's page."""
        (row,) = await fetch("SELECT id FROM invoice WHERE number = {}", number)
        return f"/invoices/{row['id']}"

    async def ours(self) -> dict[str, tuple[str, int]]:
        """Our open invoices: status and pence outstanding, by Xero's id."""
        rows = await fetch("SELECT xero_id, status, outstanding FROM invoice WHERE is_open = TRUE")
        return {row["xero_id"]: (row["status"], int(row["outstanding"]) // 100) for row in rows}

    def theirs(self) -> dict[str, tuple[str, int]]:
        """The ledger's open sales invoices, the same way."""
        return {
            record["InvoiceID"]: (record["Status"], int(record["AmountDue"] * 100))
            for record in self.rig.books("Invoices")
            if record["Type"] == "ACCREC" and record["Status"] == "AUTHORISED" and record["AmountDue"] > 0
        }
