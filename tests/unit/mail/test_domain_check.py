"""D1: what is said about a domain, and the record that would mend it."""

import pytest

from app.mail.domain_check import Finding, Zone, is_broken, judged, provider_of_host

GOOD_KEY = "v=DKIM1; k=rsa; p=MIGfMA0G"
GOOD = {
    "spf": ("v=spf1 include:_spf.google.com ~all",), "includes": frozenset({"_spf.google.com"}),
    "dmarc": ("v=DMARC1; p=quarantine",), "keys": {"google": GOOD_KEY},
}  # fmt: skip


def findings(host: str = "smtp.gmail.com", **facts: object) -> dict[str, Finding]:
    zone = Zone(domain="borealis.example", host=host, **{**GOOD, **facts})  # type: ignore[arg-type]
    return {each.name: each for each in judged(zone)}


def test_a_domain_that_is_set_up_is_good() -> None:
    assert {each.verdict for each in findings().values()} == {"good"}


@pytest.mark.parametrize(
    ("facts", "verdict", "record"),
    [
        ({"spf": ()}, "missing", "v=spf1 mx include:_spf.google.com ~all"),
        (
            {"spf": ("v=spf1 ip4:192.0.2.1 -all",), "includes": frozenset()},
            "wrong",
            "v=spf1 ip4:192.0.2.1 include:_spf.google.com -all",
        ),
        (
            {"spf": ("v=spf1 a -all", "v=spf1 include:_spf.google.com ~all")},
            "wrong",
            "v=spf1 a include:_spf.google.com ~all",
        ),
        ({"spf": ("v=spf1 include:_spf.google.com +all",)}, "wrong", "v=spf1 include:_spf.google.com ~all"),
        ({"lookups": 11}, "wrong", ""),
        ({"spf": None}, "unknown", ""),
        ({"spf": ("v=spf1 ip4:192.0.2.1 -all",), "includes": frozenset(), "is_authorised": True}, "good", ""),
    ],
)
def test_spf_and_the_record_to_add(facts: dict[str, object], verdict: str, record: str) -> None:
    found = findings(**facts)["SPF"]
    assert (found.verdict, found.record) == (verdict, record)


def test_a_server_that_nobody_knows_is_not_called_wrong() -> None:
    found = findings(host="mail.borealis.example", spf=("v=spf1 include:relay.example -all",), includes=frozenset())["SPF"]
    assert found.verdict == "unknown"


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"keys": {}}, "missing"),
        ({"keys": {"s1": "v=DKIM1; p="}}, "wrong"),
        ({"keys": {}, "keys_were_asked": False}, "unknown"),
        ({"keys": {"s1": "v=DKIM1; p=", "s2": GOOD_KEY}}, "good"),
    ],
)
def test_dkim(facts: dict[str, object], verdict: str) -> None:
    assert findings(**facts)["DKIM"].verdict == verdict


@pytest.mark.parametrize(
    ("dmarc", "verdict"),
    [
        ((), "missing"),
        (None, "unknown"),
        (("v=DMARC1; p=none",), "good"),
        (("v=DMARC1; rua=mailto:a@b.example",), "wrong"),
        (("v=DMARC1; p=maybe",), "wrong"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "wrong"),
    ],
)
def test_dmarc(dmarc: tuple[str, ...] | None, verdict: str) -> None:
    found = findings(dmarc=dmarc)["DMARC"]
    assert found.verdict == verdict
    if verdict == "missing":
        assert found.record_host == "_dmarc.borealis.example"
        assert found.record.startswith("v=DMARC1; p=none")


def test_nobody_can_set_up_the_domain_of_a_free_mailbox() -> None:
    zone = Zone(domain="gmail.com", host="smtp.gmail.com")
    assert [each.verdict for each in judged(zone)] == ["good"]


def test_what_counts_as_broken() -> None:
    assert is_broken(tuple(findings(spf=()).values()))
    assert is_broken(tuple(findings(dmarc=("v=DMARC1",)).values()))
    assert not is_broken(tuple(findings(dmarc=(), keys={}).values()))
    assert not is_broken(tuple(findings(spf=None, dmarc=None, keys={}, keys_were_asked=False).values()))


def test_a_name_that_only_ends_alike_is_another_provider() -> None:
    assert provider_of_host("smtp.notgmail.com") == ("", "")
    assert provider_of_host("smtp.office365.com") == ("spf.protection.outlook.com", "Microsoft 365")
