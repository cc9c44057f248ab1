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
    "CREATE INDEX upcoming_email_day ON upcoming_email (organisation_id, goes_on, amount, customer_id)",
    "CREATE INDEX outlook_finished ON outlook (organisation_id, customer_id) WHERE hold = 'finished'",
    "CREATE INDEX task_waiting ON task (organisation_id, due_on) WHERE done_at IS NULL",
    "CREATE UNIQUE INDEX task_key ON task (organisation_id, key) WHERE key <> ''",
    "CREATE UNIQUE INDEX incoming_once ON incoming (organisation_id, fingerprint)",
    "CREATE INDEX incoming_waiting ON incoming (organisation_id, customer_id) WHERE decided_at IS NULL",
    "CREATE INDEX sent_copy_waiting ON sent_copy (next_attempt_at) WHERE state = 'waiting'",
)
ON_SQLITE: tuple[str, ...] = ()
ON_POSTGRES: tuple[str, ...] = ()


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tactful", description=DESCRIPTION)

    async def run() -> None:
        for statement in (*STATEMENTS, *(ON_SQLITE if is_sqlite() else ON_POSTGRES)):
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager
