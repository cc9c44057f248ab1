"""Headers of a mail that arrived, read so that nothing in them can trip the reader. Whatever is broken reads as empty."""

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

_IDS = re.compile(r"<[!-;=?-~]{3,500}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s<>@,;:\"]{1,64}@[A-Za-z0-9._-]{1,255}")
MOST_IDS = 100


def header(mail: Message, name: str) -> str:
    """The header's text on one line, its encoded words decoded (RFC 2047)."""
    return one_line(decoded(raw(mail, name)))


def raw(mail: Message, name: str) -> str:
    """The header as it came; bytes above ASCII, which some servers let stand, are read as UTF-8, else as Latin-1."""
    wanted = name.lower()
    found = next((str(value) for key, value in mail.raw_items() if key.lower() == wanted), "")
    return as_text(found.encode("utf-8", "surrogateescape"), None)


def one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def decoded(text: str) -> str:
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(piece if isinstance(piece, str) else as_text(piece, charset) for piece, charset in pieces)


def as_text(content: bytes, charset: str | None) -> str:
    """Never raises: an unknown or wrong charset is read as UTF-8, else as Latin-1."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            return content.decode(name).replace("\x00", "")
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1").replace("\x00", "")


def message_ids(mail: Message, name: str) -> tuple[str, ...]:
    """The Message-IDs in a header, in its order."""
    return tuple(_IDS.findall(raw(mail, name)))[-MOST_IDS:]


def mailbox_of(mail: Message, name: str) -> tuple[str, str]:
    """Name and address of the first mailbox in a header; two empty texts where there is none."""
    found = getaddresses([raw(mail, name)])
    for shown, address in found:
        if _ADDRESS.fullmatch(address):
            return one_line(decoded(shown))[:255], address.lower()[:254]
    plain = _ADDRESS.search(raw(mail, name))
    return ("", plain[0].lower()[:254]) if plain else ("", "")


def addresses_in(text: str) -> tuple[str, ...]:
    """The email addresses in a text, each once, in its order."""
    found = (address.rstrip(".-").lower() for address in _ADDRESS.findall(text))
    return tuple(dict.fromkeys(address.removeprefix("mailto:") for address in found))


def date_of(mail: Message) -> datetime | None:
    """What its Date says, with an offset."""
    try:
        found = parsedate_to_datetime(raw(mail, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if found.tzinfo is not None else None
