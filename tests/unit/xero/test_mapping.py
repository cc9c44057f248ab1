"""From Xero's records to our rows, in the user's language."""

import json
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from app.xero.decide import applied, credit_facts, invoice_facts
from app.xero.listing import CREDIT_NOTES, OVERPAYMENTS
from app.xero.people import customer_facts, recipients_of, usable_addresses
from app.xero.set_up import read_set_up
from app.xero.timezones import zone_of
from app.xero.values import Unusable
from app.xero.wire import AppliedCredit, AppliedPayment, Contact, ContactPerson, ContactRef, Credit, Invoice, Phone

A1 = "00000041-0000-4000-8000-000000000001"
C1 = "00000043-0000-4000-8000-000000000001"
N1 = "0000004e-0000-4000-8000-000000000001"
O1 = "0000004f-0000-4000-8000-000000000001"
P1 = "00000050-0000-4000-8000-000000000001"

INVOICE = Invoice(
    type="ACCREC", invoice_id=A1, invoice_number="INV-1", reference="PO 7", contact=ContactRef(C1, "Acme"),
    date_string="2026-11-01T00:00:00", due_date_string="2026-12-01T00:00:00", status="AUTHORISED", currency_code="GBP",
    currency_rate=Decimal("1.0000000000"), total=Decimal("120.00"), amount_due=Decimal("100.00"),
    amount_paid=Decimal("20.00"), amount_credited=Decimal("0"), updated_date_utc="/Date(1793500000000+0000)/",
)  # fmt: skip


def an_invoice(**changes):
    return msgspec.structs.replace(INVOICE, **changes)


def facts(**changes):
    return invoice_facts(an_invoice(**changes), base="GBP", served_at=0)


def test_an_invoice_becomes_a_row():
    row = facts()
    assert (row.number, row.reference, row.customer_xero_id, row.xero_id) == ("INV-1", "PO 7", C1, A1)
    assert (row.total, row.paid, row.outstanding, row.outstanding_base) == (1_200_000, 200_000, 1_000_000, 1_000_000)
    assert (row.issued_on, row.due_on, row.is_open, row.rate) == (date(2026, 11, 1), date(2026, 12, 1), True, "1")


def test_a_bill_is_none_of_ours():
    assert facts(type="ACCPAY") is None


def test_an_invoice_without_due_date_is_kept():
    assert facts(due_date_string=None, due_date=None).due_on is None


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "VOIDED", "DELETED", "NEWLY_INVENTED"])
def test_only_an_authorised_invoice_is_open(status):
    row = facts(status=status)
    assert row.status == status and not row.is_open


def test_a_foreign_amount_is_divided_by_the_rate():
    row = facts(currency_code="EUR", currency_rate=Decimal("1.2500000000"))
    assert (row.outstanding, row.outstanding_base, row.rate) == (1_000_000, 800_000, "1.25")


@pytest.mark.parametrize("rate", ["0", "-2", "NaN", "sNaN", "Infinity", "1e999999", "1.0000000000"])
def test_a_rate_that_is_none_is_taken_for_one(rate):
    row = facts(currency_code="EUR", currency_rate=Decimal(rate))
    assert (row.outstanding_base, row.rate) == (1_000_000, "1")


def test_the_largest_sum_and_the_smallest_part_of_a_penny_are_kept_exactly():
    row = facts(total=Decimal("9999999999999.9999"), amount_due=Decimal("0.00005"))
    assert (row.total, row.outstanding) == (99_999_999_999_999_999, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount_due": None}, "The amount due is missing."),
        ({"total": None}, "The total is missing."),
        ({"status": None}, "Its status is missing."),
        ({"status": "PAID"}, "It says that it is paid, and that something is due."),
        ({"contact": None}, "It belongs to no contact."),
        ({"contact": ContactRef(None, "Acme")}, "It has no usable contact."),
        ({"invoice_id": ""}, "It has no usable identifier."),
        ({"currency_code": "XXQ"}, "The currency 'XXQ' is not known here."),
        ({"amount_due": Decimal("NaN")}, "The amount due is no sum of money: NaN."),
        ({"total": Decimal("1e30")}, "The total is no sum of money: 1E+30."),
        ({"total": Decimal("1e999999")}, "The total is no sum of money: 1E+999999."),
        ({"total": Decimal("-1e13")}, "The total is no sum of money: -1E+13."),
        ({"total": Decimal("sNaN")}, "The total is no sum of money: sNaN."),
        ({"amount_due": Decimal("Infinity")}, "The amount due is no sum of money: Infinity."),
        ({"due_date_string": "soon"}, "Its due date cannot be read: 'soon' is no date."),
        ({"type": None}, "It does not say whether it is a sales invoice."),
    ],
)
def test_what_cannot_be_used_says_why(changes, reason):
    with pytest.raises(Unusable) as told:
        facts(**changes)
    assert str(told.value) == reason


def test_a_change_in_the_future_is_not_believed():
    with pytest.raises(Unusable, match="future"):
        invoice_facts(INVOICE, base="GBP", served_at=1_793_000_000_000)


def test_a_paid_invoice_knows_its_day_even_when_xero_does_not_say_it():
    payments = [AppliedPayment(P1, "/Date(1539993600000+0000)/", Decimal(120))]
    row = facts(status="PAID", amount_due=Decimal(0), payments=payments)
    assert row.paid_on == date(2018, 10, 20)


def test_a_credit_applied_twice_is_one_sum():
    notes = [
        AppliedCredit(credit_note_id=N1, applied_amount=Decimal(5)),
        None,
        AppliedCredit(credit_note_id=N1, applied_amount=Decimal(7)),
    ]
    (row,) = applied(an_invoice(credit_notes=notes), "GBP")
    assert (row.xero_id, row.kind, row.amount) == (N1, "credit_note", 120_000)


def test_a_voided_invoice_has_no_payments():
    payments = [AppliedPayment(P1, None, Decimal(1))]
    assert list(applied(an_invoice(status="VOIDED", payments=payments), "GBP")) == []


def test_text_is_one_line_that_any_database_takes():
    row = facts(invoice_number="INV\x00\r\nBcc: x", reference="r" * 400)
    assert row.number == "INV   Bcc: x" and len(row.reference) == 255


def test_a_credit_becomes_a_row_and_a_suppliers_does_not():
    note = Credit(credit_note_id=N1, type="ACCRECCREDIT", contact=ContactRef(C1, "Acme"), status="AUTHORISED",
                  total=Decimal(9), remaining_credit=Decimal(4), currency_code="GBP", credit_note_number="CN-1")  # fmt: skip
    row = credit_facts(note, CREDIT_NOTES, base="GBP", served_at=0)
    assert row is not None and (row.kind, row.number, row.remaining) == ("credit_note", "CN-1", 40_000)
    bill = msgspec.structs.replace(note, type="ACCPAYCREDIT")
    assert credit_facts(bill, CREDIT_NOTES, base="GBP", served_at=0) is None


def test_a_voided_overpayment_has_nothing_left():
    wire = Credit(overpayment_id=O1, type="RECEIVE-OVERPAYMENT", contact=ContactRef(C1, "Acme"), status="VOIDED",
                  total=Decimal(9), remaining_credit=Decimal(4))  # fmt: skip
    row = credit_facts(wire, OVERPAYMENTS, base="GBP", served_at=0)
    assert row is not None and row.remaining == 0


def test_the_main_address_is_written_to_people_in_emails_are_copied_others_get_none():
    wire = Contact(
        contact_id=C1, name="Acme", first_name="Ann", last_name="Lee", email_address="ap@acme.example",
        contact_persons=[
            ContactPerson("Bo", "Ek", "bo@acme.example", True),
            ContactPerson("Cy", None, "cy@acme.example", False),
            ContactPerson("Ann", "Lee", "AP@ACME.example", True),
        ],
    )  # fmt: skip
    found = [(each.email, each.name, each.kind, each.source) for each in recipients_of(wire)]
    assert found == [
        ("ap@acme.example", "Ann Lee", "normal", "xero_main"),
        ("bo@acme.example", "Bo Ek", "copy", "xero_person"),
        ("cy@acme.example", "Cy", "none", "xero_person"),
    ]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("a@b.example; c@d.example, e@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ("n/a", []),
        ("a@b", []),
        ("a@b.example\r\nBcc: x@y.example", ["a@b.example", "x@y.example"]),
        ("<a@b.example>", []),
        (None, []),
    ],
)
def test_only_what_a_mail_server_would_take_is_an_address(text, addresses):
    assert usable_addresses(text) == addresses


def test_a_contact_without_anything_is_still_a_customer():
    row = customer_facts(Contact(contact_id=C1), served_at=0)
    assert (row.name, row.email, row.phones, row.is_archived) == ("(no name in Xero)", "", "[]", False)


def test_a_phone_is_one_number():
    wire = Contact(contact_id=C1, name="A", phones=[Phone("DEFAULT", "7946 0195", "20", "44"), Phone("FAX", ""), None])
    assert json.loads(customer_facts(wire, served_at=0).phones) == [{"kind": "default", "number": "+44 20 7946 0195"}]


@pytest.mark.parametrize(
    ("name", "country", "zone"),
    [
        ("GMTSTANDARDTIME", "GB", "Europe/London"),
        ("NEWZEALANDSTANDARDTIME", "NZ", "Pacific/Auckland"),
        ("AUSEASTERNSTANDARDTIME", "AU", "Australia/Sydney"),
        ("EASTERNSTANDARDTIME(MEXICO)", "MX", "America/Cancun"),
        ("UTC", "GB", "UTC"),
        ("INVENTEDTIME", "GB", "Europe/London"),
        (None, "QQ", "UTC"),
    ],
)
def test_xeros_timezones_have_a_place_on_earth(name, country, zone):
    assert zone_of(name, country) in (zone, f"Etc/{zone}")


def test_the_settings_form_knows_what_is_wrong():
    form, errors = read_set_up({"name": " ", "country": "XQ", "timezone": "Mars", "starts_with": "some"}, frozenset({"GB"}))
    assert set(errors) == {"name", "country", "timezone", "starts_with"}
    form, errors = read_set_up(
        {"name": "B", "country": "au", "timezone": "Australia/Perth", "starts_with": "all"}, frozenset({"AU"})
    )
    assert errors == {} and form.locale == "en_AU"
