"""Is everything in place? Each setting, what it leads to, and what to do where something is wrong."""

import asyncio
import ipaddress
import os
import smtplib
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from app import database
from app.settings import ROOT, Settings, settings

SHORTEST_KEY = 32


class Finding(Struct, frozen=True):
    """`says` is what was found, `todo` what to do about it; without `todo` all is well."""

    name: str
    says: str
    todo: str = ""

    @property
    def ok(self) -> bool:
        return not self.todo

    @property
    def line(self) -> str:
        return f"{'ok ' if self.ok else 'NO '} {self.name:<13} {self.says}" + (f"\n    → {self.todo}" if self.todo else "")

    @property
    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "says": self.says, "todo": self.todo}


def examine() -> list[Finding]:
    """Every finding, in the order in which they should be mended."""
    try:
        known = settings()
    except msgspec.ValidationError as wrong:
        return [Finding("settings", str(wrong), "Correct this setting in the environment or in .env.")]
    return [
        _directories(known),
        _secret_key(known),
        asyncio.run(_guarded("database", _database, known)),
        _broker(known),
        _smtp(known),
        _xero(known),
        _address(known),
        asyncio.run(_guarded("clock", _clock, known)),
        _proxies(known),
    ]


async def _guarded(name: str, check: Callable[[Settings], Awaitable[Finding]], known: Settings) -> Finding:
    try:
        return await check(known)
    except Exception as failure:  # the doctor tells whatever goes wrong
        says = " ".join(str(failure).split()) or type(failure).__name__
        return Finding(name, says, "Check DATABASE_URL, and that the database answers from this machine.")


def _directories(known: Settings) -> Finding:
    try:
        known.var_dir.mkdir(parents=True, exist_ok=True)
        probe = known.var_dir / ".written-by-doctor"
        probe.write_text("x")
        probe.unlink()
    except OSError as failure:
        return Finding("directories", str(failure), f"Make {known.var_dir} writable, or set VAR_DIR to one that is.")
    if not os.access(ROOT / "templates", os.R_OK):
        return Finding("directories", "templates/ cannot be read", "Restore it from the release.")
    return Finding("directories", f"{known.var_dir} can be written")


def _secret_key(known: Settings) -> Finding:
    if not known.secret_key:
        if known.database_url.startswith("postgres"):
            todo = "Set SECRET_KEY to one long random text on every machine, else each seals with a key of its own."
            return Finding("secret key", "generated on this machine", todo)
        return Finding("secret key", f"generated, in {known.var_dir / 'secret_key'}; back it up with the database")
    if min(len(key) for key in known.secret_keys) < SHORTEST_KEY:
        todo = f"Use at least {SHORTEST_KEY} random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        return Finding("secret key", "too short to be safe", todo)
    return Finding("secret key", f"set; {len(known.secret_keys)} in use")


async def _database(known: Settings) -> Finding:
    where = _without_password(known.database_url) or "SQLite in var/"
    async with database.opened():
        exists = await _has_tables()
        if exists is None:
            return Finding("database", f"{where} answers but is empty", "Run: tactful migrate")
        missing = await database.pending_migrations()
    if missing:
        return Finding(
            "database", f"{where} is {len(missing)} migrations behind", "Stop the servers, then run: tactful migrate"
        )
    return Finding("database", f"{where} answers and is up to date")


async def _has_tables() -> bool | None:
    try:
        await database.fetch("SELECT 1 FROM organisation LIMIT 1")
    except Exception:  # both drivers raise their own when the table is missing
        return None
    return True


def _broker(known: Settings) -> Finding:
    if not known.broker_url:
        return Finding("broker", "in process: right for one machine")
    parts = urlsplit(known.broker_url)
    if parts.scheme not in ("redis", "rediss", "amqp", "amqps"):
        return Finding("broker", "BROKER_URL is of no known kind", "Set it to redis://… or amqp://…, or leave it empty.")
    port = parts.port or {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}[parts.scheme]
    if not _answers(parts.hostname or "", port):
        return Finding("broker", f"{parts.hostname}:{port} does not answer", "Start it, or correct BROKER_URL.")
    return Finding("broker", f"{parts.scheme} on {parts.hostname}:{port} answers")


def _smtp(known: Settings) -> Finding:
    if not known.smtp_url:
        todo = "Set SMTP_URL, else password resets, notices and confirmations wait in the outbox."
        return Finding("system mail", "SMTP_URL is empty", todo)
    parts = urlsplit(known.smtp_url)
    host, port = parts.hostname or "", parts.port or 587
    try:
        kind = smtplib.SMTP_SSL if "tls=tls" in parts.query else smtplib.SMTP
        with kind(host, port, timeout=5) as mail:
            code, _ = mail.noop()
    except (OSError, smtplib.SMTPException) as failure:
        return Finding("system mail", f"{host}:{port}: {failure}", "Start the mail server, or correct SMTP_URL.")
    return Finding("system mail", f"{host}:{port} answers ({code})")


def _xero(known: Settings) -> Finding:
    if not known.xero_client_id:
        if known.demo_ledger_url:
            return Finding("Xero", "no app registered; the demo ledger can be connected")
        todo = "Register an app at developer.xero.com and set XERO_CLIENT_ID (README, Connecting real Xero)."
        return Finding("Xero", "XERO_CLIENT_ID is empty", todo)
    host = urlsplit(known.xero_identity_url).hostname or ""
    if not _answers(host, urlsplit(known.xero_identity_url).port or 443):
        return Finding("Xero", f"{host} cannot be reached", "Let this machine reach Xero over https.")
    return Finding("Xero", f"app {known.xero_client_id[:6]}… ; redirect address {known.base_url}/xero/callback")


def _address(known: Settings) -> Finding:
    host = urlsplit(known.base_url).hostname or ""
    if known.is_https or host == "localhost":
        return Finding("address", f"{known.base_url}; links in mail begin with it")
    todo = "Set BASE_URL to an https:// address (Xero takes http only for localhost, and browsers keep cookies safe there)."
    return Finding("address", known.base_url, todo)


async def _clock(known: Settings) -> Finding:
    if not known.tactful_now:
        return Finding("clock", "the machine's own")
    async with database.opened():
        if await _has_tables() and await database.fetch("SELECT 1 FROM xero_connection WHERE provider = 'xero' LIMIT 1"):
            return Finding("clock", "TACTFUL_NOW is set although a real Xero is connected", "Unset TACTFUL_NOW.")
    return Finding("clock", f"moved: it started at {known.tactful_now}")


def _proxies(known: Settings) -> Finding:
    for address in filter(None, map(str.strip, known.trusted_proxies.split(","))):
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            return Finding("proxies", f"“{address}” is no address", "List IP addresses in TRUSTED_PROXIES.")
    return Finding("proxies", known.trusted_proxies or "none trusted")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.scheme.startswith("postgres") else ""
