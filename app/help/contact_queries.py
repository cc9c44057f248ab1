"""What help looks at of one contact that is not as it is in Xero, and how that contact is found."""

from typing import Any

from app.chasing.link_queries import links_of
from app.customers.queries import customer_for, recipients_of
from app.customers.tables import Customer
from app.customers.words import HERE
from app.database import fetch
from app.help.topics import Check, Remedy
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.xero.queries import quarantine_of


async def look_at_contact(member: SignedIn, customer_id: int) -> tuple[Check, ...]:
    """Raise NotFound for another organisation's customer."""
    customer = await customer_for(member, customer_id)
    if customer.erased_at is not None:
        return (Check("told", "This customer was erased: nothing personal is brought over any more."),)
    checks = [_as_read(customer, member)]
    if customer.is_archived:
        checks.append(Check("wrong", "Archived in Xero. Bring it back there to edit it.", await _edit(member, customer)))
    if customer.merged_to_xero_id:
        checks.append(Check("wrong", "Merged into another contact in Xero; its invoices belong to that one now."))
    checks += await _set_aside(member, customer)
    own = [each.email for each in await recipients_of(customer.id) if each.source == HERE or each.is_kind_chosen]
    if own:
        checks.append(Check("told", f"Chosen or added here, so that syncs leave it alone: {', '.join(own)}."))
    edit = await _edit(member, customer)
    return (*checks, Check("told", "Still different? What is wrong there is mended there.", edit)) if edit else tuple(checks)


def _as_read(customer: Customer, member: SignedIn) -> Check:
    person = f"{customer.first_name} {customer.last_name}".strip() or "nobody"
    at = f", as it stood in Xero on {customer.xero_updated_at:%Y-%m-%d at %H:%M} UTC" if customer.xero_updated_at else ""
    again = Remedy("Refresh this contact", f"/customers/{customer.id}/refresh", "post") if member.may(Role.CONTROLLER) else None
    return Check("told", f"Here: {customer.name}, {person}, {customer.email or 'no email address'}{at}.", again)


async def _set_aside(member: SignedIn, customer: Customer) -> list[Check]:
    found: list[Any] = [each for each in await quarantine_of(member) if each.xero_id == customer.xero_id]
    return [
        Check("wrong", f"Its latest version in Xero could not be used: {each.reason}", Remedy("See it", "/syncs"))
        for each in found
    ]


async def _edit(member: SignedIn, customer: Customer) -> Remedy | None:
    links = await links_of(member.organisation_id)
    return Remedy("Edit in Xero", links.contact(customer.xero_id), outside=True) if links else None


async def customers_like(member: SignedIn, text: str) -> tuple[tuple[int, str], ...]:
    """A few whose name holds the text; none for an empty one."""
    if not text.strip():
        return ()
    rows = await fetch(
        "SELECT id, name FROM customer WHERE organisation = {} AND LOWER(name) LIKE {} ORDER BY name, id LIMIT 10",
        member.organisation_id,
        f"%{text.strip().lower()}%",
    )
    return tuple((row["id"], row["name"]) for row in rows)


def wanted(text: str) -> int | None:
    """A customer's number out of an address; raise NotFound for anything else that was typed there."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise NotFound
    return int(text)
