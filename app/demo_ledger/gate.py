"""What stands between the wire and the ledger: counting, rate limits, faults, the headers on every answer."""

import asyncio
from email.utils import format_datetime
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from .books import SHELVES
from .calls import Call
from .faults import IN_THE_BOOKS, Fault, refusal_for, too_many
from .ledger import Ledger
from .records import encode
from .refusals import Refusal

_NAMED = (*(plural for plural, _ in SHELVES), "connections", "Organisation", "Actions", "Users", "BrandingThemes", "Accounts",
          "InvoiceReminders", "Settings", "OnlineInvoice")  # fmt: skip
SPELLINGS = {**{name.lower(): name for name in _NAMED}, "organisations": "Organisation"}
UNCOUNTED_PATHS = ("/app/", "/control", "/faults", "/online", "/identity", "/.well-known")


class ConnectionCut(Exception):  # noqa: N818 - named for what happened
    """Raised where there is no socket to cut, so that the caller sees no answer either."""


def spelt(path: str) -> str:
    """The address as the handlers have it: Xero does not mind upper and lower case in its resources."""
    if not path.lower().startswith(("/api.xro/", "/connections")):
        return path
    return "/".join(SPELLINGS.get(part.lower(), part) for part in path.split("/"))


class Gate:
    """Every request passes through here before it reaches its handler."""

    def __init__(self, ledger: Ledger, app: ASGIApp) -> None:
        self.ledger, self.app = ledger, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path"] = spelt(scope["path"])
        if scope["type"] == ScopeType.HTTP and not scope["path"].startswith(UNCOUNTED_PATHS):
            await self._counted(scope, receive, send)
        else:
            await self.app(scope, receive, send)
        if self.ledger.keep and scope["type"] == ScopeType.HTTP and scope["method"] != "GET":
            self.ledger.keep()

    async def _counted(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        call = self.ledger.calls.begin(scope["method"], scope["path"], query, headers.get("idempotency-key", ""))
        answer = _Answer(send)
        try:
            await self._limited(scope, receive, answer, headers, call)
        finally:
            self.ledger.calls.end(call, answer.status)

    async def _limited(
        self, scope: HTTPScope, receive: Receive, answer: "_Answer", headers: dict[str, str], call: Call
    ) -> None:
        """Limits are kept for each application and organisation; /connections counts for the application only."""
        limiter = self.ledger.limiter
        answer.headers["Date"] = format_datetime(self.ledger.clock.now(), usegmt=True)
        if not call.path.startswith("/api.xro/"):
            answer.headers |= limiter.application_headers() if call.path.startswith("/connections") else {}
            await self._faulty(scope, receive, answer, call)
            return
        key = self._key(headers)
        met = limiter.enter(key)
        answer.headers |= limiter.headers(key)
        if met is not None:
            await answer.refuse(too_many(*met))
            return
        try:
            await self._faulty(scope, receive, answer, call)
        finally:
            limiter.leave(key)

    def _key(self, headers: dict[str, str]) -> str:
        grant = self.ledger.holder(headers.get("authorization"))
        return f"{grant.client if grant else ''} {headers.get('xero-tenant-id', '').lower()}"

    async def _faulty(self, scope: HTTPScope, receive: Receive, answer: "_Answer", call: Call) -> None:
        fault = self.ledger.faults.take(call.method, call.path, call.query)
        if fault is None:
            await self.app(scope, receive, answer.pass_on)
            return
        call.fault = fault.fault
        if fault.fault in IN_THE_BOOKS:
            scope["state"] = {**scope.get("state", {}), "fault": fault}
            await self.app(scope, receive, answer.pass_on)
        elif refusal := refusal_for(fault):
            await answer.refuse(refusal)
        else:
            await _misbehave(fault, scope, receive, answer, self.app)


async def _misbehave(fault: Fault, scope: Scope, receive: Receive, answer: "_Answer", app: ASGIApp) -> None:
    if fault.fault == "slow":
        await asyncio.sleep(fault.latency_ms / 1000)
        await app(scope, receive, answer.pass_on)
    elif fault.fault == "truncated":
        await app(scope, receive, answer.keep)
        await answer.give(fault.part)
    else:
        if fault.fault == "timeout":
            await _gone(receive, fault.seconds)
        elif fault.fault in ("lost", "lost_refresh"):
            await app(scope, receive, answer.keep)
        await answer.cut()


async def _gone(receive: Receive, seconds: float) -> None:
    """Waits until the client hangs up, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


class _Answer:
    """The way out: adds headers, remembers the status, can hold an answer back, shorten it or cut the connection."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.headers: dict[str, str] = {}
        self.status = 0
        self._start: Any = None
        self._body = b""

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._raw()]
        await self._send(message)

    def _raw(self) -> list[tuple[bytes, bytes]]:
        return [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]

    async def keep(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message["body"]

    async def give(self, part: float) -> None:
        """Sends only the beginning of the answer held back."""
        body = self._body[: int(len(self._body) * part)]
        headers = [(name, value) for name, value in self._start["headers"] if name != b"content-length"]
        self._start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
        await self.pass_on(self._start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def refuse(self, refusal: Refusal) -> None:
        text = isinstance(refusal.body, str)
        body = refusal.body.encode() if isinstance(refusal.body, str) else encode(refusal.body)
        kind = "text/html; charset=utf-8" if text and body.startswith(b"<") else "text/plain" if text else "application/json"
        self.headers |= {"content-type": kind, "content-length": str(len(body)), **refusal.headers}
        await self.pass_on({"type": "http.response.start", "status": refusal.status, "headers": []})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def cut(self) -> None:
        """Drops the connection at the socket, where the server shows it to us."""
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionCut
        transport.abort()
