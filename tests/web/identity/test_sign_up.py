"""/sign-up"""

import re

import httpx
import pytest

from app.identity.tables import Session, User
from app.organisations.tables import Member, Organisation

GOOD = {"name": "Ada Roe", "business": "Roe & Daughters", "email": "Ada@Roe.example", "password": "nine lamps at dawn"}


def token_in(page: str) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


async def post_form(client: httpx.AsyncClient, path: str, answers: dict[str, str]) -> httpx.Response:
    """As a browser does: the page first, then its form with the token that stood in it."""
    page = await client.get(path)
    return await client.post(path, data={**answers, "_csrf_token": token_in(page.text)})


async def test_a_newcomer_gets_an_account_an_organisation_and_goes_on_to_connect(client: httpx.AsyncClient) -> None:
    answer = await post_form(client, "/sign-up", GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connect")
    user = await User.objects().get(User.email == "ada@roe.example")
    organisation = await Organisation.objects().get(Organisation.name == "Roe & Daughters")
    assert user is not None and organisation is not None and organisation.review_mode
    member = await Member.objects().get(Member.user == user.id)
    assert member is not None and (member.role, member.organisation) == ("owner", organisation.id)


async def test_the_newcomer_is_signed_in_at_once(client: httpx.AsyncClient) -> None:
    await post_form(client, "/sign-up", GOOD)
    assert (await client.get("/account")).status_code == 200


async def test_the_password_is_kept_as_argon2id_only(client: httpx.AsyncClient) -> None:
    await post_form(client, "/sign-up", GOOD)
    user = await User.objects().first()
    assert user is not None and user.password_hash.startswith("$argon2id$")
    assert GOOD["password"] not in user.password_hash


async def test_only_the_first_user_is_admin_of_the_installation(client: httpx.AsyncClient) -> None:
    await post_form(client, "/sign-up", GOOD)
    client.cookies.clear()
    await post_form(client, "/sign-up", {**GOOD, "email": "bob@roe.example"})
    assert await User.select(User.superuser).order_by(User.id).output(as_list=True) == [True, False]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Give your name"),
        ("business", "", "Give the name of your business"),
        ("email", "ada.example", "Give an email address"),
        ("email", "ada@example", "Give an email address"),
        ("password", "short", "Use at least 12 characters"),
        ("password", "password1234", "guessed first"),
        ("password", "aaaaaaaaaaaa", "guessed first"),
        ("password", "Roe & Daughters", "Use something other than your name"),
    ],
)
async def test_a_wrong_answer_comes_back_with_a_sentence_and_the_rest_kept(
    client: httpx.AsyncClient, field: str, value: str, sentence: str
) -> None:
    answer = await post_form(client, "/sign-up", {**GOOD, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = "Ada Roe" if field != "name" else "Daughters"
    assert kept in answer.text
    assert not await User.exists()


async def test_an_address_with_an_account_is_told_to_sign_in(client: httpx.AsyncClient) -> None:
    await post_form(client, "/sign-up", GOOD)
    client.cookies.clear()
    answer = await post_form(client, "/sign-up", GOOD)
    assert answer.status_code == 422
    assert "sign in instead" in answer.text
    assert await Organisation.count() == 1
    assert await Session.count() == 1


async def test_markup_in_a_name_is_shown_as_text(client: httpx.AsyncClient) -> None:
    answer = await post_form(client, "/sign-up", {**GOOD, "name": "<script>alert(1)</script>", "password": "x"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_a_closed_installation_lets_in_its_first_user_only(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.settings import reload_settings

    monkeypatch.setenv("SIGN_UP_OPEN", "false")
    reload_settings()
    try:
        assert (await post_form(client, "/sign-up", GOOD)).status_code == 303
        client.cookies.clear()
        answer = await client.get("/sign-up")
        assert answer.status_code == 403
        assert "by invitation" in answer.text
    finally:
        monkeypatch.undo()
        reload_settings()
