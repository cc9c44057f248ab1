"""Tasks that are asked for once."""

import asyncio

import pytest

from app.activity.queries import done_tasks, open_tasks, tasks_for
from app.activity.tables import Activity, Task
from app.activity.task_actions import finish_key, finish_task, open_task, reopen_key
from app.activity.tasks import TaskKind
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.usefixtures("database")


async def reply(key: str = "reply:7", organisation_id: int = 1, **facts: object) -> int:
    usual = {"sentence": "Answer Harbour Foods", "now": NOW, "customer_id": 3}
    return await open_task(TaskKind.REPLY, key, organisation_id=organisation_id, **{**usual, **facts})  # type: ignore[arg-type]


async def test_asked_for_twice_it_is_one_task() -> None:
    assert len({await reply() for _ in range(3)}) == 1
    assert await reply("reply:8") != await reply()
    assert await reply(organisation_id=2) != await reply()


async def test_asked_for_at_once_by_many_it_is_one_task() -> None:
    assert len(set(await asyncio.gather(*(reply() for _ in range(8))))) == 1
    assert await Task.count() == 1


async def test_done_it_is_not_asked_for_again() -> None:
    task = await reply()
    await finish_task(1, task, NOW, "Tom Hale")
    assert await reply() == task
    assert await open_tasks(1) == ()


async def test_it_ends_by_its_key_and_says_so_on_the_timeline() -> None:
    await reply()
    assert not await finish_key(2, "reply:7", NOW)
    assert await finish_key(1, "reply:7", NOW)
    assert not await finish_key(1, "reply:7", NOW)
    assert await reopen_key(1, "reply:7", NOW, "Tom Hale")
    said = await Activity.select(Activity.sentence).order_by(Activity.id).output(as_list=True)
    assert said == ["No longer needed: Answer Harbour Foods", "Not done after all: Answer Harbour Foods"]


async def test_mine_are_those_for_me_and_for_anyone_the_most_urgent_first() -> None:
    anyones, mine = await reply("a"), await reply("b", assigned_to=5, due_on=TODAY)
    await reply("c", assigned_to=6)
    assert [task.id for task in await tasks_for(1, 5)] == [mine, anyones]


async def test_what_was_done_is_listed_by_organisation() -> None:
    await finish_task(1, await reply(), NOW, "Tom Hale")
    assert [task.done_by for task in await done_tasks(1)] == ["Tom Hale"]
    assert await done_tasks(2) == ()
