"""What the audit trail looks at before and after an act: the rows of one thing, as field and text."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from piccolo.columns import Column
from piccolo.table import Table

from app.customers.tables import Customer, Recipient
from app.email_templates.tables import Template, TemplateVersion
from app.mail.tables import Sender
from app.money import Money, amount
from app.organisations.tables import Organisation
from app.portal.tables import PortalSettings
from app.privacy.tables import PrivacySettings
from app.schedules.tables import Schedule, Step
from app.statements.tables import StatementSettings
from app.xero.tables import Connection

Seen = Mapping[str, str]
"""Field → its value as text; of a secret only its shape, so that a change of it shows without it."""

HIDDEN = "(a secret)"
BY_ITSELF = frozenset(
    """
    next_send_at counted counted_on read_at last_uid uid_validity trouble read_trouble read_advice read_failures
    domain_checked_at domain_findings tokens_expire_at digest_on reconsider_at last_good_sync_at news_at
    daily_facts_at asked_month asked_on previewed_at created_at xero_updated_at replied_at search_text themes
    bank_accounts
    """.split()  # noqa: SIM905  a list of words reads better than one of strings
)
"""Columns that change without anybody's doing."""


async def look(about: str, organisation_id: int, row_id: int | None) -> Seen:
    """`row_id` is of this organisation, or nothing is seen."""
    return await LOOKS[about](organisation_id, row_id)


def changes_between(before: Seen, after: Seen) -> dict[str, tuple[str, str]]:
    names = [*before, *(name for name in after if name not in before)]
    found = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    shown = {name: _hidden(old, new) for name, (old, new) in found.items() if old != new}
    return {name: pair for name, pair in shown.items() if pair != ("", "")}


def _hidden(old: str, new: str) -> tuple[str, str]:
    return tuple(HIDDEN if each.startswith(HIDDEN) else each for each in (old, new))  # type: ignore[return-value]


async def _rows(table: type[Table], where: Any, prefix: str = "") -> dict[str, str]:
    """`prefix` names the column that tells several rows apart: never one with anything personal, for names of fields stay."""
    columns = [each for each in table._meta.columns if each._meta.name not in BY_ITSELF]
    found: dict[str, str] = {}
    for row in await table.select(*columns).where(where).order_by(table._meta.primary_key):
        before = f"{row[prefix]}: " if prefix else ""
        found |= {f"{before}{each._meta.name}": _text(each, row[each._meta.name]) for each in columns if _tells(each, prefix)}
    return found


def _tells(column: Column, prefix: str) -> bool:
    name = column._meta.name
    return name not in ("id", "organisation", "customer", prefix)


def _text(column: Column, value: Any) -> str:
    if column._meta.secret or column._meta.name.endswith("_sealed"):
        return f"{HIDDEN} {hash(value)}" if value else ""
    if value is None or value == "":
        return ""
    if isinstance(column, Money):
        return f"{amount(value):,.2f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date | datetime) else _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()


async def _organisation(organisation_id: int, _: int | None) -> Seen:
    return await _rows(Organisation, Organisation.id == organisation_id)


async def _portal(organisation_id: int, _: int | None) -> Seen:
    own = await _rows(PortalSettings, PortalSettings.organisation == organisation_id)
    return {**own, **await _organisation(organisation_id, None)}


async def _statements(organisation_id: int, _: int | None) -> Seen:
    return await _rows(StatementSettings, StatementSettings.organisation == organisation_id)


async def _retention(organisation_id: int, _: int | None) -> Seen:
    return await _rows(PrivacySettings, PrivacySettings.organisation == organisation_id)


async def _connection(organisation_id: int, _: int | None) -> Seen:
    return await _rows(Connection, Connection.organisation == organisation_id)


async def _sender(organisation_id: int, row_id: int | None) -> Seen:
    return await _rows(Sender, (Sender.organisation == organisation_id) & (Sender.id == (row_id or 0)))


async def _customer(organisation_id: int, row_id: int | None) -> Seen:
    return await _rows(Customer, (Customer.organisation == organisation_id) & (Customer.id == (row_id or 0)))


async def _recipients(organisation_id: int, row_id: int | None) -> Seen:
    mine = (Recipient.customer.organisation == organisation_id) & (Recipient.customer == (row_id or 0))
    return {f"recipient {name}": text for name, text in (await _rows(Recipient, mine, "id")).items()}


async def _schedule(organisation_id: int, row_id: int | None) -> Seen:
    own = await _rows(Schedule, (Schedule.organisation == organisation_id) & (Schedule.id == (row_id or 0)))
    steps = (Step.schedule.organisation == organisation_id) & (Step.schedule == (row_id or 0))
    return {**own, **{f"step {name}": text for name, text in (await _rows(Step, steps, "offset_days")).items()}} if own else {}


async def _template(organisation_id: int, row_id: int | None) -> Seen:
    own = await _rows(Template, (Template.organisation == organisation_id) & (Template.id == (row_id or 0)))
    mine = (TemplateVersion.template.organisation == organisation_id) & (TemplateVersion.template == (row_id or 0))
    newest: dict[str, str] = {}
    for row in await TemplateVersion.select().where(mine).order_by(TemplateVersion.number):
        language = f"{row['language']} " if row["language"] else ""
        newest |= {f"{language}subject": row["subject"], f"{language}body": row["body"]}
    return {**own, **newest}


LOOKS = {
    "organisation": _organisation,
    "portal": _portal,
    "statements": _statements,
    "retention": _retention,
    "connection": _connection,
    "sender": _sender,
    "customer": _customer,
    "recipients": _recipients,
    "schedule": _schedule,
    "template": _template,
}
