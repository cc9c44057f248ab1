"""Opening an account."""

import asyncio

import pytest

from app.email_templates.tables import Template
from app.identity.actions import EmailTaken
from app.identity.forms import SignUp
from app.identity.tables import User
from app.opening import open_account, open_organisation
from app.organisations.queries import owners_of
from app.organisations.tables import Member, Organisation
from app.schedules.tables import Schedule
from tests.cast import NOW, a_user

pytestmark = pytest.mark.usefixtures("database")

ADA = SignUp("Ada Roe", "Roe & Daughters", "ada@roe.example", "nine lamps at dawn")


async def test_it_comes_with_texts_and_a_default_schedule_in_review_mode() -> None:
    _, organisation_id = await open_account(ADA, NOW)
    organisation = await Organisation.objects().get(Organisation.id == organisation_id)
    assert organisation is not None and organisation.review_mode
    schedule = await Schedule.objects().get(Schedule.organisation == organisation_id)
    assert schedule is not None and organisation.default_schedule_id == schedule.id
    assert await Template.count().where(Template.organisation == organisation_id) == 7


async def test_a_taken_address_makes_nothing_at_all() -> None:
    await open_account(ADA, NOW)
    with pytest.raises(EmailTaken):
        await open_account(ADA, NOW)
    assert (await User.count(), await Organisation.count(), await Member.count()) == (1, 1, 1)


async def test_of_two_at_the_same_moment_one_gets_the_address() -> None:
    outcomes = await asyncio.gather(open_account(ADA, NOW), open_account(ADA, NOW), return_exceptions=True)
    assert sum(isinstance(each, EmailTaken) for each in outcomes) == 1
    assert (await User.count(), await Organisation.count()) == (1, 1)


async def test_a_user_may_own_several_organisations() -> None:
    user = await a_user("Ada", "ada@roe.example")
    for name in ("Roe & Daughters", "Roe Lamps"):
        organisation_id = await open_organisation(name, user.id, NOW)
        assert [each.email for each in await owners_of(organisation_id)] == ["ada@roe.example"]
