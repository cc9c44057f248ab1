"""Each hold and each due reminder explains itself in one sentence with its facts: dates, amounts, who, where."""

from datetime import date

import msgspec
import pytest

from app.chasing.book import PutOff
from app.chasing.holds import ORGANISATION_WIDE, Hold
from app.chasing.planner import plan
from tests.unit.chasing.scenarios import Scenario

BOOK = """
organisation {organisation}
schedule  kind+3 firm+14! last-minimum 100 minimum 5 {schedule}
settings  {settings}
customer  Acme {addresses}
also      Acme {customer}
invoice   INV-1  Acme  due {due}  {owed} {invoice}
{more}
today     2026-12-01
"""
USUAL = {
    "organisation": "", "schedule": "", "settings": "", "customer": "", "invoice": "", "more": "",
    "addresses": "ap@acme.example", "due": "2026-11-20", "owed": "120.00",
}  # fmt: skip

TOLD: dict[Hold, tuple[dict[str, str], str]] = {
    Hold.RESTORED: ({"organisation": "restored"}, "this is a restored copy, and no owner has confirmed it yet"),
    Hold.DISCONNECTED: ({"organisation": "disconnected"}, "Xero is disconnected"),
    Hold.STALE: (
        {"organisation": "synced 2026-11-29T09:12"},
        "the last good sync with Xero was on Sun 29 Nov at 09:12, more than 24 hours ago",
    ),
    Hold.PAUSED: ({"organisation": "paused 2026-12-24"}, "all chasing is paused until Thu 24 Dec"),
    Hold.NOT_CHASING: ({"customer": "not-chasing"}, "Acme is not being chased"),
    Hold.CUSTOMER_STOPPED: ({"customer": "stopped solicitor"}, "Acme is with the solicitor"),
    Hold.CUSTOMER_PAUSED: ({"customer": "paused 2026-12-09"}, "Acme is paused until Wed 9 Dec"),
    Hold.SCHEDULE_PAUSED: ({"schedule": "paused"}, "the schedule standard is paused"),
    Hold.EXCLUDED: ({"invoice": "excluded"}, "INV-1 is excluded from chasing"),
    Hold.REPLIED: ({"customer": "replied 2026-11-27"}, "Acme replied on Fri 27 Nov, and the reply awaits a decision"),
    Hold.DISPUTED: ({"invoice": "disputed"}, "all of the £120.00 outstanding is disputed"),
    Hold.TOLD_PAID: (
        {"invoice": "told-paid 2026-11-26"},
        "on Thu 26 Nov the customer told us it is paid; held until Fri 4 Dec",
    ),
    Hold.EXPECTED_DATE: (
        {"invoice": "promised 2026-12-04"},
        "promised for Fri 4 Dec by the customer in the portal",
    ),
    Hold.NOT_SENT: ({"settings": "wait-for-sent", "invoice": "unsent"}, "INV-1 has not been marked as sent in Xero"),
    Hold.NO_DUE_DATE: ({"due": "no"}, "INV-1 has no due date"),
    Hold.NO_RECIPIENT: ({"addresses": "copy boss@acme.example"}, "Acme has no email address for reminders"),
    Hold.BOUNCED: (
        {"addresses": "bounced ap@acme.example"},
        "Acme has no usable address left; bounced: ap@acme.example",
    ),
    Hold.NO_SENDER: ({"organisation": "no-sender"}, "no mailbox is set up to send reminders from"),
    Hold.BELOW_MINIMUM: ({"owed": "4.99"}, "£4.99 is below the £5.00 that standard asks for"),
    Hold.CREDIT: ({"more": "credit Acme 120.00"}, "unallocated credit covers all of its £120.00"),
    Hold.UNKNOWN_SEND: (
        {"customer": "unknown 2026-11-25"},
        "whether the reminder of Wed 25 Nov left is unknown until a person decides",
    ),
    Hold.SKIPPED: ({"customer": "skipped 2026-12-03"}, "reminders to Acme are skipped until Thu 3 Dec"),
    Hold.FINISHED: ({"invoice": "mark +14 2026-11-26"}, "it has had every step of the schedule standard"),
    Hold.NOT_REACHED: (
        {"due": "2026-11-30"},
        "step 1 (kind) on Thu 3 Dec because it fell due on Mon 30 Nov and has had no step since",
    ),
    Hold.TEMPLATE_FAILED: (
        {"customer": "template-failed kind"},
        "the template kind could not be written for Acme: customer_name is blank",
    ),
    Hold.STATEMENT: ({"customer": "statement 2026-12-01"}, "the statement takes the day, and the reminder waits"),
    Hold.MINIMUM_GAP: (
        {"customer": "reminded 2026-11-30"},
        "Acme was reminded on Mon 30 Nov; reminders are at least 4 days apart",
    ),
    Hold.NOT_A_CHASE_DAY: ({"settings": "closed 2026-12-01"}, "Tue 1 Dec is no chase day; the next is Wed 2 Dec"),
    Hold.AWAITING_APPROVAL: (
        {"due": "2026-11-10", "invoice": "mark +3 2026-11-16"},
        "the reminder with step 2 (firm) awaits approval",
    ),
    Hold.REVIEW: (
        {"organisation": "review"},
        "review mode is on, and the reminder with step 1 (kind) awaits approval",
    ),
}


def book_of(facts: dict[str, str]) -> str:
    text = BOOK.format(**{**USUAL, **facts}).replace("due no ", "no-due-date ")
    lines = [line for line in text.splitlines() if line.split() not in (["settings"], ["organisation"], ["also", "Acme"])]
    return "\n".join(lines)


def test_every_hold_is_told_of_below() -> None:
    assert TOLD.keys() == set(Hold)


@pytest.mark.parametrize("hold", Hold)
def test_a_hold_explains_itself_in_one_sentence_with_its_facts(hold: Hold) -> None:
    facts, words = TOLD[hold]
    outcome = Scenario(book_of(facts)).plan()
    [held] = outcome.held
    assert (held.hold, outcome.due) == (hold, ())
    assert held.sentence == f"{'Next' if hold is Hold.NOT_REACHED else 'Held'}: {words}"
    assert (held.customer, held.number) == ("Acme", "INV-1")
    assert outcome.suspended == (hold in ORGANISATION_WIDE)


@pytest.mark.parametrize("hold", [hold for hold in Hold if hold not in (Hold.NO_DUE_DATE, Hold.NOT_REACHED)])
def test_without_what_holds_it_the_invoice_is_carried(hold: Hold) -> None:
    """Or the table above would prove nothing."""
    kept = {name: text for name, text in TOLD[hold][0].items() if name == "due"}
    assert [reminder.invoices for reminder in Scenario(book_of({**kept, "due": "2026-11-20"})).plan().due] == [("INV-1",)]


def test_all_that_holds_an_invoice_is_listed_behind_what_leads() -> None:
    facts = {"customer": "not-chasing stopped agency replied 2026-11-27", "invoice": "excluded disputed told-paid 2026-11-26"}
    [held] = Scenario(book_of(facts)).plan().held
    assert held.hold is Hold.NOT_CHASING
    assert [reason.sentence for reason in held.behind] == [
        f"Held: {TOLD[hold][1]}".replace("solicitor", "agency") if hold is not Hold.CUSTOMER_STOPPED else
        "Held: Acme is with a collection agency"
        for hold in (Hold.CUSTOMER_STOPPED, Hold.EXCLUDED, Hold.REPLIED, Hold.DISPUTED, Hold.TOLD_PAID)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "Step 1 (kind): INV-1, £120.00, was due on Fri 20 Nov, 11 days ago, and has had no step since"),
        (
            {"schedule": "coming-3", "due": "2026-12-04"},
            "Step 1 (coming): INV-1, £120.00, falls due on Fri 4 Dec, in 3 days",
        ),
        (
            {"schedule": "middle+7", "invoice": "mark +3 2026-11-25"},
            "Step 2 (middle): INV-1, £120.00, was due on Fri 20 Nov, 11 days ago, and the step before went on Wed 25 Nov",
        ),
        (
            {"invoice": "disputed 20.00"},
            "Step 1 (kind): INV-1, £100.00, was due on Fri 20 Nov, 11 days ago, and has had no step since",
        ),
        (
            {"more": "invoice INV-2 Acme due 2026-11-25 80.00"},
            "Step 1 (kind): INV-1, £120.00, was due on Fri 20 Nov, 11 days ago, and has had no step since;"
            " 1 more invoice is ready too",
        ),
    ],
)
def test_a_due_reminder_explains_itself_in_one_sentence_with_its_facts(facts: dict[str, str], reason: str) -> None:
    [reminder] = Scenario(book_of(facts)).plan().due
    assert reminder.reason == reason


def test_a_repeat_says_when_the_last_step_went() -> None:
    text = "schedule kind+3 firm+7 repeat 7 x2\ncustomer Acme ap@acme.example\n"
    [reminder] = Scenario(f"{text}invoice INV-1 Acme due 2026-11-10 120.00 mark +7 2026-11-24\ntoday 2026-12-01").plan().due
    assert reminder.reason == (
        "Step 2 (firm): INV-1, £120.00, was due on Tue 10 Nov, 21 days ago,"
        " and the last step, which repeats, went on Tue 24 Nov"
    )


def test_of_two_who_put_reminders_off_the_longer_is_told() -> None:
    scenario = Scenario(book_of({"customer": "skipped 2026-12-03"}))
    [acme] = scenario.book.customers
    today = scenario.today
    put_off = (PutOff(today, date(2026, 12, 9), "Tom"), PutOff(today, date(2026, 12, 4), "Mia"))
    book = msgspec.structs.replace(scenario.book, customers=(msgspec.structs.replace(acme, put_off=put_off),))
    [held] = plan(book, today=today, calendar=scenario.calendar, settings=scenario.chasing_settings).held
    assert (held.hold, held.behind) == (Hold.SKIPPED, ())
    assert held.sentence == "Held: Tom put reminders to Acme off until Wed 9 Dec"
