"""Schedules edited and given at the same moment: nothing is lost, nothing half done."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from app.customers.tables import Customer
from app.email_templates.queries import templates_of
from app.invoices.tables import Invoice
from app.organisations import closed_day_actions
from app.organisations.closed_days import ClosedDay, closed_days_of
from app.organisations.queries import organisation
from app.problems import NotFound, OutOfDate, Problem
from app.schedules import assign_actions, edit_actions
from app.schedules.actions import ship
from app.schedules.book import BookSchedule, BookStep
from app.schedules.queries import calendar_of, schedule_for, schedules_of
from app.schedules.stamps import stamp_of
from app.schedules.tables import Assignment
from app.schedules.use_queries import customers_on
from tests import cast
from tests.cast import NOW, TODAY


@pytest.fixture
async def firm(database: object) -> cast.Firm:
    firm = await cast.borealis()
    await ship(firm.id, NOW)
    return firm


async def shipped(firm: cast.Firm) -> BookSchedule:
    return (await schedules_of(firm.id))[0]


async def copied(firm: cast.Firm, name: str = "Gentle") -> int:
    return await edit_actions.create(firm.anna, msgspec.structs.replace(await shipped(firm), name=name), NOW)


async def outcomes(*acts: Awaitable[object]) -> list[type]:
    found = await asyncio.gather(*acts, return_exceptions=True)
    assert all(not isinstance(each, BaseException) or isinstance(each, Problem) for each in found), found
    return [type(each) for each in found]


async def test_of_two_who_save_at_once_one_is_told(firm: cast.Firm) -> None:
    before = await shipped(firm)
    one, other = (msgspec.structs.replace(before, minimum=Decimal(sum_)) for sum_ in (7, 9))
    found = await outcomes(
        edit_actions.save(firm.anna, one, stamp_of(before), NOW), edit_actions.save(firm.anna, other, stamp_of(before), NOW)
    )
    assert sorted(each is OutOfDate for each in found) == [False, True]
    after = await shipped(firm)
    assert after.minimum in (7, 9)
    assert msgspec.structs.replace(after, minimum=before.minimum) == before


async def test_a_schedule_is_archived_or_given_never_both(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    gentle = await copied(firm)
    await outcomes(edit_actions.archive(firm.anna, gentle, NOW), assign_actions.assign(firm.anna, [customer.id], gentle, NOW))
    row = await Customer.objects().get(Customer.id == customer.id)
    living = {each.id for each in await schedules_of(firm.id)}
    assert row is not None and (row.schedule_id == gentle) is (gentle in living)


async def test_all_of_an_edit_is_kept_and_only_those_concerned_are_planned_anew(firm: cast.Firm) -> None:
    gentle = await copied(firm)
    on_it, by_invoice, other = [await cast.a_customer(firm.organisation, name) for name in ("On it", "By invoice", "Other")]
    await Customer.update({Customer.schedule_id: gentle}).where(Customer.id == on_it.id)
    for customer in (on_it, by_invoice, other):
        await cast.an_invoice(customer, f"INV-{customer.id}")
    await Invoice.update({Invoice.schedule_id: gentle}).where(Invoice.customer == by_invoice.id)
    assert await customers_on(firm.id, gentle) == [on_it.id, by_invoice.id]

    before = await schedule_for(firm.anna, gentle)
    template = (await templates_of(firm.id))[0]
    first, second, *_ = before.steps
    new = msgspec.structs.replace(first, id=-1, offset=0, template_id=template.id, name=template.name)
    moved = msgspec.structs.replace(
        second, offset=5, recipient_kinds=("escalated",), link_portal=False, minimum=Decimal("12.50")
    )
    edited = msgspec.structs.replace(before, name="Short", steps=(new, moved), repeat_every_days=14, repeat_limit=2)
    assert await edit_actions.save(firm.anna, edited, stamp_of(before), NOW) == [on_it.id, by_invoice.id]
    after = await schedule_for(firm.anna, gentle)
    assert stamp_of(after) == stamp_of(edited)
    assert after.steps[1].id == second.id, "a step that stays keeps its id"
    stamps = {row.name: row.reconsider_at is not None for row in await Customer.objects()}
    assert stamps == {"On it": True, "By invoice": True, "Other": False}


async def test_a_step_that_is_moved_is_stored_with_where_it_stood(firm: cast.Firm) -> None:
    before = await shipped(firm)
    first, second, third, *rest = before.steps
    edited = msgspec.structs.replace(before, steps=(first, second, msgspec.structs.replace(third, offset=8), *rest))
    await edit_actions.save(firm.anna, edited, stamp_of(before), NOW)
    stored = await shipped(firm)
    assert [step.stood for step in stored.steps] == [(), (), ((7, TODAY),), (), ()]
    back = msgspec.structs.replace(edited, steps=before.steps)
    await edit_actions.save(firm.anna, back, stamp_of(stored), NOW + timedelta(days=3))
    [third] = [step for step in await steps_of(firm) if step.id == third.id]
    assert third.stood == ((7, TODAY), (8, TODAY + timedelta(days=3)))


async def steps_of(firm: cast.Firm) -> tuple[BookStep, ...]:
    return (await shipped(firm)).steps


async def test_undo_gives_the_default_where_what_they_had_is_archived(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    first, second = await copied(firm), await copied(firm, "Second")
    await assign_actions.assign(firm.anna, [customer.id], first, NOW)
    given = await assign_actions.assign(firm.anna, [customer.id], second, NOW)
    assert given is not None
    await edit_actions.archive(firm.anna, first, NOW)
    assignment = await Assignment.objects().get(Assignment.id == given)
    assert assignment is not None
    assert await assign_actions.undo(firm.anna, assignment, NOW) == 1
    row = await Customer.objects().get(Customer.id == customer.id)
    assert row is not None and row.schedule_id is None


async def test_an_archived_schedule_is_given_to_nobody(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    gentle = await copied(firm)
    await edit_actions.archive(firm.anna, gentle, NOW)
    with pytest.raises(NotFound):
        await assign_actions.assign(firm.anna, [customer.id], gentle, NOW)


async def test_closed_days_added_at_once_are_all_kept_and_make_no_chase_days(firm: cast.Firm) -> None:
    days = [ClosedDay(TODAY.replace(day=day), f"day {day}") for day in (1, 2, 3, 4)]
    await asyncio.gather(*(closed_day_actions.add(firm.anna, [day], NOW) for day in days))
    row = await organisation(firm.id)
    assert list(closed_days_of(row)) == days
    assert not any(calendar_of(row).is_chase_day(day.on) for day in days)
