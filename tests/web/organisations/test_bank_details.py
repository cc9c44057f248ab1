"""/settings/bank-details: the password again, and where there are two managers a second person."""

from datetime import timedelta

import httpx
import pytest

from app.activity.tables import Activity, AuditEntry, Notice
from app.clock import now
from app.identity.tables import User
from app.organisations.actions import add_member
from app.organisations.bank_details_actions import lapse
from app.organisations.membership import Role, SignedIn
from app.organisations.tables import BankDetailsChange, Member, Organisation
from app.outbox.tables import Message
from tests import cast
from tests.web.conftest import SignIn

PAGE = "/settings/bank-details"
NEW = "Sort code 00-00-00\nAccount 12345678"
ASKED = {"bank_details": NEW, "current": cast.PASSWORD}


async def details() -> str:
    row = await Organisation.objects().order_by(Organisation.id).first()
    assert row is not None
    return str(row.bank_details)


@pytest.fixture
async def asked(client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn) -> None:
    """Mia, a manager, asks for new bank details."""
    for role in ("owner", "manager"):
        await with_password(role)
    await Member.update({Member.created_at: now() - timedelta(days=30)}).where(Member.id > 0)
    await sign_in("manager")
    assert (await client.post(PAGE, data=ASKED)).status_code == 303


async def test_a_lone_owner_changes_them_with_the_password(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    await Member.delete().where(Member.role == "manager")
    await with_password("owner")
    await sign_in("owner")
    refused = await client.post(PAGE, data={**ASKED, "current": "wrong password"})
    assert refused.status_code == 422
    assert "not your present password" in refused.text
    assert "12345678" in refused.text
    assert await details() == ""
    assert (await client.post(PAGE, data=ASKED)).status_code == 303
    assert await details() == NEW
    assert await AuditEntry.exists().where(AuditEntry.act == "change bank details")


async def test_with_two_managers_nothing_changes_before_the_second_one_consents(
    client: httpx.AsyncClient, asked: None, sign_in: SignIn
) -> None:
    assert await details() == ""
    await sign_in("owner")
    page = (await client.get(PAGE)).text
    assert "Mia Chen asks to change where customers pay to" in page
    assert "12345678" in page
    answer = await client.post(f"{PAGE}/consent", data={"consenting": "wrong password"})
    assert answer.status_code == 422
    assert await details() == ""
    assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 303
    assert await details() == NEW
    line = "Mia Chen changed the bank details that customers see, with the consent of Anna Berg."
    assert await Activity.exists().where(Activity.sentence == line)
    acts = await AuditEntry.select(AuditEntry.act).order_by(AuditEntry.id).output(as_list=True)
    assert acts == ["ask to change bank details", "consent to bank details", "change bank details"]


async def test_every_other_owner_and_manager_is_told_by_mail_and_in_the_product(
    client: httpx.AsyncClient, asked: None, sign_in: SignIn
) -> None:
    letters = await Message.objects()
    assert [row.to_addresses for row in letters] == ['["anna@borealis.example"]']
    assert "12345678" not in letters[0].text
    await sign_in("owner")
    home = (await client.get("/settings")).text
    assert "Mia Chen asks to change where customers pay to." in home
    assert f'href="{PAGE}"' in home
    await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})
    assert not await Notice.exists().where(Notice.cleared_at.is_null())


async def test_nobody_consents_to_their_own_change(client: httpx.AsyncClient, asked: None) -> None:
    answer = await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})
    assert answer.status_code == 403
    assert await details() == ""


async def test_nobody_invites_their_own_second_person(
    client: httpx.AsyncClient, asked: None, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    user = await cast.a_user("Eve Doe", "eve@borealis.example")
    member_id = await add_member(borealis.id, user.id, Role.MANAGER, now())
    eve = SignedIn(
        **{
            **{name: getattr(borealis.anna, name) for name in SignedIn.__struct_fields__},
            "user_id": user.id,
            "member_id": member_id,
            "role": Role.MANAGER,
        }
    )
    await with_password(eve)
    await sign_in(eve)
    assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 403
    assert "became a member after this was asked" in (await client.get(PAGE)).text
    assert await details() == ""


async def test_those_below_a_manager_do_not_decide(client: httpx.AsyncClient, asked: None, sign_in: SignIn) -> None:
    for role in ("controller", "viewer"):
        await sign_in(role)
        assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 403
        assert (await client.post(f"{PAGE}/refusal")).status_code == 403
        assert "Consent to the change" not in (await client.get(PAGE)).text


async def test_it_is_refused_or_taken_back(client: httpx.AsyncClient, asked: None, sign_in: SignIn) -> None:
    assert "Take it back" in (await client.get(PAGE)).text
    await client.post(f"{PAGE}/refusal")
    await client.post(PAGE, data=ASKED)
    await sign_in("owner")
    await client.post(f"{PAGE}/refusal")
    outcomes = await BankDetailsChange.select(BankDetailsChange.outcome).order_by(BankDetailsChange.id).output(as_list=True)
    assert outcomes == ["withdrawn", "refused"]
    assert await details() == ""
    assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 404


async def test_it_lapses_after_a_week(client: httpx.AsyncClient, asked: None, sign_in: SignIn) -> None:
    assert await lapse(now()) == 0
    later = now() + timedelta(days=8)
    await BankDetailsChange.update({BankDetailsChange.expires_at: now() - timedelta(seconds=1)}).where(BankDetailsChange.id > 0)
    await sign_in("owner")
    assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 404
    assert await lapse(later) == 1
    assert not await Notice.exists().where(Notice.cleared_at.is_null())
    assert await details() == ""


async def test_of_two_requests_the_later_one_stands(client: httpx.AsyncClient, asked: None, sign_in: SignIn) -> None:
    await client.post(PAGE, data={**ASKED, "bank_details": "IBAN GB00"})
    await sign_in("owner")
    await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})
    assert await details() == "IBAN GB00"
    assert await BankDetailsChange.count() == 2


async def test_a_request_ends_with_the_membership_of_who_asked(client: httpx.AsyncClient, asked: None, sign_in: SignIn) -> None:
    await client.post("/account/leaving", data={"heir": ""})
    assert await BankDetailsChange.count().where(BankDetailsChange.decided_at.is_null()) == 0
    await sign_in("owner")
    assert "asks to change" not in (await client.get(PAGE)).text


async def test_another_organisation_has_no_part_in_it(
    client: httpx.AsyncClient, asked: None, sign_in: SignIn, with_password: SignIn, meridian: cast.Firm
) -> None:
    await with_password(meridian.anna)
    await sign_in(meridian.anna)
    assert (await client.post(f"{PAGE}/consent", data={"consenting": cast.PASSWORD})).status_code == 404
    assert (await client.post(f"{PAGE}/refusal")).status_code == 404
    assert "12345678" not in (await client.get(PAGE)).text


async def test_an_address_that_leads_astray_is_not_even_asked_about(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn
) -> None:
    await with_password("manager")
    await sign_in("manager")
    answer = await client.post(PAGE, data={**ASKED, "payment_link": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert await BankDetailsChange.count() == 0


async def test_a_manager_who_was_deactivated_is_no_second_person(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    await User.update({User.active: False}).where(User.email == "mia@borealis.example")
    await with_password("owner")
    await sign_in("owner")
    assert (await client.post(PAGE, data=ASKED)).status_code == 303
    assert await details() == NEW
