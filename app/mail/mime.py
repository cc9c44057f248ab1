"""A letter as RFC 5322 wants it: the same letter always becomes the same bytes."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email import quoprimime
from email._header_value_parser import TokenList
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from msgspec import Struct


class _Remembered(HeaderRegistry):
    """Most headers of a letter are those of the one before, and parsing them costs more than all the rest of it."""

    def __init__(self) -> None:
        super().__init__()
        self._made: Callable[[str, str], Any] = lru_cache(maxsize=512)(super().__call__)
        self._class: Callable[[str], Any] = lru_cache(maxsize=64)(super().__getitem__)

    def __getitem__(self, name: str) -> Any:
        return self._class(name.lower())

    def __call__(self, name: str, value: Any) -> Any:
        return self._made(name, value) if type(value) is str else super().__call__(name, value)


class _Policy(EmailPolicy):
    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, _OneALine):
            return value.fold(policy=self).encode()
        return _on_a_line(name, value) if value.isascii() else _folded(name, value)


def _on_a_line(name: str, value: Any) -> bytes:
    """What fits stands as it is; folding it costs more than all the rest of a letter."""
    line = f"{name}: {value}"
    fits = value and len(line) <= _WIDTH and value == value.strip() and "=?" not in value
    return f"{line}\r\n".encode() if fits else _folded(name, value)


@lru_cache(maxsize=512)
def _folded(name: str, value: Any) -> bytes:
    header = value if hasattr(value, "fold") else _POLICY.header_store_parse(name, value)[1]
    return EmailPolicy.fold_binary(_POLICY, name, header)


_WIDTH = 76
# Seven-bit bodies pass every mail server unchanged, so that what is kept is what arrives.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Remembered())
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\x00-\x20\x7f@<>()\[\],;:\"\\]+@[A-Za-z0-9.-]+")
_LOCAL_PART_AT_MOST, _ADDRESS_AT_MOST = 64, 254


class _OneALine(UnstructuredHeader):
    """Message-IDs, and addresses of people and pages: plain ASCII, broken between them only. Python would encode one that
    is longer than a line, as Exchange's Message-IDs are, and no mail program would know it again."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """There is nothing to decode in it."""
        kwds |= {"decoded": value, "parse_tree": TokenList()}

    def fold(self, *, policy: EmailPolicy) -> str:
        words = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {words}{policy.linesep}"  # type: ignore[attr-defined]


class _ContentType(_OneALine):
    """What we write into it is folded by us alone."""

    def fold(self, *, policy: EmailPolicy) -> str:
        line = f"{self.name}: {self}"  # type: ignore[attr-defined]
        return f"{line}{policy.linesep}" if len(line) <= _WIDTH else super().fold(policy=policy)


_POLICY.header_factory.map_to_type("Content-Type", _ContentType)  # type: ignore[attr-defined]
_PEOPLE = frozenset({"From", "Reply-To"})
_BROKEN_BETWEEN_WORDS = ("Message-ID", "In-Reply-To", "References", "List-Unsubscribe", "To", "Cc")
_BREAK = "\r\n "
for _name in _BROKEN_BETWEEN_WORDS:
    _POLICY.header_factory.map_to_type(_name, _OneALine)  # type: ignore[attr-defined]


_BEYOND_ASCII = "has letters before the @ that many mail servers do not take (SMTPUTF8): ask for another address"


class UnusableAddressError(ValueError):
    """An address that no mail server takes."""

    def __init__(self, address: str) -> None:
        local = address.rpartition("@")[0]
        why = "is not an email address" if local.isascii() else _BEYOND_ASCII
        super().__init__(f"{one_line(address)} {why}")
        self.address = address


class FilePart(Struct, frozen=True):
    """`shown_as`: the HTML shows it under this name (`cid:logo.png`); empty: it is attached."""

    name: str
    media_type: str
    content: bytes
    shown_as: str = ""


class Letter(Struct, frozen=True, kw_only=True):
    """`headers` are further ones by name: Message-ID, Date, From, Reply-To, In-Reply-To, References."""

    to: Sequence[str]
    cc: Sequence[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    files: Sequence[FilePart] = ()


def mime(letter: Letter) -> bytes:
    """Raise UnusableAddressError naming the first address that is none."""
    headers = {**letter.headers, "To": _mailboxes(letter.to)}
    if letter.cc:
        headers["Cc"] = _mailboxes(letter.cc)
    headers["Subject"] = one_line(letter.subject)
    return _whole(headers, letter) if letter.files or not letter.html else _of_two_parts(headers, letter)


def _whole(headers: dict[str, str], letter: Letter) -> bytes:
    message = EmailMessage(policy=_POLICY)
    for name, value in headers.items():
        message[name] = value
    message.set_content(_text_lines(letter.text), cte="quoted-printable")
    if letter.html:
        _add_html(message, letter)
    for file in letter.files:
        if not file.shown_as:
            _attach(message, file)
    if letter.files:
        _name_boundaries(message, letter)
    return message.as_bytes()


def _of_two_parts(headers: dict[str, str], letter: Letter) -> bytes:
    """What most letters are, text and HTML, as Python's own writer would put it, which takes ten times as long."""
    boundary = _boundary(letter, 0)
    written = b"".join([_header(name, value) for name, value in headers.items()])
    head = written + f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode()
    first, second = _words("plain", letter.text), _words("html", letter.html)
    return head + f"\r\n--{boundary}\r\n{first}\r\n--{boundary}\r\n{second}\r\n--{boundary}--\r\n".encode("ascii")


def _header(name: str, value: str) -> bytes:
    """People's names are written by the standard library, and all that does not stand on a line as it is."""
    if name in _PEOPLE or not (value.isascii() and value.isprintable()):
        return _folded(name, value)
    return f"{name}: {_BREAK.join(value.split())}\r\n".encode() if name in _BROKEN_BETWEEN_WORDS else _on_a_line(name, value)


def _words(kind: str, text: str) -> str:
    encoded = quoprimime.body_encode(_text_lines(text).encode().decode("latin-1"), _POLICY.max_line_length or 78, "\r\n")
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}'


def own_headers(name: str, address: str, reply_to: str, message_id: str, sent_at: datetime) -> dict[str, str]:
    """From, Reply-To, Date and Message-ID of a letter. Raise UnusableAddressError when our own address is none."""
    headers = {"From": mailbox(address, name), "Message-ID": message_id, "Date": format_datetime(sent_at)}
    if reply_to and reply_to != address:
        headers["Reply-To"] = mailbox(reply_to)
    return headers


@lru_cache(maxsize=512)
def mailbox(address: str, name: str = "") -> str:
    """`Name <address>`, quoted and encoded as needed. Raise UnusableAddressError."""
    return str(Address(one_line(name), addr_spec=usable(address)))


@lru_cache(maxsize=512)
def usable(address: str) -> str:
    """The address with its domain in ASCII (IDNA). Raise UnusableAddressError where no mail server would take it."""
    local, _, domain = address.strip().rpartition("@")
    try:
        found = f"{local}@{domain.encode('idna').decode()}" if local and domain else ""
    except UnicodeError:
        found = ""
    if not _ADDRESS.fullmatch(found) or not found.isascii() or not _dots_are_inside(local):
        raise UnusableAddressError(address)
    if len(local) > _LOCAL_PART_AT_MOST or len(found) > _ADDRESS_AT_MOST:
        raise UnusableAddressError(address)
    return found


def one_line(text: str) -> str:
    """Text for a header: no control character and no line break can be in it."""
    return _CONTROL.sub(" ", text).strip()


def _dots_are_inside(local: str) -> bool:
    return not (local.startswith(".") or local.endswith(".") or ".." in local)


def _mailboxes(addresses: Iterable[str]) -> str:
    return ", ".join(usable(address) for address in addresses)


def _text_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip("\n") + "\n"


def _add_html(message: EmailMessage, letter: Letter) -> None:
    """The HTML with the pictures it shows beside it (RFC 2387), each named by its content (RFC 2392)."""
    html, domain = letter.html, letter.headers.get("Message-ID", "").strip("<>").rpartition("@")[2] or "localhost"
    pictures = [
        (file, f"{blake2b(file.content, digest_size=12).hexdigest()}@{domain}") for file in letter.files if file.shown_as
    ]
    for file, content_id in pictures:
        html = html.replace(f'"cid:{file.shown_as}"', f'"cid:{content_id}"')
    message.add_alternative(_text_lines(html), subtype="html", cte="quoted-printable")
    part = message.get_payload()[-1]  # type: ignore[index]
    for file, content_id in pictures:
        main, _, sub = file.media_type.partition("/")
        part.add_related(  # type: ignore[union-attr]
            file.content, maintype=main, subtype=sub, cid=f"<{content_id}>", filename=one_line(file.name), disposition="inline"
        )


def _attach(message: EmailMessage, file: FilePart) -> None:
    main, _, sub = file.media_type.partition("/")
    name = one_line(file.name).replace("/", "-").replace("\\", "-")
    message.add_attachment(file.content, maintype=main or "application", subtype=sub or "octet-stream", filename=name)


def _name_boundaries(message: EmailMessage, letter: Letter) -> None:
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(_boundary(letter, number))


def _boundary(letter: Letter, number: int) -> str:
    """From the Message-ID instead of chance; no encoded line can hold one, for none begins with `=_`."""
    seed = letter.headers.get("Message-ID", "")
    return f"=_{blake2b(f'{seed} {number}'.encode(), digest_size=15).hexdigest()}"
