"""Indexes and unique pairs of the tables and columns added since 0.1."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import engine, is_sqlite

ID = "2026-11-22T18:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "unique pairs and indexes added since 0.1"

STATEMENTS: tuple[str, ...] = (
    "CREATE UNIQUE INDEX logo_of_organisation ON logo (organisation)",
    "CREATE UNIQUE INDEX saved_view_name ON saved_view (organisation, list_name, member_id, name)",
    "CREATE UNIQUE INDEX column_choice_once ON column_choice (member, list_name)",
    'CREATE UNIQUE INDEX second_factor_of_user ON second_factor ("user")',
    'CREATE UNIQUE INDEX recovery_code_hash ON recovery_code ("user", code_hash)',
    "CREATE UNIQUE INDEX invitation_waiting ON invitation (organisation, email) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX bank_details_waiting ON bank_details_change (organisation) WHERE decided_at IS NULL",
    "CREATE INDEX upcoming_email_day ON upcoming_email (organisation_id, goes_on, amount, customer_id)",
    "CREATE INDEX outlook_finished ON outlook (organisation_id, customer_id) WHERE hold = 'finished'",
    "CREATE INDEX task_waiting ON task (organisation_id, due_on) WHERE done_at IS NULL",
    "CREATE UNIQUE INDEX task_key ON task (organisation_id, key) WHERE key <> ''",
    "CREATE UNIQUE INDEX incoming_once ON incoming (organisation_id, fingerprint)",
    "CREATE INDEX incoming_waiting ON incoming (organisation_id, customer_id) WHERE decided_at IS NULL",
    "CREATE INDEX audit_by_instant ON audit_entry (organisation_id, acted_at)",
    "CREATE INDEX customer_erased ON customer (organisation) WHERE erased_at IS NOT NULL",
    "CREATE UNIQUE INDEX privacy_settings_once ON privacy_settings (organisation)",
    "CREATE INDEX sent_copy_waiting ON sent_copy (next_attempt_at) WHERE state = 'waiting'",
)
ON_SQLITE: tuple[str, ...] = (
    "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit_entry"
    " WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_values_are_not_changed BEFORE UPDATE ON audit_value"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
)
ON_POSTGRES: tuple[str, ...] = (
    "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_values_are_not_changed BEFORE UPDATE ON audit_value"
    " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tactful", description=DESCRIPTION)

    async def run() -> None:
        for statement in (*STATEMENTS, *(ON_SQLITE if is_sqlite() else ON_POSTGRES)):
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager
