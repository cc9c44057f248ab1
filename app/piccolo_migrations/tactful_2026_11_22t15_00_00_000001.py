"""What Piccolo's columns cannot say on both databases: unique pairs, partial and covering indexes, append-only audit."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import engine, is_sqlite

ID = "2026-11-22T15:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "unique pairs and indexes"

STATEMENTS = (
    'CREATE UNIQUE INDEX member_once ON member (organisation, "user")',
    "CREATE UNIQUE INDEX customer_in_xero ON customer (organisation, xero_id)",
    "CREATE INDEX customer_by_name ON customer (organisation, name)",
    "CREATE UNIQUE INDEX recipient_once ON recipient (customer, email)",
    "CREATE UNIQUE INDEX summary_of_customer ON customer_summary (customer)",
    "CREATE INDEX summary_by_overdue ON customer_summary (organisation_id, overdue_base)",
    "CREATE UNIQUE INDEX invoice_in_xero ON invoice (organisation, xero_id)",
    "CREATE INDEX invoice_open ON invoice (organisation, is_open, due_on)",
    "CREATE INDEX invoice_by_number ON invoice (organisation, number)",
    "CREATE INDEX invoice_of_customer ON invoice (customer, is_open)",
    "CREATE UNIQUE INDEX credit_in_xero ON credit (organisation, xero_id)",
    "CREATE UNIQUE INDEX payment_once ON payment (organisation, xero_id, invoice)",
    "CREATE UNIQUE INDEX cached_pdf_once ON cached_pdf (invoice)",
    "CREATE UNIQUE INDEX expected_date_once ON expected_date (invoice)",
    "CREATE UNIQUE INDEX one_active_promise ON promise (invoice) WHERE state = 'active'",
    "CREATE UNIQUE INDEX connection_of_organisation ON xero_connection (organisation)",
    "CREATE UNIQUE INDEX one_live_tenant ON xero_connection (tenant_id, organisation)",
    "CREATE UNIQUE INDEX cursor_once ON xero_cursor (organisation, resource)",
    "CREATE UNIQUE INDEX template_version_once ON email_template_version (template, language, number)",
    "CREATE UNIQUE INDEX step_once ON schedule_step (schedule, offset_days)",
    "CREATE UNIQUE INDEX statement_once ON statement (customer, month)",
    "CREATE UNIQUE INDEX statement_settings_once ON statement_settings (organisation)",
    "CREATE UNIQUE INDEX portal_settings_once ON portal_settings (organisation)",
    "CREATE UNIQUE INDEX message_once ON message (unique_key)"
    " WHERE unique_key IS NOT NULL AND state NOT IN ('failed', 'cancelled')",
    "CREATE INDEX message_due ON message (state, next_attempt_at)",
    "CREATE UNIQUE INDEX step_of_invoice_once ON reminder_invoice (invoice, step_offset, occurrence)"
    " WHERE is_live AND is_carried",
    "CREATE UNIQUE INDEX outlook_of_invoice ON outlook (invoice)",
    "CREATE INDEX activity_of_customer ON activity (customer_id, happened_at)",
    "CREATE INDEX activity_of_invoice ON activity (invoice_id, happened_at)",
    "CREATE INDEX customer_by_lower_name ON customer (organisation, LOWER(name))",
    "CREATE INDEX invoice_in_foreign_currency ON invoice (organisation, currency) WHERE rate <> '1'",
)

ON_SQLITE = (
    "CREATE INDEX summary_by_outstanding ON customer_summary (organisation_id, outstanding_base)",
    "CREATE INDEX summary_by_age ON customer_summary (organisation_id, oldest_due_on)",
    "CREATE INDEX summary_by_next_reminder ON customer_summary (organisation_id, next_reminder_on)",
    "CREATE INDEX invoice_by_outstanding ON invoice (organisation, outstanding_base) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_total ON invoice (organisation, total) WHERE is_open = TRUE",
    "CREATE INDEX invoice_number_begins ON invoice (organisation, LOWER(number))",
    "CREATE INDEX invoice_reference_begins ON invoice (organisation, LOWER(reference)) WHERE reference <> ''",
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit_entry"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit_entry"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
)
# Empty values come last in both directions, so that a falling sort needs an index that says so;
# what a word begins is found bytewise, whatever the language of the database.
ON_POSTGRES = (
    "CREATE INDEX summary_falls ON customer_summary (organisation_id, overdue_base DESC NULLS LAST, customer DESC)",
    "CREATE INDEX summary_by_outstanding ON customer_summary"
    " (organisation_id, outstanding_base DESC NULLS LAST, customer DESC)",
    "CREATE INDEX summary_by_age ON customer_summary (organisation_id, oldest_due_on, customer)",
    "CREATE INDEX summary_by_next_reminder ON customer_summary (organisation_id, next_reminder_on, customer)",
    "CREATE INDEX invoice_by_due_day ON invoice (organisation, due_on, id) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_outstanding ON invoice (organisation, outstanding_base DESC NULLS LAST, id DESC)"
    " WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_total ON invoice (organisation, total DESC NULLS LAST, id DESC) WHERE is_open = TRUE",
    'CREATE INDEX invoice_number_begins ON invoice (organisation, (LOWER(number) COLLATE "C"))',
    "CREATE INDEX invoice_reference_begins ON invoice (organisation, (LOWER(reference) COLLATE \"C\")) WHERE reference <> ''",
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tactful", description=DESCRIPTION)

    async def run() -> None:
        for statement in (*STATEMENTS, *(ON_SQLITE if is_sqlite() else ON_POSTGRES)):
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager
