"""/admin/api/forms: the few jobs of an admin, each with what it leaves in the trail and whom it tells."""

import httpx
import pytest

from app.activity.queries import notices_of
from app.activity.tables import AuditEntry, AuditValue
from app.admin import key_actions
from app.admin.failures import failure_of
from app.admin.form_controllers import FORMS
from app.admin.job_actions import note
from app.admin.tables import FailedJob
from app.clock import now
from app.customers.tables import Customer
from app.email_templates.tables import Template
from app.identity.factor_queries import has_factor
from app.identity.tables import Session, User
from app.mail.tables import Sender
from app.organisations.membership import Role
from app.organisations.tables import Invitation, Member, Organisation
from app.outbox.tables import Message
from app.schedules.tables import Schedule
from app.sealing import _box, seal, unseal
from app.settings import reload_settings
from tests import cast
from tests.web.admin.conftest import FillIn, said, token_of
from tests.web.conftest import SignIn
from tests.web.identity.test_second_factor import a_factor


async def trail(act: str) -> AuditEntry:
    entry = await AuditEntry.objects().where(AuditEntry.act == act).order_by(AuditEntry.id, ascending=False).first()
    assert entry is not None, act
    assert entry.is_by_admin
    return entry


async def values(entry: AuditEntry) -> dict[str, tuple[str, str]]:
    rows = await AuditValue.objects().where(AuditValue.entry_id == entry.id)
    return {row.field: (row.before, row.after) for row in rows}


async def letter_to(email: str) -> Message:
    found = [row for row in await Message.objects().order_by(Message.id, ascending=False) if email in row.to_addresses]
    assert found, email
    return found[0]


async def test_each_form_is_there_with_its_words(superuser: httpx.AsyncClient) -> None:
    grouped = (await superuser.get("/admin/api/forms/grouped/")).json()
    assert grouped["ungrouped"] == []
    found = {form["name"] for forms in grouped["grouped"].values() for form in forms}
    assert found == {form.name for form in FORMS}
    for form in FORMS:
        slug = form.name.replace(" ", "-").lower()
        schema = (await superuser.get(f"/admin/api/forms/{slug}/schema/")).json()
        assert set(schema["properties"]) == set(form.model.model_fields)


async def test_a_new_organisation_waits_for_its_owner(fill_in: FillIn, client: httpx.AsyncClient, borealis: cast.Firm) -> None:
    answer = await fill_in("create-an-organisation", business="Quay Books Ltd", email="Ida@quay.example")
    assert answer.status_code == 200, answer.text
    made = await Organisation.objects().get(Organisation.name == "Quay Books Ltd")
    assert made is not None and made.review_mode
    assert await Template.exists().where(Template.organisation == made.id)
    assert await Schedule.exists().where(Schedule.organisation == made.id)
    assert not await Member.exists().where(Member.organisation == made.id)
    invitation = await Invitation.objects().get(Invitation.organisation == made.id)
    assert invitation is not None and (invitation.email, invitation.role) == ("ida@quay.example", "owner")
    letter = await letter_to("ida@quay.example")
    assert "Quay Books Ltd" in letter.subject and "as owner" in letter.text
    assert (await trail("create organisation")).organisation_id == made.id
    assert (await values(await trail("invite owner")))["email"] == ("", "ida@quay.example")


async def test_whoever_is_invited_owns_it(fill_in: FillIn, client: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await fill_in("create-an-organisation", business="Quay Books Ltd", email="ida@quay.example")
    letter = await letter_to("ida@quay.example")
    token = unseal(letter.portal_token_sealed)
    client.cookies.clear()
    page = await client.get(f"/invitations/{token}")
    assert page.status_code == 200
    csrf = page.text.split('name="_csrf_token" value="')[1].split('"')[0]
    del client.headers["x-csrf-token"]
    facts = {"name": "Ida Quay", "password": "two owls in a barn", "_csrf_token": csrf}
    assert (await client.post(f"/invitations/{token}/account", data=facts)).status_code == 303
    member = await Member.objects(Member.user).where(Member.user.email == "ida@quay.example").first()
    assert member is not None and member.role == Role.OWNER.value


@pytest.mark.parametrize("email", ["", "nobody", "a b@quay.example", "x" * 300])
async def test_an_owner_needs_an_address(fill_in: FillIn, borealis: cast.Firm, email: str) -> None:
    assert (await fill_in("create-an-organisation", business="Quay Books Ltd", email=email)).status_code == 422
    assert not await Organisation.exists().where(Organisation.name == "Quay Books Ltd")


async def test_an_organisation_gets_another_owner(fill_in: FillIn, meridian: cast.Firm) -> None:
    answer = await fill_in("invite-an-owner", organisation="meridian ltd", email="ida@quay.example")
    assert answer.status_code == 200, answer.text
    assert await Invitation.exists().where(Invitation.organisation == meridian.id, Invitation.role == "owner")
    assert (await trail("invite owner")).organisation_id == meridian.id


async def test_but_not_a_member_it_has(fill_in: FillIn, meridian: cast.Firm) -> None:
    answer = await fill_in("invite-an-owner", organisation=str(meridian.id), email="max@meridian.example")
    assert (answer.status_code, said(answer)) == (422, "Somebody with this address is a member already.")


@pytest.mark.parametrize("organisation", ["999", "Nowhere Ltd", "9" * 40, "٣"])
async def test_an_organisation_that_is_not_there(fill_in: FillIn, borealis: cast.Firm, organisation: str) -> None:
    answer = await fill_in("resume-chasing", organisation=organisation)
    assert answer.status_code == 422
    assert "There is no organisation" in said(answer)


async def test_two_of_a_name_are_told_apart_by_number(fill_in: FillIn, borealis: cast.Firm) -> None:
    await cast.an_organisation("Twin Ltd")
    second = await cast.an_organisation("Twin Ltd")
    assert "Several organisations" in said(await fill_in("pause-chasing", organisation="Twin Ltd", reason="unpaid"))
    assert (await fill_in("pause-chasing", organisation=str(second.id), reason="unpaid")).status_code == 200


async def test_a_pause_holds_everything_with_its_reason_and_tells_the_owners(fill_in: FillIn, meridian: cast.Firm) -> None:
    customer = await cast.a_customer(meridian.organisation)
    answer = await fill_in("pause-chasing", organisation="Meridian Ltd", until="2099-12-04", reason="moving to a new ledger")
    assert answer.status_code == 200, answer.text
    row = await Organisation.objects().get(Organisation.id == meridian.id)
    assert row is not None and (row.paused, str(row.paused_until_on), row.pause_reason) == (
        True,
        "2099-12-04",
        "moving to a new ledger",
    )
    assert await Customer.exists().where(Customer.id == customer.id, Customer.reconsider_at.is_not_null())
    (notice,) = await notices_of(meridian.id)
    assert "moving to a new ledger" in notice.sentence
    letter = await letter_to("max@meridian.example")
    assert "moving to a new ledger" in letter.text and "until 4 Dec 2099" in letter.text
    entry = await trail("pause chasing")
    assert entry.organisation_id == meridian.id
    assert await values(entry) == {
        "paused": ("no", "yes"), "paused_until_on": ("", "2099-12-04"), "pause_reason": ("", "moving to a new ledger"),
    }  # fmt: skip


async def test_a_pause_needs_a_reason_and_a_day_ahead(fill_in: FillIn, meridian: cast.Firm) -> None:
    assert (await fill_in("pause-chasing", organisation="Meridian Ltd", reason=" ")).status_code == 422
    answer = await fill_in("pause-chasing", organisation="Meridian Ltd", until="2020-01-01", reason="late")
    assert (answer.status_code, "has to lie ahead" in said(answer)) == (422, True)
    assert not await Organisation.exists().where(Organisation.paused.eq(True))


async def test_it_is_resumed(fill_in: FillIn, meridian: cast.Firm) -> None:
    await fill_in("pause-chasing", organisation="Meridian Ltd", reason="moving")
    assert (await fill_in("resume-chasing", organisation="Meridian Ltd")).status_code == 200
    row = await Organisation.objects().get(Organisation.id == meridian.id)
    assert row is not None and (row.paused, row.pause_reason) == (False, "")
    assert await notices_of(meridian.id) == ()
    assert (await values(await trail("resume chasing")))["paused"] == ("yes", "no")
    assert "not paused" in said(await fill_in("resume-chasing", organisation="Meridian Ltd"))


async def test_somebody_is_signed_out_everywhere(fill_in: FillIn, borealis: cast.Firm) -> None:
    await cast.a_session(borealis.tom)
    await cast.a_session(borealis.tom)
    assert (await fill_in("sign-somebody-out", email="Tom@borealis.example")).status_code == 200
    assert not await Session.exists().where(Session.user == borealis.tom.user_id)
    assert await Session.exists().where(Session.user == borealis.anna.user_id)
    entry = await trail("end sessions")
    assert (entry.organisation_id, entry.subject) == (borealis.id, f"user {borealis.tom.user_id}")
    assert "no account" in said(await fill_in("sign-somebody-out", email="nobody@borealis.example"))


async def test_a_lost_second_factor_is_removed_and_told(fill_in: FillIn, borealis: cast.Firm) -> None:
    await a_factor(borealis.tom)
    await cast.a_session(borealis.tom)
    answer = await fill_in("remove-a-lost-second-factor", email="tom@borealis.example", how="Rang him on his extension")
    assert answer.status_code == 200, answer.text
    assert not await has_factor(borealis.tom.user_id)
    assert not await Session.exists().where(Session.user == borealis.tom.user_id)
    letter = await letter_to("tom@borealis.example")
    assert "second factor" in letter.subject and "Tom Hale" in letter.text
    entry = await trail("remove second factor")
    assert entry.organisation_id == borealis.id
    assert await values(entry) == {"second_factor": ("on", "off"), "made_sure_by": ("", "Rang him on his extension")}


async def test_not_by_a_browser_that_was_left_open(fill_in: FillIn, borealis: cast.Firm) -> None:
    await a_factor(borealis.tom)
    await Session.update({Session.created_at: cast.NOW - cast.timedelta(days=30)}).where(Session.id > 0)
    answer = await fill_in("remove-a-lost-second-factor", email="tom@borealis.example", how="Rang him")
    assert (answer.status_code, "sign out and in again" in said(answer)) == (422, True)
    assert await has_factor(borealis.tom.user_id)


async def test_not_ones_own_nor_what_is_not_there(fill_in: FillIn, borealis: cast.Firm) -> None:
    assert "your own account" in said(await fill_in("remove-a-lost-second-factor", email="anna@borealis.example", how="me"))
    assert "has no second factor" in said(await fill_in("remove-a-lost-second-factor", email="tom@borealis.example", how="x"))


async def test_failed_jobs_are_tried_again(fill_in: FillIn, borealis: cast.Firm) -> None:
    assert "nothing has failed" in said(await fill_in("try-failed-jobs-again"))
    await note(failure_of("workers.mail.sweep", (), TimeoutError("no answer")), now())
    number = await note(failure_of("workers.gone.away", (), TimeoutError("no answer")), now())
    answer = await fill_in("try-failed-jobs-again", number=None)
    assert said(answer).startswith("1 job is being tried again: workers.mail.sweep.")
    assert await FailedJob.exists().where(FailedJob.id == number, FailedJob.ended_at.is_not_null())
    assert "no such failed job" in said(await fill_in("try-failed-jobs-again", number=str(number)))
    assert (await trail("retry jobs")).subject == "2 failed jobs"


async def test_mail_of_the_product_is_sent_again(fill_in: FillIn, borealis: cast.Firm) -> None:
    row = Message(kind="system", state="failed", subject="A notice", text="Hello", to_addresses='["tom@borealis.example"]')
    await row.save()
    assert (await fill_in("send-product-mail-again", number=str(row.id))).status_code == 200
    assert await Message.exists().where(Message.id == row.id, Message.state == "approved")
    assert (await values(await trail("send product mail again")))["state"] == ("failed", "approved")
    assert "was sent, still waits" in said(await fill_in("send-product-mail-again", number=row.id))


@pytest.mark.parametrize("kind", ["reminder", "statement", "chase_now", "answer"])
async def test_mail_to_customers_is_not_the_admins(fill_in: FillIn, borealis: cast.Firm, kind: str) -> None:
    row = Message(kind=kind, state="failed", subject="Overdue", text="Hello", organisation_id=borealis.id)
    await row.save()
    answer = await fill_in("send-product-mail-again", number=row.id)
    assert (answer.status_code, "Members decide" in said(answer)) == (422, True)
    assert await Message.exists().where(Message.id == row.id, Message.state == "failed")


async def test_the_sealing_key_is_changed(fill_in: FillIn, borealis: cast.Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    await Sender(organisation=borealis.id, name="Anna", password_sealed=seal("swordfish")).save()
    assert "one key only" in said(await fill_in("change-the-sealing-key", restarted=True))
    try:
        monkeypatch.setenv("SECRET_KEY", "a newer key,for tests only")
        reload_settings()
        assert "First restart" in said(await fill_in("change-the-sealing-key"))
        answer = await fill_in("change-the-sealing-key", restarted="true")
        assert said(answer).startswith("1 secret is sealed with the first key")
        row = await Sender.objects().first()
        assert row is not None and _box(("a newer key",)).decrypt(row.password_sealed.encode()) == b"swordfish"
        assert (await trail("rotate key")).subject == "1 secrets"
        monkeypatch.setattr(key_actions, "MOST", 0)
        assert "tactful rotate-key" in said(await fill_in("change-the-sealing-key", restarted=True))
    finally:
        monkeypatch.undo()
        reload_settings()


async def test_a_key_that_is_missing_is_told(fill_in: FillIn, borealis: cast.Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    await Sender(organisation=borealis.id, name="Anna", password_sealed=_box(("lost",)).encrypt(b"x").decode()).save()
    try:
        monkeypatch.setenv("SECRET_KEY", "a newer key,for tests only")
        reload_settings()
        assert "does not name" in said(await fill_in("change-the-sealing-key", restarted=True))
    finally:
        monkeypatch.undo()
        reload_settings()


async def test_what_is_missing_or_too_much_is_told(fill_in: FillIn, superuser: httpx.AsyncClient, sign_in: SignIn) -> None:
    assert (await fill_in("pause-chasing")).status_code == 422
    assert (await fill_in("sign-somebody-out", email=["a"])).status_code == 422
    assert (await fill_in("send-product-mail-again", number=2**40)).status_code == 422
    assert (await fill_in("no-such-form", email="x")).status_code == 404
    headers = {**await token_of(superuser), "content-type": "application/json"}
    for body in (b"[1]", b"{", b'"x"', b"null"):
        answer = await superuser.post("/admin/api/forms/pause-chasing/", content=body, headers=headers)
        assert answer.status_code == 400, body
    assert await User.count() > 0
