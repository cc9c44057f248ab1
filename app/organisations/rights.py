"""What each role may do, for people to read: the words stand here, the roles are those of the routes' own guards."""

from collections.abc import Iterable

import msgspec

from app.organisations.membership import Role


class Right(msgspec.Struct, frozen=True):
    """Something people do, and the addresses under which it is done; `*` stands for any one part of an address.

    "GET /customers" is that very page and nothing under it.
    """

    group: str
    words: str
    places: tuple[str, ...]


class RightLine(msgspec.Struct, frozen=True):
    """A line of the table: whether each role may, in the order of `ROLES`."""

    group: str
    words: str
    may: tuple[bool, ...]


ROLES = tuple(Role)
LOOK, WORK, MANAGE, OWN = "Looking", "Working with customers", "Managing", "Owning"

RIGHTS = (
    Right(LOOK, "See customers, invoices, letters, statements, reports, the inbox and the settings", (
        "GET /", "GET /customers", "GET /invoices", "GET /upcoming", "GET /approvals", "GET /inbox", "GET /messages",
        "GET /templates", "GET /schedules", "GET /statements", "GET /reports", "GET /settings", "GET /settings/members",
    )),
    Right(LOOK, "Take a whole list out as a file", (
        "GET /customers.csv", "GET /customers.xlsx", "GET /invoices.csv", "GET /invoices.xlsx",
    )),
    Right(LOOK, "Keep views of a list and choose its columns", ("/views",)),
    Right(WORK, "Decide who is chased; pause, stop and exclude", (
        "/customers/chasing", "/customers/*/chasing", "/customers/*/pause", "/customers/*/stop", "/invoices/*/exclusion",
    )),
    Right(WORK, "Write to customers now; skip, put off, bring forward and reword what is planned", (
        "/chase-now", "/customers/chase-now", "/customers/*/chase-now", "/invoices/chase-now", "/upcoming", "/arrangements",
        "/reminders/*/skip", "/reminders/*/words",
    )),
    Right(WORK, "Note promises, expected dates, payments, disputes and calls", (
        "/promises", "/disputes", "/customers/*/calls", "/customers/*/notes", "/customers/*/promise", "/customers/*/told-paid",
        "/invoices/*/dispute", "/invoices/*/expected-date", "/invoices/*/promise", "/invoices/*/told-paid",
    )),
    Right(WORK, "Answer the inbox and do tasks", ("/inbox", "/tasks", "/customers/*/reply")),
    Right(WORK, "Change a customer’s recipients, language, schedule, and who looks after it", (
        "/customers/*/recipients", "/customers/*/language", "/customers/*/schedule", "/customers/*/assignee",
        "/customers/schedule", "/invoices/*/schedule", "/schedules/assignments",
    )),
    Right(WORK, "Share portal links; send copies of invoices and statements", (
        "/customers/*/portal-link", "/customers/*/statements", "/invoices/*/copies", "/statements/*/again",
    )),
    Right(WORK, "Decide about emails of which nobody knows whether they left", ("/messages",)),
    Right(WORK, "Take ticked rows of a list out as a file", (
        "/customers.csv", "/customers.xlsx", "/invoices.csv", "/invoices.xlsx",
    )),
    Right(WORK, "Sync now; read the mailboxes and check the sending domain now", (
        "/syncs", "/customers/*/refresh", "/invoices/*/expected-date/push", "/senders/*/reading", "/senders/*/domain-check",
    )),
    Right(WORK, "Take a change of many rows back", ("/bulk-changes",)),
    Right(WORK, "Whatever else stands on the page of a customer or an invoice", ("/customers", "/invoices")),
    Right(MANAGE, "Approve reminders and statements", (
        "/approvals", "/reminders/*/approval", "/statements/approval", "/statements/*/approval",
    )),
    Right(MANAGE, "Edit templates", ("/templates",)),
    Right(MANAGE, "Edit schedules", ("/schedules",)),
    Right(MANAGE, "Set up senders and what is mailed to members", ("/senders",)),
    Right(MANAGE, "Run the monthly statements and their settings", ("/statements",)),
    Right(MANAGE, "Choose the first customers to chase", ("/set-up/customers",)),
    Right(MANAGE, "Change the settings and the look of the customers’ page", ("/settings",)),
    Right(MANAGE, "Change bank details, with the password again and a second person’s consent", ("/settings/bank-details",)),
    Right(MANAGE, "Export everything about a contact", ("/customers/*/export",)),
    Right(MANAGE, "Read the audit trail", ("GET /settings/audit",)),
    Right(OWN, "Connect with Xero and disconnect", ("/connect", "/reconnect", "/disconnect", "/set-up", "/xero")),
    Right(OWN, "Invite and remove members, change their roles, ask them for a second factor", (
        "/settings/invitations", "/settings/members", "/settings/second-factor",
    )),
    Right(OWN, "Hand over ownership", ("/settings/ownership",)),
    Right(OWN, "Erase a contact; say how long mail and logs are kept", ("/customers/*/erasure", "/settings/privacy")),
    Right(OWN, "Export the audit trail", ("GET /settings/audit.csv", "GET /settings/audit.xlsx")),
    Right(OWN, "Let a restored copy send again", ("/settings/restored-copy",)),
)  # fmt: skip
"""Of several that fit an address, the one with the most parts counts."""


def lines_of(guarded: Iterable[tuple[str, str, Role]]) -> tuple[RightLine, ...]:
    """The table. `guarded`: method, address and least role of every route that changes something, and of those pages
    that RIGHTS name with their method. A line is for roles that may do all of it; what RIGHTS forgot is shown as it is."""
    least: dict[Right, Role] = {}
    for method, path, role in guarded:
        right = right_for(method, path) or Right("Not described yet", f"{method} {path}", ())
        known = least.get(right, role)
        least[right] = known if known.includes(role) else role
    order = {right: number for number, right in enumerate(RIGHTS)}
    found = sorted(least.items(), key=lambda item: order.get(item[0], len(order)))
    return tuple(RightLine(right.group, right.words, tuple(role.includes(needed) for role in ROLES)) for right, needed in found)


def right_for(method: str, path: str) -> Right | None:
    parts = _parts(path)
    fitting = [
        (len(_parts(where)), right)
        for right in RIGHTS
        for named, where in map(_method_and_path, right.places)
        if (parts == _parts(where) and method == "GET" if named else method != "GET" and _begins(parts, _parts(where)))
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def _method_and_path(place: str) -> tuple[str, str]:
    method, _, path = place.rpartition(" ")
    return method, path


def _parts(path: str) -> list[str]:
    return ["*" if part.startswith("{") else part for part in path.strip("/").split("/")]


def _begins(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) >= len(pattern) and all(p in ("*", part) for part, p in zip(parts, pattern, strict=False))
