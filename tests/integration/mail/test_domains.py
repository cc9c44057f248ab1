"""D1: a sending domain is looked up from real name servers, and a wrong set-up is told before the first email."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.activity.tables import Notice
from app.mail.dns_gateway import look_up
from app.mail.domain_actions import check_domain, findings_of, to_check
from app.mail.tables import Sender
from app.settings import reload_settings
from tests.cast import NOW, borealis
from tests.faults.mail.letters import a_sender
from tests.name_server import NameServer

KEY = "v=DKIM1; p=MIGf"
Serve = Callable[..., NameServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    opened: list[NameServer] = []

    def serving(records: dict[tuple[str, str], list[str]], **facts: Any) -> NameServer:
        server = NameServer(records, **facts).__enter__()
        opened.append(server)
        monkeypatch.setenv("DNS_SERVERS", server.address)
        reload_settings()
        return server

    yield serving
    for server in opened:
        server.__exit__(None, None, None)
    monkeypatch.undo()
    reload_settings()


async def test_spf_is_followed_through_all_it_includes(serve: Serve) -> None:
    serve({
        ("borealis.example", "TXT"): ["other=1", "v=spf1 include:a.example redirect=b.example"],
        ("a.example", "TXT"): ["v=spf1 include:c.example include:a.example -all"],
        ("c.example", "TXT"): ["v=spf1 ip4:192.0.2.0/24 exists:%{i}.x.example -all"],
        ("b.example", "TXT"): ["v=spf1 -all"],
        ("smtp.elsewhere.example", "A"): ["192.0.2.9"],
    })  # fmt: skip
    zone = await look_up("borealis.example", "smtp.elsewhere.example")
    assert zone.spf == ("v=spf1 include:a.example redirect=b.example",)
    assert zone.includes == {"a.example", "b.example", "c.example"}
    assert zone.is_authorised
    assert zone.lookups == 5


@pytest.mark.parametrize(
    "record", ["v=spf1 a -all", "v=spf1 a:smtp.b.example -all", "v=spf1 mx -all", "v=spf1 ip6:2001:db8::/32 -all"]
)
async def test_each_way_of_naming_a_server_is_understood(record: str, serve: Serve) -> None:
    serve({
        ("b.example", "TXT"): [record], ("b.example", "A"): ["192.0.2.9"], ("b.example", "MX"): ["10 smtp.b.example."],
        ("smtp.b.example", "A"): ["192.0.2.9"], ("smtp.b.example", "AAAA"): ["2001:db8::1"],
    })  # fmt: skip
    assert (await look_up("b.example", "smtp.b.example")).is_authorised


async def test_the_policy_of_the_domain_above_holds_and_a_key_is_found_by_its_name(serve: Serve) -> None:
    serve({
        ("_dmarc.borealis.example", "TXT"): ["v=DMARC1; p=reject"], ("k9._domainkey.mail.borealis.example", "TXT"): [KEY],
        ("mail.borealis.example", "TXT"): ["x"],
    })  # fmt: skip
    zone = await look_up("mail.borealis.example", "smtp.x.example")
    assert (zone.dmarc, zone.dmarc_domain, zone.keys) == (("v=DMARC1; p=reject",), "borealis.example", {})
    assert (await look_up("mail.borealis.example", "smtp.x.example", "k9")).keys == {"k9": KEY}


async def test_where_nobody_answers_nothing_is_said_to_be_wrong(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.mail import dns_gateway

    monkeypatch.setattr(dns_gateway, "SECONDS", 0.2)
    serve({}, is_silent=True)
    zone = await look_up("borealis.example", "smtp.x.example")
    assert (zone.spf, zone.dmarc, zone.keys_were_asked) == (None, None, False)


async def test_d1_a_wrong_set_up_is_told_before_the_first_email_and_until_it_is_mended(serve: Serve, database: Any) -> None:
    firm = await borealis()
    sender = await a_sender(firm.id, 587, host="smtp.gmail.com")
    assert await to_check(NOW) == [sender.id]
    server = serve({("borealis.example", "TXT"): ["v=spf1 -all"]})
    await check_domain(sender.id, NOW)
    notice = await Notice.objects().where(Notice.kind == "sending_domain", Notice.cleared_at.is_null()).first()
    assert notice is not None
    assert "accounts@borealis.example may land in spam" in notice.sentence
    row = await Sender.objects().get(Sender.id == sender.id)
    assert row is not None
    assert {each.name: each.verdict for each in findings_of(row)} == {"SPF": "wrong", "DKIM": "missing", "DMARC": "missing"}
    server.records = {
        ("borealis.example", "TXT"): ["v=spf1 include:_spf.google.com -all"],
        ("_spf.google.com", "TXT"): ["v=spf1 ip4:192.0.2.0/24 ~all"],
        ("google._domainkey.borealis.example", "TXT"): [KEY],
    }
    await check_domain(sender.id, NOW)
    assert not await Notice.exists().where(Notice.kind == "sending_domain", Notice.cleared_at.is_null())
    assert await to_check(NOW) == []


async def test_a_mail_server_on_this_machine_is_not_looked_up(serve: Serve, database: Any) -> None:
    firm = await borealis()
    server = serve({})
    assert await check_domain((await a_sender(firm.id, 25)).id, NOW) == ()
    assert server.asked == []
