"""Writing the timeline, tasks, notices and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.place import PLACE, Place
from app.activity.tables import AuditEntry, AuditValue, Notice, Task
from app.database import in_one_go
from app.one_go import Statement


async def record(
    *,
    organisation_id: int,
    kind: str,
    sentence: str,
    by: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    message_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Put one line on the timeline and give its id; `by` is a member's name, "the customer", "Xero" or "Tactful"."""
    line = recording(
        organisation_id=organisation_id, kind=kind, sentence=sentence, by=by, now=now, customer_id=customer_id,
        invoice_id=invoice_id, message_id=message_id, facts=facts,
    )  # fmt: skip
    rows = await in_one_go([line])
    assert rows is not None
    return int(rows[0][0]["id"])


def recording(
    *,
    organisation_id: int,
    kind: str,
    sentence: str,
    by: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    message_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Statement:
    """What `record` does, to be done in one go with other statements."""
    whom = (organisation_id, customer_id, invoice_id, message_id)
    return Statement(_RECORD, (*whom, kind, sentence, _json(dict(facts or {})), by, now))


_RECORD = """
INSERT INTO activity (organisation_id, customer_id, invoice_id, message_id, kind, sentence, facts, "by", happened_at)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) RETURNING id
"""


async def raise_notice(organisation_id: int, kind: str, sentence: str, what_to_do: str, now: datetime) -> bool:
    """Tell the organisation until `clear_notice`; one notice of a kind at a time. Whether it is a new one."""
    standing = (Notice.organisation_id == organisation_id) & (Notice.kind == kind) & Notice.cleared_at.is_null()
    words: dict[Column | str, Any] = {Notice.sentence: sentence, Notice.what_to_do: what_to_do}
    if await Notice.update(words).where(standing).returning(Notice.id):
        return False
    await Notice(organisation_id=organisation_id, kind=kind, sentence=sentence, what_to_do=what_to_do, raised_at=now).save()
    return True


async def clear_notice(organisation_id: int, kind: str, now: datetime) -> None:
    standing = (Notice.organisation_id == organisation_id) & (Notice.kind == kind) & Notice.cleared_at.is_null()
    await Notice.update({Notice.cleared_at: now}).where(standing)


async def add_task(
    *,
    organisation_id: int,
    sentence: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    assigned_to: int | None = None,
    due_on: date | None = None,
    by: str = "Tactful",
) -> int:
    """Ask a member (`assigned_to`, else anyone) to do something; its id. What may be asked twice over asks for
    `task_actions.open_task`."""
    task = Task(
        organisation_id=organisation_id,
        customer_id=customer_id,
        invoice_id=invoice_id,
        sentence=sentence,
        assigned_to=assigned_to,
        due_on=due_on,
        created_by=by,
        created_at=now,
    )
    await task.save()
    return int(task.id)


async def audit(
    *,
    organisation_id: int | None,
    user_id: int | None,
    act: str,
    subject: str,
    now: datetime,
    fields: Sequence[str] = (),
    changes: Mapping[str, tuple[str, str]] | None = None,
    customer_id: int | None = None,
    address: str = "",
    is_by_admin: bool = False,
) -> int:
    """Add a privileged act to the trail; its id. `fields` are names, never values. Values before and after go into
    `changes`, which are kept apart and can be erased with the customer whom they are about."""
    place = PLACE.get() or Place()
    row = AuditEntry(
        organisation_id=organisation_id,
        user_id=user_id,
        act=act,
        subject=subject,
        fields=_json(list(dict.fromkeys((*fields, *(changes or {}))))),
        address=address or place.address,
        acted_at=now,
        is_by_admin=is_by_admin,
        session_id=place.session_id,
    )
    await row.save()
    place.written.append((int(row.id), subject))
    if changes:
        await keep_values(int(row.id), organisation_id, changes, customer_id)
    return int(row.id)


async def keep_values(
    entry_id: int, organisation_id: int | None, changes: Mapping[str, tuple[str, str]], customer_id: int | None = None
) -> None:
    """What the fields of an entry were before and after."""
    facts: dict[str, Any] = {"entry_id": entry_id, "organisation_id": organisation_id, "customer_id": customer_id}
    await AuditValue.insert(
        *[AuditValue(**facts, field=name[:60], before=old, after=new) for name, (old, new) in changes.items()]
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
