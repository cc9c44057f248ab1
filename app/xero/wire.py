"""Xero's records as they come over the wire.

Everything may be null, unknown fields are passed over, unknown enum values are kept as text, and money is Decimal: one
odd record must never cost us its page.
"""

from decimal import Decimal

from msgspec import Struct

_UPPER = {"id": "ID", "utc": "UTC"}


def _xero_name(name: str) -> str:
    """updated_date_utc → UpdatedDateUTC."""
    return "".join(_UPPER.get(word, word.capitalize()) for word in name.split("_"))


class Wire(Struct, rename=_xero_name, gc=False):
    """Base of all records: PascalCase on the wire."""


class ContactPerson(Wire):
    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None
    include_in_emails: bool | None = None


class Phone(Wire):
    phone_type: str | None = None
    phone_number: str | None = None
    phone_area_code: str | None = None
    phone_country_code: str | None = None


class Address(Wire):
    address_type: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    address_line4: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Contact(Wire):
    contact_id: str | None = None
    name: str | None = None
    account_number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None
    contact_status: str | None = None
    merged_to_contact_id: str | None = None
    contact_persons: list[ContactPerson | None] | None = None
    phones: list[Phone | None] | None = None
    addresses: list[Address | None] | None = None
    updated_date_utc: str | None = None


class ContactRef(Wire):
    contact_id: str | None = None
    name: str | None = None


class AppliedPayment(Wire):
    payment_id: str | None = None
    date: str | None = None
    amount: Decimal | None = None


class AppliedCredit(Wire):
    """A credit note, prepayment or overpayment in the list of what was applied to an invoice."""

    credit_note_id: str | None = None
    prepayment_id: str | None = None
    overpayment_id: str | None = None
    date: str | None = None
    date_string: str | None = None
    applied_amount: Decimal | None = None


class Invoice(Wire):
    type: str | None = None
    invoice_id: str | None = None
    invoice_number: str | None = None
    reference: str | None = None
    contact: ContactRef | None = None
    date: str | None = None
    date_string: str | None = None
    due_date: str | None = None
    due_date_string: str | None = None
    expected_payment_date: str | None = None
    expected_payment_date_string: str | None = None
    fully_paid_on_date: str | None = None
    status: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    amount_due: Decimal | None = None
    amount_paid: Decimal | None = None
    amount_credited: Decimal | None = None
    sent_to_contact: bool | None = None
    has_attachments: bool | None = None
    is_discounted: bool | None = None
    branding_theme_id: str | None = None
    payments: list[AppliedPayment | None] | None = None
    credit_notes: list[AppliedCredit | None] | None = None
    prepayments: list[AppliedCredit | None] | None = None
    overpayments: list[AppliedCredit | None] | None = None
    updated_date_utc: str | None = None


class Credit(Wire):
    """A credit note, prepayment or overpayment as a document of its own."""

    credit_note_id: str | None = None
    prepayment_id: str | None = None
    overpayment_id: str | None = None
    type: str | None = None
    credit_note_number: str | None = None
    invoice_number: str | None = None
    reference: str | None = None
    contact: ContactRef | None = None
    date: str | None = None
    date_string: str | None = None
    status: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    remaining_credit: Decimal | None = None
    updated_date_utc: str | None = None


class Organisation(Wire):
    organisation_id: str | None = None
    name: str | None = None
    legal_name: str | None = None
    registration_number: str | None = None
    base_currency: str | None = None
    country_code: str | None = None
    timezone: str | None = None
    short_code: str | None = None
    period_lock_date: str | None = None
    end_of_year_lock_date: str | None = None
    addresses: list[Address | None] | None = None
    phones: list[Phone | None] | None = None


class Action(Wire):
    """What the Xero user may do, of GET /Organisation/Actions."""

    name: str | None = None
    status: str | None = None


class OnlineInvoice(Wire):
    online_invoice_url: str | None = None


class Reminders(Wire):
    enabled: bool | None = None


class Payment(Wire):
    """Of GET /Payments; invoices carry their own list."""

    payment_id: str | None = None
    payment_type: str | None = None
    status: str | None = None
    account: "AccountRef | None" = None
    updated_date_utc: str | None = None


class AccountRef(Wire):
    account_id: str | None = None
    code: str | None = None
    type: str | None = None


class User(Wire):
    """Who may use the organisation in Xero, of GET /Users."""

    user_id: str | None = None
    organisation_role: str | None = None


class Theme(Wire):
    branding_theme_id: str | None = None
    name: str | None = None
    sort_order: int | None = None


class Tenant(Struct, rename="camel", gc=False):
    """One of GET /connections. `id` names the connection (for DELETE), `tenant_id` goes into headers."""

    id: str
    tenant_id: str
    tenant_type: str = ""
    tenant_name: str | None = None
    updated_date_utc: str | None = None
