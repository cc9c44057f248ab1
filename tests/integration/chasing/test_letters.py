"""What a letter says of the invoices that it carries."""

from datetime import timedelta

from app.chasing import actions
from app.chasing.compose_actions import preview
from app.chasing.tables import Reminder
from app.email_templates.rendering import Rendered
from tests import cast
from tests.cast import NOW, TODAY


async def test_an_invoice_that_is_not_overdue_is_carried_and_never_called_late(chasing):
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, "Acme Ltd")
    await cast.a_recipient(customer, "ap@acme.example")
    await cast.an_invoice(customer, "INV-1", due_on=TODAY - timedelta(days=8), total="120.00")
    await cast.an_invoice(customer, "INV-2", due_on=TODAY + timedelta(days=3), total="55.00")
    await actions.plan_organisation(firm.id, NOW)
    reminder = await Reminder.objects().first()
    assert reminder is not None
    letter = await preview(reminder.id, NOW)
    assert isinstance(letter, Rendered)
    assert letter.subject == "INV-1: when can we expect £120.00?"
    late, apart = letter.text.split("Not overdue yet")
    assert "INV-1" in late
    assert "INV-2" not in late
    assert "INV-2" in apart
    assert "£175.00" not in letter.text


async def test_where_nothing_is_overdue_it_is_about_what_is_not(chasing):
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, "Acme Ltd")
    await cast.a_recipient(customer, "ap@acme.example")
    await cast.an_invoice(customer, "INV-2", due_on=TODAY + timedelta(days=3), total="55.00")
    await actions.plan_organisation(firm.id, NOW)
    reminder = await Reminder.objects().first()
    assert reminder is not None
    letter = await preview(reminder.id, NOW)
    assert isinstance(letter, Rendered)
    assert "INV-2" in letter.subject
    assert "Not overdue yet" not in letter.text
