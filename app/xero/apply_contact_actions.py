"""Putting a page of Xero's contacts into our tables, inside the caller's transaction as apply_actions does."""

from collections.abc import Iterable, Sequence

import msgspec

from app.customers.actions import reconsider
from app.database import execute_many, run
from app.xero import rows
from app.xero.apply_actions import Applied, Intake, add_unknown_customers, customers_called, marks
from app.xero.people import CustomerFacts, RecipientFacts, contact_change


async def apply_contacts(intake: Intake, customers: Sequence[CustomerFacts], recipients: Sequence[RecipientFacts]) -> Applied:
    known = await _known_customers(intake.organisation_id, customers) if intake.compares else {}
    changed = [each for each in customers if known.get(each.xero_id, _NOBODY)[1] != each]
    if not changed:
        return Applied()
    here, ids = intake.organisation_id, {each.xero_id for each in changed}
    await execute_many(rows.CUSTOMER.upsert, rows.customer_rows(here, changed, intake.new_customers_chase, intake.now))
    theirs = [each for each in recipients if each.customer_xero_id in ids]
    await _remove_recipients({key: known[key][0] for key in ids if key in known}, theirs)
    await execute_many(rows.RECIPIENT, rows.recipient_rows(here, theirs))
    return await _tell_contacts(intake, known, changed) if intake.tells else Applied(len(changed))


Known = dict[str, tuple[int, CustomerFacts | None]]
"""By Xero's id: our id, and Xero's facts as we hold them."""

_NOBODY = (0, None)


async def _known_customers(organisation_id: int, facts: Iterable[CustomerFacts]) -> Known:
    ids = sorted({each.xero_id for each in facts})
    if not ids:
        return {}
    columns = ", ".join(CustomerFacts.__struct_fields__)
    query = f"SELECT id, {columns} FROM customer WHERE organisation = {{}} AND xero_id IN ({marks(ids)})"  # noqa: S608
    found = await run(query, (organisation_id, *ids))
    return {row["xero_id"]: (row["id"], msgspec.convert(row, CustomerFacts, strict=False)) for row in found}


async def _remove_recipients(customers: dict[str, int], recipients: Sequence[RecipientFacts]) -> None:
    """An address that a contact no longer has goes, unless a person here chose its kind or added it.
    `customers`: our ids by Xero's, of the contacts that changed."""
    if not customers:
        return
    listed = {(customers.get(each.customer_xero_id), each.email) for each in recipients}
    query = (
        "SELECT id, customer, email FROM recipient WHERE source <> 'here' AND NOT is_kind_chosen"  # noqa: S608
        f" AND customer IN ({marks(list(customers))})"
    )
    held = await run(query, tuple(customers.values()))
    gone = [(row["id"],) for row in held if (row["customer"], row["email"]) not in listed]
    await execute_many("DELETE FROM recipient WHERE id = {}", gone)


async def _tell_contacts(intake: Intake, known: Known, changed: Sequence[CustomerFacts]) -> Applied:
    places = await customers_called(intake.organisation_id, [each.xero_id for each in changed])
    merged = await _follow_merges(intake, changed, places)
    await reconsider((*places.values(), *merged), intake.now)
    sentences = tuple(_contact_sentence(known, each) for each in changed)
    return Applied(len(changed), sentences, frozenset((*places.values(), *merged)))


def _contact_sentence(known: Known, facts: CustomerFacts) -> str:
    before = known.get(facts.xero_id)
    if before is None or before[1] is None:
        return f"{facts.name} is new in Xero."
    if facts.merged_to_xero_id and not before[1].merged_to_xero_id:
        return f"{facts.name} was merged into another contact in Xero."
    if facts.is_archived != before[1].is_archived:
        return f"{facts.name} was {'archived' if facts.is_archived else 'brought back'} in Xero."
    return contact_change(before[1], facts)


async def _follow_merges(intake: Intake, changed: Sequence[CustomerFacts], places: dict[str, int]) -> list[int]:
    """A merged contact's documents now belong to the other one, though Xero does not stamp them for it."""
    merged = {each.xero_id: each.merged_to_xero_id for each in changed if each.merged_to_xero_id}
    if not merged:
        return []
    await add_unknown_customers(intake, set(merged.values()), {})
    targets = await customers_called(intake.organisation_id, merged.values())
    moves = [(targets[target], places[source]) for source, target in merged.items() if source != target]
    for table in ("invoice", "credit", "payment"):
        await execute_many(f"UPDATE {table} SET customer = {{}} WHERE customer = {{}}", moves)  # noqa: S608
    return list(targets.values())
