from datetime import date, timedelta
from decimal import Decimal

import msgspec

from app.statements.account import OpenInvoice, Receipt, UnusedCredit, accounts, band_of, fingerprint
from app.statements.letterhead import bank_lines, particulars, postal_address
from app.statements.pdf import accent_on_paper, paper_of, statement_html
from tests.unit.statements.samples import TODAY, a_statement, an_invoice


def test_the_bands_begin_the_day_after_the_due_date() -> None:
    ages = [0, 1, 30, 31, 60, 61, 90, 91]
    assert [band_of(TODAY - timedelta(days=age), TODAY) for age in ages] == [0, 1, 1, 2, 2, 3, 3, 4]


def test_without_a_due_date_nothing_is_late() -> None:
    assert band_of(None, TODAY) == 0


def test_currencies_are_never_added_and_the_businesss_own_comes_first() -> None:
    rows = [an_invoice("A", "9000", currency="EUR"), an_invoice("B", "1"), an_invoice("C", "2", currency="EUR")]
    found = accounts(rows, [], [], TODAY, "GBP")
    assert [(each.currency, each.outstanding) for each in found] == [("GBP", Decimal(1)), ("EUR", Decimal(9002))]


def test_a_credit_lowers_the_balance_and_not_what_is_outstanding() -> None:
    credit = UnusedCredit("CN-1", "Credit note", "GBP", TODAY, Decimal("30.00"))
    (account,) = accounts([an_invoice("A", "100.00")], [credit], [], TODAY, "GBP")
    assert (account.outstanding, account.credit, account.balance) == (Decimal(100), Decimal(30), Decimal(70))


def test_a_currency_with_receipts_alone_is_still_told() -> None:
    (account,) = accounts([], [], [Receipt(TODAY, "Payment", "A", "USD", Decimal(5))], TODAY, "GBP")
    assert (account.currency, account.received, account.outstanding) == ("USD", Decimal(5), Decimal(0))


def test_another_day_alone_is_the_same_account() -> None:
    account = a_statement([an_invoice("A", "10")])
    tomorrow = msgspec.structs.replace(account, as_of_on=TODAY + timedelta(days=1))
    assert fingerprint(account) == fingerprint(tomorrow)


def test_a_payment_a_query_or_new_bank_details_make_another_account() -> None:
    before = fingerprint(a_statement([an_invoice("A", "10")]))
    others = [
        a_statement([an_invoice("A", "9")]),
        a_statement([an_invoice("A", "10", mark="in query")]),
        a_statement([an_invoice("A", "10")], bank=(("Sort code", "99-99-99"),)),
        a_statement([an_invoice("A", "10")], receipts=[Receipt(TODAY, "Payment", "B", "GBP", Decimal(1))]),
    ]
    assert before not in [fingerprint(each) for each in others]


def test_north_america_writes_on_letter_and_the_rest_on_a4() -> None:
    assert [paper_of(country) for country in ("GB", "US", "NZ", "CA")] == ["a4", "letter", "a4", "letter"]


def test_a_pale_colour_is_darkened_until_it_can_be_read() -> None:
    assert accent_on_paper("#ffff00") != "#ffff00"
    assert accent_on_paper("javascript:alert(1)") == "#1c2023"


def test_what_customers_and_books_say_is_inert_in_the_document() -> None:
    nasty = '</td><img src="http://evil.example/x.png"><pdf:include src="/etc/passwd">'
    html = statement_html(a_statement([an_invoice(nasty, "10", reference=nasty)], customer=nasty, footer=nasty), 1)
    assert "<img" not in html
    assert "<pdf:include" not in html


def test_bank_details_keep_lines_without_a_label() -> None:
    assert bank_lines("Sort code: 20-00-00\n\nBorealis Studio Ltd ") == (
        ("Sort code", "20-00-00"),
        ("", "Borealis Studio Ltd"),
    )


def test_particulars_leave_out_what_is_not_known() -> None:
    assert particulars("Borealis Ltd", "", "1 High Street\nLondon") == "Borealis Ltd · 1 High Street, London"


def test_the_postal_address_comes_before_the_street() -> None:
    street = '{"kind": "STREET", "lines": ["2 Mill Lane"], "city": "Leeds", "region": "", "postal_code": "LS1", "country": ""}'
    postal = '{"kind": "POBOX", "lines": ["PO Box 1"], "city": "York", "region": "", "postal_code": "YO1", "country": "UK"}'
    assert postal_address(f"[{street}, {postal}]") == ("PO Box 1", "York YO1", "UK")
    assert postal_address(f"[{street}]") == ("2 Mill Lane", "Leeds LS1")
    assert postal_address("[]") == ()


def test_an_invoice_without_dates_is_last_and_blank() -> None:
    undated = OpenInvoice(
        number="U", reference="", currency="GBP", issued_on=None, due_on=None, total=Decimal(1), outstanding=Decimal(1)
    )
    (account,) = accounts([undated, an_invoice("A", "2", due_on=date(2030, 1, 1))], [], [], TODAY, "GBP")
    assert [each.number for each in account.invoices] == ["A", "U"]
    assert "None" not in statement_html(a_statement([undated]), 1)
