"""The reports: each a page with a table, and the same table as a file."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from app.customers.days import today_of
from app.exports import TYPES
from app.organisations.membership import SignedIn
from app.problems import NotFound
from app.reports import aged_queries, broken_queries, brought_in_queries, cash_queries, late_queries
from app.reports.aged import aged_report
from app.reports.broken import broken_report
from app.reports.brought_in import brought_report
from app.reports.cash import cash_report
from app.reports.home import coming_weeks
from app.reports.late import late_report
from app.reports.months import first_of, months_up_to
from app.reports.report import Report, Value
from app.screen import Screen
from components.grid.export import csv_of
from components.grid.spreadsheet import xlsx_of

PATH = "/reports"
TITLES = {
    "aged": "Aged receivables",
    "days-late": "Days late and DSO",
    "expected-cash": "Expected cash",
    "reminders": "Reminders",
    "broken-promises": "Broken promises",
}
EARLIEST = date(2000, 1, 1)
"""The first day whose aged receivables are asked for."""
SHOWN = 200
"""Rows on the page; all of them are in the file."""


class ReportsController(Controller):
    path = PATH

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return screen.back(f"{PATH}/aged")

    @get("/{name:str}")
    async def show(
        self,
        name: FromPath[str],
        request: Request[Any, Any, Any],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        on: FromQuery[str] = "",
    ) -> Response[Any]:
        """The page, or with `.csv` or `.xlsx` behind the name the file; `on` is the day of aged receivables. Home asks for
        the next weeks by themselves once it stands there."""
        slug, _, suffix = name.partition(".")
        if slug not in TITLES or suffix not in ("", *TYPES):
            raise NotFound
        today = today_of(member, now)
        if name == "expected-cash" and screen.wants_fragment("home-cash"):
            owed = await cash_queries.owed_by(member.organisation_id)
            chart = coming_weeks(owed, today, member.currency, member.locale)
            return screen.plain("reports/_home_cash.html", {"chart": chart})
        day, error = read_on(on, today)
        report = await _report(slug, member, day, today)
        if suffix:
            return _file(report, day if slug == "aged" else today, suffix)
        asks = f"?on={day.isoformat()}" if slug == "aged" and day != today else ""
        shown = {"report": report, "rows": report.rows[:SHOWN], "more": len(report.rows) - SHOWN, "titles": TITLES}
        context = {**shown, "member": member, "today": today, "on": day, "error": error, "query": asks}
        return await screen.page("reports/show.html", context, status=422 if error else 200)


def read_on(text: str, today: date) -> tuple[date, str]:
    """The day asked for, today for none; and what is wrong with it."""
    try:
        day = date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError:
        return today, "Write the date as year, month and day, for example 2026-12-04"
    if day < EARLIEST:
        return today, f"There are no books from then: give a day from {EARLIEST.year} on"
    return (day, "") if day <= today else (today, "Nobody knows yet what will be owed then: give today or an earlier day")


async def _report(slug: str, member: SignedIn, on: date, today: date) -> Report:
    here, base, locale, zone = member.organisation_id, member.currency, member.locale, ZoneInfo(member.timezone)
    since = first_of(months_up_to(today)[0])
    match slug:
        case "aged":
            found = await aged_queries.aged_on(here, on, today)
            return aged_report(found, on, base, locale, with_credits=on == today)
        case "days-late":
            return late_report(await late_queries.books_of(here, today), today, base, locale)
        case "expected-cash":
            return cash_report(await cash_queries.owed_by(here), today, base, locale)
        case "reminders":
            emails = await brought_in_queries.chased_since(here, since, zone)
            receipts = await brought_in_queries.receipts_since(here, since)
            return brought_report(emails, receipts, today, base, locale)
    return broken_report(await broken_queries.ended_since(here, since, zone), today, base, locale)


def _file(report: Report, on: date, suffix: str) -> Stream:
    heads = [head.in_full for head in report.heads]
    pieces: Any = csv_of(heads, _lines(report)) if suffix == "csv" else xlsx_of(report.title, heads, _lines(report))
    name = quote(f"{report.name}-{on.isoformat()}.{suffix}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(pieces, media_type=TYPES[suffix], headers=headers, status_code=200)


async def _lines(report: Report) -> AsyncIterator[list[list[Value]]]:
    for start in range(0, len(report.rows), SHOWN):
        yield [list(row.values) for row in report.rows[start : start + SHOWN]]
