"""A real SMTP server on a free port that counts what it took, and answers as it is told to."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[str], str | None]
"""The answer to an address or, at DATA, to the Message-ID; None: the usual one."""


def _usual(_: str) -> str | None:
    return None


class CountingServer:
    """`with CountingServer() as server:` and it listens on 127.0.0.1:`server.port`.

    at_rcpt, at_data, at_mail   what it answers instead of accepting
    drop_after_data             take the message, then hang up without an answer
    drop_before_data            hang up at RCPT
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.attempts = 0
        self.connections = 0
        self.passwords = 0
        self._open: set[SMTP] = set()
        self.at_mail: Answer = _usual
        self.at_rcpt: Answer = _usual
        self.at_data: Answer = _usual
        self.drop_after_data = False
        self.drop_before_data = False
        self.stall_after_data = 0.0
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=False)

    def __enter__(self) -> "CountingServer":
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]  # type: ignore[misc]

    def times_taken(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.messages)

    def forget(self) -> None:
        """What it took, and how it was told to answer."""
        self.taken.clear()
        self.at_mail = self.at_rcpt = self.at_data = _usual
        self.drop_after_data = self.drop_before_data = False

    def drop_connections(self) -> None:
        """Close every open connection, as a server does after a while."""
        loop = self._controller.loop
        done = asyncio.run_coroutine_threadsafe(self._drop(), loop)
        done.result(timeout=5)

    async def _drop(self) -> None:
        while self._open:
            _hang_up(self._open.pop())

    async def handle_AUTH(self, server: SMTP, session: Session, envelope: Envelope, args: list[str]) -> str:  # noqa: N802
        self.passwords += 1
        return "235 OK"

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        self._open.add(server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.at_mail(address) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        self.attempts += 1
        if self.drop_before_data:
            _hang_up(server)
        answer = self.at_rcpt(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        answer = self.at_data(str(message_from_bytes(content)["Message-ID"]))
        if answer:
            return answer
        self.taken.append(content)
        if self.stall_after_data:
            await asyncio.sleep(self.stall_after_data)
        if self.drop_after_data:
            _hang_up(server)
        return "250 Taken"


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
