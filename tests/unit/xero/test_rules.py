"""Budget, answers, reading, changes, expected dates: the rules behind the sync."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from app.problems import Refused, TryLater
from app.xero.answers import Answer, Disconnected, Missing, RateLimited, TokenExpired, Unpaged, check
from app.xero.budget import Budget, begun, ended, wait_for
from app.xero.changes import KnownInvoice, invoice_change, is_same
from app.xero.daily import is_due
from app.xero.decide import InvoiceFacts
from app.xero.expected import Kept, Reconciled, Sums, has_moved, reconciled, sparse_body
from app.xero.listing import INVOICES, Page
from app.xero.reading import Tally, modified_since
from app.xero.wire import Invoice

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}


def answer(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    return Answer(status, {**JSON, **headers}, body)


@pytest.mark.parametrize(
    ("given", "means"),
    [
        (answer(401, b'{"Detail":"TokenExpired: token expired"}'), TokenExpired),
        (answer(401, b'{"Detail":"AuthorizationUnsuccessful"}'), Disconnected),
        (answer(403, b'{"Detail":"AuthenticationUnsuccessful"}'), Disconnected),
        (answer(404, b"not here"), Missing),
        (answer(429), RateLimited),
        (answer(400, b'{"ErrorNumber":10,"Message":"pageSize must be a number"}'), Unpaged),
        (answer(400, b"<html>odd</html>"), Refused),
        (answer(500), TryLater),
        (answer(502, b"Bad gateway"), TryLater),
        (answer(503), TryLater),
        (Answer(200, {"content-type": "text/html"}, b"<html>"), TryLater),
        (Answer(200, {}, b""), TryLater),
    ],
)
def test_every_answer_has_one_meaning(given, means):
    with pytest.raises(means) as told:
        check(given, NOW)
    assert str(told.value).strip()


def test_xeros_own_words_are_passed_on():
    body = b'{"ErrorNumber":10,"Elements":[{"ValidationErrors":[{"Message":"Invoice not of valid status for modification"}]}]}'
    with pytest.raises(Refused, match="Invoice not of valid status for modification"):
        check(answer(400, body), NOW)


def test_xeros_own_words_end_as_sentences_so_that_ours_may_follow():
    body = b'{"ErrorNumber":10,"Elements":[{"ValidationErrors":[{"Message":"Locked until 30-Nov-2018"},{"Message":"Paid."}]}]}'
    with pytest.raises(Refused) as told:
        check(answer(400, body), NOW)
    assert str(told.value) == "Locked until 30-Nov-2018. Paid."


def test_a_web_page_that_comes_with_a_400_is_not_recited():
    with pytest.raises(Refused) as told:
        check(Answer(400, {"content-type": "text/html; charset=utf-8"}, b"<html><h1>Bad Request</h1></html>"), NOW)
    assert str(told.value) == "Xero refused the request (400)."


def test_a_429_says_when_to_come_back():
    with pytest.raises(RateLimited) as told:
        check(answer(429, **{"retry-after": "66975", "x-rate-limit-problem": "Day"}), NOW)
    assert told.value.retry_at == NOW + timedelta(seconds=66976) and told.value.by == "day"


def test_a_usable_answer_is_silent():
    check(answer(200), NOW)
    check(Answer(204, {}, b""), NOW)


def test_the_budget_opens_with_the_window():
    budget = Budget()
    for second in range(60):
        budget = ended(begun(budget, str(second), float(second)), str(second), float(second), {}, 200)
    wait = wait_for(budget, 59.5)
    assert wait is not None and (wait.until, wait.by) == (60.0, "minute")
    assert wait_for(budget, 60.01) is None


def test_a_generous_server_is_believed():
    budget = msgspec.structs.replace(Budget(recent=[1.0] * 60), minute_remaining=1_000_000)
    assert wait_for(budget, 2.0) is None


def test_the_reserve_keeps_the_days_last_calls():
    budget = Budget(day_remaining=50, told_at=100.0)
    assert wait_for(budget, 101.0, reserve=20) is None
    assert wait_for(budget, 101.0, reserve=50) is not None
    assert wait_for(budget, 100.0 + 3601, reserve=50) is None, "an hour later it is worth a try"


def test_an_earlier_blocking_is_not_shortened():
    budget = ended(Budget(blocked_until=500.0), "x", 100.0, {"retry-after": "5"}, 429)
    assert budget.blocked_until == 500.0


def page_of(*ids: str, total: int | None = None, served: int = 10_000, stamp: int = 5_000) -> Page[Invoice]:
    records = [Invoice(invoice_id=each, updated_date_utc=f"/Date({stamp})/") for each in ids]
    return Page(records, (), len(records), total, served)


def test_a_list_in_which_a_page_came_twice_is_not_complete():
    tally = Tally(INVOICES, 0)
    tally.add(page_of("a", "b", total=4))
    tally.add(page_of("a", "b", total=4))
    assert not tally.is_complete
    tally.add(page_of("c", "d", total=4))
    assert tally.is_complete


def test_the_cursor_is_the_highest_stamp_but_never_later_than_the_beginning_of_the_list():
    tally = Tally(INVOICES, 1_000)
    tally.add(page_of("a", served=10_000, stamp=5_000))
    assert tally.cursor == 5_000
    tally.add(page_of("b", served=30_000, stamp=20_000))
    assert tally.cursor == 10_000, "what changed meanwhile is read by the next delta"


def test_a_stamp_from_the_future_does_not_carry_the_cursor_away():
    tally = Tally(INVOICES, 1_000)
    tally.add(page_of("a", served=10_000, stamp=9_999_999_999))
    assert tally.cursor == 1_000


def test_reading_begins_two_minutes_before_the_cursor():
    cursor = int(NOW.timestamp() * 1000)
    assert modified_since(cursor) == "2026-11-23T09:28:00"
    assert modified_since(0) == ""


def facts(**changes) -> InvoiceFacts:
    amounts = {"total": 1_200_000, "paid": 0, "credited": 0, "outstanding": 1_200_000, "outstanding_base": 1_200_000}
    names = {"customer_xero_id": "c1", "xero_id": "a1", "number": "INV-1", "reference": "", "branding_theme_id": ""}
    days = {"issued_on": None, "due_on": date(2026, 12, 1), "paid_on": None, "xero_expected_on": None}
    marks = {"is_open": True, "is_sent": True, "is_discounted": False, "has_attachments": False}
    words = {"status": "AUTHORISED", "currency": "GBP", "rate": "1", "xero_updated_at": None, "xero_stamp": 1}
    standard = {**amounts, **names, **days, **marks, **words}
    return InvoiceFacts(**{**standard, **changes})


def known(**changes) -> KnownInvoice:
    values = {name: getattr(facts(), name) for name in KnownInvoice.__struct_fields__ if name not in ("id", "customer")}
    return KnownInvoice(**{"id": 1, "customer": 2, **values, **changes})


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, facts(), "INV-1 (Acme) came from Xero: GBP 120.00, due Tue 1 Dec 2026."),
        (known(), facts(status="PAID", paid=1_200_000, outstanding=0), "INV-1 (Acme) is paid."),
        (known(), facts(status="PAID", credited=1_200_000, outstanding=0), "INV-1 (Acme) is covered by credits."),
        (known(), facts(status="VOIDED", outstanding=0), "INV-1 (Acme) was voided in Xero."),
        (known(), facts(paid=200_000, outstanding=1_000_000), "INV-1 (Acme) received GBP 20.00; GBP 100.00 is left."),
        (known(paid=200_000), facts(), "INV-1 (Acme) lost a payment of GBP 20.00."),
        (known(status="PAID"), facts(), "INV-1 (Acme) is open: GBP 120.00 is due."),
        (known(due_on=None), facts(), "INV-1 (Acme) is due Tue 1 Dec 2026 now, before on no date."),
        (known(total=10_000), facts(), "INV-1 (Acme) now totals GBP 120.00, before GBP 1.00."),
        (known(), facts(credited=10_000), "INV-1 (Acme) was credited GBP 1.00."),
    ],
)
def test_a_change_is_told_with_names_and_numbers(before, after, words):
    assert invoice_change(before, after, "Acme").sentence == words


def test_values_count_though_the_stamp_stands_still():
    assert is_same(known(), facts())
    assert not is_same(known(), facts(due_on=date(2026, 12, 2)))
    assert not is_same(known(customer_xero_id="c9"), facts())


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [
        (None, Reconciled.XEROS),
        (Kept(date(2026, 12, 4), "pending", NOW), Reconciled.SAME),
        (Kept(date(2026, 12, 9), "pending", NOW), Reconciled.OURS),
        (Kept(date(2026, 12, 9), "pending", NOW - timedelta(hours=2)), Reconciled.XEROS),
        (Kept(date(2026, 12, 9), "pushed", NOW), Reconciled.XEROS),
        (Kept(date(2026, 12, 9), "refused", NOW), Reconciled.XEROS),
    ],
)
def test_of_two_expected_dates_the_later_change_holds(kept, verdict):
    assert reconciled(kept, date(2026, 12, 4), NOW - timedelta(hours=1)) is verdict


def test_clearing_is_written_as_xero_understands_it():
    assert sparse_body("a1", None) == {"Invoices": [{"InvoiceID": "a1", "ExpectedPaymentDateString": ""}]}
    assert sparse_body("a1", date(2026, 12, 4)) == {"Invoices": [{"InvoiceID": "a1", "ExpectedPaymentDate": "2026-12-04"}]}


def test_a_payment_that_came_in_between_is_no_move_of_money():
    assert not has_moved(Sums(100, 100, 0, 0), Sums(100, 60, 40, 0))
    assert has_moved(Sums(100, 100, 0, 0), Sums(100, 90, 0, 0))
    assert has_moved(Sums(100, 100, 0, 0), Sums(90, 90, 0, 0))


@pytest.mark.parametrize(
    ("last_good", "due"),
    [(None, True), (NOW - timedelta(days=1), True), (NOW - timedelta(minutes=20), False), (NOW - timedelta(minutes=61), True)],
)
def test_the_daily_sync_comes_once_after_its_hour(last_good, due):
    assert is_due(NOW, last_good, "Europe/London", 540) is due


def test_before_its_hour_it_waits():
    assert not is_due(NOW, None, "America/New_York", 540)
