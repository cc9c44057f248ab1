"""The cells of the list of customers that tell how one stands: its status, and how late it pays."""

from datetime import date

from app.customers.filter_grids import finding
from app.customers.summing_up import say_habit
from app.customers.words import say_stop
from components.format import as_day, day
from components.grid.cells import Cell, CellKind, Plain, Reading, Row, Tone
from components.grid.filters import Condition, ConditionFilter
from components.grid.sql import Where

STATUSES: dict[str, tuple[str, Tone]] = {
    "chasing": ("Chasing", "live"),
    "replied": ("Replied", "waiting"),
    "paused": ("Paused", "off"),
    "not_chasing": ("Not chasing", "off"),
    "stopped": ("Stopped", "off"),
}


class Chased(CellKind):
    """The status: of a stop its reason, of a pause its end; the rest, and the note of whoever decided, on hover."""

    css = "b"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        text, tone = STATUSES[str(value)]
        if value == "stopped":
            said = f"Stopped: {say_stop(row['stop']).lower()}{_until(row['stop_ends'], reading)}"
            return Cell(say_stop(row["stop"]), title=". ".join(filter(None, (said, row["stop_note"]))), badge=tone)
        if value == "paused":
            return Cell(text, title=row["pause_note"] or "", badge=tone, detail=_until(row["pause_ends"], reading).strip())
        return Cell(text, badge=tone)


def _until(end: date | str | None, reading: Reading) -> str:
    on = as_day(end)
    return f" until {day(on, reading.today, reading.locale)}" if on else ""


class Habit(CellKind):
    """How late or early a customer pays, in days: "12 days late", "3 days early"."""

    css = "n"
    unit = "days late"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        return Cell() if value is None else Cell(say_habit(int(str(value))).removeprefix("pays ").removesuffix(" on average"))

    def plain(self, value: object, row: Row, reading: Reading) -> Plain:
        return None if value is None else int(str(value))


def status_on(today: date) -> str:
    """SQL of the status on this day; the day is ours, so that it may stand in the text."""
    return (
        f"CASE WHEN c.stop <> '' AND (c.stop_until_on IS NULL OR c.stop_until_on > '{today.isoformat()}') THEN 'stopped'"
        " WHEN NOT c.chasing THEN 'not_chasing'"
        f" WHEN c.paused_until_on > '{today.isoformat()}' THEN 'paused'"
        " WHEN c.replied_at IS NOT NULL THEN 'replied' ELSE 'chasing' END"
    )


def by_status(here: int, status: str) -> ConditionFilter:
    """Most are chasing or not, so that these are soon come by; the others are looked up."""

    def condition(key: str, words: str) -> Condition:
        test = Where(f"{status} = {{}}", (key,))
        rows = f"c.id FROM customer c WHERE c.organisation = {{}} AND {status} = {{}}"
        return Condition(words, test if key == "chasing" else finding("s.customer", rows, here, key), test)

    return ConditionFilter("status", "Status", {key: condition(key, words.lower()) for key, (words, _) in STATUSES.items()})
