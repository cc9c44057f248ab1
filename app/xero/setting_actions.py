"""What an organisation has set up in Xero: accounts, themes, users, reminders of Xero's own. Short lists, read once a day."""

from typing import TypeVar

import msgspec

from app.problems import Refused
from app.xero.line_actions import Line
from app.xero.listing import ACCOUNTS, REMINDERS, THEMES, USERS, Resource
from app.xero.reading_actions import patiently
from app.xero.tables import Grant

Record = TypeVar("Record")


class XeroSettings(msgspec.Struct, frozen=True):
    """`bank_accounts` is None where Xero does not show them: what was known stays."""

    sends_reminders: bool
    user_role: str
    themes: dict[str, str]
    bank_accounts: list[str] | None


async def read_settings(line: Line) -> XeroSettings:
    """Four calls. Raise TryLater."""
    reminders = await _list(line, REMINDERS, "/InvoiceReminders/Settings")
    return XeroSettings(
        any(each.enabled for each in reminders or ()), await _role(line), await _themes(line), await read_bank_accounts(line)
    )


async def _list(line: Line, resource: Resource[Record], path: str = "") -> list[Record] | None:
    """None when it is refused: not every plan of Xero has all of these, and none of them is needed to chase."""
    try:
        return (await patiently(line, resource, path)).records
    except Refused:
        return None


async def _role(line: Line) -> str:
    """Of the Xero user whose consent we use; empty where it cannot be told."""
    grant = await Grant.objects().get(Grant.id == int(line.connection.grant or 0))
    me = grant.xero_user_id.lower() if grant else ""
    users = await _list(line, USERS) if me else None
    return next((each.organisation_role or "" for each in users or () if (each.user_id or "").lower() == me), "")[:30]


async def _themes(line: Line) -> dict[str, str]:
    themes = sorted(await _list(line, THEMES) or (), key=lambda each: each.sort_order or 0)
    return {each.branding_theme_id.lower(): each.name or "" for each in themes if each.branding_theme_id}


async def read_bank_accounts(line: Line) -> list[str] | None:
    accounts = await _list(line, ACCOUNTS)
    if accounts is None:
        return None
    return [each.account_id.lower() for each in accounts if each.account_id and each.type == "BANK"]
