"""Where a customer's data lie, table by table: how to find them, and what erasing leaves of them. Pure.

Every table of the product stands here, under HOLDINGS, MENTIONS or WITHOUT (tests/attacks/test_p1_export.py): a new one
cannot be forgotten.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

KEPT: dict[str, Any] = {}
DELETED = None


class Holding(Struct, frozen=True):
    """`where` finds a customer's rows; each {} in it stands for the customer's id. `erased`: what is written over its
    columns; KEPT leaves the row as it is, DELETED removes it."""

    table: str
    where: str
    erased: Mapping[str, Any] | None = DELETED


OWN = "customer = {}"
BY_ID = "customer_id = {}"
OF_INVOICES = "invoice IN (SELECT id FROM invoice WHERE customer = {})"
OF_MAIL = "message_id IN (SELECT id FROM message WHERE customer_id = {})"
TOLD = "customer_id = {} OR invoice_id IN (SELECT id FROM invoice WHERE customer = {})"
IN_MAIL = "customer_id = {} OR answers_message IN (SELECT id FROM message WHERE customer_id = {})"
REMINDED = "reminder IN (SELECT id FROM reminder WHERE customer = {})"
ASIDE = (
    "organisation = (SELECT organisation FROM customer WHERE id = {})"
    " AND (xero_id = (SELECT xero_id FROM customer WHERE id = {})"
    " OR xero_id IN (SELECT xero_id FROM invoice WHERE customer = {})"
    " OR LOWER(record) LIKE '%' || (SELECT LOWER(xero_id) FROM customer WHERE id = {}) || '%')"
)

EMPTY_MAIL = {
    "to_addresses": "[]", "cc_addresses": "[]", "subject": "", "text": "", "html": "", "attachments": "[]",
    "headers": "{}", "portal_token_sealed": "", "last_answer": "", "state_reason": "", "mime_message_id": "",
}  # fmt: skip

NO_WORDS: dict[str, Any] = {"wording_id": None, "kept_wording_id": None}

ERASED_CUSTOMER: dict[str, Any] = {
    **dict.fromkeys(("account_number", "first_name", "last_name", "email", "language"), ""),
    **dict.fromkeys(("stop", "stop_note", "stopped_by", "pause_note", "paused_by"), ""),
    **dict.fromkeys(("stopped_at", "stop_until_on", "paused_until_on", "replied_at", "assigned_to"), None),
    **dict.fromkeys(("chasing", "wants_statements", "is_individual"), False),
    "phones": "[]",
    "addresses": "[]",
}
"""Its name and the instant are set when it is erased."""

HOLDINGS = (
    Holding("sent_copy", OF_MAIL),
    Holding("audit_value", BY_ID),
    Holding("activity", TOLD),
    Holding("task", TOLD),
    Holding("incoming", IN_MAIL),
    Holding("portal_visit", OWN),
    Holding("portal_link", OWN),
    Holding("arrangement", OWN),
    Holding("template_failure", OWN),
    Holding("outlook", BY_ID),
    Holding("upcoming_email", BY_ID),
    Holding("statement", OWN),
    Holding("wording", OWN),
    Holding("expected_date", OF_INVOICES),
    Holding("promise", OWN),
    Holding("told_paid", OWN),
    Holding("dispute", OWN),
    Holding("cached_pdf", OF_INVOICES),
    Holding("quarantined", ASIDE),
    Holding("recipient", OWN),
    Holding("reminder", OWN, dict.fromkeys(("reason", "died_because", "written_by", "skipped_by"), "") | NO_WORDS),
    Holding("reminder_invoice", REMINDED, KEPT),
    Holding("message", BY_ID, EMPTY_MAIL),
    Holding("invoice", OWN, {"reference": "", "online_url": ""}),
    Holding("credit", OWN, KEPT),
    Holding("payment", OWN, KEPT),
    Holding("customer_summary", OWN, KEPT),
    Holding("customer", "id = {}", ERASED_CUSTOMER),
)
"""In the order in which they are erased: what refers to a row goes before it."""

MENTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "activity": ("organisation_id", ("sentence", "facts", "by")),
    "task": ("organisation_id", ("sentence",)),
    "notice": ("organisation_id", ("sentence", "what_to_do")),
    "message": (
        "organisation_id",
        ("to_addresses", "cc_addresses", "subject", "text", "html", "headers", "last_answer", "state_reason"),
    ),
    "incoming": ("organisation_id", ("from_name", "from_address", "reply_to", "subject", "text", "quoted", "note", "thread")),
    "sync_run": ("organisation", ("examples", "problem")),
    "quarantined": ("organisation", ("label", "reason", "record")),
    "saved_view": ("organisation", ("name", "query")),
}
"""Free text of an organisation that may name a customer in passing: its column of the organisation, and the texts."""

FILES = {"message": "attachments", "incoming": "attachments", "cached_pdf": "file_hash", "statement": "file_hash"}
"""Columns that name files by their hash, alone or in a list of attachments."""

WITHOUT = {
    "lease": "names of work and ids",
    "stored_file": "the bytes of files, exported and erased by their hashes",
    "audit_entry": "ids and names of fields; values lie in audit_value",
    "users": "members, not customers",
    "user_session": "members",
    "one_time_link": "members",
    "second_factor": "members",
    "recovery_code": "members",
    "attempt": "guesses, by address of the network or account; gone within a day",
    "organisation": "the business itself",
    "member": "members",
    "invitation": "members to be",
    "bank_details_change": "the business's own bank details",
    "logo": "the business's picture",
    "column_choice": "how members read lists",
    "xero_grant": "members' consents",
    "xero_connection": "the business's tenant",
    "xero_authorisation": "members' consents",
    "xero_cursor": "how far Xero was read",
    "xero_call_budget": "counts",
    "email_template": "the business's own words",
    "email_template_version": "the business's own words; a customer's stand in wording",
    "sender": "the business's mailboxes",
    "mail_consent": "members' consents",
    "schedule": "the business's rules",
    "schedule_step": "the business's rules",
    "bulk_change": "ids of customers and invoices with dates, members and yes or no",
    "schedule_assignment": "ids of customers and schedules",
    "statement_settings": "the business's settings",
    "portal_settings": "the business's settings",
    "run": "counts",
    "upcoming_pass": "counts",
    "privacy_settings": "the business's settings",
    "restored_copy": "when a backup was taken",
    "failed_job": "names of work, ids and the kind of error, without addresses; gone within a month",
}
"""Tables that hold nothing of a customer, and why."""


def values_for(where: str, customer_id: int) -> tuple[int, ...]:
    """The values of a condition: the customer's id, as often as it is asked for."""
    return (customer_id,) * where.count("{}")
