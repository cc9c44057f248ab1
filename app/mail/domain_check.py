"""Whether a domain says that our mail server may send for it: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489); and
the DNS record to add where it does not."""

import re
from typing import Literal

from msgspec import Struct

from app.mail.matching import FREE_MAIL

Verdict = Literal["good", "missing", "wrong", "unknown"]
MOST_LOOKUPS = 10
"""RFC 7208, 4.6.4."""
_INCLUDES = (
    (("gmail.com", "google.com", "googlemail.com"), "_spf.google.com", "Google"),
    (("office365.com", "outlook.com"), "spf.protection.outlook.com", "Microsoft 365"),
    (("fastmail.com", "messagingengine.com"), "spf.messagingengine.com", "Fastmail"),
    (("zoho.com",), "zoho.com", "Zoho"),
    (("zoho.eu",), "zoho.eu", "Zoho"),
    (("amazonaws.com",), "amazonses.com", "Amazon SES"),
    (("sendgrid.net",), "sendgrid.net", "SendGrid"),
    (("mailgun.org",), "mailgun.org", "Mailgun"),
    (("secureserver.net",), "secureserver.net", "GoDaddy"),
    (("ovh.net",), "mx.ovh.com", "OVH"),
    (("gandi.net",), "_mailcust.gandi.net", "Gandi"),
)
SELECTORS = (
    "google", "selector1", "selector2", "default", "mail", "dkim", "k1", "k2", "s1", "s2", "fm1", "fm2", "fm3", "zoho",
    "mx", "smtp", "key1", "mandrill", "pm", "20230601", "x", "m1", "protonmail", "sig1", "everlytickey1", "mxvault",
)  # fmt: skip
"""Under these names most providers put their keys."""


class Zone(Struct, frozen=True, kw_only=True):
    """What name servers answered; None: they could not be asked. `includes` are all domains that SPF names, however
    deep; `is_authorised` says whether its addresses cover the mail server's."""

    domain: str
    host: str
    spf: tuple[str, ...] | None = ()
    includes: frozenset[str] = frozenset()
    lookups: int = 0
    is_authorised: bool = False
    dmarc: tuple[str, ...] | None = ()
    dmarc_domain: str = ""
    keys: dict[str, str] = {}
    keys_were_asked: bool = True


class Finding(Struct, frozen=True, kw_only=True):
    """`record` is to be added as a TXT record at `record_host`, where that helps."""

    name: str
    verdict: Verdict
    sentence: str
    record_host: str = ""
    record: str = ""


def judged(zone: Zone) -> tuple[Finding, ...]:
    if zone.domain in FREE_MAIL:
        sentence = f"{zone.domain} is looked after by its provider: there is nothing to set up."
        return (Finding(name="Your domain", verdict="good", sentence=sentence),)
    return _spf(zone), _dkim(zone), _dmarc(zone)


def is_broken(findings: tuple[Finding, ...]) -> bool:
    """Whether mail from it will land in spam, or be refused."""
    return any(each.verdict == "wrong" or (each.verdict == "missing" and each.name == "SPF") for each in findings)


def provider_of_host(host: str) -> tuple[str, str]:
    """The domain to include in SPF and the provider's name, by the mail server's name; two empty texts if not known."""
    for suffixes, include, title in _INCLUDES:
        if any(host == each or host.endswith("." + each) for each in suffixes):
            return include, title
    return "", ""


def _spf(zone: Zone) -> Finding:
    include, title = provider_of_host(zone.host)
    wanted = f"include:{include}" if include else f"a:{zone.host}"
    fresh = f"v=spf1 mx {wanted} ~all"
    if zone.spf is None:
        return _unknown("SPF")
    if not zone.spf:
        said = f"{zone.domain} does not say which servers may send for it, so that many of your emails land in spam."
        return Finding(name="SPF", verdict="missing", sentence=said, record_host=zone.domain, record=fresh)
    if len(zone.spf) > 1:
        said = f"{zone.domain} has {len(zone.spf)} SPF records, which voids them all. Keep one that joins them."
        return Finding(name="SPF", verdict="wrong", sentence=said, record_host=zone.domain, record=_joined(zone.spf))
    record = zone.spf[0]
    if re.search(r"(?:^|\s)\+?all(?:\s|$)", record, re.IGNORECASE):
        said = "It lets every server in the world send for you, which receivers take for a mistake."
        better = re.sub(r"(?:^|(?<=\s))\+?all(?=\s|$)", "~all", record, flags=re.IGNORECASE)
        return Finding(name="SPF", verdict="wrong", sentence=said, record_host=zone.domain, record=better)
    if zone.lookups > MOST_LOOKUPS:
        said = f"It needs {zone.lookups} further questions; after {MOST_LOOKUPS} receivers give up. Remove what is not used."
        return Finding(name="SPF", verdict="wrong", sentence=said)
    if zone.is_authorised or (include and include in zone.includes):
        said = f"{zone.domain} names {title or zone.host} as a server that sends for it."
        return Finding(name="SPF", verdict="good", sentence=said)
    if include:
        said = f"It does not name {title}, from where these emails leave: put {wanted} into it."
        better = _with(record, wanted)
        return Finding(name="SPF", verdict="wrong", sentence=said, record_host=zone.domain, record=better)
    said = f"It does not name {zone.host}, which may send through another server. Ask your provider what to include."
    return Finding(name="SPF", verdict="unknown", sentence=said)


def _dkim(zone: Zone) -> Finding:
    live = {name: key for name, key in zone.keys.items() if re.search(r"p\s*=\s*[A-Za-z0-9+/]", key)}
    if live:
        return Finding(name="DKIM", verdict="good", sentence=f"A key to sign with is there ({', '.join(sorted(live))}).")
    if not zone.keys_were_asked:
        return _unknown("DKIM")
    if zone.keys:
        said = (
            f"The key {', '.join(sorted(zone.keys))} is there, but empty: it was withdrawn. Make a new one with your provider."
        )
        return Finding(name="DKIM", verdict="wrong", sentence=said)
    _, title = provider_of_host(zone.host)
    selector, where = _WHERE_KEYS_ARE.get(title, _SOMEWHERE_ELSE)
    host = f"{selector}._domainkey.{zone.domain}"
    said = f"No key was found under the usual names, so that your emails cannot be signed for {zone.domain}. {where}"
    return Finding(name="DKIM", verdict="missing", sentence=said, record_host=host)


_WHERE_KEYS_ARE = {
    "Google": (
        "google",
        "In Google’s admin console, Apps, Gmail, Authenticate email, make a key and add the TXT record shown there.",
    ),
    "Microsoft 365": (
        "selector1",
        "In Microsoft’s Defender portal, Email authentication settings, DKIM, add the two records shown there.",
    ),
}
_SOMEWHERE_ELSE = (
    "selector",
    "Ask your mail provider for the record; if it is there under another name, give that name as the selector.",
)


def _dmarc(zone: Zone) -> Finding:
    host = f"_dmarc.{zone.domain}"
    fresh = f"v=DMARC1; p=none; rua=mailto:postmaster@{zone.domain}"
    if zone.dmarc is None:
        return _unknown("DMARC")
    if not zone.dmarc:
        said = "Receivers are not told what to do with emails that only pretend to be yours; large ones ask for it."
        return Finding(name="DMARC", verdict="missing", sentence=said, record_host=host, record=fresh)
    if len(zone.dmarc) > 1:
        said = f"There are {len(zone.dmarc)} DMARC records, which voids them all. Keep one."
        return Finding(name="DMARC", verdict="wrong", sentence=said, record_host=host, record=zone.dmarc[0])
    policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", zone.dmarc[0], re.IGNORECASE)
    if policy is None:
        said = "Its record names no policy, so that it is not heeded."
        return Finding(name="DMARC", verdict="wrong", sentence=said, record_host=host, record=fresh)
    does = {
        "none": "watches and refuses nothing", "quarantine": "sends forged emails to spam", "reject": "refuses forged emails",
    }[policy[1].lower()]  # fmt: skip
    return Finding(name="DMARC", verdict="good", sentence=f"{zone.dmarc_domain or zone.domain} has a policy: it {does}.")


def _unknown(name: str) -> Finding:
    said = "The name servers did not answer, so that nothing is known. Check again later."
    return Finding(name=name, verdict="unknown", sentence=said)


def _with(record: str, wanted: str) -> str:
    """The mechanism put in front of what ends the record."""
    words = record.split()
    place = next(
        (n for n, word in enumerate(words) if re.fullmatch(r"[-~?+]?all|redirect=.*", word, re.IGNORECASE)), len(words)
    )
    return " ".join([*words[:place], wanted, *words[place:]])


def _joined(records: tuple[str, ...]) -> str:
    words = [word for record in records for word in record.split()[1:] if not re.fullmatch(r"[-~?+]?all", word, re.IGNORECASE)]
    return " ".join(["v=spf1", *dict.fromkeys(words), "~all"])
