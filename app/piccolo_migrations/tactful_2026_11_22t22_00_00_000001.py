"""Indexes and unique keys of the tables and columns added since 0.2."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import engine

ID = "2026-11-22T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "unique keys and indexes added since 0.2"

STATEMENTS: tuple[str, ...] = (
    "CREATE UNIQUE INDEX failed_job_open ON failed_job (key) WHERE ended_at IS NULL",
    "DROP INDEX invoice_in_foreign_currency",
    "CREATE INDEX invoice_in_foreign_currency ON invoice (organisation, currency, is_open, due_on, id) WHERE rate <> '1'",
    "CREATE INDEX invoice_foreign_by_outstanding ON invoice (organisation, currency, outstanding_base, id)"
    " WHERE is_open = TRUE AND rate <> '1'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tactful", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager
