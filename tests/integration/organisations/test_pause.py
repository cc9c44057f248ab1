"""Chasing paused by an admin of the installation: every invoice is held with the reason, until it is resumed or its day."""

from datetime import date, timedelta

import pytest

from app.activity.queries import notices_of
from app.chasing.book_queries import gather_house
from app.chasing.grounds import of_organisation
from app.chasing.holds import Hold
from app.organisations.actions import change_chasing
from app.organisations.pause_actions import NotPaused, end_notices, pause, resume
from app.organisations.tables import Organisation
from app.organisations.views import chasing_of
from tests import cast
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.usefixtures("database")

UNTIL = date(2026, 12, 4)


@pytest.fixture
async def borealis(database: object) -> cast.Firm:
    return await cast.borealis()


async def reloaded(firm: cast.Firm) -> Organisation:
    row = await Organisation.objects().get(Organisation.id == firm.id)
    assert row is not None
    return row


async def why_held(firm: cast.Firm, today: date = TODAY) -> list[str]:
    gathered = await gather_house(await reloaded(firm), NOW)
    found = of_organisation(gathered.book, today, gathered.settings, gathered.calendar)
    return [each.sentence for each in found if each.hold is Hold.PAUSED]


async def test_every_invoice_is_held_with_the_reason(borealis: cast.Firm) -> None:
    await pause(borealis.organisation, UNTIL, "moving to a new ledger", NOW)
    held = "Held: all chasing is paused until Fri 4 Dec by an admin of this installation: moving to a new ledger"
    assert await why_held(borealis) == [held]
    assert await why_held(borealis, UNTIL) == []
    (notice,) = await notices_of(borealis.id)
    assert notice.sentence == "An admin of this installation paused all chasing until Fri 4 Dec: moving to a new ledger."


async def test_it_is_resumed_once(borealis: cast.Firm) -> None:
    await pause(borealis.organisation, None, "unpaid", NOW)
    await resume(await reloaded(borealis), NOW)
    assert (await why_held(borealis), await notices_of(borealis.id)) == ([], ())
    with pytest.raises(NotPaused):
        await resume(await reloaded(borealis), NOW)


async def test_a_manager_who_resumes_it_ends_the_notice_too(borealis: cast.Firm) -> None:
    await pause(borealis.organisation, None, "unpaid", NOW)
    own = chasing_of(await reloaded(borealis))
    await change_chasing(borealis.anna, own, NOW)
    assert len(await notices_of(borealis.id)) == 1, "what was saved had it paused still"
    await change_chasing(borealis.anna, type(own)(**{**_fields(own), "paused": False}), NOW)
    assert (await reloaded(borealis)).pause_reason == ""
    assert (await why_held(borealis), await notices_of(borealis.id)) == ([], ())


async def test_its_day_ends_the_notice(borealis: cast.Firm) -> None:
    await pause(borealis.organisation, UNTIL, "moving", NOW)
    await end_notices(NOW + timedelta(days=3))
    assert len(await notices_of(borealis.id)) == 1
    await end_notices(NOW + timedelta(days=4))
    assert await notices_of(borealis.id) == ()
    assert not (await reloaded(borealis)).paused


def _fields(settings: object) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}  # type: ignore[attr-defined]
