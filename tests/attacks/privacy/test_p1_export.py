"""P1: what is exported about a customer is everything, and nothing of anybody else's secrets."""

import io
import zipfile

import httpx
from piccolo.columns import ForeignKey

from app.customers.link_actions import portal_link
from app.piccolo_app import TABLES
from app.privacy.holdings import HOLDINGS, MENTIONS, WITHOUT
from tests import cast
from tests.attacks.privacy.conftest import AT, Planted
from tests.web.conftest import SignIn

HELD = {each.table for each in HOLDINGS}


def test_every_table_is_exported_or_said_to_hold_nothing_of_customers() -> None:
    names = {table._meta.tablename for table in TABLES}
    assert names - HELD - set(MENTIONS) - set(WITHOUT) == set(), "say in app/privacy/holdings.py what these hold of a customer"
    assert (HELD | set(MENTIONS) | set(WITHOUT)) - names == set()
    assert HELD & set(WITHOUT) == set()


def test_what_belongs_to_a_customer_or_an_invoice_is_not_said_to_hold_nothing() -> None:
    for table in TABLES:
        columns = {each._meta.name for each in table._meta.columns}
        refers = {
            each._foreign_key_meta.resolved_references._meta.tablename
            for each in table._meta.columns
            if isinstance(each, ForeignKey)
        }
        if columns & {"customer_id", "invoice_id"} or refers & {"customer", "invoice", "message", "reminder"}:
            assert table._meta.tablename in HELD, table._meta.tablename


async def _export(client: httpx.AsyncClient, planted: Planted) -> dict[str, str]:
    answer = await client.post(f"/customers/{planted.customer.id}/export")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("latin-1") for name in archive.namelist()}


async def test_every_mark_in_every_table_is_in_the_export(planted: Planted, client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(planted.firm.anna)
    found = await _export(client, planted)
    everything = "\n".join(found.values())
    lacking = {where: mark for where, mark in planted.marks.items() if mark not in everything}
    assert len(planted.marks) > 80
    assert lacking == {}
    assert {f"data/{each.table}.json" for each in HOLDINGS} <= set(found)
    assert planted.customer.name in found["data/customer.json"]
    papers = "\n".join(text for name, text in found.items() if name.startswith("files/"))
    assert all(f"paper of {name}" in papers for name in planted.hashes)


async def test_it_holds_no_secret_and_nothing_of_another_customer(
    planted: Planted, client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    token = await portal_link(planted.customer.id, planted.firm.id, AT)
    other = await cast.a_customer(planted.firm.organisation, "Somebody Else Ltd")
    await cast.a_recipient(other, "other@else.example")
    await cast.an_invoice(other, "ELSE-1")
    await sign_in(planted.firm.anna)
    everything = "\n".join((await _export(client, planted)).values())
    assert token not in everything and "token_hash" not in everything and "_sealed" not in everything
    assert "Somebody Else" not in everything and "ELSE-1" not in everything and "else.example" not in everything


async def test_who_may(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, meridian: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    for role, status in (("owner", 200), ("manager", 200), ("controller", 403), ("viewer", 403)):
        await sign_in(next(member for each, member in firm.members.items() if each.value == role))
        assert (await client.post(f"/customers/{customer.id}/export")).status_code == status
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{customer.id}/export")).status_code == 404
    assert (await client.get(f"/customers/{customer.id}/privacy")).status_code == 404
    assert (await client.post(f"/customers/{customer.id}/erasure", data={"name": customer.name})).status_code == 404
