"""Whom a customer's emails go to."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers import forms, recipient_actions
from app.customers.page_controllers import changed, mistaken
from app.customers.queries import customer_for, recipient_for
from app.customers.words import KINDS, RecipientKind
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs


class RecipientsController(Controller):
    path = "/customers/{customer_id:int}/recipients"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def create(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        form, errors = forms.read_recipient(data)
        if errors:
            return await mistaken(member, customer.id, screen, now, errors, data)
        kind = RecipientKind(form.kind)
        is_new = await recipient_actions.add(member, customer, form.email, form.name, kind, now)
        said = f"{form.email} is added." if is_new else f"{form.email} was there already; it is now {KINDS[kind].lower()}."
        return await changed(member, customer.id, screen, now, said)

    @post("/{recipient_id:int}")
    async def update(
        self,
        customer_id: FromPath[int],
        recipient_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        recipient = await recipient_for(member, customer_id, recipient_id)
        kind = forms.read_kind(data)
        if kind is None:
            return await mistaken(member, customer_id, screen, now, {"kind": "Choose what is sent to this address"}, {})
        await recipient_actions.set_kind(member, recipient, kind, now)
        return await changed(member, customer_id, screen, now, f"{recipient.email} is now {KINDS[kind].lower()}.")

    @post("/{recipient_id:int}/bounce/end")
    async def use_again(
        self,
        customer_id: FromPath[int],
        recipient_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        recipient = await recipient_for(member, customer_id, recipient_id)
        await recipient_actions.mark_usable(member, recipient, now)
        return await changed(member, customer_id, screen, now, f"{recipient.email} is used again.")

    @post("/{recipient_id:int}/end")
    async def destroy(
        self,
        customer_id: FromPath[int],
        recipient_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        recipient = await recipient_for(member, customer_id, recipient_id)
        await recipient_actions.remove(member, recipient, now)
        return await changed(member, customer_id, screen, now, f"{recipient.email} is removed.")
