"""The one place that talks SMTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiosmtplib
from msgspec import Struct

from app.mail.access import Access
from app.mail.mime import usable
from app.outbox.answers import Accepted, Answer, MailboxStopped, PutOff, Verb, judge, lost
from app.outbox.points import reach

ONE_ANSWER = 30.0
ONE_MESSAGE = 120.0
"""Seconds after which a conversation is broken off; claims outlive it (outbox.states.CLAIM_OUTLIVES)."""
TURN = 2.0
"""Seconds that a message waits for the one before it; longer, and it is rung again by the next sweep."""
IDLE = 20.0
"""Seconds after which a kept connection is not trusted any more."""
_TAKEN = (250, 251)
"""The address is taken, or will be forwarded to (RFC 5321, 4.2.3)."""


class Envelope(Struct, frozen=True):
    sender: str
    recipients: tuple[str, ...]
    content: bytes


class _Talk:
    """How far the conversation about one message has come."""

    def __init__(self) -> None:
        self.verb = Verb.CONNECT
        self.address = ""
        self.text_began = False


class _Begun(NamedTuple):
    """A conversation that has come, or will come, as far as the recipients."""

    envelope: Envelope
    talk: _Talk
    addressing: "asyncio.Task[aiosmtplib.SMTP]"


class Mailbox:
    """A mailbox that sends. One connection serves messages one after the other and is kept while they follow closely."""

    def __init__(self, access: Access, *, trouble: str = "", timeout: float = ONE_ANSWER) -> None:
        self.access = access
        self.trouble = trouble
        """Why it could not be reached the last time, as far as this process knows."""
        self._timeout = timeout
        self._client: aiosmtplib.SMTP | None = None
        self._begun: _Begun | None = None
        self._used_at = 0.0
        self._turn = asyncio.Lock()
        self._turn_began_at = 0.0
        self._is_recorded = asyncio.Event()
        self._is_recorded.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """One message at a time: it is claimed, sent and recorded within its turn, so that no claim grows old in a queue.

        False when the turn does not come soon, for the mail server is slow: nobody else's mail shall wait for it then.
        """
        try:
            async with asyncio.timeout(0 if self.is_slow else TURN):
                await self._turn.acquire()
        except TimeoutError:
            yield False
            return
        self._turn_began_at = time.monotonic()
        try:
            yield True
        finally:
            self._call_off()
            self._turn.release()

    def begin(self, envelope: Envelope | None) -> None:
        """Tell a kept connection from whom and to whom it is, while its claim is on the way to the disk. Not a word of the
        letter goes before `send`; where that does not follow within this turn, the conversation is broken off."""
        if envelope is not None and self._begun is None and self._kept() is not None:
            talk = _Talk()
            self._begun = _Begun(envelope, talk, asyncio.create_task(self._addressed(envelope, talk)))

    def _call_off(self) -> None:
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.addressing.add_done_callback(lambda task: task.cancelled() or task.exception())
            begun.addressing.cancel()
            self._drop()

    def begin_record(self) -> None:
        """Of a mail that was taken: call it within its turn. The next one may be claimed meanwhile, not transmitted."""
        self._is_recorded.clear()

    def end_record(self) -> None:
        self._is_recorded.set()

    async def record_of_the_last(self) -> None:
        """Wait for it: where a process dies, one mail at most of a mailbox is unknown."""
        await self._is_recorded.wait()

    @property
    def is_slow(self) -> bool:
        """Whether a conversation is under way that has lasted longer than anyone should wait for its end."""
        return self._turn.locked() and time.monotonic() - self._turn_began_at > TURN

    async def send(self, envelope: Envelope) -> Answer:
        """What became of it. Never raises for what the other side does. Several at once are sent within their turns."""
        is_kept = self._client is not None
        answer = await self._attempt(envelope)
        if is_kept and isinstance(answer, PutOff) and answer.ends_connection:
            answer = await self._attempt(envelope)  # a kept connection may have died of age
        return answer

    async def close_if_idle(self) -> None:
        if not self._turn.locked() and time.monotonic() - self._used_at > IDLE:
            await self.close()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=2)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            client.close()

    async def _attempt(self, envelope: Envelope) -> Answer:
        begun = self._what_was_begun(envelope)
        talk = begun.talk if begun else _Talk()
        try:
            async with asyncio.timeout(ONE_MESSAGE):
                reach("before_connect")
                client = await (begun.addressing if begun else self._addressed(envelope, talk))
                answer = await self._handed_over(client, envelope, talk)
        except aiosmtplib.SMTPResponseException as refusal:
            answer = judge(talk.verb, refusal.code, refusal.message, address=talk.address)
        except OSError as broken:  # SMTP's disconnections and timeouts are among them
            answer = lost(talk.verb, talk.text_began, _why(broken))
        except aiosmtplib.SMTPException as missing:  # the server lacks STARTTLS, or any way to sign in that we know
            answer = lost(talk.verb, True, _why(missing)) if talk.text_began else MailboxStopped(_why(missing))
        except BaseException:
            self._drop()
            raise
        if not isinstance(answer, Accepted):
            self._drop()
        return answer

    def _what_was_begun(self, envelope: Envelope) -> _Begun | None:
        if self._begun is not None and self._begun.envelope is not envelope:
            self._call_off()
        begun, self._begun = self._begun, None
        return begun

    async def _addressed(self, envelope: Envelope, talk: _Talk) -> aiosmtplib.SMTP:
        client = await self._connected(talk)
        talk.verb = Verb.MAIL
        if client.is_ehlo_or_helo_needed:  # the first letter of a connection: the library introduces us
            await client.mail(envelope.sender)
        else:
            await _told(client, b"MAIL", b"FROM:", envelope.sender)
        talk.verb = Verb.RCPT
        for address in envelope.recipients:
            talk.address = address
            await _told(client, b"RCPT", b"TO:", address)
        return client

    async def _handed_over(self, client: aiosmtplib.SMTP, envelope: Envelope, talk: _Talk) -> Answer:
        talk.verb, talk.address = Verb.DATA, envelope.recipients[0] if len(envelope.recipients) == 1 else ""
        reach("before_data")
        talk.text_began = True  # from the command on: a line lost before its 354 is lost after DATA began, and unknown
        response = await client.data(envelope.content)
        reach("after_data")
        self._used_at = time.monotonic()
        return judge(Verb.DATA, response.code, response.message)

    def _kept(self) -> aiosmtplib.SMTP | None:
        client = self._client
        return client if client and time.monotonic() - self._used_at < IDLE and client.is_connected else None

    async def _connected(self, talk: _Talk) -> aiosmtplib.SMTP:
        if (kept := self._kept()) is not None:
            return kept
        await self.close()
        access = self.access
        client = aiosmtplib.SMTP(
            hostname=access.host,
            port=access.port,
            use_tls=access.tls == "tls",
            start_tls=False,
            timeout=self._timeout,
            local_hostname=socket.gethostname(),
        )
        try:
            await self._introduce(client, talk)
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    async def _introduce(self, client: aiosmtplib.SMTP, talk: _Talk) -> None:
        await client.connect()
        talk.verb = Verb.HELLO
        if self.access.tls == "starttls":
            await client.starttls()
        if self.access.token:
            talk.verb = Verb.AUTH
            await client.auth_xoauth2(self.access.username, self.access.token)
        elif self.access.username:
            talk.verb = Verb.AUTH
            await client.login(self.access.username, self.access.password)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


async def _told(client: aiosmtplib.SMTP, verb: bytes, word: bytes, address: str) -> None:
    """As the library would, which takes every address for a whole header and parses it; ours are known to be bare ones."""
    response = await client.execute_command(verb, b"%b<%b>" % (word, usable(address).encode()))
    if response.code not in _TAKEN:
        raise aiosmtplib.SMTPResponseException(response.code, response.message)


def _why(broken: BaseException) -> str:
    """Without the system's own numbers, where it gives any."""
    return " ".join(str(broken).partition(": [Errno")[0].split()) or type(broken).__name__
