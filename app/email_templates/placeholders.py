"""Every placeholder that a template may use, with what it stands for and an example.

How they are written, all on one line each:

    {{ due_date }}                                        the value; a blank one without fallback stops the email
    {{ contact_first_name | there }}                      the text after the bar where the value is blank
    {{ account_number | }}                                nothing where it is blank; a line left empty by this goes
    {{ invoice_count: this invoice | these # invoices }}  the first where the number is 1, else the second; # is it
    {{ if invoice_reference }}Your reference …            the line stays only where the value is not blank
    {{ if not portal_link }} … {{ if one invoice_count }} … {{ if many invoice_count }} …
"""

from typing import Final

from msgspec import Struct


class Placeholder(Struct, frozen=True):
    name: str
    meaning: str
    example: str
    is_count: bool = False
    may_be_blank: bool = False


def _p(name: str, meaning: str, example: str, *, count: bool = False, blank: bool = False) -> Placeholder:
    return Placeholder(name, meaning, example, count, blank)


PLACEHOLDERS: Final = (
    _p("customer_name", "The customer's name", "Acme Ltd"),
    _p("contact_first_name", "The contact's first name", "Maria", blank=True),
    _p("contact_last_name", "The contact's last name", "Lopez", blank=True),
    _p("contact_full_name", "First and last name", "Maria Lopez", blank=True),
    _p("greeting", "Hello with the first name, where there is one", "Hello Maria"),
    _p("account_number", "The customer's account number in Xero", "ACM-014", blank=True),
    _p("invoice_number", "The number of the invoice, or of all that the email is about", "INV-0231"),
    _p("invoice_reference", "The customer's own reference: job or purchase order number", "PO 4711", blank=True),
    _p("issue_date", "When the (oldest) invoice was issued", "Sun 1 November 2026"),
    _p("due_date", "When the (oldest) invoice is due", "Tue 1 December 2026"),
    _p("days_overdue", "Days since the oldest invoice of this email fell due", "7", count=True),
    _p("days_until_due", "Days until the first invoice of this email falls due", "3", count=True),
    _p("invoice_total", "The invoices of this email as they were issued", "£1,240.00"),
    _p("amount_paid", "What has been paid or credited on them", "£600.00", blank=True),
    _p("amount_due", "What is left to pay on them", "£640.00"),
    _p("currency", "The currency of the invoices", "GBP"),
    _p("expected_payment_date", "When the customer is expected to pay", "Fri 11 December 2026", blank=True),
    _p("invoice_link", "Where the invoice can be seen", "https://…", blank=True),
    _p("pay_link", "Where it can be paid", "https://…", blank=True),
    _p("invoice_table", "A table of the invoices of this email", "a table"),
    _p("overdue_list", "A table of the customer's other overdue invoices", "a table", blank=True),
    _p("upcoming_list", "A table of invoices that fall due soon", "a table", blank=True),
    _p("invoice_count", "How many invoices this email is about", "2", count=True),
    _p("overdue_count", "How many invoices of the customer are overdue", "3", count=True),
    _p("total_outstanding", "All that the customer owes", "£2,480.00"),
    _p("total_overdue", "What of it is overdue", "£1,240.00", blank=True),
    _p("unallocated_credit", "Credit of the customer not yet set against an invoice", "£100.00", blank=True),
    _p("net_overdue", "What is overdue less that credit", "£1,140.00", blank=True),
    _p("oldest_days_overdue", "Days since the customer's oldest overdue invoice fell due", "34", count=True),
    _p("portal_link", "The customer's own page", "https://…", blank=True),
    _p("statement_link", "Where the customer can get a statement", "https://…", blank=True),
    _p("promise_link", "Where the customer can say when they will pay", "https://…", blank=True),
    _p("dispute_link", "Where the customer can say that something is wrong", "https://…", blank=True),
    _p("my_company_name", "Your business", "Borealis Studio"),
    _p("logo", "Your logo", "a picture", blank=True),
    _p("sender_name", "Who sends the email", "Anna Berg"),
    _p("sender_email", "The address it is answered to", "accounts@borealis.example"),
    _p("sender_phone", "The sender's phone number", "020 7946 0321", blank=True),
    _p("signature", "The sender's signature, with the particulars the law asks of a company", "Anna Berg …"),
    _p("bank_details", "Where a transfer goes", "Sort code 20-00-00 …", blank=True),
    _p("today", "The day the email goes", "Tue 1 December 2026"),
    _p("last_contact_date", "When the last reminder about these invoices went", "Tue 24 November 2026", blank=True),
    _p("reminder_number", "1 for the first reminder about the invoice, then 2, 3 …", "2", count=True),
    _p("answer_by_date", "By when an answer is asked for: three working days on", "Fri 4 December 2026"),
    _p("call_date", "When you will ring: five working days on", "Tue 8 December 2026"),
)  # fmt: skip

BY_NAME: Final = {placeholder.name: placeholder for placeholder in PLACEHOLDERS}
