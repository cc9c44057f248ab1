"""What the customers' page is made of, and whom to show it with."""

from app.customers.tables import Customer, Summary
from app.organisations.membership import SignedIn
from app.portal.tables import PortalSettings

TO_CHOOSE_FROM = 12


async def settings_of(organisation_id: int) -> PortalSettings:
    """The row, or a new one that is not saved yet."""
    row = await PortalSettings.objects().where(PortalSettings.organisation == organisation_id).first()
    return row or PortalSettings(organisation=organisation_id)


async def to_preview_with(member: SignedIn) -> list[tuple[int, str]]:
    """Ids and names of the customers who owe most, overdue first."""
    rows = (
        await Summary.select(Summary.customer, Summary.customer.name.as_alias("name"))
        .where(Summary.organisation_id == member.organisation_id, Summary.open_count > 0)
        .order_by(Summary.overdue_base, ascending=False)
        .order_by(Summary.outstanding_base, ascending=False)
        .limit(TO_CHOOSE_FROM)
    )
    if not rows:
        first = Customer.select(Customer.id, Customer.name).where(Customer.organisation == member.organisation_id)
        return [(row["id"], row["name"]) for row in await first.order_by(Customer.name).limit(TO_CHOOSE_FROM)]
    return [(row["customer"], row["name"]) for row in rows]
