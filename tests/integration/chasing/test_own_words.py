"""A person's words for one email go exactly as written, and never after their facts have changed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.activity.tables import Activity
from app.chasing import actions
from app.chasing.actions import plan_customers
from app.chasing.compose_actions import Papers, attached
from app.chasing.letter_queries import subject_of
from app.chasing.marks import seen_as
from app.chasing.recheck_actions import recheck
from app.chasing.tables import Reminder
from app.chasing.wording import OwnWords
from app.chasing.wording_actions import reword, unword
from app.chasing.wording_queries import kept_words, words_of
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.mail.rechecks import Rewritten, Same
from app.outbox.actions import claim
from app.outbox.tables import Message
from app.problems import OutOfDate
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.conftest import synced

TEN = datetime(2026, 11, 30, 10, 5, tzinfo=UTC)
MINE = OwnWords(
    subject="About Tuesday",
    body="Dear Ada,\n\n**Please** look at this:\n\n{{ invoice_table }}\n\n[Your page]({{ portal_link }})\n",
    to=("ada@acme.example",),
    cc=("bo@acme.example",),
    attaches_invoices=False,
    attaches_statement=True,
)


async def a_pdf(invoice: Invoice) -> bytes:
    return b"%PDF invoice"


async def a_statement(customer_id: int, now: datetime) -> bytes:
    return b"%PDF statement"


async def nothing_new(organisation_id: int) -> None:
    return None


class Edited:
    """Acme's reminder waits in review mode; Tom may edit it."""

    def __init__(self, firm: cast.Firm, customer: Customer, invoice: Invoice) -> None:
        self.firm, self.customer, self.invoice = firm, customer, invoice

    async def reminder(self) -> Reminder:
        row = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
        assert row is not None
        return row

    async def message(self) -> Message:
        row = await Message.objects().get(Message.id == (await self.reminder()).message)
        assert row is not None
        return row

    async def edit(self, words: OwnWords = MINE) -> None:
        reminder = await self.reminder()
        found = await reword(self.firm.tom, reminder, seen_as(reminder.fingerprint, reminder.wording_id), words, NOW)
        assert found.is_taken

    async def approve(self) -> None:
        reminder = await self.reminder()
        seen = seen_as(reminder.fingerprint, reminder.wording_id)
        await actions.approve_seen(self.firm.id, reminder.id, seen, by="Mia Chen", now=NOW)

    async def part_paid(self) -> None:
        await Invoice.update({Invoice.outstanding: 500_000, Invoice.outstanding_base: 500_000}).where(
            Invoice.id == self.invoice.id
        )
        await plan_customers(self.firm.id, [self.customer.id], NOW)

    async def look(self) -> object:
        papers = Papers(a_pdf, a_statement)
        return await recheck(await self.message(), freshen=nothing_new, papers=papers, now=TEN)


@pytest.fixture
async def acme(chasing) -> Edited:
    firm = await chasing(review_mode=True)
    customer = await cast.a_customer(firm.organisation, "Acme Ltd", first_name="Ada")
    await cast.a_recipient(customer, "ap@acme.example")
    invoice = await cast.an_invoice(customer, "INV-8", due_on=TODAY - timedelta(days=8))
    await actions.plan_organisation(firm.id, NOW)
    await synced(firm, TEN)
    return Edited(firm, customer, invoice)


async def test_what_is_offered_to_edit_is_the_letter_itself(acme: Edited):
    words = await words_of(await subject_of((await acme.reminder()).id), NOW)
    assert words.to == ("ap@acme.example",)
    assert "Hello Ada" in words.body
    assert "Invoice INV-8 for £120.00 was due on Sun 22 November 2026." in words.body
    assert "{{ invoice_table }}" in words.body
    assert (words.attaches_invoices, words.attaches_statement) == (True, False)


async def test_edited_and_approved_it_goes_as_written(acme: Edited):
    await acme.edit()
    await acme.approve()
    assert await acme.look() == Rewritten()
    message = await acme.message()
    assert message.subject == "About Tuesday"
    assert "Please look at this:" in message.text
    assert "<b>Please</b>" in message.html
    assert "£120.00" in message.text
    assert "p_hidden" in message.html, "the customer's link is filled in, and masked in the stored copy"
    assert message.to_addresses == '["ada@acme.example"]'
    assert "Statement.pdf" in message.attachments
    assert "INV-8.pdf" not in message.attachments
    assert await claim(message.id, "a worker", TEN) is not None
    assert await acme.look() == Same()


async def test_an_edit_ends_the_approval(acme: Edited):
    await acme.approve()
    await acme.edit()
    message = await acme.message()
    assert (message.state, message.approved_by) == ("planned", "")


async def test_what_was_seen_before_the_edit_is_not_approved(acme: Edited):
    before = (await acme.reminder()).fingerprint
    await acme.edit()
    with pytest.raises(OutOfDate):
        await actions.approve_seen(acme.firm.id, (await acme.reminder()).id, before, by="Mia Chen", now=NOW)


async def test_when_the_facts_change_the_edit_dies_with_the_approval_and_is_kept(acme: Edited):
    await acme.edit()
    await acme.approve()
    await acme.part_paid()
    reminder = await acme.reminder()
    assert (reminder.wording_id, reminder.was_approved) == (None, True)
    assert reminder.died_because == "It was approved before, and then INV-8: step 3, £120.00 became step 3, £50.00."
    kept = await kept_words(reminder)
    assert kept is not None
    assert (kept.by, kept.words.body) == ("Tom Hale", MINE.body)
    message = await acme.message()
    assert (message.state, message.to_addresses) == ("planned", '["ap@acme.example"]')


async def test_kept_words_outlast_a_second_change(acme: Edited):
    await acme.edit()
    await acme.part_paid()
    await Customer.update({Customer.first_name: "Bo"}).where(Customer.id == acme.customer.id)
    await cast.an_invoice(acme.customer, "INV-9", due_on=TODAY - timedelta(days=9))
    await plan_customers(acme.firm.id, [acme.customer.id], NOW)
    kept = await kept_words(await acme.reminder())
    assert kept is not None
    assert kept.words.subject == "About Tuesday"


async def test_what_is_written_while_it_changes_is_kept_for_its_heir(acme: Edited):
    before = await acme.reminder()
    await acme.part_paid()
    found = await reword(acme.firm.tom, before, before.fingerprint, MINE, NOW)
    heir = await acme.reminder()
    assert (found.is_taken, found.reminder_id) == (False, heir.id)
    assert heir.wording_id is None
    kept = await kept_words(heir)
    assert kept is not None


async def test_nothing_is_edited_once_it_is_leaving(acme: Edited):
    await acme.edit()
    await acme.approve()
    await acme.look()
    message = await acme.message()
    assert await claim(message.id, "a worker", TEN) is not None
    reminder = await acme.reminder()
    with pytest.raises(OutOfDate):
        await reword(acme.firm.tom, reminder, seen_as(reminder.fingerprint, reminder.wording_id), MINE, TEN)


async def test_words_edited_after_they_were_put_together_are_put_together_again(acme: Edited):
    await acme.approve()
    await acme.look()
    message = await acme.message()
    reminder = await acme.reminder()
    await reword(acme.firm.tom, reminder, reminder.fingerprint, MINE, TEN + timedelta(minutes=1))
    await acme.approve()
    assert await claim(message.id, "a worker", TEN + timedelta(minutes=2)) is not None
    found = await acme.look()
    assert isinstance(found, Rewritten), "the claim is given back, and the new words are put together"


async def test_the_templates_words_can_be_had_again(acme: Edited):
    await acme.edit()
    heir = await unword(acme.firm.tom, await acme.reminder(), NOW)
    reminder = await acme.reminder()
    assert (reminder.id, reminder.wording_id) == (heir, None)
    assert (await acme.message()).to_addresses == '["ap@acme.example"]'
    assert await attached(heir) == ("INV-8.pdf",)


async def test_managers_and_controllers_are_named_on_the_timeline(acme: Edited):
    await acme.edit()
    await acme.approve()
    said = [row["sentence"] for row in await Activity.select(Activity.sentence).order_by(Activity.id)]
    assert said == [
        "Tom Hale edited “When can we expect it?” before it goes",
        "Mia Chen approved “When can we expect it?”",
    ]


async def test_words_that_are_not_sent_are_told_of_on_the_timeline(acme: Edited):
    await acme.edit()
    await acme.part_paid()
    last = await Activity.objects().order_by(Activity.id, ascending=False).first()
    assert last is not None
    assert last.sentence == (
        "What was written for “When can we expect it?” is not sent, but kept."
        " It was shown before, and then INV-8: step 3, £120.00 became step 3, £50.00."
    )
