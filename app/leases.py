"""A named lease in the database: one process at a time may hold it, and a dead holder's runs out."""

from datetime import datetime, timedelta

from piccolo.columns import Serial, Timestamptz, Varchar
from piccolo.table import Table

from app.database import transaction


class Lease(Table, tablename="lease"):
    id: Serial
    name = Varchar(length=120, unique=True)
    holder = Varchar(length=80)
    until_at = Timestamptz(default=None, null=True)


async def take(name: str, holder: str, now: datetime, *, seconds: float) -> bool:
    """Whether `holder` has the lease now; it may renew its own."""
    until = now + timedelta(seconds=seconds)
    async with transaction():
        await Lease.raw("INSERT INTO lease (name, holder) VALUES ({}, '') ON CONFLICT (name) DO NOTHING", name)
        free = (Lease.until_at.is_null()) | (Lease.until_at < now) | (Lease.holder == holder)
        won = (
            await Lease.update({Lease.holder: holder, Lease.until_at: until})
            .where(Lease.name == name, free)
            .returning(Lease.id)
        )
    return bool(won)


async def let_go(name: str, holder: str) -> None:
    await Lease.update({Lease.holder: "", Lease.until_at: None}).where(Lease.name == name, Lease.holder == holder)
