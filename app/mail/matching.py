"""Subjects compared, and what in a subject may tell whose mail it is."""

import re

_ANSWERED = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|odp|ynt|r|rif|fw|fwd|wg|tr|doorst|enc)(?:\[\d+\])?\s?:|\[(?:external|extern|ext)\]:?)\s*", re.I
)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,59}")

FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk", "msn.com",
    "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "btinternet.com", "btopenworld.com",
    "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de",
    "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "proton.me", "protonmail.com", "mail.com",
    "zoho.com", "yandex.com", "fastmail.com", "xs4all.nl", "ziggo.nl", "bigpond.com", "xtra.co.nz",
})  # fmt: skip
"""People of many businesses write from these domains, so that a domain says nothing about whose mail it is."""


def bare(subject: str) -> str:
    """The subject without the marks of answering and forwarding, in lower case."""
    rest = " ".join(subject.split())[:300]
    while (found := _ANSWERED.match(rest)) is not None:
        rest = rest[found.end() :]
    return rest.lower()


def tokens_of(subject: str) -> tuple[str, ...]:
    """What in it could be the number of an invoice, at most twenty."""
    return tuple(
        dict.fromkeys(each.rstrip(".-/_") for each in _TOKEN.findall(subject[:300]) if any(c.isdigit() for c in each))
    )[:20]


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
