"""Sending an invoice's PDF again, in one press."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.invoices.queries import customer_of, invoice_for
from app.mail.invoice_copy_actions import send_copy
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound, Refused, TryLater
from app.screen import Screen, needs
from app.xero.actions import invoice_pdf
from app.xero.gateway import XeroGateway
from workers.mail import deliver


class InvoiceCopiesController(Controller):
    path = "/invoices/{invoice:str}/copies"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def create(
        self,
        invoice: FromPath[str],
        member: Given[SignedIn],
        screen: Given[Screen],
        xero: Given[XeroGateway],
        now: Given[datetime],
    ) -> Response[str]:
        if not (invoice.isascii() and invoice.isdigit()) or len(invoice) > 9:
            raise NotFound
        found = await invoice_for(member, int(invoice))
        try:
            pdf = await invoice_pdf(found, xero=xero, now=now)
        except (TryLater, Refused) as problem:
            return screen.back(f"/invoices/{found.id}", flash=f"{problem} Nothing was sent.", tone="broken")
        sent = await send_copy(member, found, await customer_of(found), pdf, now)
        people = " and ".join(filter(None, (", ".join(sent.to[:-1]), sent.to[-1])))
        if sent.message_id is None:
            return screen.back(f"/invoices/{found.id}", flash=f"It went to {people} today already.")
        deliver.send(sent.message_id)
        return screen.back(f"/invoices/{found.id}", flash=f"The PDF is on its way to {people}.")
