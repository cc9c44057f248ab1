"""An ordinary Xero client's session with a demo ledger: consent, code, token, tenant."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec

API = "/api.xro/2.0"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments "
    "accounting.contacts.read accounting.settings.read"
)
REDIRECT = "http://localhost:8000/connect/xero/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-000"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def exact(answer: httpx.Response) -> Any:
    """The JSON of an answer with money as text of two places, so that no float comes between."""
    return msgspec.json.Decoder(float_hook=str).decode(answer.content)


@dataclass
class XeroSession:
    """Calls to one ledger, with the headers a connected client sends."""

    http: httpx.AsyncClient
    client_id: str = "an-application"
    tokens: dict[str, Any] = field(default_factory=dict)
    tenant: str = ""

    def question(self, **changes: str) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "scope": SCOPES,
            "state": "xyz",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {**asked, **changes}

    async def consent(self, decision: str = "allow", organisation: int = 0, **changes: str) -> dict[str, str]:
        """Answers the consent page; returns what came back to the redirect address."""
        asked = self.question(**changes)
        shown = await self.http.get("/identity/connect/authorize", params=asked)
        assert shown.status_code == 200, shown.text
        tenants = re.findall(r'name="tenant" value="([^"]+)"', shown.text)
        decided = {**asked, "tenant": tenants[organisation], "decision": decision}
        answer = await self.http.post("/identity/connect/authorize", data=decided)
        assert answer.status_code == 302, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    async def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": self.client_id,
            "code_verifier": VERIFIER,
        }
        return await self.http.post("/connect/token", data={**form, **changes})

    async def refresh(self, token: str | None = None, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token or self.tokens["refresh_token"],
            "client_id": self.client_id,
        }
        return await self.http.post("/connect/token", data={**form, **changes})

    async def connect(self, organisation: int = 0, **changes: str) -> "XeroSession":
        """The whole dance; afterwards every call carries the token and the tenant."""
        back = await self.consent(organisation=organisation, **changes)
        answer = await self.exchange(back["code"])
        assert answer.status_code == 200, answer.text
        self.use(answer.json())
        connections = (await self.http.get("/connections")).json()
        self.tenant = connections[-1]["tenantId"]
        self.http.headers["xero-tenant-id"] = self.tenant
        return self

    def use(self, tokens: dict[str, Any]) -> None:
        self.tokens = tokens
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def get(self, path: str, headers: dict[str, str] | None = None, **parameters: Any) -> httpx.Response:
        return await self.http.get(f"{API}/{path}", params=parameters, headers=headers)

    async def records(self, plural: str, **parameters: Any) -> list[dict[str, Any]]:
        answer = await self.get(plural, **parameters)
        assert answer.status_code == 200, answer.text
        listed: list[dict[str, Any]] = exact(answer)[plural]
        return listed

    async def invoice(self, ref: str) -> dict[str, Any]:
        [found] = exact(await self.get(f"Invoices/{ref}"))["Invoices"]
        return dict(found)

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.http.post(f"{API}/{path}", json=body, headers=headers)

    async def control(self, path: str, body: Any = None) -> Any:
        """Something happens in the books without the client."""
        answer = await self.http.post(f"/control/{path}", json=body or {})
        assert answer.status_code == 200, answer.text
        return exact(answer)
