"""What is decided about a reply: each verb a resource of the mail. Afterwards the next one that waits is shown."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.actions import plan_customers
from app.customers.days import today_of
from app.mail import answer_actions, inbox_actions, inbox_queries
from app.mail.inbox_controllers import INBOX, mail_page, open_invoices
from app.mail.inbox_forms import read_answer, read_snooze, ticked, upto_of
from app.mail.inbox_queries import incoming_for
from app.mail.tables import Incoming
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.promises.forms import WhatIsOpen, read_dispute_form, read_promised_on
from app.promises.page_controllers import answer_day
from app.screen import FormData, Screen, needs
from components.format import day
from workers import sync as sync_work
from workers.mail import deliver

NONE_TICKED = "Tick the invoices that it is about"


class RepliesController(Controller):
    path = "/inbox/{mail_id:int}"
    guards = [needs(Role.CONTROLLER)]

    @post("/carrying-on")
    async def carry_on(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail = await incoming_for(member, mail_id)
        await inbox_actions.carry_on(member, mail, upto_of(data, mail.id), now)
        return await _decided(member, mail, screen, now, "Chasing goes on where it stood.")

    @post("/promise")
    async def promise(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail, today = await incoming_for(member, mail_id), today_of(member, now)
        on, errors = read_promised_on(data, today)
        invoices = await open_invoices(mail.customer_id, sorted(ticked(data)))
        if on is None or not invoices:
            return await mail_page(member, mail, screen, now, errors or {"promised": NONE_TICKED}, {**data, "form": "promise"})
        await inbox_actions.take_promise(member, mail, upto_of(data, mail.id), invoices, on, now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return await _decided(member, mail, screen, now, f"Promised for {day(on, today)}. Chasing of these waits.")

    @post("/payment")
    async def payment(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail = await incoming_for(member, mail_id)
        invoices = await open_invoices(mail.customer_id, sorted(ticked(data)))
        if not invoices:
            return await mail_page(member, mail, screen, now, {"paid": NONE_TICKED}, {**data, "form": "payment"})
        await inbox_actions.note_paid(member, mail, upto_of(data, mail.id), invoices, today_of(member, now), now)
        return await _decided(member, mail, screen, now, "Noted. Chasing of these waits five working days.")

    @post("/dispute")
    async def dispute(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail, chosen = await incoming_for(member, mail_id), data.get("invoice", "")
        found = await open_invoices(mail.customer_id, [int(chosen)] if chosen.isascii() and chosen.isdigit() else [])
        if not found:
            return await mail_page(member, mail, screen, now, {"invoice": "Choose the invoice"}, {**data, "form": "dispute"})
        invoice = found[0]
        form, errors = read_dispute_form(data, WhatIsOpen(amount(invoice.outstanding), invoice.currency, member.locale))
        if form is None:
            return await mail_page(member, mail, screen, now, errors, {**data, "form": "dispute"})
        upto, by = upto_of(data, mail.id), await answer_day(member, now)
        await inbox_actions.open_dispute(
            member, mail, upto, invoice, amount=form.amount, reason=form.reason, text=form.text, answer_by_on=by, now=now
        )
        return await _decided(member, mail, screen, now, f"Query on {invoice.number} opened. Chasing of that part waits.")

    @post("/snooze")
    async def snooze(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail, today = await incoming_for(member, mail_id), today_of(member, now)
        until, errors = read_snooze(data, today)
        if until is None:
            return await mail_page(member, mail, screen, now, errors, {**data, "form": "snooze"})
        await inbox_actions.snooze(member, mail, upto_of(data, mail.id), until, today, now)
        return await _decided(member, mail, screen, now, f"It comes back on {day(until, today)}. Chasing waits.")

    @post("/return")
    async def put_back(
        self, mail_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail = await incoming_for(member, mail_id)
        await inbox_actions.put_back(member, mail, now)
        await plan_customers(member.organisation_id, [mail.customer_id], now)
        return screen.back(f"{INBOX}/{mail.id}", flash="It waits again, and so does chasing.")

    @post("/answer")
    async def answer(
        self, mail_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        mail = await incoming_for(member, mail_id)
        text, errors = read_answer(data)
        if errors:
            return await mail_page(member, mail, screen, now, errors, data)
        message_id = await answer_actions.answer(member, mail, text, now)
        if message_id is not None:
            deliver.send(message_id)
        said = f"Your answer is on its way to {mail.reply_to or mail.from_address}."
        if data.get("then") == "carry_on" and mail.decided_at is None:
            await inbox_actions.carry_on(member, mail, upto_of(data, mail.id), now)
            return await _decided(member, mail, screen, now, f"{said} Chasing goes on.")
        return screen.back(
            f"{INBOX}/{mail.id}", flash=f"{said} Chasing waits until you decide." if mail.decided_at is None else said
        )


async def _decided(member: SignedIn, mail: Incoming, screen: Screen, now: datetime, said: str) -> Response[str]:
    """Plan the customer anew, then on to the reply that has waited longest."""
    await plan_customers(member.organisation_id, [mail.customer_id], now)
    following = await inbox_queries.next_waiting(member.organisation_id, today_of(member, now))
    where = f"{INBOX}/{following}" if following else INBOX
    return screen.back(f"{where}?decided={mail.id}", flash=said)
