"""What a sync does last: the sums of a new day, and after the first one everybody's, with one question."""

from app.activity.actions import add_task
from app.customers.tables import Customer, Summary
from app.database import fetch, transaction
from app.invoices.summary_actions import CHUNK, recount
from app.xero.sync_actions import Work

MANY = 5
"""From so many unsent invoices on, and a fifth of all that are open, it is worth a question."""


async def count_sums(work: Work) -> None:
    """Later syncs count whom they touched with each page; a new day makes more invoices overdue. Until one sync was good,
    each does what the first one has to do, for that may have ended on the way; and nobody is planned before all of it is
    done, or plans without sums would be made in vain while it goes on."""
    work.begin("Adding up")
    here = work.organisation_id
    stale = (Summary.organisation_id == here) & (Summary.counted_on < work.today)
    is_first = work.line.connection.last_good_sync_at is None
    if is_first or await Summary.exists().where(stale):
        await _recount_everybody(work)
    if is_first:
        await _ask_about_unsent(work)
        await _plan_everybody(work)


async def _recount_everybody(work: Work) -> None:
    """With many customers it takes minutes on a slow machine: the lease must outlast it."""
    ids = await Customer.select(Customer.id).where(Customer.organisation == work.organisation_id).output(as_list=True)
    for start in range(0, len(ids), CHUNK):
        await recount(work.organisation_id, work.today, ids[start : start + CHUNK])
        await work.stay()


async def _plan_everybody(work: Work) -> None:
    await Customer.raw(
        "UPDATE customer SET reconsider_at = {} WHERE organisation = {} AND id IN"
        " (SELECT customer FROM invoice WHERE organisation = {} AND is_open)",
        work.now(),
        work.organisation_id,
        work.organisation_id,
    )


async def _ask_about_unsent(work: Work) -> None:
    """Some send invoices by other ways than Xero; others have drafts of a kind that no customer ever saw."""
    rows = await fetch(
        "SELECT COUNT(*) AS open_ones, COUNT(CASE WHEN NOT is_sent THEN 1 END) AS unsent FROM invoice"
        " WHERE organisation = {} AND is_open",
        work.organisation_id,
    )
    unsent, open_ones = int(rows[0]["unsent"]), int(rows[0]["open_ones"])
    if unsent >= MANY and unsent * 5 >= open_ones:
        sentence = (
            f"{unsent:,} of {open_ones:,} open invoices were never marked as sent in Xero. Decide in Settings, Chasing, "
            "whether to wait for that mark before chasing."
        )
        async with transaction():
            await add_task(organisation_id=work.organisation_id, sentence=sentence, now=work.now())
