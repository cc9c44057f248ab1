"""/settings/invitations, /invitations/{token}"""

from datetime import timedelta

import httpx
import pytest

from app.activity.tables import Activity, AuditEntry
from app.clock import now
from app.identity import cookies
from app.identity.tables import User
from app.organisations.membership import Role
from app.organisations.tables import Invitation, Member
from app.outbox.tables import Message
from app.sealing import unseal
from app.settings import reload_settings
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import post_form, token_in

NORA = {"email": "Nora@harbour.example", "role": "manager"}
ACCOUNT = {"name": "Nora Quist", "password": "nine lamps at dawn"}


async def link() -> str:
    """As it stands in the newest letter."""
    row = await Message.objects().order_by(Message.id, ascending=False).first()
    assert row is not None and "/invitations/" in row.text
    return f"/invitations/{unseal(row.portal_token_sealed)}"


@pytest.fixture
async def invited(client: httpx.AsyncClient, sign_in: SignIn) -> str:
    """Anna invited Nora; nobody is signed in now."""
    await sign_in("owner")
    assert (await client.post("/settings/invitations", data=NORA)).status_code == 303
    stranger(client)
    return await link()


def stranger(client: httpx.AsyncClient) -> None:
    client.cookies.clear()
    client.headers.pop("x-csrf-token", None)


async def roles_of(email: str) -> list[str]:
    return list(await Member.select(Member.role).where(Member.user.email == email).output(as_list=True))


async def test_the_letter_says_who_invites_where_to_and_as_what(client: httpx.AsyncClient, invited: str) -> None:
    row = await Message.objects().first()
    assert row is not None
    assert row.to_addresses == '["nora@harbour.example"]'
    assert row.subject == "Anna Berg invites you to Borealis Studio Ltd"
    assert "as manager: you work with customers" in row.text
    assert invited.rsplit("/", 1)[1] not in row.text


async def test_only_the_links_hash_is_kept(invited: str) -> None:
    assert invited.rsplit("/", 1)[1] not in str(await Invitation.select())


async def test_looking_at_the_link_uses_nothing_up(client: httpx.AsyncClient, invited: str) -> None:
    for _ in range(3):
        page = await client.get(invited)
        assert "Anna Berg invites nora@harbour.example as manager" in page.text
    assert not await User.exists().where(User.email == "nora@harbour.example")


async def test_somebody_new_makes_an_account_by_it_even_where_sign_up_is_closed(
    client: httpx.AsyncClient, invited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGN_UP_OPEN", "false")
    reload_settings()
    try:
        token = token_in((await client.get(invited)).text)
        weak = await client.post(f"{invited}/account", data={**ACCOUNT, "password": "password1234", "_csrf_token": token})
        assert weak.status_code == 422
        assert "Nora Quist" in weak.text
        answer = await client.post(f"{invited}/account", data={**ACCOUNT, "_csrf_token": token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    finally:
        monkeypatch.undo()
        reload_settings()
    assert await roles_of("nora@harbour.example") == ["manager"]
    assert "Borealis Studio Ltd" in (await client.get("/settings")).text
    assert await Activity.exists().where(Activity.sentence == "Nora Quist joined as manager, invited by Anna Berg.")
    assert await AuditEntry.exists().where(AuditEntry.act == "join")


async def test_it_works_once(client: httpx.AsyncClient, invited: str) -> None:
    token = token_in((await client.get(invited)).text)
    await client.post(f"{invited}/account", data={**ACCOUNT, "_csrf_token": token})
    stranger(client)
    assert (await client.get(invited)).status_code == 410


async def test_who_has_an_account_signs_in_and_joins(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, meridian: cast.Firm, borealis: cast.Firm
) -> None:
    await with_password(meridian.anna)
    await sign_in("owner")
    await client.post("/settings/invitations", data={"email": "max@meridian.example", "role": "viewer"})
    stranger(client)
    path = await link()
    page = await client.get(path)
    assert f"/sign-in?next={path}" in page.text
    answer = await post_form(client, "/sign-in", {"email": "max@meridian.example", "password": cast.PASSWORD, "next": path})
    assert answer.headers["location"] == path
    before = client.cookies[cookies.SESSION]
    joined = await post_form(client, path, {})
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    assert client.cookies[cookies.SESSION] != before
    page = await client.get("/settings/members")
    assert "tom@borealis.example" in page.text
    assert f"/organisations/{meridian.id}/visit" in page.text


async def test_an_account_is_not_made_for_an_address_that_has_one(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm
) -> None:
    await sign_in("owner")
    await client.post("/settings/invitations", data={"email": "max@meridian.example", "role": "viewer"})
    stranger(client)
    path = await link()
    token = token_in((await client.get("/sign-in")).text)
    answer = await client.post(f"{path}/account", data={**ACCOUNT, "_csrf_token": token})
    assert answer.status_code == 409
    assert await roles_of("max@meridian.example") == ["owner"]
    assert await Invitation.exists().where(Invitation.ended_at.is_null())


async def test_somebody_else_who_is_signed_in_does_not_join(
    client: httpx.AsyncClient, sign_in: SignIn, invited: str, meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    assert "You are signed in as max@meridian.example" in (await client.get(invited)).text
    assert (await client.post(invited)).status_code == 422
    assert await roles_of("max@meridian.example") == ["owner"]


async def test_a_stranger_does_not_join_by_the_button(client: httpx.AsyncClient, invited: str) -> None:
    token = token_in((await client.get(invited)).text)
    answer = await client.post(invited, data={"_csrf_token": token})
    assert answer.headers["location"] == "/sign-in"


async def test_it_dies_after_a_week(client: httpx.AsyncClient, invited: str) -> None:
    await Invitation.update({Invitation.expires_at: now() - timedelta(seconds=1)}).where(Invitation.id > 0)
    assert (await client.get(invited)).status_code == 410


async def test_it_is_taken_back(client: httpx.AsyncClient, sign_in: SignIn, invited: str) -> None:
    await sign_in("owner")
    assert "nora@harbour.example" in (await client.get("/settings/members")).text
    row = await Invitation.objects().first()
    assert row is not None
    assert (await client.post(f"/settings/invitations/{row.id}/removal")).status_code == 303
    assert (await client.get(invited)).status_code == 410
    assert (await client.post(f"/settings/invitations/{row.id}/removal")).status_code == 404


async def test_sent_again_the_new_link_works_and_the_old_one_does_not(
    client: httpx.AsyncClient, sign_in: SignIn, invited: str
) -> None:
    await sign_in("owner")
    row = await Invitation.objects().first()
    assert row is not None
    await client.post(f"/settings/invitations/{row.id}/sending")
    new = await link()
    stranger(client)
    assert new != invited
    assert (await client.get(invited)).status_code == 410
    assert (await client.get(new)).status_code == 200


async def test_inviting_the_same_address_again_replaces_the_earlier_one(
    client: httpx.AsyncClient, sign_in: SignIn, invited: str
) -> None:
    await sign_in("owner")
    await client.post("/settings/invitations", data={**NORA, "role": "viewer"})
    assert await Invitation.count().where(Invitation.ended_at.is_null()) == 1
    assert (await client.get(invited)).status_code == 410


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "nora", "role": "viewer"}, "Give an email address"),
        ({"email": "tom@borealis.example", "role": "viewer"}, "is a member already"),
        ({"email": "nora@harbour.example", "role": "owner"}, "Choose what they are to be"),
    ],
)
async def test_a_wrong_invitation_comes_back_with_a_sentence(
    client: httpx.AsyncClient, sign_in: SignIn, data: dict[str, str], sentence: str
) -> None:
    await sign_in("owner")
    answer = await client.post("/settings/invitations", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await Message.count() == 0


async def test_an_organisation_does_not_write_to_the_whole_world(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("owner")
    statuses = [
        (await client.post("/settings/invitations", data={"email": f"x{number}@y.example", "role": "viewer"})).status_code
        for number in range(33)
    ]
    assert statuses.count(303) == 30
    assert statuses[-1] == 429


async def test_invitations_of_others_are_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, invited: str, meridian: cast.Firm
) -> None:
    row = await Invitation.objects().first()
    assert row is not None
    await sign_in(meridian.anna)
    for verb in ("sending", "removal"):
        assert (await client.post(f"/settings/invitations/{row.id}/{verb}")).status_code == 404


async def test_a_member_of_two_organisations_opens_a_third(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in("viewer")
    assert (await client.post("/organisations/new", data={"name": " "})).status_code == 422
    answer = await client.post("/organisations/new", data={"name": "Vera’s Own Ltd"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connect")
    page = (await client.get("/settings/members")).text
    assert "Vera’s Own Ltd" in page
    assert f"/organisations/{borealis.id}/visit" in page
    assert await roles_of(borealis.vera.email) == [Role.VIEWER, Role.OWNER]


async def test_a_closed_installation_opens_organisations_for_its_admins_only(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGN_UP_OPEN", "false")
    reload_settings()
    try:
        await sign_in("owner")
        assert (await client.post("/organisations/new", data={"name": "Another Ltd"})).status_code == 403
        await User.update({User.superuser: True}).where(User.id == borealis.anna.user_id)
        assert (await client.post("/organisations/new", data={"name": "Another Ltd"})).status_code == 303
    finally:
        monkeypatch.undo()
        reload_settings()
