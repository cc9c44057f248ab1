"""S11: what lies in the product's folder after a day's work, searched for every secret that it keeps sealed."""

import sqlite3
from pathlib import Path

import msgspec

from app.sealing import _box

SEALED = {
    "xero_grant": ("token_set_sealed", "previous_refresh_sealed"),
    "portal_link": ("token_sealed",),
    "sender": ("password_sealed",),
    "message": ("portal_token_sealed",),
}


def secrets_of(folder: Path) -> set[str]:
    key = (folder / "secret_key").read_text().strip()
    database = sqlite3.connect(folder / "tactful.sqlite")
    found = {key}
    for table, columns in SEALED.items():
        for column in columns:
            for (sealed,) in database.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''"):
                found |= parts_of(_box((key,)).decrypt(sealed.encode()).decode())
    database.close()
    return found


def parts_of(text: str) -> set[str]:
    """Of a set of tokens each by itself."""
    if not text.startswith("{"):
        return {text}
    return {str(value) for name, value in msgspec.json.decode(text).items() if name.endswith("token")}


def assert_it_holds_no_secret(folder: Path) -> None:
    secrets = {secret for secret in secrets_of(folder) if len(secret) > 15}
    assert len(secrets) >= 3, "at least the key and two tokens"
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "secret_key"]
    assert {"tactful.sqlite", "demo_ledger.json", "log"} <= {path.name for path in files}
    assert (folder / "secret_key").stat().st_mode & 0o077 == 0
    found = {(path.name, secret) for path in files for secret in secrets if secret.encode() in path.read_bytes()}
    assert found == set()
