"""How the admin shows the books, and all that is written to customers. Pure."""

from app.admin.showing import Shown

RECEIVABLES, CHASING, MAIL, TEXTS = "Receivables", "Chasing", "Mail", "Templates and schedules"
PORTAL, PRIVACY, XERO = "Portal and statements", "Privacy", "Xero"

BOOKS = {
    "message": Shown(
        MAIL,
        "Everything that is mailed, and what became of it: planned, approved, sending, sent, failed, unknown or cancelled."
        " Members decide about their own; what the product mails for itself can be sent again by a form.",
        "id organisation_id kind state state_reason to_addresses subject attempts last_answer sent_at created_at",
    ),
    "sender": Shown(
        MAIL,
        "A mailbox that sends: normal or escalated. Its passwords are sealed and never shown.",
        "id organisation kind name address account host proved_at stopped_at stopped_reason trouble",
    ),
    "incoming": Shown(
        MAIL,
        "A reply or returned mail from a customer.",
        "id organisation_id kind customer_id from_address subject arrived_at decision decided_by",
    ),
    "sent_copy": Shown(
        MAIL, "A copy on its way into the Sent folder of a mailbox.", "id message_id sender state attempts answer"
    ),
    "mail_consent": Shown(
        MAIL,
        "Somebody's way to Google or Microsoft to sign in to a mailbox.",
        "id organisation_id sender_id account created_at used_at",
    ),
    "email_template": Shown(
        TEXTS, "The text of an email with placeholders.", "id organisation name purpose shipped_as current_version archived_at"
    ),
    "email_template_version": Shown(
        TEXTS, "One version of a template, in one language.", "id template number language subject made_by made_at"
    ),
    "schedule": Shown(TEXTS, "An ordered list of steps.", "id organisation name paused entry_offset minimum archived_at"),
    "schedule_step": Shown(
        TEXTS,
        "A step: a day counted from the due date, and a template.",
        "id schedule offset_days template sender_kind needs_approval",
    ),
    "schedule_assignment": Shown(
        TEXTS, "Who put which customers on a schedule.", "id organisation schedule_id made_by made_at undone_at"
    ),
    "customer": Shown(
        RECEIVABLES,
        "A Xero contact that has, or had, sales invoices.",
        "id organisation name account_number email chasing stop paused_until_on is_archived erased_at",
    ),
    "recipient": Shown(
        RECEIVABLES, "An email address of a customer, and what it gets.", "id customer email name kind source bounced_at"
    ),
    "customer_summary": Shown(
        RECEIVABLES,
        "What a customer owes, counted. Money is in ten-thousandths.",
        "id customer outstanding_base overdue_base open_count overdue_count days_late next_reminder_on counted_on",
    ),
    "invoice": Shown(
        RECEIVABLES,
        "A sales invoice as Xero has it. Money is in ten-thousandths.",
        "id organisation customer number status currency due_on total outstanding is_open excluded",
    ),
    "credit": Shown(
        RECEIVABLES,
        "An unallocated credit note, prepayment or overpayment.",
        "id organisation customer kind number currency remaining status",
    ),
    "payment": Shown(RECEIVABLES, "A payment in Xero.", "id organisation customer invoice kind paid_on amount currency status"),
    "cached_pdf": Shown(RECEIVABLES, "An invoice's PDF, kept until the invoice changes.", "id invoice size fetched_at"),
    "bulk_change": Shown(
        RECEIVABLES, "A change of many rows that can be taken back.", "id organisation kind value made_by made_at undone_at"
    ),
    "run": Shown(
        CHASING,
        "One planning pass for one organisation on one day.",
        "id organisation day due_count held_count started_at finished_at",
    ),
    "reminder": Shown(
        CHASING,
        "One email to one customer about one or more invoices. Its state is its message's.",
        "id organisation customer message kind planned_on template_name step_number needs_approval reason",
    ),
    "reminder_invoice": Shown(
        CHASING, "An invoice that a reminder carries or lists.", "id reminder invoice is_carried step_number amount currency"
    ),
    "outlook": Shown(
        CHASING,
        "Why an open invoice is held, or what comes next.",
        "id invoice organisation_id hold until_on sentence next_step next_on",
    ),
    "template_failure": Shown(
        CHASING, "A template that could not be filled in for a customer.", "id customer template_id reason failed_at"
    ),
    "wording": Shown(CHASING, "A letter in somebody's own words.", "id organisation customer subject made_by made_at"),
    "upcoming_email": Shown(
        CHASING,
        "What is going to go in the coming four weeks.",
        "id organisation_id customer_id goes_on kind template_name needs_approval",
    ),
    "upcoming_pass": Shown(
        CHASING, "How far the look ahead has come.", "id organisation_id day up_to done of started_at finished_at"
    ),
    "arrangement": Shown(
        CHASING,
        "A skip, a putting off or bringing forward.",
        "id organisation customer kind from_on until_on made_by made_at ended_at",
    ),
    "expected_date": Shown(
        CHASING,
        "When a customer is expected to pay; two-way with Xero.",
        "id organisation invoice expected_on source set_by push refusal",
    ),
    "promise": Shown(
        CHASING,
        "An expected payment date given by the customer.",
        "id organisation customer invoice promised_on amount state source",
    ),
    "told_paid": Shown(
        CHASING, "A customer says that it is paid.", "id organisation customer invoice told_on source noted_by withdrawn_at"
    ),
    "dispute": Shown(
        CHASING,
        "A query on an invoice or part of it; chasing of that part waits.",
        "id organisation customer invoice reason amount opened_at opened_by resolved_at outcome",
    ),
    "portal_link": Shown(
        PORTAL,
        "A customer's link to their page. Only sealed and as a digest.",
        "id customer created_at expires_at revoked_at last_opened_at",
    ),
    "portal_settings": Shown(
        PORTAL, "How the customers' page looks.", "id organisation shows_bank_details shows_paid takes_promises takes_disputes"
    ),
    "portal_visit": Shown(PORTAL, "What a customer did on their page.", "id organisation_id customer act sentence happened_at"),
    "statement": Shown(
        PORTAL, "A statement that was made.", "id organisation customer month as_of_on message_id pages made_at"
    ),
    "statement_settings": Shown(
        PORTAL, "When and to whom statements go.", "id organisation switched_on_at day chasing_only template_id sends"
    ),
    "privacy_settings": Shown(
        PRIVACY, "How long an organisation keeps mail and logs.", "id organisation mail_months log_months"
    ),
    "restored_copy": Shown(PRIVACY, "A backup that was brought back here.", "id taken_at restored_at version"),
    "xero_connection": Shown(
        XERO,
        "The Xero tenant of an organisation.",
        "id organisation provider tenant_name state reason user_role connected_at disconnected_at last_good_sync_at",
    ),
    "xero_grant": Shown(
        XERO, "A Xero user's consent. Its tokens are sealed.", "id provider expires_at refreshed_at revoked_at"
    ),
    "xero_authorisation": Shown(
        XERO, "Somebody's way to Xero's consent page and back.", "id organisation_id provider created_at used_at"
    ),
    "sync_run": Shown(
        XERO,
        "A sync: what it read and what went wrong.",
        "id organisation trigger state stage read expected changed calls problem started_at finished_at",
    ),
    "quarantined": Shown(
        XERO,
        "A record of Xero's that could not be read, put aside. Fill in resolved at when it has been dealt with.",
        "id organisation resource label reason seen_at resolved_at",
        frozenset({"resolved_at"}),
    ),
    "xero_cursor": Shown(
        XERO, "How far each kind of record has been read.", "id organisation resource modified_since swept_at"
    ),
    "xero_call_budget": Shown(
        XERO,
        "How many calls Xero still allows.",
        "id organisation_id day_remaining minute_remaining blocked_until_at blocked_by",
    ),
}
