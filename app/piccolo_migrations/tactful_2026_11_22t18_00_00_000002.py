"""The indexes of the lists of receivables: one for each sort, and the words that searches look up."""

import sqlite3

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import engine, fetch, is_sqlite

ID = "2026-11-22T18:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "indexes and words of the lists"

# Every sort of a list walks an index, forwards or backwards. Empty values are walked by themselves.
OF_LISTS: tuple[str, ...] = (
    "DROP INDEX summary_by_overdue",
    "DROP INDEX summary_by_outstanding",
    "DROP INDEX summary_by_age",
    "DROP INDEX summary_by_next_reminder",
    "CREATE INDEX summary_by_overdue ON customer_summary (organisation_id, overdue_base, customer)",
    "CREATE INDEX summary_by_outstanding ON customer_summary (organisation_id, outstanding_base, customer)",
    "CREATE INDEX summary_by_age ON customer_summary (organisation_id, oldest_due_on, customer)",
    "CREATE INDEX summary_by_next_reminder ON customer_summary (organisation_id, next_reminder_on, customer)",
    "CREATE INDEX summary_by_contact ON customer_summary (organisation_id, last_contacted_at, customer)",
    "CREATE INDEX summary_by_habit ON customer_summary (organisation_id, days_late, customer)",
    "CREATE INDEX summary_by_open ON customer_summary (organisation_id, open_count, customer)",
    "CREATE INDEX customer_standing ON customer"
    " (organisation, chasing, stop, stop_until_on, paused_until_on, replied_at, schedule_id, assigned_to)",
    "DROP INDEX invoice_by_number",
    "DROP INDEX invoice_by_outstanding",
    "DROP INDEX invoice_by_total",
    "DROP INDEX invoice_number_begins",
    "DROP INDEX invoice_reference_begins",
    "CREATE INDEX invoice_numbered ON invoice (organisation, LOWER(number))",
    "CREATE INDEX invoice_by_number ON invoice (organisation, LOWER(number), id) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_reference ON invoice (organisation, LOWER(reference), id) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_issue ON invoice (organisation, issued_on, id) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_outstanding ON invoice (organisation, outstanding_base, id) WHERE is_open = TRUE",
    "CREATE INDEX invoice_by_total ON invoice (organisation, total, id) WHERE is_open = TRUE",
    "CREATE INDEX expected_date_by_day ON expected_date (organisation, expected_on, invoice)",
    "CREATE INDEX outlook_by_day ON outlook (organisation_id, next_on, invoice)",
    "CREATE INDEX outlook_by_hold ON outlook (organisation_id, hold, invoice, customer_id)",
    "CREATE INDEX promise_active ON promise (organisation, promised_on, invoice) WHERE state = 'active'",
    "CREATE INDEX dispute_open ON dispute (organisation, invoice) WHERE resolved_at IS NULL",
)
# Where a search finds its words: see components/grid/words.py. Rows that go take their words along.
WORDS = (("invoice_words", "invoice"), ("customer_words", "customer"))
LETTERS = "CREATE VIRTUAL TABLE {table} USING fts5 (words, tokenize = 'trigram', detail = none, columnsize = 0)"
PLAIN = "CREATE TABLE {table} (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL)"
"""For a SQLite without FTS5 or its trigrams, which came with 3.34: searches read every line of words instead."""
GO = "CREATE TRIGGER {table}_go AFTER DELETE ON {of} BEGIN DELETE FROM {table} WHERE rowid = OLD.id; END"
ON_POSTGRES: tuple[str, ...] = (
    "DROP INDEX summary_falls",
    *(
        f"CREATE TABLE {table} (rowid INTEGER PRIMARY KEY REFERENCES {of} (id) ON DELETE CASCADE, words TEXT NOT NULL)"
        for table, of in WORDS
    ),
)
TRIGRAMS: tuple[str, ...] = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX invoice_words_by_letters ON invoice_words USING gin (words gin_trgm_ops) WITH (gin_pending_list_limit = 512)",
    "CREATE INDEX customer_words_by_letters ON customer_words USING gin (words gin_trgm_ops)"
    " WITH (gin_pending_list_limit = 512)",
)
"""Where the database's owner does not permit the extension, searches read every line of words instead."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tactful", description=DESCRIPTION)

    async def run() -> None:
        for statement in OF_LISTS:
            await engine().run_ddl(statement)
        await (_on_sqlite() if is_sqlite() else _on_postgres())

    manager.add_raw(run)
    return manager


async def _on_sqlite() -> None:
    for table, of in WORDS:
        try:
            await engine().run_ddl(LETTERS.format(table=table))
        except sqlite3.OperationalError:
            await engine().run_ddl(PLAIN.format(table=table))
        await engine().run_ddl(GO.format(table=table, of=of))


async def _on_postgres() -> None:
    for statement in (*ON_POSTGRES, *(TRIGRAMS if await _may_have_trigrams() else ())):
        await engine().run_ddl(statement)


async def _may_have_trigrams() -> bool:
    """Whether PostgreSQL has the extension already, or this user may create it: it is a trusted one since version 13."""
    rows = await fetch(
        "SELECT 1 FROM pg_available_extensions e WHERE e.name = 'pg_trgm' AND (e.installed_version IS NOT NULL"
        " OR has_database_privilege(current_database(), 'CREATE'))"
    )
    return bool(rows)
