"""The one place that talks IMAP. The inbox is opened read-only and its mails are peeked at: nothing is marked as read,
moved or deleted."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imapclient import SENT
from msgspec import Struct

from app.mail.access import Access
from app.mail.reading_trouble import Unreadable, explained

T = TypeVar("T")

ONE_ANSWER = 30.0
"""Seconds for one answer of the server."""
LARGEST = 15_000_000
"""Bytes of a mail that is read as a whole; of a larger one only the beginning."""
BEGINNING = 300_000
FOLDER = "INBOX"


class Brief(Struct, frozen=True):
    """A mail as far as its headers tell."""

    uid: int
    size: int
    arrived_at: datetime
    head: bytes


class Inbox:
    """An open mailbox; one call at a time. Each raises Unreadable."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self.uid_validity = 0

    async def open(self) -> int:
        """The inbox's UIDVALIDITY: with another one all UIDs known before are void (RFC 3501, 2.3.1.1)."""
        answer = await _asked(lambda: self._client.select_folder(FOLDER, readonly=True))
        self.uid_validity = int(answer.get(b"UIDVALIDITY", 0))
        return self.uid_validity

    async def after(self, uid: int) -> list[int]:
        """The UIDs above this one, in their order. A server answers n:* with its last mail also when that is older."""
        found = await _asked(lambda: self._client.search(["UID", f"{uid + 1}:*"]))
        return sorted(each for each in found if each > uid)

    async def since(self, day: date) -> list[int]:
        return sorted(await _asked(lambda: self._client.search(["SINCE", day])))

    async def briefs(self, uids: Sequence[int]) -> list[Brief]:
        wanted = ["RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[HEADER]"]
        found = await _asked(lambda: self._client.fetch(uids, wanted))
        return [_brief(uid, found[uid]) for uid in sorted(found) if b"BODY[HEADER]" in found[uid]]

    async def content(self, brief: Brief) -> tuple[bytes, bool]:
        """The mail, and whether that is all of it."""
        whole = brief.size <= LARGEST
        part = "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{BEGINNING}>"
        found = await _asked(lambda: self._client.fetch([brief.uid], [part]))
        fields = found.get(brief.uid, {})
        return next((value for key, value in fields.items() if key.startswith(b"BODY[]")), b"") or b"", whole

    async def keep_copy(self, content: bytes, message_id: str, sent_at: datetime) -> str:
        """Put a sent mail into the folder for such, unless it is there already; the folder's name. Raise Unreadable."""
        return await _asked(lambda: _keep_copy(self._client, content, message_id, sent_at))


@asynccontextmanager
async def signed_in(access: Access, *, one_answer: float = ONE_ANSWER) -> AsyncIterator[Inbox]:
    """Raise Unreadable, which says what happened and what to do about it."""
    client = await _asked(lambda: _sign_in(access, one_answer))
    try:
        yield Inbox(client)
    finally:
        await asyncio.to_thread(_leave, client)


def _sign_in(access: Access, one_answer: float) -> IMAPClient:
    secure = ssl.create_default_context()
    is_tls = access.tls == "tls"
    client = IMAPClient(access.host, port=access.port, ssl=is_tls, ssl_context=secure if is_tls else None, timeout=one_answer)
    client.normalise_times = False
    try:
        if access.tls == "starttls":
            client.starttls(secure)
        if access.token:
            client.oauth2_login(access.username, access.token)
        else:
            client.login(access.username, access.password)
    except BaseException:
        client.shutdown()
        raise
    return client


def _leave(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.logout()


def _keep_copy(client: IMAPClient, content: bytes, message_id: str, sent_at: datetime) -> str:
    folder = client.find_special_folder(SENT)
    if folder is None:
        raise Unreadable("the mailbox has no folder for sent mail", "Make one, or switch copies off.")
    client.select_folder(folder, readonly=True)
    if not client.search(["HEADER", "Message-ID", message_id]):
        client.append(folder, content, flags=(b"\\Seen",), msg_time=sent_at)
    return str(folder)


def _brief(uid: int, fields: dict[bytes, Any]) -> Brief:
    arrived = fields.get(b"INTERNALDATE")
    at = arrived.astimezone(UTC) if isinstance(arrived, datetime) and arrived.tzinfo else datetime(1970, 1, 1, tzinfo=UTC)
    return Brief(uid, int(fields.get(b"RFC822.SIZE", 0)), at, fields[b"BODY[HEADER]"] or b"")


async def _asked(call: Callable[[], T]) -> T:
    """The library blocks, so that it is asked in a thread; its own timeouts end it."""
    try:
        return await asyncio.to_thread(call)
    except LoginError as refused:
        raise explained("refused", _said(refused)) from refused
    except ssl.SSLCertVerificationError as wrong:
        raise explained("certificate", wrong.verify_message) from wrong
    except ssl.SSLError as wrong:
        raise explained("tls", str(wrong.reason or wrong)) from wrong
    except socket.gaierror as unknown:
        raise explained("unknown_host", "") from unknown
    except TimeoutError as silent:
        raise explained("silent", "") from silent
    except OSError as broken:
        raise explained("unreachable", str(broken.strerror or broken)) from broken
    except (IMAPClientError, ValueError, AssertionError) as strange:
        raise explained("strange", _said(strange)) from strange


def _said(error: BaseException) -> str:
    """The server's words; imaplib hands some on as the text of a bytes literal."""
    text = error.args[0] if error.args else ""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    literal = re.fullmatch(r"b(['\"])(.*)\1", words, re.DOTALL)
    return literal[2] if literal else words
