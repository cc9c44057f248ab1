"""Where an organisation's contacts and invoices are edited and viewed in Xero."""

from urllib.parse import quote

from msgspec import Struct

from app.settings import settings
from app.xero.tables import Connection

XERO = "https://go.xero.com/app/{code}"


class XeroLinks(Struct, frozen=True):
    """Addresses with {xero_id} in them."""

    edit_contact: str
    view_invoice: str

    def contact(self, xero_id: str) -> str:
        return self.edit_contact.replace("{xero_id}", quote(xero_id, safe=""))

    def invoice(self, xero_id: str) -> str:
        return self.view_invoice.replace("{xero_id}", quote(xero_id, safe=""))


async def links_of(organisation_id: int) -> XeroLinks | None:
    """None before an organisation is connected."""
    row = await Connection.objects().get(Connection.organisation == organisation_id)
    return links_to(row.provider, row.short_code) if row is not None and row.short_code else None


def links_to(provider: str, short_code: str) -> XeroLinks:
    """`short_code` is the organisation's, as Xero calls it in addresses."""
    code = quote(short_code, safe="")
    base = f"{settings().demo_ledger_url.rstrip('/')}/app/{code}" if provider == "demo" else XERO.replace("{code}", code)
    return XeroLinks(f"{base}/contacts/contact/{{xero_id}}", f"{base}/invoicing/view/{{xero_id}}")
