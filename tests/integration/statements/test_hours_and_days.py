"""The chosen hour on the days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.mail.rechecks import NotNow, Same
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.statements import month_actions, recheck_actions
from app.statements.queries import settings_of
from app.statements.tables import Statement
from app.xero.tables import Connection
from tests import cast
from tests.integration.statements.conftest import a_debtor

CAIRO = "Africa/Cairo"
"""Its clocks change on working days: forward at the beginning of Fri 24 Apr 2026, back at the end of Thu 29 Oct 2026."""


async def at_three_in_cairo(firm: cast.Firm, day: int) -> None:
    await Organisation.update({Organisation.timezone: CAIRO}).where(Organisation.id == firm.id)
    settings = await settings_of(firm.id)
    settings.day, settings.at_minute, settings.switched_on_at = day, 15 * 60, datetime(2026, 1, 1, tzinfo=UTC)
    await settings.save()


@pytest.mark.parametrize(
    ("on", "utc_hour"),
    [
        (date(2026, 4, 23), 13),  # UTC+2, the day before
        (date(2026, 4, 24), 12),  # UTC+3, an hour of it is missing
        (date(2026, 4, 27), 12),
    ],
)
async def test_the_hour_is_the_one_on_the_clock_there(firm: cast.Firm, on: date, utc_hour: int) -> None:
    await at_three_in_cairo(firm, on.day)
    await a_debtor(firm)
    early = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    await Connection.update({Connection.last_good_sync_at: early}, force=True)
    assert (await month_actions.run(firm.id, early)) is not None
    (message,) = await Message.objects().where(Message.kind == "statement")
    assert message.not_before_at == datetime(on.year, on.month, on.day, utc_hour, tzinfo=UTC)
    assert message.planned_on == on


async def test_on_the_day_that_has_an_hour_twice_it_goes_once_and_within_the_hours(firm: cast.Firm) -> None:
    """The day of October's statements is the 28th, on which the machine was off: they go on the 29th."""
    await at_three_in_cairo(firm, 28)
    await a_debtor(firm)
    made = 0
    for hour in range(5, 30):  # from 8:00 on Thursday to 7:00 on Friday, 23:00 to 24:00 twice
        now = datetime(2026, 10, 29, tzinfo=UTC) + timedelta(hours=hour)
        await Connection.update({Connection.last_good_sync_at: now}, force=True)
        done = await month_actions.run(firm.id, now)
        made += done.made if done else 0
    assert made == 1 == await Statement.count()
    (message,) = await Message.objects().where(Message.kind == "statement")
    assert message.not_before_at == datetime(2026, 10, 29, 12, tzinfo=UTC) and message.planned_on == date(2026, 10, 29)
    for hour, expected in ((12, Same), (14, Same), (16, NotNow), (20, NotNow), (21, NotNow)):
        now = datetime(2026, 10, 29, hour, tzinfo=UTC)
        assert isinstance(await recheck_actions.recheck(message, now), expected), hour
