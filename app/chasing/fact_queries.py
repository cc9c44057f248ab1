"""The facts of customers that the planner weighs, read in bulk: a query a kind of fact, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.chasing.arranged_fact_queries import ArrangedFacts
from app.chasing.book import (
    BookCredit,
    BookCustomer,
    BookInvoice,
    Decided,
    PaidInvoice,
    Recipient,
)
from app.chasing.history import NEVER_REMINDED
from app.chasing.mail_fact_queries import DONE, MailFacts, Rows
from app.chasing.said_fact_queries import SaidFacts
from app.chasing.thanks import LATEST_DAYS_AFTER_PAYMENT
from app.database import fetch
from app.money import amount
from app.schedules.calendar import ChaseCalendar
from app.statements.days import month_due, statement_day


class FactReader(MailFacts, SaidFacts, ArrangedFacts):
    """Reads the facts of customers in bulk and hands them out by customer and invoice."""

    async def customers(self, calendar: ChaseCalendar) -> tuple[BookCustomer, ...]:
        invoices, recipients = await self._invoices(), await self._recipients()
        credits, paid, emails = await self._credits(), await self.paid(), await self.emails()
        awaiting, failures = await self.awaiting(), await self.template_failures()
        statements, unthankable = await self.statements(calendar), await self.unthankable()
        put_off = await self.put_off()
        return tuple(
            BookCustomer(
                id=row["id"],
                name=row["name"],
                invoices=tuple(invoices[row["id"]]),
                credits=tuple(credits[row["id"]]),
                paid=() if row["id"] in unthankable else tuple(paid[row["id"]]),
                recipients=tuple(recipients[row["id"]]),
                chasing=bool(row["chasing"]),
                is_individual=bool(row["is_individual"]),
                stop=row["stop"] or None,
                stop_until=row["stop_until_on"],
                stop_decided=self.stopped(row),
                paused_until=row["paused_until_on"],
                pause_decided=Decided(row["paused_by"], None, row["pause_note"]),
                skipped_until=row["skipped_until_on"],
                put_off=tuple(put_off[row["id"]]),
                schedule_id=row["schedule_id"],
                replied_on=self.day(row["replied_at"]) if row["replied_at"] else None,
                failed_templates=failures[row["id"]],
                awaiting=tuple(awaiting[row["id"]]),
                statement_on=statements(row),
                language=row["language"],
                **emails[row["id"]],
            )
            for row in await self.rows(
                "SELECT id, name, chasing, is_individual, stop, paused_until_on, skipped_until_on, schedule_id,"
                " replied_at, wants_statements, language, stop_until_on, stopped_at, stopped_by, stop_note, paused_by,"
                " pause_note FROM customer WHERE organisation = {}",
                "id",
            )
            if row["id"] in invoices or row["id"] in paid or row["id"] in awaiting
        )

    async def _invoices(self) -> dict[int, list[BookInvoice]]:
        expected, told, queried = await self.expected(), await self.told_paid(), await self.queried()
        history, sooner = await self.history(), await self.sooner()
        found: dict[int, list[BookInvoice]] = defaultdict(list)
        for row in await self.open_invoices():
            number = row["id"]
            found[row["customer"]].append(
                BookInvoice(
                    id=number,
                    number=row["number"],
                    reference=row["reference"],
                    currency=row["currency"],
                    rate=Decimal(row["rate"]),
                    total=amount(row["total"]),
                    outstanding=amount(row["outstanding"]),
                    issued_on=row["issued_on"],
                    due_on=row["due_on"],
                    sent_in_xero=bool(row["is_sent"]),
                    excluded=bool(row["excluded"]),
                    schedule_id=row["schedule_id"],
                    chase_despite_expected=bool(row["chases_despite_expected"]),
                    expected=expected.get(number),
                    told_paid_on=told[number].on if number in told else None,
                    told_paid=told.get(number),
                    disputed_amount=queried[number].amount if number in queried else Decimal(0),
                    queried=queried.get(number),
                    sooner=sooner.get(number),
                    **history.get(number, NEVER_REMINDED),
                )
            )
        return found

    async def open_invoices(self) -> Rows:
        return await self.rows(
            "SELECT id, customer, number, reference, currency, rate, total, outstanding, issued_on, due_on, is_sent,"
            " excluded, schedule_id, chases_despite_expected FROM invoice WHERE organisation = {} AND is_open = TRUE",
            "customer",
        )

    async def _recipients(self) -> dict[int, list[Recipient]]:
        found: dict[int, list[Recipient]] = defaultdict(list)
        for row in await self.rows(
            "SELECT r.customer, r.email, r.kind, r.bounced_at FROM recipient r JOIN customer c ON c.id = r.customer"
            " WHERE c.organisation = {} AND r.kind <> 'none'",
            "r.customer",
        ):
            found[row["customer"]].append(Recipient(row["email"], row["kind"], row["bounced_at"] is not None))
        return found

    async def _credits(self) -> dict[int, list[BookCredit]]:
        found: dict[int, list[BookCredit]] = defaultdict(list)
        for row in await self.rows(
            "SELECT customer, remaining, currency FROM credit WHERE organisation = {} AND remaining > 0", "customer"
        ):
            found[row["customer"]].append(BookCredit(amount(row["remaining"]), row["currency"]))
        return found

    async def paid(self) -> dict[int, list[PaidInvoice]]:
        """Invoices paid in the days that a thank-you may still go, reminded of and not thanked for yet."""
        since = self.today - timedelta(days=LATEST_DAYS_AFTER_PAYMENT)
        found: dict[int, list[PaidInvoice]] = defaultdict(list)
        for row in await self.rows(
            "SELECT i.id, i.customer, i.number, i.paid, i.total, i.currency, i.paid_on,"  # noqa: S608
            " (SELECT COUNT(*) FROM payment p WHERE p.invoice = i.id"
            " AND (p.kind <> 'payment' OR p.is_write_off = TRUE)) AS not_money"
            " FROM invoice i WHERE i.organisation = {} AND i.status = 'PAID' AND i.paid_on >= {}"
            " AND EXISTS (SELECT 1 FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder"
            " JOIN message m ON m.id = r.message"
            " WHERE ri.invoice = i.id AND ((r.kind = 'reminder' AND ri.is_carried = TRUE) OR r.kind = 'chase_now')"
            f" AND m.state IN {DONE})"
            " AND NOT EXISTS (SELECT 1 FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder"
            " JOIN message m ON m.id = r.message WHERE ri.invoice = i.id AND r.kind = 'thank_you'"
            f" AND (r.turned_down = TRUE OR (m.state IN {DONE} AND m.id <> {{}})))"
            " AND EXISTS (SELECT 1 FROM organisation o WHERE o.id = i.organisation AND o.sends_thank_yous = TRUE)",
            "i.customer",
            since,
            self.ignoring,
        ):
            found[row["customer"]].append(
                PaidInvoice(
                    id=row["id"],
                    number=row["number"],
                    amount=amount(row["paid"]),
                    currency=row["currency"],
                    paid_on=row["paid_on"],
                    in_money=int(row["not_money"]) == 0 and row["paid"] == row["total"],
                )
            )
        return found

    async def statements(self, calendar: ChaseCalendar) -> Callable[[dict[str, Any]], date | None]:
        """Tells the day that a customer's statement takes, None for those who get none: the next statement day, unless
        that month's has gone; today, when one is on its way. None for all where statements wait for reminders."""
        settings = await fetch(
            "SELECT day, chasing_only, minimum, replaces_reminder, switched_on_at FROM statement_settings"
            " WHERE organisation = {}",
            self.organisation_id,
        )
        if settings and not settings[0]["replaces_reminder"]:
            return lambda customer: None
        on_their_way = await self._on_their_way()
        if not settings or settings[0]["switched_on_at"] is None:
            return lambda customer: self.today if customer["id"] in on_their_way else None
        day, chasing_only = statement_day(settings[0]["day"], self.today, calendar), settings[0]["chasing_only"]
        had = await self._had_statement(month_due(settings[0]["day"], day, calendar) or "")
        had |= await self._owe_less_than(settings[0]["minimum"])

        def of(customer: dict[str, Any]) -> date | None:
            if customer["id"] in on_their_way:
                return self.today
            wants = customer["wants_statements"] and (customer["chasing"] or not chasing_only)
            return day if wants and customer["id"] not in had else None

        return of

    async def _owe_less_than(self, minimum: int) -> frozenset[int]:
        """Customers whom no statement goes to because too little is open."""
        if not minimum:
            return frozenset()
        rows = await self.rows(
            "SELECT i.customer FROM invoice i WHERE i.organisation = {} AND i.is_open = TRUE GROUP BY i.customer"
            " HAVING SUM(i.outstanding_base) < {}",
            "i.customer",
            minimum,
        )
        return frozenset(row["customer"] for row in rows)

    async def _on_their_way(self) -> frozenset[int]:
        """Customers whose statement leaves as soon as its time comes."""
        rows = await self.rows(
            "SELECT m.customer_id FROM message m WHERE m.organisation_id = {} AND m.kind = 'statement'"
            " AND (m.state = 'approved' OR (m.state = 'planned' AND m.needs_approval = FALSE))",
            "m.customer_id",
        )
        return frozenset(row["customer_id"] for row in rows)

    async def _had_statement(self, month: str) -> frozenset[int]:
        rows = await self.rows(
            "SELECT s.customer FROM statement s JOIN message m ON m.id = s.message_id"  # noqa: S608
            f" WHERE s.organisation = {{}} AND s.month = {{}} AND m.state IN {DONE}",
            "s.customer",
            month,
        )
        return frozenset(row["customer"] for row in rows)
