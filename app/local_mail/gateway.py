"""The SMTP side, on aiosmtpd."""

from typing import Any

from aiosmtpd.controller import Controller

from app import clock
from app.local_mail.mailbox import Mailbox


class _Taking:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self._mailbox.take(envelope.content, tuple(envelope.rcpt_tos), clock.now())
        return "250 Taken; this server delivers nothing"


class LocalMail:
    """An SMTP server on a thread of its own; it stops with `stop`."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.mailbox = Mailbox()
        self.port = port
        self._controller = Controller(_Taking(self.mailbox), hostname=host, port=port, data_size_limit=40_000_000)

    def start(self) -> "LocalMail":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()
