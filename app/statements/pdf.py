"""The statement's page as HTML, from which the gateway makes the PDF. Letters where North America writes on them."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.statements.account import BANDS, StatementAccount
from components.accent import PAPER, darker, parse_hex, readable_on, written
from components.format import MINUS, figure, money, places_of, symbol_of

PDF_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})
INK = "#1c2023"
LINES_ON_PAGES = {"a4": (32, 37), "letter": (29, 35)}
"""How many lines the first page takes, and each further one: measured."""

LINES_IN_A_TABLE = 222
"""About six pages. xhtml2pdf lays out what is left of a table anew on every page: 2,000 lines took 23 s in one table
and take 9 s in several."""

FEW = 12
"""So many lines stay on one page with the ageing above them; a longer table would leave half a page empty for that."""


def paper_of(country: str) -> str:
    return "letter" if country in LETTER_COUNTRIES else "a4"


def accent_on_paper(accent: str) -> str:
    """The business's colour, darkened until it can be read on white; ink when it is no colour."""
    try:
        return written(readable_on(PAPER, parse_hex(accent), darker))
    except ValueError:
        return INK


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PDF_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def likely_pages(account: StatementAccount) -> int:
    """How many pages it will probably have; a currency's headings and the way to pay count as lines too."""
    lines = sum(
        len(each.invoices) + len(each.credits) + len(each.receipts) + 8 + (len(each.activity.entries) if each.activity else 0)
        for each in account.currencies
    )
    first, further = LINES_ON_PAGES[account.letterhead.paper]
    beyond = lines + len(account.letterhead.bank) + 2 - first
    return 1 + max(0, -(-beyond // further))


def statement_html(account: StatementAccount, pages: int) -> str:
    """The whole document, whose footer says `pages`. Figures stand without their currency, which heads their column."""
    locale = account.letterhead.locale

    def sum_of(amount: Decimal, currency: str) -> str:
        return figure(amount, places_of(currency), locale)

    words = {
        "account": account,
        "pages": pages,
        "language": locale.replace("_", "-"),
        "first_on": account.since_on + timedelta(days=1),
        "pays_online": any(line.pay_url for each in account.currencies for line in each.invoices),
        "head": account.letterhead,
        "accent": accent_on_paper(account.letterhead.accent),
        "bands": BANDS,
        "lines_in_a_table": LINES_IN_A_TABLE,
        "few": FEW,
        "figure": sum_of,
        "money": lambda amount, currency: money(amount, currency, locale),
        "sign": lambda currency: symbol_of(currency, locale),
        "minus": MINUS,
        "day": lambda on: _short(on, locale),
        "in_full": lambda on: format_date(on, "d MMMM yyyy", locale=locale),
        "days_overdue": lambda due_on: _days_overdue(due_on, account.as_of_on),
    }
    return _environment().get_template("statement.html").render(words)


def _short(on: date | None, locale: str) -> str:
    return format_date(on, "d MMM yyyy", locale=locale) if on else ""


def _days_overdue(due_on: date | None, as_of_on: date) -> str:
    days = (as_of_on - due_on).days if due_on else 0
    return f"{days:,}" if days > 0 else ""
