"""The holds that customers' sayings and members' decisions cause tell who, when, where, how much and until when."""

from datetime import date
from decimal import Decimal

import pytest

from app.chasing.book import BookCustomer, Decided, ExpectedDate, Queried, ToldPaid
from app.chasing.grounds import of_customer
from app.chasing.holds import Hold
from app.chasing.ringing import FinishedInvoice, RingTask, not_asked_for, say_ring
from app.chasing.sentences import decided, expected, queried, stopped, told_where

TODAY = date(2026, 12, 1)
MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (Decided(), ""),
        (Decided("Tom Hale"), " (Tom Hale)"),
        (Decided("", MONDAY), " (on Mon 30 Nov)"),
        (Decided("Tom Hale", MONDAY), " (Tom Hale on Mon 30 Nov)"),
        (Decided("Tom Hale", MONDAY, "ref 4711"), " (Tom Hale on Mon 30 Nov: ref 4711)"),
        (Decided("", None, "ref 4711"), " (ref 4711)"),
    ],
)
def test_a_decision_is_told_as_far_as_it_is_known(decision: Decided, told: str) -> None:
    assert decided(decision, TODAY) == told


def test_a_stop_tells_its_end_and_its_reason() -> None:
    acme = BookCustomer(
        id=1, name="Acme", stop="breathing_space", stop_until=date(2027, 1, 29), stop_decided=Decided("Tom", MONDAY, "ref 1")
    )
    assert stopped(acme, TODAY) == "Acme is in breathing space until Fri 29 Jan 2027 (Tom on Mon 30 Nov: ref 1)"
    assert acme.is_stopped(date(2027, 1, 28)) and not acme.is_stopped(date(2027, 1, 29))
    [reason, *_] = of_customer(acme, TODAY)
    assert (reason.hold, reason.until) == (Hold.CUSTOMER_STOPPED, date(2027, 1, 29)), "it is free on that day"


def test_a_pause_tells_who_decided_it_and_when() -> None:
    acme = BookCustomer(id=1, name="Acme", paused_until=date(2026, 12, 4), pause_decided=Decided("Tom", MONDAY, "they move"))
    [reason, *_] = of_customer(acme, TODAY)
    assert reason.sentence == "Held: Acme is paused until Fri 4 Dec (Tom on Mon 30 Nov: they move)"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (None, ""),
        (Queried(), ""),
        (
            Queried(on=MONDAY, by="the customer", reason="The amount is wrong", owner="Tom Hale", answer_by=FRIDAY),
            " by the customer in the portal on Mon 30 Nov (The amount is wrong); Tom Hale answers by Fri 4 Dec",
        ),
        (
            Queried(on=MONDAY, place="phone", by="Anna", said_by="Maria Lopez", reason="Twice", answer_by=MONDAY),
            " by Maria Lopez by phone on Mon 30 Nov (Twice), noted by Anna; nobody yet was to answer by Mon 30 Nov",
        ),
        (Queried(on=MONDAY, owner="Tom", more=1), " on Mon 30 Nov and 1 more query; Tom answers it"),
        (Queried(on=MONDAY, owner="Tom", more=2), " on Mon 30 Nov and 2 more queries; Tom answers it"),
        (
            Queried(on=MONDAY, place="reply", by="Anna", owner="Tom", answer_by=FRIDAY, awaits_credit=True),
            " by the customer in a reply on Mon 30 Nov, noted by Anna; a credit is agreed,"
            " and its credit note is not in Xero yet",
        ),
    ],
)
def test_a_query_tells_who_asked_what_and_who_answers(query: Queried | None, told: str) -> None:
    assert queried(query, TODAY) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, ""),
        (ToldPaid(MONDAY), " in the portal"),
        (ToldPaid(MONDAY, "phone", "Tom Hale"), " by phone, noted by Tom Hale,"),
    ],
)
def test_told_paid_tells_where_and_who_noted_it(said: ToldPaid | None, told: str) -> None:
    assert told_where(said) == told


def test_a_promise_tells_who_gave_it_when_and_who_noted_it() -> None:
    by_phone = ExpectedDate(on=FRIDAY, source="customer", place="phone", by="Tom Hale", set_on=MONDAY, said_by="Priya Shah")
    assert expected(by_phone, TODAY) == "promised for Fri 4 Dec by Priya Shah by phone on Mon 30 Nov, noted by Tom Hale"
    in_portal = ExpectedDate(on=FRIDAY, source="customer", by="the customer", set_on=MONDAY)
    assert expected(in_portal, TODAY) == "promised for Fri 4 Dec by the customer in the portal on Mon 30 Nov"


ONE = FinishedInvoice(1, "INV-1", Decimal("120.00"), "GBP")
TWO = FinishedInvoice(2, "INV-2", Decimal("80.00"), "GBP")
EURO = FinishedInvoice(3, "INV-3", Decimal("10.00"), "EUR")


def test_a_call_is_asked_for_once_an_invoice() -> None:
    done = RingTask(7, frozenset({1}), False, "")
    assert not_asked_for([ONE, TWO], [done]) == (TWO,)
    assert not_asked_for([ONE, TWO], []) == (ONE, TWO)


def test_a_call_says_what_it_is_about() -> None:
    assert say_ring("Acme", [ONE], "en_GB") == "Ring Acme: INV-1, £120.00, has had every reminder"
    assert say_ring("Acme", [ONE, TWO, EURO], "en_GB") == (
        "Ring Acme: INV-1, INV-2 and INV-3, €10.00 and £200.00, have had every reminder"
    )
