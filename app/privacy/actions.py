"""Erasing a customer: everything personal goes, invoice numbers and amounts stay, and no sync brings it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app import leases
from app.activity.actions import audit, record
from app.chasing.actions import plan_customers
from app.customers.tables import Customer, Recipient
from app.customers.word_actions import write_customer_words
from app.database import engine, fetch, is_sqlite, run, transaction
from app.invoices.word_actions import write_invoice_words
from app.organisations.membership import SignedIn
from app.outbox import actions as outbox
from app.outbox.states import State
from app.outbox.tables import Message
from app.privacy.holdings import DELETED, HOLDINGS, MENTIONS, Holding, values_for
from app.privacy.marks import without
from app.privacy.queries import hashes_in, held, marks_in, mentioning, still_named
from app.problems import OutOfDate, TryLater
from app.sealing import new_token
from app.xero.erased import name_of_erased

HELD_FOR = 60.0
"""Seconds for which no sync may begin."""


class SyncUnderWay(TryLater):
    """A sync with Xero is under way. Nothing was erased. Try again in a minute."""


class MailUnderWay(OutOfDate):
    """An email to this customer is leaving, or nobody knows whether it went. Settle it under Messages, then erase."""


async def erase(member: SignedIn, customer: Customer, now: datetime) -> None:
    """Raise SyncUnderWay or MailUnderWay when it cannot be done now; then nothing has changed.

    1. No sync may run meanwhile: it might hold the customer's record in its hands.
    2. Whatever waits to be sent is cancelled before its rows lose what they are about.
    3. Free text that names the customer in passing is read before the names are gone.
    """
    holder = new_token("e")
    names = [f"sync:{member.organisation_id}", f"customer-refresh:{customer.id}"]
    try:
        for name in names:
            if not await leases.take(name, holder, now, seconds=HELD_FOR):
                raise SyncUnderWay
        await _erase(member, customer, now)
    finally:
        for name in names:
            await leases.let_go(name, holder)
    await _clear_the_log()


async def _erase(member: SignedIn, customer: Customer, now: datetime) -> None:
    marks = await marks_in(customer.id)
    async with transaction():
        await _overwrite_what_goes()
        await _stop_mail(member, customer, now)
        files = list(hashes_in(await held(customer.id)))
        for holding in HOLDINGS:
            await _empty(holding, customer.id)
        await _name_anew(customer, now)
        await plan_customers(member.organisation_id, [customer.id], now)
        await write_customer_words(member.organisation_id, [customer.id])
        await write_invoice_words(member.organisation_id, [customer.id])
        await _take_out_of_texts(member.organisation_id, marks)
        await remove_files(files)
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="erase customer",
            subject=f"customer {customer.id}", now=now,
        )  # fmt: skip
        await record(
            organisation_id=member.organisation_id, customer_id=customer.id, kind="erased", by=member.name, now=now,
            sentence="Everything personal was erased. Invoice numbers and amounts are kept.",
        )  # fmt: skip


async def _stop_mail(member: SignedIn, customer: Customer, now: datetime) -> None:
    """Without recipients and not chased, the planner cancels what it had planned; the rest is cancelled here."""
    mine = Message.customer_id == customer.id
    stuck = Message.state.is_in([State.SENDING.value, State.UNKNOWN.value])
    if await Message.exists().where(mine, stuck):
        raise MailUnderWay
    await Customer.update({Customer.chasing: False}).where(Customer.id == customer.id)
    await Recipient.delete().where(Recipient.customer == customer.id)
    await plan_customers(member.organisation_id, [customer.id], now)
    waiting = Message.state.is_in([State.PLANNED.value, State.APPROVED.value])
    for each in await Message.select(Message.id).where(mine, waiting):
        await outbox.cancel(each["id"], "", now)


async def _empty(holding: Holding, customer_id: int) -> None:
    values = values_for(holding.where, customer_id)
    if holding.erased is DELETED:
        await run(f'DELETE FROM "{holding.table}" WHERE {holding.where}', values)  # noqa: S608
    elif holding.erased:
        written = ", ".join(f'"{name}" = {{}}' for name in holding.erased)
        sql = f'UPDATE "{holding.table}" SET {written} WHERE {holding.where}'  # noqa: S608
        await run(sql, (*holding.erased.values(), *values))


async def _name_anew(customer: Customer, now: datetime) -> None:
    name = name_of_erased(customer.id)
    await Customer.update({Customer.name: name, Customer.erased_at: now, Customer.reconsider_at: now}).where(
        Customer.id == customer.id
    )
    await Message.update({Message.emptied_at: now}).where(Message.customer_id == customer.id)


async def _take_out_of_texts(organisation_id: int, marks: Sequence[str]) -> None:
    for table, (here, columns) in MENTIONS.items():
        for row in await mentioning(table, here, columns, organisation_id, marks):
            texts = {name: without(row[name], marks) for name in columns if row[name]}
            changed = {name: text for name, text in texts.items() if text != row[name]}
            if changed:
                written = ", ".join(f'"{name}" = {{}}' for name in changed)
                await run(f'UPDATE "{table}" SET {written} WHERE id = {{}}', (*changed.values(), row["id"]))  # noqa: S608


async def remove_files(digests: Sequence[str]) -> None:
    """Those that no row names any more. Within the caller's transaction."""
    named = await still_named(digests)
    for digest in digests:
        if digest not in named:
            await run("DELETE FROM stored_file WHERE hash = {}", (digest,))


async def _overwrite_what_goes() -> None:
    """SQLite leaves deleted text in free pages unless told to write zeros over it."""
    if is_sqlite():
        current = engine().current_transaction.get()
        assert current is not None
        await current.connection.execute("PRAGMA secure_delete=ON")


async def _clear_the_log() -> None:
    """The write-ahead log of SQLite still has the pages as they were. A reader at this moment leaves it to the next."""
    if is_sqlite():
        await fetch("PRAGMA wal_checkpoint(TRUNCATE)")


def long_ago(now: datetime, months: int) -> datetime:
    """So many months before, of 365.25 / 12 days."""
    return now - timedelta(days=round(months * 365.25 / 12))
