"""Failed work: one row for the same, open until it goes well, forgotten after a month."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from app.activity.tables import AuditEntry
from app.admin import job_actions
from app.admin.failures import Failure, failure_of
from app.admin.tables import FailedJob
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")


def failed(job: str = "workers.mail.sweep", *args: Any, error: str = "no answer") -> Failure:
    return failure_of(job, args, TimeoutError(error))


async def rows() -> list[FailedJob]:
    return await FailedJob.objects().order_by(FailedJob.id)


async def test_the_same_work_is_counted_in_one_row() -> None:
    first = await job_actions.note(failed(error="no answer"), NOW)
    again = await job_actions.note(failed(error="still no answer"), NOW + timedelta(minutes=5))
    assert first == again
    (row,) = await rows()
    assert (row.times, row.error, row.first_failed_at) == (2, "TimeoutError: still no answer", NOW)
    assert row.last_failed_at == NOW + timedelta(minutes=5)


async def test_other_arguments_are_other_work() -> None:
    await job_actions.note(failed("workers.mail.deliver", 5), NOW)
    await job_actions.note(failed("workers.mail.deliver", 6), NOW)
    assert [row.arguments for row in await rows()] == ["[5]", "[6]"]


async def test_what_goes_well_is_ended_and_may_fail_anew() -> None:
    failure = failed()
    await job_actions.note(failure, NOW)
    await job_actions.end(failure.key, NOW + timedelta(minutes=1))
    assert await job_actions.open_keys() == set()
    await job_actions.note(failure, NOW + timedelta(hours=1))
    assert [(row.times, row.ended_at is None) for row in await rows()] == [(1, False), (1, True)]


async def test_an_admin_has_everything_open_tried_again() -> None:
    await job_actions.note(failed("workers.mail.sweep"), NOW)
    await job_actions.note(failed("workers.mail.deliver", 5), NOW)
    ended = failed("workers.sync.push")
    await job_actions.note(ended, NOW)
    await job_actions.end(ended.key, NOW)
    rung: list[tuple[str, Sequence[Any]]] = []

    def ring(job: str, args: Sequence[Any]) -> bool:
        rung.append((job, args))
        return True

    found = await job_actions.try_again(ring, 1, "Anna", NOW + timedelta(minutes=2))
    assert rung == [("workers.mail.sweep", []), ("workers.mail.deliver", [5])]
    assert found.total() == 2
    assert [row.retried_by for row in await rows()] == ["Anna", "Anna", ""]
    entry = await AuditEntry.objects().first()
    assert entry is not None and (entry.act, entry.subject, entry.is_by_admin) == ("retry jobs", "2 failed jobs", True)


async def test_one_of_them_alone() -> None:
    await job_actions.note(failed("workers.mail.sweep"), NOW)
    number = await job_actions.note(failed("workers.mail.deliver", 5), NOW)
    found = await job_actions.try_again(lambda job, args: True, 1, "Anna", NOW, number=number)
    assert dict(found) == {"workers.mail.deliver": 1}


async def test_work_that_nobody_knows_any_more_is_ended() -> None:
    await job_actions.note(failed("workers.gone.away"), NOW)
    assert not await job_actions.try_again(lambda job, args: False, 1, "Anna", NOW)
    assert await job_actions.open_keys() == set()


async def test_what_has_not_failed_for_a_month_is_forgotten() -> None:
    await job_actions.note(failed("workers.mail.sweep"), NOW - timedelta(days=31))
    await job_actions.note(failed("workers.mail.deliver", 5), NOW - timedelta(days=29))
    await job_actions.forget(NOW)
    assert [row.job for row in await rows()] == ["workers.mail.deliver"]
