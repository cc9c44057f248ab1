"""Telling Xero an expected payment date once more."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.invoices.queries import invoice_for
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.screen import Screen, needs
from app.xero.refusal_actions import try_again
from workers import sync as sync_work


class ExpectedDatePushController(Controller):
    path = "/invoices/{invoice:str}/expected-date/push"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def create(self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        """Xero's answer is not waited for: the invoice's page shows it."""
        if not (invoice.isascii() and invoice.isdigit()) or len(invoice) > 9:
            raise NotFound
        found = await invoice_for(member, int(invoice))
        if not await try_again(int(found.id)):
            return screen.back(f"/invoices/{found.id}", flash="Xero refuses nothing of this invoice any more.")
        sync_work.push_expected_dates.send(member.organisation_id)
        return screen.back(f"/invoices/{found.id}", flash=f"Xero is asked again about the expected date of {found.number}.")
