"""The application over HTTP, without a network: a client, and a way to sign in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from litestar import Litestar

from app.identity import cookies, forgery, gateway
from app.identity.tables import User
from app.main import create_app
from app.organisations.membership import Role, SignedIn
from tests import cast

gateway._hasher = PasswordHasher(time_cost=1, memory_cost=1024)  # the real cost is for guessers, not for tests
PASSWORD_HASH = gateway._hasher.hash(cast.PASSWORD)
ADDRESS = "http://localhost:8000"
SignIn = Callable[..., Awaitable[SignedIn]]


@pytest.fixture(scope="session")
def application() -> Litestar:
    return create_app()


@pytest.fixture
async def client(application: Litestar, database: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody yet: see `sign_in`. Redirects are not followed, so that a test can look at them."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
async def borealis(database: Any) -> cast.Firm:
    return await cast.borealis()


@pytest.fixture
async def meridian(database: Any) -> cast.Firm:
    return await cast.meridian()


@pytest.fixture
def sign_in(client: httpx.AsyncClient, borealis: cast.Firm) -> SignIn:
    """`member = await sign_in(Role.CONTROLLER)`: from then on the client is Tom of Borealis, form token included.
    `await sign_in(meridian.anna)` makes it that member."""

    async def signing_in(who: Role | SignedIn | str = Role.CONTROLLER) -> SignedIn:
        member = who if isinstance(who, SignedIn) else borealis.members[Role(who)]
        token, session = await cast.a_session(member)
        client.cookies.clear()
        client.cookies.set(cookies.SESSION, token, domain="localhost.local")  # as the jar files it
        client.headers["x-csrf-token"] = forgery.issue(session.csrf_secret)
        return member

    return signing_in


@pytest.fixture
def htmx() -> dict[str, str]:
    """What htmx sends along; add HX-Target for a region."""
    return {"HX-Request": "true"}


@pytest.fixture
def with_password(borealis: cast.Firm) -> Callable[..., Awaitable[None]]:
    """`await with_password(Role.OWNER)`: Anna can type `cast.PASSWORD` from then on."""

    async def giving(who: Role | SignedIn | str) -> None:
        member = who if isinstance(who, SignedIn) else borealis.members[Role(who)]
        await User.update({User.password_hash: PASSWORD_HASH}).where(User.id == member.user_id)

    return giving
