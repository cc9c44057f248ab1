"""What people decide on the page of a customer: each a resource of its own."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers import care_actions, forms
from app.customers.days import today_of
from app.customers.page_controllers import changed, mistaken
from app.customers.queries import customer_for
from app.customers.words import Stop
from app.mail.inbox_actions import settle_all
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs
from components.format import day


class CareController(Controller):
    path = "/customers/{customer_id:int}"
    guards = [needs(Role.CONTROLLER)]

    @post("/chasing")
    async def chase(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await care_actions.set_chasing(member, [customer.id], True, now)
        return await changed(member, customer.id, screen, now, f"{customer.name} is now chased.")

    @post("/chasing/end")
    async def leave(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await care_actions.set_chasing(member, [customer.id], False, now)
        return await changed(member, customer.id, screen, now, f"{customer.name} is no longer chased.")

    @post("/pause")
    async def pause(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer, today = await customer_for(member, customer_id), today_of(member, now)
        form, errors = forms.read_pause(data, today)
        if form.until_on is None:
            return await mistaken(member, customer.id, screen, now, errors, data)
        await care_actions.pause(member, customer, form.until_on, today, now, note=form.note)
        return await changed(member, customer.id, screen, now, f"Chasing is paused until {day(form.until_on, today)}.")

    @post("/pause/end")
    async def resume(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await care_actions.resume(member, customer, now)
        return await changed(member, customer.id, screen, now, "The pause has ended.")

    @post("/stop")
    async def stop(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        form, errors = forms.read_stop(data, today_of(member, now))
        if errors:
            return await mistaken(member, customer.id, screen, now, errors, data)
        await care_actions.stop(member, customer, Stop(form.reason), form.note, now, until_on=form.until_on)
        return await changed(member, customer.id, screen, now, f"Chasing of {customer.name} is stopped.")

    @post("/stop/end")
    async def end_stop(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await care_actions.end_stop(member, customer, now)
        return await changed(member, customer.id, screen, now, "Chasing goes on where it stood.")

    @post("/reply/end")
    async def answer(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await settle_all(member, customer.id, "Carry on chasing", now)
        await care_actions.answer_reply(member, customer, now)
        return await changed(member, customer.id, screen, now, "The reply is dealt with. Chasing goes on.")

    @post("/notes")
    async def note(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        text, errors = forms.read_note(data)
        if errors:
            return await mistaken(member, customer.id, screen, now, errors, data)
        asked = await care_actions.add_note(member, customer, text, now)
        told = f" {' and '.join(asked)} {'is' if len(asked) == 1 else 'are'} asked to look." if asked else ""
        return await changed(member, customer.id, screen, now, f"The note is on the timeline.{told}")
