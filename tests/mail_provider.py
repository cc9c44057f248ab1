"""A mail provider with OAuth 2.0 on free ports: token endpoint, token info for Dovecot, and SMTP that takes XOAUTH2."""

import base64
import hashlib
import json
import secrets
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from app.settings import reload_settings
from tests.faults.mail.counting_server import _free_port

ADDRESS = "accounts@borealis.example"


class Provider:
    """`with Provider() as provider:`; it knows one client, "tactful" with the secret "hush"."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.refreshed = 0
        self.answer: tuple[int, bytes] | None = None
        """What the token endpoint answers instead."""
        self.sent: list[bytes] = []
        self.smtp_port = _free_port()
        self.signed_in = 0
        self._smtp = Controller(_Smtp(self), hostname="127.0.0.1", port=self.smtp_port, auth_require_tls=False)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "Provider":
        self._smtp.start()
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._smtp.stop()
        self._http.shutdown()
        self._http.server_close()

    def consent(self, url: str) -> dict[str, str]:
        """What the consent page at this address sends back when somebody allows access."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked["code_challenge"]
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if (form.get("client_id"), form.get("client_secret")) != ("tactful", "hush"):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "authorization_code":
            verifier = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if self.codes.pop(form["code"], "") != verifier:
                return 400, {"error": "invalid_grant"}
        elif form["refresh_token"] not in self.refresh:
            return 400, {"error": "invalid_grant"}
        else:
            self.refreshed += 1
        access, refresh = f"a-{secrets.token_urlsafe(8)}", f"r-{secrets.token_urlsafe(8)}"
        self.access, self.refresh = {*self.access, access}, {refresh}
        claims = base64.urlsafe_b64encode(json.dumps({"email": ADDRESS.upper()}).encode()).rstrip(b"=").decode()
        body = {"access_token": access, "refresh_token": refresh, "expires_in": 3600, "id_token": f"x.{claims}.x"}
        return 200, {**body, "token_type": "Bearer"}


class _Smtp:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        user, _, rest = base64.b64decode(args[1]).decode().removeprefix("user=").partition("\x01")
        token = rest.removeprefix("auth=Bearer ").rstrip("\x01")
        if user == ADDRESS and token in self._provider.access:
            self._provider.signed_in += 1
            return AuthResult(success=True)
        await server.push("535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self._provider.sent.append(envelope.content)
        return "250 Taken"


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if provider.answer is not None:
                self._say(*provider.answer)
                return
            status, body = provider.token({name: values[0] for name, values in form.items()})
            self._say(status, json.dumps(body).encode())

        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
            found = token in provider.access
            self._say(200 if found else 401, json.dumps({"email": ADDRESS} if found else {"error": "invalid"}).encode())

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


def set_up(monkeypatch: Any, provider: Provider, account: str = "google") -> None:
    for name, value in (
        ("CLIENT_ID", "tactful"), ("CLIENT_SECRET", "hush"), ("TOKEN_URL", f"{provider.url}/token"),
        ("AUTHORIZE_URL", f"{provider.url}/authorize"),
    ):  # fmt: skip
        monkeypatch.setenv(f"{account.upper()}_{name}", value)
    reload_settings()


def parsed(content: bytes) -> EmailMessage:
    from email import message_from_bytes, policy

    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]
