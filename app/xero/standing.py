"""How things stand between an organisation and Xero, as the sync page tells it. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from app.xero.budget import MINUTE, PER_MINUTE, Budget
from components.format import counted


class Fact(msgspec.Struct, frozen=True):
    """A line of the page: `tone` is waiting where a person should do something."""

    label: str
    text: str
    tone: str = ""


class Aside(msgspec.Struct, frozen=True):
    """A record that could not be used, with the page on which it is put right in Xero; empty where there is none."""

    label: str
    kind: str
    reason: str
    url: str


KINDS = {
    "contacts": "contact",
    "invoices": "invoice",
    "credit_notes": "credit note",
    "prepayments": "prepayment",
    "overpayments": "overpayment",
    "payments": "payment",
}


def kind_of(resource: str) -> str:
    return KINDS.get(resource, resource.replace("_", " "))


def said_at(instant: datetime, zone: str) -> str:
    """As "Mon 23 Nov, 09:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def calls_fact(budget: Budget, used: int, now: datetime, zone: str) -> Fact:
    """`used` by syncs of the last 24 hours; Xero itself says what is left, of which others may use some too."""
    sentences = [f"{counted(used, 'call', 'calls')} by the syncs of the last 24 hours"]
    if budget.day_remaining is not None:
        sentences.append(f"{counted(budget.day_remaining, 'call is', 'calls are')} left for the day, as Xero last said")
    sentences.append(f"{max(0, PER_MINUTE - _recent(budget, now))} left in this minute")
    if budget.blocked_until > now.timestamp():
        when = said_at(datetime.fromtimestamp(budget.blocked_until, now.tzinfo), zone)
        return Fact("Calls to Xero", f"{'; '.join(sentences)}. Xero allows no more before {when}.", "waiting")
    return Fact("Calls to Xero", f"{'; '.join(sentences)}.")


def _recent(budget: Budget, now: datetime) -> int:
    return sum(1 for began in budget.recent if began > now.timestamp() - MINUTE)


def connection_fact(state: str, tenant: str, reason: str, last_good_sync_at: datetime | None, zone: str) -> Fact:
    last = f"Last in step on {said_at(last_good_sync_at, zone)}" if last_good_sync_at else "Not synced yet"
    if state == "connected":
        return Fact("Connection", f"Connected to {tenant}. {last}.")
    return Fact("Connection", f"Disconnected: {reason} {last}.", "waiting")


ROLES = {
    "READONLY": "Read only",
    "INVOICEONLY": "Invoice only",
    "STANDARD": "Standard",
    "FINANCIALADVISER": "Adviser",
    "MANAGEDCLIENT": "Managed client",
    "CASHBOOKCLIENT": "Cashbook client",
    "REMOVED": "removed from the organisation",
}
TOO_LITTLE = frozenset({"READONLY", "INVOICEONLY", "REMOVED"})
"""Roles of Xero users that do not let us read all invoices or write expected dates."""


def role_fact(role: str) -> Fact | None:
    """None where Xero does not say what the user who connected may do."""
    if not role or role == "UNKNOWN":
        return None
    name = ROLES.get(role, role.capitalize())
    if role not in TOO_LITTLE:
        return Fact("Role in Xero", f"{name}, of the user who connected.")
    return Fact("Role in Xero", f"{name}, of the user who connected: too small. Standard or Adviser is needed.", "waiting")


ROLE_FIX = "Have the role changed to Standard or Adviser in Xero, or let a user with that role reconnect."


def role_problem(role: str) -> str:
    name = ROLES.get(role, role.capitalize())
    return (
        f"The Xero user who connected has too small a role there ({name}): invoices may be missing here, and expected"
        " payment dates cannot be written to Xero."
    )


def reminders_fact(sends_own: bool) -> Fact:
    """Xero's own invoice reminders."""
    if not sends_own:
        return Fact("Xero's own reminders", "Off, so that nobody is chased twice.")
    return Fact(
        "Xero's own reminders",
        "On: the same customers get reminders from Xero and from here. Switch them off in Xero (Settings, Invoice reminders).",
        "waiting",
    )
