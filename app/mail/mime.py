"""A letter as RFC 5322 wants it: the same letter always becomes the same bytes."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import blake2b

from msgspec import Struct

# Seven-bit bodies pass every mail server unchanged, so that what is kept is what arrives.
_POLICY = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\x00-\x20\x7f@<>()\[\],;:\"\\]+@[A-Za-z0-9.-]+")
_LOCAL_PART_AT_MOST, _ADDRESS_AT_MOST = 64, 254


class UnusableAddressError(ValueError):
    """An address that no mail server takes."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{one_line(address)} is not an email address")
        self.address = address


class FilePart(Struct, frozen=True):
    name: str
    media_type: str
    content: bytes


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
    message = EmailMessage(policy=_POLICY)
    for name, value in letter.headers.items():
        message[name] = value
    message["To"] = _mailboxes(letter.to)
    if letter.cc:
        message["Cc"] = _mailboxes(letter.cc)
    message["Subject"] = one_line(letter.subject)
    message.set_content(_text_lines(letter.text), cte="quoted-printable")
    if letter.html:
        message.add_alternative(_text_lines(letter.html), subtype="html", cte="quoted-printable")
    for file in letter.files:
        _attach(message, file)
    _name_boundaries(message, letter.headers.get("Message-ID", ""))
    return message.as_bytes()


def own_headers(name: str, address: str, reply_to: str, message_id: str, sent_at: datetime) -> dict[str, str]:
    """From, Reply-To, Date and Message-ID of a letter. Raise UnusableAddressError when our own address is none."""
    headers = {"From": mailbox(address, name), "Message-ID": message_id, "Date": format_datetime(sent_at)}
    if reply_to and reply_to != address:
        headers["Reply-To"] = mailbox(reply_to)
    return headers


def mailbox(address: str, name: str = "") -> str:
    """`Name <address>`, quoted and encoded as needed. Raise UnusableAddressError."""
    return str(Address(one_line(name), addr_spec=usable(address)))


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


def _attach(message: EmailMessage, file: FilePart) -> None:
    main, _, sub = file.media_type.partition("/")
    name = one_line(file.name).replace("/", "-").replace("\\", "-")
    message.add_attachment(file.content, maintype=main or "application", subtype=sub or "octet-stream", filename=name)


def _name_boundaries(message: EmailMessage, seed: str) -> None:
    """Boundaries from the Message-ID instead of chance; no encoded line can hold one, for none begins with `=_`."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{blake2b(f'{seed} {number}'.encode(), digest_size=15).hexdigest()}")
