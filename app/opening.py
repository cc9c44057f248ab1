"""Opening an account: the user, the organisation that is theirs, and what comes with the product."""

from datetime import datetime

from app.database import transaction
from app.email_templates.actions import ship as ship_templates
from app.identity.actions import create_user
from app.identity.forms import SignUp
from app.organisations.actions import create_organisation
from app.schedules.actions import ship as ship_schedule


async def open_account(form: SignUp, now: datetime) -> tuple[int, int]:
    """Ids of the new user and their organisation. Raise EmailTaken, and nothing is made."""
    async with transaction():
        user_id = await create_user(form.name, form.email, form.password, now)
        return user_id, await open_organisation(form.business, user_id, now)


async def open_organisation(name: str, owner: int | None, now: datetime) -> int:
    """A new organisation of this user (None: nobody's yet) with the shipped texts and schedule; its id."""
    async with transaction():
        organisation_id = await create_organisation(name, owner, now)
        await ship_templates(organisation_id, now)
        await ship_schedule(organisation_id, now)
    return organisation_id
