"""S10: no redirect leads outside."""

import httpx
import pytest

from app.clock import now
from app.identity.actions import create_user
from app.identity.forms import local_path
from tests import cast
from tests.web.identity.test_sign_up import token_in

OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%0d%0aSet-Cookie:x=y\r\nX: y",
    "/path\\..\\evil",
    "@evil.example",
    "/é",
    "",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_an_outside_address_is_no_local_path(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/customers?overdue=0&page=2", "/invoices/12#why", "/a//b"])
def test_an_address_of_ours_is_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize("target", OUTSIDE)
async def test_signing_in_never_leads_outside(client: httpx.AsyncClient, target: str) -> None:
    await create_user("Anna", "anna@roe.example", cast.PASSWORD, now())
    page = await client.get("/sign-in", params={"next": target})
    fields = {"email": "anna@roe.example", "password": cast.PASSWORD, "next": target, "_csrf_token": token_in(page.text)}
    answer = await client.post("/sign-in", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    again = await client.get("/sign-in", params={"next": target})
    assert again.headers["location"] == "/"
