"""/settings/members, /settings/ownership, /settings/second-factor, /account/leaving, /settings/roles"""

import asyncio

import httpx
import pytest
from litestar import Litestar

from app.activity.actions import add_task
from app.activity.tables import Activity, AuditEntry, Task
from app.clock import now
from app.customers.tables import Customer
from app.identity.tables import User
from app.invoices.summary_actions import recount
from app.organisations import member_actions
from app.organisations.member_queries import colleague_for
from app.organisations.membership import Role
from app.organisations.rights import right_for
from app.organisations.role_controllers import PREVIEWS, guarded_routes
from app.organisations.tables import Member, Organisation, SavedView
from app.promises.tables import Dispute
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_second_factor import a_factor

PAGE = "/settings/members"


async def role_of(member_id: int) -> str:
    row = await Member.objects().get(Member.id == member_id)
    return str(row.role) if row is not None else "gone"


async def test_everybody_sees_who_belongs_to_it_and_only_owners_may_change_it(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    for role in ("viewer", "controller", "manager"):
        await sign_in(role)
        page = (await client.get(PAGE)).text
        assert "Tom Hale" in page
        assert "Invite somebody" not in page
        for path in (f"{PAGE}/{borealis.tom.member_id}/role", f"{PAGE}/{borealis.tom.member_id}/removal"):
            assert (await client.post(path, data={"role": "manager"})).status_code == 403
        assert (await client.get("/settings/ownership")).status_code == 403
        assert (await client.post("/settings/ownership")).status_code == 403
        assert (await client.post("/settings/second-factor", data={"required": "1"})).status_code == 403
        assert (await client.post("/settings/invitations", data={"email": "x@y.example", "role": "manager"})).status_code == 403
    await sign_in("owner")
    assert "Invite somebody" in (await client.get(PAGE)).text


async def test_a_role_holds_from_the_next_page_on_and_stands_in_the_trail(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in("owner")
    tom = borealis.tom
    assert (await client.post(f"{PAGE}/{tom.member_id}/role", data={"role": "viewer"})).status_code == 303
    assert await role_of(tom.member_id) == "viewer"
    entry = await AuditEntry.objects().where(AuditEntry.act == "change role").first()
    assert entry is not None and entry.subject == f"member {tom.member_id}"
    assert await Activity.exists().where(Activity.sentence == "Anna Berg made Tom Hale viewer; Tom Hale was controller.")
    await sign_in("controller")
    assert (await client.post("/tasks", data={"sentence": "Ring them"})).status_code == 403


@pytest.mark.parametrize("role", ["owner", "king", ""])
async def test_ownership_is_not_given_by_a_choice(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, role: str
) -> None:
    await sign_in("owner")
    assert (await client.post(f"{PAGE}/{borealis.tom.member_id}/role", data={"role": role})).status_code == 422
    assert await role_of(borealis.tom.member_id) == "controller"


async def test_members_of_others_are_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    await sign_in("owner")
    max_ = meridian.anna.member_id
    for path in (f"{PAGE}/{max_}/role", f"{PAGE}/{max_}/removal"):
        assert (await client.post(path, data={"role": "viewer"})).status_code == 404
    assert (await client.get(f"{PAGE}/{max_}/removal")).status_code == 404
    assert await role_of(max_) == "owner"


async def test_there_is_never_no_owner(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in("owner")
    anna = borealis.anna.member_id
    for path, data in (
        (f"{PAGE}/{anna}/role", {"role": "manager"}),
        (f"{PAGE}/{anna}/removal", {}),
        ("/account/leaving", {}),
    ):
        answer = await client.post(path, data=data)
        assert answer.status_code == 409, path
        assert "needs an owner" in answer.text
    assert "Hand over ownership" in (await client.get("/account/leaving")).text
    assert await role_of(anna) == "owner"


async def test_two_owners_who_demote_each_other_at_once_leave_one(borealis: cast.Firm) -> None:
    mia = borealis.members[Role.MANAGER]
    await Member.update({Member.role: "owner"}).where(Member.id == mia.member_id)
    one, two = await colleague_for(borealis.anna, mia.member_id), await colleague_for(mia, borealis.anna.member_id)
    await asyncio.gather(
        member_actions.change_role(borealis.anna, one, Role.MANAGER, now()),
        member_actions.change_role(mia, two, Role.MANAGER, now()),
        return_exceptions=True,
    )
    assert await Member.count().where(Member.organisation == borealis.id, Member.role == "owner") == 1


async def test_the_work_of_who_is_removed_goes_to_a_colleague(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    tom, mia = borealis.tom, borealis.members[Role.MANAGER]
    customer = await cast.a_customer(borealis.organisation, assigned_to=tom.member_id)
    invoice = await cast.an_invoice(customer)
    await add_task(organisation_id=borealis.id, sentence="Ring them", now=now(), assigned_to=tom.member_id)
    await Dispute(
        organisation=borealis.id, customer=customer.id, invoice=invoice.id, owner=tom.member_id, opened_at=now()
    ).save()
    await SavedView(organisation=borealis.id, member_id=tom.member_id, list_name="customers", name="Mine").save()
    await SavedView(
        organisation=borealis.id, member_id=tom.member_id, list_name="customers", name="Ours", is_shared=True
    ).save()
    await sign_in("owner")
    page = await client.get(f"{PAGE}/{tom.member_id}/removal")
    assert "Customers looked after: 1. Open tasks: 1. Open disputes: 1." in page.text
    assert "Vera Lind" not in page.text.split("Who takes over")[1]
    assert (await client.post(f"{PAGE}/{tom.member_id}/removal", data={"heir": "999"})).status_code == 422
    answer = await client.post(f"{PAGE}/{tom.member_id}/removal", data={"heir": str(mia.member_id)})
    assert answer.status_code == 303
    assert await role_of(tom.member_id) == "gone"
    assert await Customer.select(Customer.assigned_to).first() == {"assigned_to": mia.member_id}
    assert await Task.select(Task.assigned_to).first() == {"assigned_to": mia.member_id}
    assert await Dispute.select(Dispute.owner).first() == {"owner": mia.member_id}
    assert await SavedView.select(SavedView.name, SavedView.member_id) == [{"name": "Ours", "member_id": 0}]
    await sign_in(tom)
    assert (await client.get("/customers")).status_code == 403


async def test_the_work_may_go_to_nobody_in_particular(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    customer = await cast.a_customer(borealis.organisation, assigned_to=borealis.tom.member_id)
    await sign_in("owner")
    await client.post(f"{PAGE}/{borealis.tom.member_id}/removal", data={"heir": ""})
    row = await Customer.objects().get(Customer.id == customer.id)
    assert row is not None and row.assigned_to is None


async def test_one_leaves_by_oneself(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in("viewer")
    assert "Leave Borealis Studio Ltd" in (await client.get("/account/leaving")).text
    assert (await client.post("/account/leaving", data={"heir": ""})).status_code == 303
    assert await role_of(borealis.vera.member_id) == "gone"
    assert await Activity.exists().where(Activity.sentence == "Vera Lind left.")
    assert (await client.get("/customers")).status_code == 403


async def test_ownership_is_handed_over_with_the_password(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    await with_password("owner")
    await sign_in("owner")
    mia = borealis.members[Role.MANAGER].member_id
    before = client.cookies["tactful_session"]
    for wrong in ({"whom": str(mia), "current": "no"}, {"whom": "999", "current": cast.PASSWORD}):
        assert (await client.post("/settings/ownership", data=wrong)).status_code == 422
    assert await role_of(mia) == "manager"
    answer = await client.post("/settings/ownership", data={"whom": str(mia), "current": cast.PASSWORD})
    assert answer.status_code == 303
    assert (await role_of(mia), await role_of(borealis.anna.member_id)) == ("owner", "manager")
    assert client.cookies["tactful_session"] != before
    assert (await client.get("/settings/ownership")).status_code == 403


async def test_ownership_may_be_shared(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    await with_password("owner")
    await sign_in("owner")
    tom = borealis.tom.member_id
    await client.post("/settings/ownership", data={"whom": str(tom), "stays": "1", "current": cast.PASSWORD})
    assert (await role_of(tom), await role_of(borealis.anna.member_id)) == ("owner", "owner")


async def test_a_second_factor_is_asked_of_all_by_an_owner_who_has_one(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in("owner")
    answer = await client.post("/settings/second-factor", data={"required": "1"})
    assert answer.headers["location"] == "/account/second-factor"
    await a_factor(borealis.anna)
    await client.post("/settings/second-factor", data={"required": "1"})
    row = await Organisation.objects().get(Organisation.id == borealis.id)
    assert row is not None and row.requires_second_factor
    assert await AuditEntry.exists().where(AuditEntry.act == "require second factor")
    await client.post("/settings/second-factor", data={"required": ""})
    row = await Organisation.objects().get(Organisation.id == borealis.id)
    assert row is not None and not row.requires_second_factor


async def test_every_member_reads_what_each_role_may_do(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    page = (await client.get("/settings/roles")).text
    assert "You are a viewer" in page
    for words in ("Approve reminders and statements", "Invite and remove members", "Connect with Xero"):
        assert words in page
    assert "Not described yet" not in page


def test_every_act_is_described_and_no_line_mixes_roles(application: Litestar) -> None:
    """A new route is described by app/organisations/rights.py, among those that the same role may do."""
    roles: dict[str, set[Role]] = {}
    for method, path, role in guarded_routes(application):
        right = right_for(method, path)
        assert right is not None, f"app/organisations/rights.py has no words for {method} {path}"
        roles.setdefault(right.words, set()).add(role)
    assert {words: found for words, found in roles.items() if len(found) > 1} == {}
    assert len(roles) > 15


def test_what_is_left_out_of_the_table_changes_nothing_or_is_ones_own(application: Litestar) -> None:
    from tests.attacks.addresses import handlers

    described = {path for _, path, _ in guarded_routes(application)}
    own = ("/account", "/organisations/", "/sign-", "/forgotten-password", "/new-password", "/invitations/", "/p/", "/webhooks")
    for method, handler, path in handlers(application):
        raw = next(iter(handler.paths)) if path in PREVIEWS else path
        if method not in ("GET", "HEAD", "OPTIONS") and not path.startswith((*own, "/unsubscribe")) and path not in PREVIEWS:
            from app.organisations.role_controllers import least_role

            assert least_role(handler) is not None or path.startswith("/views"), (method, raw)
    assert described


async def test_who_belongs_to_no_organisation_is_told_so(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in("viewer")
    await client.post("/account/leaving", data={"heir": ""})
    answer = await client.get("/")
    assert answer.status_code == 403
    assert "You belong to no organisation" in answer.text
    assert 'href="/organisations/new"' in answer.text
    assert 'action="/sign-out"' in answer.text
    assert await User.exists().where(User.email == "vera@borealis.example")


async def test_ones_own_customers_are_one_click_away(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await cast.an_invoice(await cast.a_customer(borealis.organisation, assigned_to=borealis.tom.member_id))
    await cast.an_invoice(await cast.a_customer(borealis.organisation, "Quay Timber Ltd"))
    await recount(borealis.id, cast.TODAY)
    await sign_in("controller")
    link = f"/customers?assigned={borealis.tom.member_id}"
    assert f'href="{link}"' in (await client.get("/settings")).text
    page = (await client.get(link)).text
    assert "Harbour Foods Ltd" in page
    assert "Quay Timber Ltd" not in page


async def test_who_becomes_a_viewer_hands_their_work_over_first(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    tom, mia = borealis.tom, borealis.members[Role.MANAGER]
    await cast.a_customer(borealis.organisation, assigned_to=tom.member_id)
    await add_task(organisation_id=borealis.id, sentence="Ring them", now=now(), assigned_to=tom.member_id)
    await sign_in("owner")
    path = f"{PAGE}/{tom.member_id}/role"
    asked = await client.post(path, data={"role": "viewer"})
    assert asked.status_code == 200
    assert "Make Tom Hale a viewer" in asked.text and "Customers looked after: 1. Open tasks: 1." in asked.text
    assert (await client.post(path, data={"role": "viewer", "heir": str(borealis.vera.member_id)})).status_code == 422
    assert await role_of(tom.member_id) == "controller"
    assert (await client.post(path, data={"role": "viewer", "heir": str(mia.member_id)})).status_code == 303
    assert await role_of(tom.member_id) == "viewer"
    assert await Customer.select(Customer.assigned_to).first() == {"assigned_to": mia.member_id}
    assert await Task.select(Task.assigned_to).first() == {"assigned_to": mia.member_id}


async def test_a_viewers_work_may_go_to_nobody_in_particular(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await cast.a_customer(borealis.organisation, assigned_to=borealis.tom.member_id)
    await sign_in("owner")
    answer = await client.post(f"{PAGE}/{borealis.tom.member_id}/role", data={"role": "viewer", "heir": ""})
    assert answer.status_code == 303
    assert await Customer.select(Customer.assigned_to).first() == {"assigned_to": None}


async def test_what_a_manager_asked_for_ends_with_their_role(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    """Bank details that wait for a second person's consent: the first has to be somebody who may ask."""
    await with_password(Role.MANAGER)
    mia = await sign_in("manager")
    asked = await client.post("/settings/bank-details", data={"bank_details": "Account 666", "current": cast.PASSWORD})
    assert asked.status_code == 303
    await sign_in("owner")
    await client.post(f"{PAGE}/{mia.member_id}/role", data={"role": "controller"})
    answer = await client.post("/settings/bank-details/consent")
    assert answer.status_code != 303
    row = await Organisation.objects().get(Organisation.id == borealis.id)
    assert row is not None and "666" not in row.bank_details
