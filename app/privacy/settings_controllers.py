"""How long things are kept, who was erased, and where a restored copy is confirmed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given

from app.customers.days import today_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.privacy.forms import CHOICES, read_months
from app.privacy.queries import erased_customers, latest_restoration, settings_of
from app.privacy.restored_actions import confirm
from app.privacy.restored_queries import foreseen_since
from app.privacy.retention_actions import keep_settings
from app.screen import FormData, Screen, needs

PATH = "/settings/privacy"
RESTORED = "/settings/restored-copy"


class PrivacyController(Controller):
    path = PATH

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        context = {
            "kept": await settings_of(member.organisation_id),
            "choices": CHOICES,
            "erased": await erased_customers(member),
            "may_change": member.may(Role.OWNER),
            "may_audit": member.may(Role.MANAGER),
            "is_held": (await organisation_of(member)).restored,
            "today": today_of(member, now),
            "member": member,
        }
        return await screen.page("privacy/settings.html", context)

    @post(guards=[needs(Role.OWNER)])
    async def update(self, data: FormData, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        mail, logs = (read_months(data, name) for name in ("mail_months", "log_months"))
        await keep_settings(member.organisation_id, mail, logs)
        return screen.back(PATH, flash="Saved. What is older goes tonight.")


class RestoredCopyController(Controller):
    """A restored backup sends nothing before an owner has looked at what may have happened since."""

    path = RESTORED
    guards = [needs(Role.OWNER)]

    @get()
    async def show(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        restoration = await latest_restoration()
        taken = restoration.taken_at if restoration else None
        context = {
            "is_held": (await organisation_of(member)).restored,
            "taken_at": taken.astimezone(ZoneInfo(member.timezone)) if taken else None,
            "foreseen": await foreseen_since(member, taken, today_of(member, now)),
            "today": today_of(member, now),
            "member": member,
        }
        return await screen.page("privacy/restored_copy.html", context)

    @post()
    async def update(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        restoration = await latest_restoration()
        taken = restoration.taken_at if restoration else None
        await confirm(member, taken, today_of(member, now), now, waits="waits" in data)
        return screen.back("/", flash="Confirmed. Reminders are planned again, from what Xero says now.")
