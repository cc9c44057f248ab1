"""How to reach a mailbox, and whose it is."""

from email.utils import parseaddr
from typing import Literal, get_args
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

Tls = Literal["starttls", "tls", "none"]
TLS_MODES: tuple[Tls, ...] = get_args(Tls)


def tls_mode(text: str) -> Tls:
    """The mode of that name; the safe STARTTLS for any other text."""
    return next((mode for mode in TLS_MODES if mode == text), "starttls")


class Access(Struct, frozen=True, kw_only=True):
    """`tls` is always explicit: left to itself a client may send the password in clear when STARTTLS is missing."""

    host: str
    port: int
    tls: Tls
    name: str
    address: str
    reply_to: str = ""
    username: str = ""
    password: str = ""
    token: str = ""
    """An access token of OAuth, presented by XOAUTH2 in place of a password."""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] or "localhost"


def access_from_url(url: str, sent_from: str) -> Access | None:
    """`smtp://user:password@host:587?tls=starttls` and `Name <address>`; None for an empty or unreadable address."""
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    chosen = parse_qs(parts.query).get("tls", ["tls" if parts.scheme == "smtps" else "starttls"])[0]
    tls = tls_mode(chosen)
    name, address = parseaddr(sent_from)
    return Access(
        host=parts.hostname,
        port=parts.port or (465 if tls == "tls" else 587),
        tls=tls,
        name=name,
        address=address,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
