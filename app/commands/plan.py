"""What Tactful would do on a day: of an organisation here, or of a file of Xero-shaped JSON that anyone may bring."""

import asyncio
import os
import tempfile
from contextlib import ExitStack
from datetime import date, time
from pathlib import Path
from typing import Any

from app import clock
from app.chasing.book_queries import Gathered, gather
from app.chasing.planner import Plan
from app.chasing.planner import plan as plan_of
from app.database import fetch, opened
from app.schedules.calendar import chase_instant
from components.format import counted

TEN_PAST_TEN = time(10, 10)


def plan_organisation(name: str, on: date | None) -> dict[str, Any]:
    """The plan of the organisation of this name or id; nothing is written down. Raise ValueError when there is none."""
    return asyncio.run(_plan_here(name, on))


async def _plan_here(name: str, on: date | None) -> dict[str, Any]:
    async with opened():
        rows = await fetch("SELECT id, name FROM organisation ORDER BY id")
        found = next((row["id"] for row in rows if name in (str(row["id"]), row["name"])), None)
        if found is None:
            known = ", ".join(f"{row['id']} ({row['name']})" for row in rows) or "none"
            raise ValueError(f"there is no organisation {name}; there are: {known}")
        gathered = await gather(found, now=clock.now())
        return as_json(_planned(gathered, on or gathered.today))


def _planned(gathered: Gathered, on: date) -> Plan:
    return plan_of(gathered.book, today=on, calendar=gathered.calendar, settings=gathered.settings)


def plan_file(path: Path, on: date | None, entry_step: str) -> dict[str, Any]:
    """Serve the file as a ledger, connect to it over HTTP, sync it into a database that is gone afterwards, and plan.

    Every customer is chasing, review mode is off, the schedule is the shipped one, and there is no history.
    """
    with tempfile.TemporaryDirectory(prefix="tactful-plan-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        day = on or clock.today("Europe/London")
        _choose_surroundings(Path(folder), day)
        from app.demo_ledger.serve import LedgerOnAThread, build
        from app.settings import reload_settings

        ledger = LedgerOnAThread(build(from_file=path)).start()
        stack.callback(ledger.stop)
        os.environ["DEMO_LEDGER_URL"] = ledger.address
        reload_settings()
        return asyncio.run(_synced_and_planned(day, entry_step))


def _choose_surroundings(folder: Path, day: date) -> None:
    os.environ.update(
        VAR_DIR=str(folder),
        DATABASE_URL=f"sqlite:///{folder / 'plan.sqlite'}",
        XERO_CLIENT_ID="",
        SMTP_URL="smtp://localhost:25?tls=none",
        TACTFUL_NOW=chase_instant(day, TEN_PAST_TEN, "Europe/London").isoformat(),
    )


async def _synced_and_planned(day: date, entry_step: str) -> dict[str, Any]:
    from app import database
    from app.commands import demo_organisation
    from app.xero.actions import sync
    from app.xero.gateway import xero_gateway

    async with opened():
        await database.migrate()
        member = await demo_organisation.make_member()
        await demo_organisation.connect(member)
        await demo_organisation.have_senders(member)
        await fetch("UPDATE organisation SET review_mode = FALSE")
        await _set_entry_step(entry_step)
        outcome = await sync(member.organisation_id, xero=xero_gateway(), trigger="first", now=clock.now)
        if outcome.problem:
            raise ValueError(outcome.problem)
        return as_json(_planned(await gather(member.organisation_id, now=clock.now()), day))


async def _set_entry_step(entry_step: str) -> None:
    """A step's number, or "off": then an invoice begins at the step its age has reached. Raise ValueError."""
    if not entry_step:
        return
    offsets = [row["offset_days"] for row in await fetch("SELECT offset_days FROM schedule_step ORDER BY offset_days")]
    if entry_step == "off":
        await fetch("UPDATE schedule SET entry_offset = NULL")
        return
    if not entry_step.isdigit() or not 1 <= int(entry_step) <= len(offsets):
        raise ValueError(f"--entry-step takes a step from 1 to {len(offsets)}, or off")
    await fetch("UPDATE schedule SET entry_offset = {}", offsets[int(entry_step) - 1])


def as_json(plan: Plan) -> dict[str, Any]:
    """{"due": […], "held": […]}; steps count from 1, `until` is the first free day or null."""
    return {
        "due": [
            {
                "customer": due.customer,
                "step": due.step_number,
                "template": due.template,
                "sender": due.sender,
                "recipients": [{"email": email, "kind": kind} for email, kind in due.recipients],
                "invoices": list(due.invoices),
                "also_overdue": [invoice.number for invoice in due.also_overdue],
                "reason": due.reason,
            }
            for due in plan.due
        ],
        "held": [
            {
                "customer": held.customer,
                "invoice": held.number,
                "hold": held.hold.value,
                "until": held.until.isoformat() if held.until else None,
                "reason": held.sentence,
            }
            for held in plan.held
        ],
    }


def in_words(found: dict[str, Any]) -> str:
    """The same plan for reading: a line for each reminder and for each invoice that is held."""
    due = [f"DUE   {d['customer']}: {d['template']} about {', '.join(d['invoices'])}. {d['reason']}" for d in found["due"]]
    held = [f"HELD  {h['customer']}: {h['invoice']}. {h['reason']}" for h in found["held"]]
    reminders = counted(len(due), "reminder", "reminders")
    invoices = counted(len(held), "invoice", "invoices")
    return "\n".join([*due, *held, f"{reminders} due, {invoices} held."])
