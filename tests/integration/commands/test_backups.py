"""Backup, restore and move: everything comes back as it was, on either database, and nothing leaves from a copy."""

import stat
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.activity.actions import audit
from app.commands.backup import write
from app.commands.copying.archive import BadArchiveError
from app.commands.copying.loading import NotEmptyError, TooNewError, hold_everything, load
from app.commands.copying.reading import digests
from app.commands.move import StillAtWorkError, _move
from app.database import engine, fetch, opened, use
from app.engines import engine_for
from app.mail.tables import Sender
from app.outbox.tables import StoredFile
from app.piccolo_app import TABLES
from app.sealing import seal
from app.settings import Settings, settings
from tests import cast
from tests.conftest import HAS_POSTGRES, _on_postgres, _url

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
ELSEWHERE = "tactful_test_elsewhere"


@pytest.fixture
async def books(database: Any) -> cast.Firm:
    """A business with something of every kind of column in it."""
    firm = await cast.borealis()
    customer = await cast.a_customer(firm.organisation, "Łódź Ærø “quoted” \\ ₹", phones='[{"kind": "default", "number": "1"}]')
    await cast.a_recipient(customer)
    await cast.an_invoice(customer, total="1234567.8901", xero_updated_at=NOW)
    await StoredFile(hash="f" * 64, media_type="application/pdf", content=bytes(range(256)), size=256, created_at=NOW).save()
    await audit(
        organisation_id=firm.id, user_id=1, act="change facts", subject="organisation 1", now=NOW, changes={"a": ("1", "2")}
    )
    await cast.a_session(firm.anna)
    return firm


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.skipif(not HAS_POSTGRES, reason="no PostgreSQL"))])
async def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, database: Any) -> AsyncIterator[str]:
    """The address of an empty database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
        return
    await _on_postgres(f"DROP DATABASE IF EXISTS {ELSEWHERE}")
    await _on_postgres(f"CREATE DATABASE {ELSEWHERE}")
    yield _url(ELSEWHERE)
    await _on_postgres(f"DROP DATABASE IF EXISTS {ELSEWHERE} WITH (FORCE)")


async def _digests() -> dict[str, tuple[int, str]]:
    from app.commands.copying.portable import kinds_of

    return await digests({table._meta.tablename: kinds_of(table) for table in TABLES})


async def test_a_backup_restores_row_by_row_whichever_databases(books: cast.Firm, elsewhere: str, tmp_path: Path) -> None:
    before = await _digests()
    manifest = await write(tmp_path / "one.backup", NOW)
    assert manifest.rows == sum(rows for rows, _ in before.values()) > 10
    use(engine_for(Settings(database_url=elsewhere)), TABLES)
    async with opened():
        await load(tmp_path / "one.backup")
        assert await _digests() == before
        later = await cast.a_customer(books.organisation)
        assert later.id == 2  # ids go on from where they were


async def test_a_restored_copy_is_held_and_nobody_is_signed_in(books: cast.Firm, elsewhere: str, tmp_path: Path) -> None:
    manifest = await write(tmp_path / "one.backup", NOW)
    use(engine_for(Settings(database_url=elsewhere)), TABLES)
    async with opened():
        await load(tmp_path / "one.backup")
        await hold_everything(manifest, NOW)
        assert [bool(row["restored"]) for row in await fetch("SELECT restored FROM organisation")] == [True]
        assert await fetch("SELECT 1 FROM user_session") == []


async def test_nothing_is_restored_over_something(books: cast.Firm, tmp_path: Path) -> None:
    await write(tmp_path / "one.backup", NOW)
    before = await _digests()
    with pytest.raises(NotEmptyError):
        await load(tmp_path / "one.backup")
    assert await _digests() == before


async def test_a_backup_is_its_owners_and_is_not_written_over_another_file(books: cast.Firm, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    await write(path, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_bytes()
    with pytest.raises(ValueError, match="is there already"):
        await write(path, NOW)
    assert path.read_bytes() == content


async def test_no_secret_is_in_it_in_clear(books: cast.Firm, tmp_path: Path) -> None:
    token, _ = await cast.a_session(books.anna)
    await Sender(
        organisation=books.id, kind="normal", address="t@b.example", password_sealed=seal("marker of a password")
    ).save()
    await write(tmp_path / "one.backup", NOW)
    with zipfile.ZipFile(tmp_path / "one.backup") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"t@b.example" in everything  # it is looked for in the right place
    for secret in ("marker of a password", token, settings().secret_keys[0]):
        assert secret.encode() not in everything


async def test_what_is_damaged_or_no_backup_is_refused_with_one_line(books: cast.Firm, elsewhere: str, tmp_path: Path) -> None:
    whole = tmp_path / "one.backup"
    await write(whole, NOW)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(whole.read_bytes()[:-200])
    altered = tmp_path / "altered.backup"
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(altered, "w") as after:
        for name in before.namelist():
            after.writestr(name, b"" if name == "customer.jsonl" else before.read(name))
    use(engine_for(Settings(database_url=elsewhere)), TABLES)
    async with opened():
        for path in (cut, altered):
            with pytest.raises(BadArchiveError):
                await load(path)
    (tmp_path / "note.txt").write_text("no backup")
    with pytest.raises(BadArchiveError):
        await load(tmp_path / "note.txt")


async def test_a_backup_of_a_newer_version_is_refused(books: cast.Firm, elsewhere: str, tmp_path: Path) -> None:
    whole, newer = tmp_path / "one.backup", tmp_path / "newer.backup"
    await write(whole, NOW)
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(newer, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            changed = (
                content.replace(b'"migrations": [', b'"migrations": ["2026-01-01", ') if name == "manifest.json" else content
            )
            after.writestr(name, changed)
    use(engine_for(Settings(database_url=elsewhere)), TABLES)
    async with opened():
        with pytest.raises(TooNewError):
            await load(newer)


async def test_moving_compares_every_row_and_lets_nothing_leave_from_the_old_one(books: cast.Firm, elsewhere: str) -> None:
    before, old, new = await _digests(), engine(), engine_for(Settings(database_url=elsewhere))
    told = await _move(old, new)
    assert told["compared"] and told["rows"] == sum(rows for rows, _ in before.values())
    assert [bool(row["restored"]) for row in await fetch("SELECT restored FROM organisation")] == [True]
    use(new, TABLES)
    async with opened():
        assert await _digests() == before
    use(old, TABLES)


async def test_a_move_that_was_overtaken_says_so(books: cast.Firm, elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.commands import move

    async def loading(path: Path) -> None:
        new = engine()
        use(old, TABLES)
        await cast.a_customer(books.organisation, "Late Ltd")
        use(new, TABLES)

    old = engine()
    monkeypatch.setattr(move, "load", loading)
    with pytest.raises(StillAtWorkError):
        await _move(old, engine_for(Settings(database_url=elsewhere)))
