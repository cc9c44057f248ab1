"""The letter to the owners when Xero lets an organisation in no longer, whoever noticed it: a sync, a push, a customer
in the portal, a message about to leave."""

from datetime import datetime, timedelta

from app.mail.actions import draft_system
from app.organisations.queries import organisation, owners_of
from app.xero.tables import Connection

IS_NEWS = timedelta(days=1)


async def tell_owners(link: str, now: datetime) -> int:
    """Each owner once for each time a connection was lost; how many letters that makes now. `link` leads to us."""
    lost = (Connection.state == "disconnected") & (Connection.disconnected_at > now - IS_NEWS)
    rows = await Connection.objects().where(lost, Connection.organisation.is_not_null())
    return sum([await _tell(row, link, now) for row in rows])


async def _tell(lost: Connection, link: str, now: datetime) -> int:
    here, told = int(lost.organisation), 0
    name, when = (await organisation(here)).name, int(lost.disconnected_at.timestamp())
    for owner in await owners_of(here):
        facts = {"name": owner.name, "organisation": name, "reason": lost.reason, "link": link}
        once = f"disconnected:{lost.id}:{when}:{owner.id}"
        told += await draft_system("disconnected", owner.email, facts, now, here, unique_key=once) is not None
    return told
