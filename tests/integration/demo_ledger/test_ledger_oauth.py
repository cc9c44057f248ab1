"""Consent, tokens, connections: what an OAuth client meets at the demo ledger."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from app.demo_ledger.ledger import Ledger
from tests.contract.xero_session import REDIRECT, XeroSession
from tests.integration.demo_ledger.conftest import HandClock


async def test_allowing_access_leads_back_with_a_code_and_the_state(stranger: XeroSession) -> None:
    back = await stranger.consent(state="my state & more")
    assert back["state"] == "my state & more"
    assert len(back["code"]) >= 32


async def test_cancelling_leads_back_with_access_denied(stranger: XeroSession) -> None:
    back = await stranger.consent(decision="cancel")
    assert back["error"] == "access_denied"
    assert "code" not in back


async def test_both_organisations_can_be_chosen(stranger: XeroSession) -> None:
    await stranger.connect(organisation=1)
    [connection] = (await stranger.http.get("/connections")).json()
    assert connection["tenantName"] == "Larkspur Prints Ltd"
    assert connection["id"] != connection["tenantId"]
    assert connection["tenantType"] == "ORGANISATION"


async def test_a_second_consent_adds_to_the_connections(xero: XeroSession) -> None:
    await xero.connect(organisation=1)
    names = [connection["tenantName"] for connection in (await xero.http.get("/connections")).json()]
    assert names == ["Larkspur Studio Ltd", "Larkspur Prints Ltd"]


@pytest.mark.parametrize("role", ["READONLY", "INVOICEONLY"])
async def test_only_standard_and_adviser_users_can_connect(stranger: XeroSession, ledger: Ledger, role: str) -> None:
    ledger.role = role
    shown = await stranger.http.get("/identity/connect/authorize", params=stranger.question())
    assert role in shown.text
    assert "Allow access" not in shown.text
    assert (await stranger.consent())["error"] == "access_denied"


@pytest.mark.parametrize(("change", "error"), [
    ({"redirect_uri": "http://elsewhere.example/cb"}, "invalid_redirect_uri"),
    ({"redirect_uri": "http://localhost.evil.example/cb"}, "invalid_redirect_uri"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": "accounting.everything"}, "invalid_scope"),
    ({"client_id": ""}, "unauthorized_client"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
])  # fmt: skip
async def test_a_wrong_question_is_not_sent_back_to_its_address(
    stranger: XeroSession, change: dict[str, str], error: str
) -> None:
    shown = await stranger.http.get("/identity/connect/authorize", params=stranger.question(**change))
    assert shown.status_code == 400
    assert error in shown.text


async def test_the_consent_page_refuses_to_be_framed(stranger: XeroSession) -> None:
    shown = await stranger.http.get("/identity/connect/authorize", params=stranger.question())
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("change", [
    {"code_verifier": "x" * 43}, {"code_verifier": ""}, {"redirect_uri": REDIRECT + "/other"}, {"client_id": "another"},
    {"code": "nonsense"},
])  # fmt: skip
async def test_a_code_is_worth_nothing_to_someone_else(stranger: XeroSession, change: dict[str, str]) -> None:
    back = await stranger.consent()
    answer = await stranger.exchange(**{"code": back["code"], **change})
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_grant"}


async def test_a_code_works_once_and_not_for_long(stranger: XeroSession, clock: HandClock) -> None:
    back = await stranger.consent()
    assert (await stranger.exchange(back["code"])).status_code == 200
    assert (await stranger.exchange(back["code"])).json() == {"error": "invalid_grant"}
    late = await stranger.consent()
    clock.forward(minutes=6)
    assert (await stranger.exchange(late["code"])).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_confidential_client_shows_its_secret_either_way(stranger: XeroSession, by_header: bool) -> None:
    back = await stranger.consent(code_challenge="", code_challenge_method="")
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": REDIRECT}
    if by_header:
        answer = await stranger.http.post("/connect/token", data=form, auth=(stranger.client_id, "secret"))
    else:
        body = {**form, "client_id": stranger.client_id, "client_secret": "secret"}
        answer = await stranger.http.post("/connect/token", data=body)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 1800


async def test_without_secret_and_without_pkce_there_is_no_token(stranger: XeroSession) -> None:
    back = await stranger.consent(code_challenge="", code_challenge_method="")
    assert (await stranger.exchange(back["code"], code_verifier="")).json() == {"error": "invalid_client"}


async def test_a_registered_client_must_show_the_right_secret(ledger: Ledger, stranger: XeroSession) -> None:
    ledger.grants.settings = replace(ledger.settings, client_id="an-application", client_secret="right")
    back = await stranger.consent()
    assert (await stranger.exchange(back["code"], client_secret="wrong")).json() == {"error": "invalid_client"}
    back = await stranger.consent()
    assert (await stranger.exchange(back["code"], client_secret="right")).status_code == 200


async def test_refresh_tokens_rotate(xero: XeroSession) -> None:
    first = xero.tokens["refresh_token"]
    second = (await xero.refresh()).json()
    assert second["refresh_token"] != first
    xero.use(second)
    assert (await xero.get("Organisation")).status_code == 200


async def test_the_old_refresh_token_works_for_half_an_hour_more(xero: XeroSession, clock: HandClock) -> None:
    await xero.refresh()
    clock.forward(minutes=29)
    assert (await xero.refresh()).status_code == 200
    clock.forward(minutes=2)
    refused = await xero.refresh()
    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_grant"}


async def test_a_refresh_token_dies_after_sixty_days(xero: XeroSession, clock: HandClock) -> None:
    clock.forward(days=61)
    assert (await xero.refresh()).json() == {"error": "invalid_grant"}


async def test_an_access_token_expires_after_half_an_hour(xero: XeroSession, clock: HandClock) -> None:
    clock.forward(minutes=29)
    assert (await xero.get("Organisation")).status_code == 200
    clock.forward(minutes=2)
    answer = await xero.get("Organisation")
    assert answer.status_code == 401
    assert answer.json()["Detail"].startswith("TokenExpired")


async def test_offline_access_is_needed_for_a_refresh_token(stranger: XeroSession) -> None:
    back = await stranger.consent(scope="accounting.invoices.read")
    answer = await stranger.exchange(back["code"])
    assert "refresh_token" not in answer.json()
    assert "id_token" not in answer.json()


async def test_a_missing_scope_is_401_authorization_unsuccessful(stranger: XeroSession) -> None:
    await stranger.connect(scope="offline_access accounting.invoices.read")
    assert (await stranger.get("Invoices", page=1)).status_code == 200
    refused = await stranger.get("Contacts", page=1)
    assert refused.status_code == 401
    assert refused.json()["Detail"] == "AuthorizationUnsuccessful"


async def test_a_read_scope_does_not_write(stranger: XeroSession) -> None:
    await stranger.connect(scope="offline_access accounting.transactions.read accounting.contacts.read")
    [invoice, *_] = await stranger.records("Invoices", page=1)
    assert (await stranger.post(f"Invoices/{invoice['InvoiceID']}", {"SentToContact": True})).status_code == 401


async def test_revocation_ends_tokens_and_connections(xero: XeroSession) -> None:
    answer = await xero.http.post(
        "/connect/revocation", data={"token": xero.tokens["refresh_token"]}, auth=("an-application", "s")
    )
    assert answer.status_code == 200
    assert (await xero.get("Organisation")).status_code == 401
    assert (await xero.refresh()).json() == {"error": "invalid_grant"}


async def test_a_disconnected_organisation_is_403(xero: XeroSession) -> None:
    [connection] = (await xero.http.get("/connections")).json()
    assert (await xero.http.delete(f"/connections/{connection['id']}")).status_code == 204
    assert (await xero.http.delete(f"/connections/{connection['id']}")).status_code == 404
    answer = await xero.get("Organisation")
    assert answer.status_code == 403
    assert answer.json()["Detail"] == "AuthenticationUnsuccessful"


async def test_another_organisations_tenant_id_is_403(xero: XeroSession, ledger: Ledger) -> None:
    other = ledger.organisations[1].tenant
    assert (await xero.get("Organisation", headers={"xero-tenant-id": other})).status_code == 403


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


async def test_the_id_token_is_signed_with_the_published_key(xero: XeroSession) -> None:
    token = xero.tokens["id_token"]
    claims = _claims(token)
    assert claims["aud"] == "an-application"
    assert claims["email"].endswith(".example")
    [key] = (await xero.http.get("/.well-known/openid-configuration/jwks")).json()["keys"]
    n, e = (int.from_bytes(urlsafe_b64decode(key[name] + "==")) for name in ("n", "e"))
    signed, _, signature = token.rpartition(".")
    raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    rsa.RSAPublicNumbers(e, n).public_key().verify(raw, signed.encode(), padding.PKCS1v15(), SHA256())


async def test_who_signed_in_is_found_among_the_users(xero: XeroSession) -> None:
    users = await xero.records("Users")
    [me] = [user for user in users if user["UserID"] == _claims(xero.tokens["id_token"])["xero_userid"]]
    assert me["OrganisationRole"] == "STANDARD"
