"""The coming weeks as they are kept: the same as a projection made now, whatever way they came to be written."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.chasing import actions, foreseen_actions, run_actions, upcoming_actions
from app.chasing.book_queries import gather
from app.chasing.tables import Outlook, Run, UpcomingEmail, UpcomingPass
from app.chasing.upcoming import project
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from tests import cast
from tests.cast import NOW, TODAY

AGES = [(8, 9), (200, -20), (3,), (30, 2, -3), (15,), (-1,), (40, 41)]


@pytest.fixture
async def firm(chasing: Any) -> cast.Firm:
    """Seven chased customers with invoices of every age, and one that is not chased."""
    firm = await chasing()
    for number, ages in enumerate(AGES):
        await owing(firm, f"Customer {number}", *ages)
    quiet, _ = await owing(firm, "Quiet Ltd", 10)
    await Customer.update({Customer.chasing: False}).where(Customer.id == quiet.id)
    return firm


async def owing(firm: cast.Firm, name: str, *days_overdue: int) -> tuple[Customer, list[Invoice]]:
    customer = await cast.a_customer(firm.organisation, name)
    await cast.a_recipient(customer)
    due = [TODAY - timedelta(days=days) for days in days_overdue]
    return customer, [await cast.an_invoice(customer, due_on=on, total="240.00") for on in due]


async def projected(firm: cast.Firm, now: datetime = NOW) -> list[tuple[date, int, str]]:
    gathered = await gather(firm.id, now=now)
    day = actions.planning_day(gathered.calendar, gathered.settings, now)
    coming = project(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)
    return sorted((c.on, c.customer_id, c.reminder.fingerprint if c.reminder else "thanks") for c in coming)


async def kept() -> list[tuple[date, int]]:
    rows = await UpcomingEmail.select(UpcomingEmail.goes_on, UpcomingEmail.customer_id)
    return sorted((row["goes_on"], row["customer_id"]) for row in rows)


async def test_a_run_keeps_what_the_projection_foresees(firm: cast.Firm) -> None:
    await actions.plan_organisation(firm.id, NOW)
    assert await kept() == [(on, customer) for on, customer, _ in await projected(firm)]
    assert len(await kept()) > 10


async def test_each_outlooks_next_day_is_that_of_the_first_email_about_it(firm: cast.Firm) -> None:
    await actions.plan_organisation(firm.id, NOW)
    gathered = await gather(firm.id, now=NOW)
    first: dict[int, date] = {}
    for each in project(gathered.book, today=TODAY, calendar=gathered.calendar, settings=gathered.settings):
        for invoice in each.reminder.carried if each.reminder else ():
            first.setdefault(invoice.invoice_id, each.on)
    rows = await Outlook.select(Outlook.invoice, Outlook.next_on).where(Outlook.next_on < TODAY + timedelta(days=28))
    assert {row["invoice"]: row["next_on"] for row in rows} == first


async def test_a_large_organisation_is_looked_ahead_for_in_portions_after_its_run(
    firm: cast.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreseen_actions, "WITH_A_RUN", 3)
    monkeypatch.setattr(upcoming_actions, "AT_ONCE", 3)
    await actions.plan_organisation(firm.id, NOW)
    assert await kept() == []
    [under_way] = await UpcomingPass.select()
    assert (under_way["done"], under_way["of"], under_way["finished_at"]) == (0, len(AGES), None)
    assert await upcoming_actions.foresee(lambda: NOW) == len(AGES)
    assert await kept() == [(on, customer) for on, customer, _ in await projected(firm)]
    [finished] = await UpcomingPass.select()
    assert (finished["done"], finished["finished_at"]) == (len(AGES), NOW)
    assert await upcoming_actions.foresee(lambda: NOW) == 0


async def test_a_pass_that_was_killed_goes_on_where_it_stood(firm: cast.Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreseen_actions, "WITH_A_RUN", 3)
    monkeypatch.setattr(upcoming_actions, "AT_ONCE", 3)
    await actions.plan_organisation(firm.id, NOW)
    plan, calls = upcoming_actions.plan_customers, []

    async def killed_at_the_second(organisation_id: int, customers: list[int], now: datetime) -> Any:
        calls.append(customers)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return await plan(organisation_id, customers, now)

    monkeypatch.setattr(upcoming_actions, "plan_customers", killed_at_the_second)
    await upcoming_actions.foresee(lambda: NOW)
    [stopped] = await UpcomingPass.select()
    assert stopped["done"] == 3
    await upcoming_actions.foresee(lambda: NOW)
    assert calls[1] == calls[2]
    assert await kept() == [(on, customer) for on, customer, _ in await projected(firm)]


async def test_a_run_meanwhile_makes_the_pass_go_once_more_round_from_where_it_stands(
    firm: cast.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreseen_actions, "WITH_A_RUN", 3)
    monkeypatch.setattr(upcoming_actions, "AT_ONCE", 3)
    await actions.plan_organisation(firm.id, NOW)
    before = await UpcomingPass.select().first()
    assert before is not None
    assert await upcoming_actions._portion(firm.id, NOW) == 3
    await actions.plan_organisation(firm.id, NOW + timedelta(minutes=1))
    assert not await upcoming_actions._advance(before, [1, 2], NOW), "it is another pass by now"
    assert await upcoming_actions.foresee(lambda: NOW + timedelta(minutes=1)) == len(AGES)
    assert await kept() == [(on, customer) for on, customer, _ in await projected(firm)]
    finished = await UpcomingPass.select().first()
    assert finished is not None
    assert (finished["done"], finished["of"]) == (len(AGES), len(AGES))


async def test_while_a_run_is_under_way_the_pass_waits_and_leaves_nobody_to_be_planned_again(
    firm: cast.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each portion would mark its customers for after the run: so many that the whole would be planned again, and again."""
    monkeypatch.setattr(foreseen_actions, "WITH_A_RUN", 3)
    await actions.plan_organisation(firm.id, NOW)
    begun = await run_actions.begin(firm.id, NOW)
    assert begun is not None
    await Customer.update({Customer.reconsider_at: None}, force=True)
    assert await upcoming_actions.foresee(lambda: NOW) == 0
    assert not await Customer.exists().where(Customer.reconsider_at.is_not_null())
    await Run.delete().where(Run.id == begun.run)
    assert await upcoming_actions.foresee(lambda: NOW) == len(AGES)


async def test_who_is_no_longer_chased_expects_nothing(firm: cast.Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    await actions.plan_organisation(firm.id, NOW)
    await Customer.update({Customer.chasing: False}).where(Customer.organisation == firm.id)
    monkeypatch.setattr(foreseen_actions, "WITH_A_RUN", 3)
    await actions.plan_organisation(firm.id, NOW)
    assert await kept() == []


async def test_one_customer_planned_anew_is_written_anew_alone(firm: cast.Firm) -> None:
    await actions.plan_organisation(firm.id, NOW)
    before = await kept()
    first = before[0][1]
    await Customer.update({Customer.paused_until_on: TODAY + timedelta(days=60)}).where(Customer.id == first)
    await actions.plan_customers(firm.id, [first], NOW)
    assert await kept() == [(on, customer) for on, customer in before if customer != first]
