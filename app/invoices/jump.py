"""What the search on top of every page finds, in the order in which it is offered."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from components.grid.words import folded

MOST_PAGES = 4

PAGES: tuple[tuple[str, str, str], ...] = (
    ("Home", "/", "start today dashboard"),
    ("Customers", "/customers", "receivables debtors"),
    ("Invoices", "/invoices", "receivables"),
    ("Promises", "/promises", "expected dates"),
    ("Disputes", "/disputes", "queries"),
    ("Tasks", "/tasks", "to do"),
    ("Upcoming", "/upcoming", "calendar plan what goes next"),
    ("A past day", "/upcoming/past", "time machine history"),
    ("Approvals", "/approvals", "approve review"),
    ("Inbox", "/inbox", "replies emails"),
    ("Messages", "/messages", "sent emails unknown failed outbox"),
    ("Templates", "/templates", "emails words text"),
    ("Schedules", "/schedules", "steps reminders"),
    ("Statements", "/statements", "monthly account"),
    ("Aged receivables", "/reports/aged", "reports ageing"),
    ("Days late and DSO", "/reports/days-late", "reports payment behaviour"),
    ("Expected cash", "/reports/expected-cash", "reports forecast"),
    ("Reminders and what they brought in", "/reports/reminders", "reports results"),
    ("Broken promises", "/reports/broken-promises", "reports"),
    ("Settings", "/settings", "business organisation"),
    ("Chasing settings", "/settings/chasing", "days hours gap holidays closed review mode"),
    ("What happens by itself", "/settings/defaults", "defaults settings"),
    ("Customers’ page", "/settings/portal", "portal logo colour"),
    ("Being paid", "/settings/bank-details", "bank details payment"),
    ("Senders", "/senders", "mailboxes signature smtp email"),
    ("Members", "/settings/members", "team roles users invite"),
    ("Syncs", "/syncs", "xero books refresh"),
    ("Your account", "/account", "password second factor"),
    ("Help", "/help", "support questions"),
)
"""What it is called, where it is, and what else it is looked for by."""


class Hit(Struct, frozen=True):
    """A place to jump to; `detail` tells it from others of its name, `figure` is what is owed."""

    title: str
    url: str
    detail: str = ""
    figure: str = ""


class Found(Struct, frozen=True):
    """What was looked for, and the hits of each kind."""

    text: str
    customers: tuple[Hit, ...] = ()
    invoices: tuple[Hit, ...] = ()
    pages: tuple[Hit, ...] = ()
    more_customers: bool = False
    more_invoices: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.customers or self.invoices or self.pages)


def pages_for(text: str, open_paths: Collection[str]) -> tuple[Hit, ...]:
    """Those in whose name or other words each word begins one; by name first. Only pages that there are."""
    words = folded(text).split()
    if not words:
        return ()
    found = [page for page in PAGES if _is_open(page[1], open_paths) and _begins(words, f"{page[0]} {page[2]}")]
    found.sort(key=lambda page: not _begins(words, page[0]))
    return tuple(Hit(label, url) for label, url, _ in found[:MOST_PAGES])


def _begins(words: Iterable[str], text: str) -> bool:
    names = folded(text).split()
    return all(any(name.startswith(word) for name in names) for word in words)


def _is_open(url: str, open_paths: Collection[str]) -> bool:
    return url in open_paths or (url.startswith("/reports/") and "/reports" in open_paths)
