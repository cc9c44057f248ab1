"""The arithmetic of the reports."""

from datetime import date
from decimal import Decimal

from app.money import units
from app.reports.aged import Aged, aged_report
from app.reports.broken import Ended, broken_report
from app.reports.brought_in import Gone, Receipt, brought_by, brought_report, collected_since
from app.reports.cash import Owed, cash_report, likely_on, weeks_of
from app.reports.default_parts import Default
from app.reports.late import Books, Paid, late_report
from app.reports.months import last_of, months_up_to

TODAY = date(2026, 11, 30)
LOCALE = "en_GB"


def aged(customer: str, *sums: str, currency: str = "GBP", rate: str = "1", credit: str = "0") -> Aged:
    number = sum(map(ord, customer))
    return Aged(number, customer, currency, Decimal(rate), tuple(units(Decimal(each)) for each in sums), units(Decimal(credit)))


def test_a_customer_has_a_line_for_each_currency_and_the_total_is_in_base():
    found = [
        aged("Acme", "10", "20", "0", "0", "0"),
        aged("Acme", "120", "0", "0", "0", "0", currency="EUR", rate="1.20"),
        aged("Quay", "0", "0", "0", "0", "500"),
    ]
    report = aged_report(found, TODAY, "GBP", LOCALE, with_credits=False)
    assert [row.values[:2] for row in report.rows] == [("Quay", "GBP"), ("Acme", "EUR"), ("Acme", "GBP")]
    assert report.rows[1].values[-2:] == (Decimal("120"), Decimal("100.00"))
    assert report.total is not None
    assert report.total.values[-1] == Decimal("630.00")
    assert "2 customers owe £630.00, of it £520.00 overdue" in report.said


def test_two_rates_of_one_currency_are_one_line_converted_each_by_its_own():
    found = [aged("Acme", "0", "120", "0", "0", "0", currency="EUR", rate=rate) for rate in ("1.20", "1.50")]
    (row,) = aged_report(found, TODAY, "GBP", LOCALE, with_credits=False).rows
    assert row.values[3] == Decimal("240")
    assert row.values[-1] == Decimal("180.00")


def test_credit_stands_beside_what_is_owed():
    found = [aged("Acme", "0", "100", "0", "0", "0"), aged("Acme", "0", "0", "0", "0", "0", credit="30")]
    report = aged_report(found, TODAY, "GBP", LOCALE, with_credits=True)
    assert [head.label for head in report.heads][-2:] == ["Unused credit", "In GBP"]
    assert report.rows[0].values[-3:] == (Decimal("100"), Decimal("30"), Decimal("100"))


def owed(value: str, **facts: object) -> Owed:
    standard: dict[str, object] = {"expected_on": None, "due_on": None, "days_late": None}
    return Owed(1, Decimal(value), **{**standard, **facts})  # type: ignore[arg-type]


def test_an_expected_date_goes_before_the_habit_and_a_habit_is_never_early():
    assert likely_on(owed("1", expected_on=date(2026, 12, 9), due_on=date(2026, 12, 1), days_late=30), TODAY) == date(
        2026, 12, 9
    )
    assert likely_on(owed("1", due_on=date(2026, 12, 1), days_late=12), TODAY) == date(2026, 12, 13)
    assert likely_on(owed("1", due_on=date(2026, 12, 1), days_late=-5), TODAY) == date(2026, 12, 1)
    assert likely_on(owed("1", due_on=date(2026, 9, 1), days_late=3), TODAY) is None
    assert likely_on(owed("1"), TODAY) == TODAY


def test_every_penny_is_in_one_week_and_what_is_disputed_in_none():
    found = [
        owed("100", expected_on=date(2026, 12, 8)),
        owed("50", due_on=date(2026, 11, 1), disputed=Decimal("20")),
        owed("7", due_on=date(2027, 6, 1)),
    ]
    weeks = weeks_of(found, TODAY, LOCALE)
    assert {week.label: week.value for week in weeks if week.value} == {
        "Should have come: no date": Decimal("30"),
        "Week of Mon 7 Dec": Decimal("100"),
        "Later": Decimal("7"),
        "In dispute: no date": Decimal("20"),
    }
    report = cash_report(found, TODAY, "GBP", LOCALE)
    assert report.total is not None
    assert report.total.values == ("Total", 3, Decimal("100"), Decimal("57"), Decimal("157"))
    assert report.said == "£100.00 is likely to come within four weeks."


def gone(message: int, on: date, *invoices: int) -> Gone:
    return Gone(message, "Firm", on, 1, invoices, Decimal("100"))


def test_a_payment_counts_for_the_last_email_before_it_and_only_once():
    emails = [gone(1, date(2026, 11, 2), 7), gone(2, date(2026, 11, 9), 7)]
    assert {k: v.value for k, v in brought_by(emails, [Receipt(7, date(2026, 11, 9), Decimal("100"))]).items()} == {
        2: Decimal("100")
    }
    assert {k: v.value for k, v in brought_by(emails, [Receipt(7, date(2026, 11, 8), Decimal("40"))]).items()} == {
        1: Decimal("40")
    }


def test_a_payment_before_any_email_or_long_after_it_counts_for_none():
    emails = [gone(1, date(2026, 10, 1), 7)]
    receipts = [
        Receipt(7, date(2026, 9, 30), Decimal("1")),
        Receipt(7, date(2026, 11, 1), Decimal("2")),
        Receipt(8, date(2026, 10, 2), Decimal("3")),
    ]
    assert brought_by(emails, receipts) == {}
    assert collected_since(date(2026, 9, 1), emails, [Receipt(7, date(2026, 10, 31), Decimal("5"))]) == Decimal("5")
    assert collected_since(date(2026, 11, 1), emails, [Receipt(7, date(2026, 10, 31), Decimal("5"))]) == Decimal("0")


def test_what_emails_brought_in_is_told_by_template():
    emails = [gone(1, date(2026, 11, 2), 7), gone(2, date(2026, 11, 2), 8)]
    report = brought_report(emails, [Receipt(7, date(2026, 11, 5), Decimal("100"))], TODAY, "GBP", LOCALE)
    assert report.rows[0].values == ("Firm", 2, Decimal("200"), Decimal("100"), Decimal("0.50"), Decimal("3.0"))
    assert report.said == "2 emails went; £100.00 came in after them."


def test_dso_holds_receivables_against_ninety_days_of_sales():
    books = Books(
        owed=Decimal("300"),
        invoiced={date(2026, 11, 10): Decimal("200"), date(2026, 9, 20): Decimal("400"), date(2026, 8, 1): Decimal("999")},
        received={date(2026, 11, 20): Decimal("100")},
        paid={"2026-11": Paid(2, 25)},
    )
    rows = {row.values[0]: row.values for row in late_report(books, TODAY, "GBP", LOCALE).rows}
    assert rows["Nov 26"] == ("Nov 26", 2, Decimal("12.5"), Decimal("300"), Decimal("45"))
    assert rows["Oct 26"][3:] == (Decimal("200"), Decimal("45"))
    assert rows["Oct 26"][2] is None


def test_without_a_payment_or_a_sale_there_is_no_average():
    report = late_report(Books(Decimal(0), {}, {}, {}), TODAY, "GBP", LOCALE)
    assert report.said == "No invoice has been paid in the last twelve months."
    assert {row.values[4] for row in report.rows} == {None}


def test_who_breaks_promises_is_told_with_how_often_they_are_kept():
    ended = [
        Ended(1, "Acme", True, Decimal("100"), Decimal("60"), date(2026, 11, 3)),
        Ended(1, "Acme", False, Decimal("50"), Decimal("0"), date(2026, 11, 9)),
        Ended(2, "Quay", False, Decimal("50"), Decimal("0"), date(2026, 11, 9)),
    ]
    report = broken_report(ended, TODAY, "GBP", LOCALE)
    assert [row.values for row in report.rows] == [
        ("Acme", 1, 1, Decimal("0.50"), date(2026, 11, 3), Decimal("100"), Decimal("60"))
    ]
    assert report.said == "1 of 3 promises were broken; £60.00 of that is still outstanding."


def test_twelve_months_end_with_this_one():
    assert months_up_to(date(2026, 2, 28), 3) == ("2025-12", "2026-01", "2026-02")
    assert last_of("2026-02", date(2026, 3, 9)) == date(2026, 2, 28)
    assert last_of("2026-11", TODAY) == TODAY
    assert last_of("2026-12", date(2026, 12, 4)) == date(2026, 12, 4)


def test_a_default_that_was_changed_says_so():
    assert Default("Gap", "7 days", "4 days", "").is_changed
    assert not Default("Gap", "4 days", "4 days", "").is_changed
