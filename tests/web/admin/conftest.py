"""An admin of the installation, who is an owner of Borealis besides."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from app.identity.tables import User
from app.organisations.membership import Role
from tests.web.conftest import SignIn

FillIn = Callable[..., Awaitable[httpx.Response]]


async def make_superuser(member_email: str) -> None:
    await User.update({User.superuser: True, User.admin: True}).where(User.email == member_email)


@pytest.fixture
async def superuser(client: httpx.AsyncClient, sign_in: SignIn) -> httpx.AsyncClient:
    member = await sign_in(Role.OWNER)
    await make_superuser(member.email)
    return client


async def token_of(client: httpx.AsyncClient) -> dict[str, str]:
    """The header that the admin's own pages send."""
    await client.get("/admin/")
    return {"X-CSRFToken": client.cookies["csrftoken"]}


@pytest.fixture
def fill_in(superuser: httpx.AsyncClient) -> FillIn:
    """`answer = await fill_in("pause-chasing", organisation="1", reason="…")`"""

    async def filling_in(form: str, **fields: Any) -> httpx.Response:
        return await superuser.post(f"/admin/api/forms/{form}/", json=fields, headers=await token_of(superuser))

    return filling_in


def said(answer: httpx.Response) -> str:
    """What the page shows of it."""
    found = answer.json()
    return str(found.get("custom_form_success") or found.get("custom_form_error") or found)
