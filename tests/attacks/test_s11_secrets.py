"""S11: no secret lies in clear, wherever one looks, and the key that seals them can be changed."""

import logging
from pathlib import Path

import msgspec
import pytest
from cryptography.fernet import InvalidToken

from app import sealing
from app.admin.key_actions import reseal_everything, sealed_columns
from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.database import EmbeddedEngine, fetch
from app.mail.tables import Sender
from app.piccolo_app import TABLES
from app.sealing import seal, unseal
from app.settings import Settings
from app.xero import gateway
from app.xero.grant_actions import unsealed
from app.xero.tables import Grant
from tests.xero_rig import firm, rig, synced

__all__ = ["firm", "rig", "synced"]

PASSWORD = "marker-of-a-mailbox-password"
CLIENT_SECRET = "marker-of-a-client-secret"


async def plant(synced, rig) -> list[str]:
    """Every kind of secret, used as in earnest: renewed tokens, a mailbox, a portal link. What must not be found."""
    rig.clock.forward(minutes=45)
    assert (await rig.sync(synced.id)).is_good
    tokens = unsealed(await Grant.objects().order_by(Grant.id).first())
    await Sender(organisation=synced.id, kind="normal", address="tom@borealis.example", password_sealed=seal(PASSWORD)).save()
    customer = await Customer.objects().order_by(Customer.id).first()
    token = await portal_link(customer.id, synced.id, rig.clock())
    return [tokens.access_token, tokens.refresh_token, PASSWORD, token, CLIENT_SECRET, "for tests only"]


async def everything_in_the_database() -> str:
    rows = [await fetch(f'SELECT * FROM "{table._meta.tablename}"') for table in TABLES]
    return repr(rows)


async def fail_in_every_way(synced, rig) -> None:
    """Errors are where secrets get out: refused tokens, answers without sense, an ended grant."""
    for name in ("401", "429-day", "html", "truncated", "reset"):
        await rig.fault(name, times=1)
        await rig.sync(synced.id, "portal")
        await rig.mend()
        rig.clock.forward(days=1)
    await rig.fault("invalid_grant", times=None)
    await rig.sync(synced.id, "portal")


async def test_neither_the_database_nor_a_log_holds_a_secret(synced, rig, database, caplog, monkeypatch):
    monkeypatch.setattr(rig.xero, "providers", {"demo": msgspec.structs.replace(
        rig.xero.provider("demo"), client_secret=CLIENT_SECRET)})  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        secrets = await plant(synced, rig)
        await fail_in_every_way(synced, rig)
    places = {"database": await everything_in_the_database(), "log": caplog.text}
    if isinstance(database, EmbeddedEngine):
        files = list(Path(database.path).parent.glob("test.sqlite*"))
        assert files
        places |= {str(file): file.read_bytes().decode("latin-1") for file in files}
    assert {(where, secret) for where, text in places.items() for secret in secrets if secret in text} == set()
    assert "xero" in places["database"], "the search sees what is there"


def keys(monkeypatch, text: str) -> None:
    monkeypatch.setattr(sealing, "settings", lambda: Settings(secret_key=text))


async def test_after_the_key_was_rotated_the_old_one_is_not_needed(synced, rig, monkeypatch):
    keys(monkeypatch, "for tests only")
    secrets = await plant(synced, rig)
    keys(monkeypatch, "a new key,for tests only")
    assert unsealed(await Grant.objects().order_by(Grant.id).first()).refresh_token == secrets[1]
    assert await reseal_everything(TABLES) >= 4
    keys(monkeypatch, "a new key")
    assert unsealed(await Grant.objects().order_by(Grant.id).first()).refresh_token == secrets[1]
    assert unseal((await Sender.objects().first()).password_sealed) == PASSWORD
    customer = await Customer.objects().order_by(Customer.id).first()
    assert await portal_link(customer.id, synced.id, rig.clock()) == secrets[3]
    rig.clock.forward(minutes=45)
    assert (await rig.sync(synced.id)).is_good
    keys(monkeypatch, "for tests only")
    with pytest.raises(InvalidToken):
        unsealed(await Grant.objects().order_by(Grant.id).first())


def test_every_column_that_is_sealed_is_rotated():
    assert {f"{table._meta.tablename}.{column._meta.name}" for table, column in sealed_columns(TABLES)} >= {
        "xero_grant.token_set_sealed",
        "xero_grant.previous_refresh_sealed",
        "xero_authorisation.verifier_sealed",
        "sender.password_sealed",
        "portal_link.token_sealed",
        "message.portal_token_sealed",
    }


def test_the_gateway_does_not_show_its_secrets():
    """A traceback with values, or a log of them, must not carry them out."""
    shown = repr(gateway.XeroGateway(Settings(xero_client_id="id", xero_client_secret=CLIENT_SECRET)))
    assert CLIENT_SECRET not in shown
