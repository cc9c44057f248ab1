"""/schedules/{id} and /schedules/new: the editor, its draft and its dry run."""

from html import unescape

import httpx

from app.activity.tables import AuditEntry
from app.chasing.tables import Reminder
from app.clock import now
from app.email_templates.tables import Template
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.schedules.actions import ship
from app.schedules.tables import Schedule, Step
from tests import cast
from tests.web.chasing.ready import planned
from tests.web.conftest import SignIn
from tests.web.schedules.editing import Form, Press, keys, offsets, ten_days_later

DRY_RUN = {"HX-Request": "true", "HX-Target": "dry-run"}


async def test_the_editor_shows_the_steps_around_the_due_date(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    before, after = page.split('class="due-date"')
    assert "Coming up" in before.split('class="before"')[1]
    assert all(name in after for name in ("Just overdue", "When can we expect it?", "Firm", "Final"))
    assert "old debt begins here" in after
    assert "Nothing is changed yet" in page


async def test_a_saved_page_that_was_not_touched_changes_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    before = await Step.select().where(Step.schedule == best.id).order_by(Step.id)
    answer = await press(f"/schedules/{best.id}")
    assert answer.status_code == 303
    assert await Step.select().where(Step.schedule == best.id).order_by(Step.id) == before


async def test_a_new_step_begins_with_what_its_template_attaches_until_somebody_ticks_otherwise(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    ids = {row["name"]: str(row["id"]) for row in await Template.select(Template.id, Template.name)}
    page = (await press(f"/schedules/{best.id}", "add")).text
    new = next(key for key in keys(page) if key.startswith("n"))
    at = f"step-{new}-"
    assert {name: f"{at}{name}" in Form(page).fields for name in ("invoices", "statement", "portal")} == {
        "invoices": True, "statement": True, "portal": True,
    }  # fmt: skip
    mild = {**Form(page).fields, f"{at}template": ids["Just overdue"]}
    page = (await client.post(f"/schedules/{best.id}/draft", data={**mild, "do": f"open:{new}"})).text
    assert f"{at}statement" not in Form(page).fields
    own = {**Form(page).fields, f"{at}statement": "1", f"{at}template": ids["Firm"]}
    page = (await client.post(f"/schedules/{best.id}/draft", data={**own, "do": f"open:{new}"})).text
    assert f"{at}statement" in Form(page).fields, "somebody ticked it"


async def test_steps_are_moved_copied_removed_and_put_back_before_anything_is_saved(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    first, second, third, *_ = keys(page)
    for act in (f"remove:{first}", f"later:{second}", f"copy:{third}"):
        page = (await press(page, act)).text
    assert "Put it back" in page
    page = (await press(page, f"restore:{first}")).text
    assert "Put it back" not in page
    page = (await press(page, f"remove:{first}")).text
    assert await offsets(best.id) == [-3, 3, 7, 14, 30]
    answer = await press(page)
    assert answer.headers["location"] == f"/schedules/{best.id}"
    assert await offsets(best.id) == [4, 7, 14, 15, 30]


async def test_an_open_step_shows_its_fields_and_what_is_typed_is_saved(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    key = keys(page)[1]
    page = (await press(page, f"open:{key}")).text
    assert "somebody has to approve it" in page
    at = f"step-{key}-"
    typed = {f"{at}days": "5", f"{at}to": "escalated", f"{at}approval": "1", f"{at}copies-normal": "1", f"{at}minimum": "50"}
    fields = {**Form(page).fields, **typed}
    del fields[f"{at}portal"]
    assert (await client.post(f"/schedules/{best.id}", data=fields)).status_code == 303
    step = await Step.objects().get(Step.id == int(key))
    assert step is not None
    assert (step.offset_days, step.needs_approval, step.minimum, step.links_portal) == (5, True, 500_000, False)
    assert step.recipient_kinds == '["escalated","normal","copy"]'


async def test_two_steps_on_one_day_come_back_with_a_sentence_and_the_step_open(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    key = keys(page)[1]
    answer = await press(page, changes={f"step-{key}-days": "7"})
    assert answer.status_code == 422
    assert "Two steps stand 7 days after the due date: move or remove one of them" in answer.text
    assert "somebody has to approve it" in answer.text
    assert await offsets(best.id) == [-3, 3, 7, 14, 30]


async def test_what_would_change_is_shown_before_saving(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    answer = await press(page, "preview", ten_days_later(page))
    said = unescape(answer.text)
    assert "In the next four weeks 1 customer would hear from us later and 1 less often." in said
    assert "Harbour Foods Ltd" in said and "£640.00" in said
    assert await offsets(best.id) == [-3, 3, 7, 14, 30]


async def test_the_dry_run_follows_every_field_and_leaves_the_others_alone(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    fields = Form(page).fields
    answer = await client.post(f"/schedules/{best.id}/draft", data={**fields, **ten_days_later(page)}, headers=DRY_RUN)
    assert answer.text.lstrip().startswith('<section class="card dry-run" id="dry-run"')
    assert 'id="time-line"' in answer.text and "13 days after" in answer.text
    assert 'name="name"' not in answer.text
    wrong = await client.post(f"/schedules/{best.id}/draft", data={**fields, "minimum": "x"}, headers=DRY_RUN)
    assert wrong.status_code == 200
    assert "Shown as soon as what is marked above is right" in wrong.text or "Give an amount" in wrong.text


async def test_a_step_moved_a_day_sends_its_letter_to_nobody_twice_and_a_new_one_with_the_same_letter_says_so(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    """Harbour Foods has had the step 3 days after. Moved, it is the same step; taken out and added anew, it is another."""
    await sign_in("manager")
    await Message.update({Message.state: "sent", Message.claimed_at: now()}).where(Message.state == "planned")
    page = (await client.get(f"/schedules/{best.id}")).text
    first, just_overdue, *_ = keys(page)
    fields = Form((await press(page, f"open:{just_overdue}")).text).fields
    moved = unescape((await press(page, "preview", {f"step-{just_overdue}-days": "4"})).text)
    assert "second time" not in moved
    without = (await press(page, f"remove:{just_overdue}")).text
    anew = (await press(without, f"copy:{first}")).text
    new = next(key for key in keys(anew) if key.startswith("n"))
    at = f"step-{new}-"
    same = {f"{at}days": "5", f"{at}side": "after", f"{at}template": fields[f"step-{just_overdue}-template"]}
    said = unescape((await press(anew, "preview", same)).text)
    assert "1 customer would get “Just overdue” a second time about the same invoice." in said
    assert "for the second time" in said


async def test_saving_has_everybody_concerned_planned_anew_and_audited(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, best: Schedule, press: Press
) -> None:
    member = await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    assert await Message.count().where(Message.state == "planned") == 1
    await press(page, changes=ten_days_later(page))
    assert "Saved. 0 reminders planned anew." in (await client.get("/schedules")).text
    assert await Message.count().where(Message.state == "planned") == 0
    [entry] = await AuditEntry.objects()
    assert (entry.act, entry.user_id, entry.subject) == ("change schedule", member.user_id, f"schedule {best.id}")


async def test_what_was_approved_dies_visibly_when_its_schedule_is_edited(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, best: Schedule, press: Press
) -> None:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == firm.id)
    await planned(firm)
    await sign_in("manager")
    reminder = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
    assert reminder is not None
    await client.post(f"/reminders/{reminder.id}/approval", data={"fingerprint": reminder.fingerprint})
    assert await Message.count().where(Message.state == "approved") == 1
    page = (await client.get(f"/schedules/{best.id}")).text
    await press(page, changes={f"step-{key}-statement": "1" for key in keys(page)})
    assert await Message.count().where(Message.state == "approved") == 0
    assert "It was approved before" in (await client.get("/approvals")).text


async def test_nobody_saves_over_what_somebody_else_saved_meanwhile(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    await press(page, changes={"minimum": "9"})
    answer = await press(page, changes={"minimum": "11", "name": "Mine"})
    assert answer.status_code == 422
    assert "Somebody changed this schedule meanwhile" in answer.text
    assert 'value="Mine"' in answer.text
    row = await Schedule.objects().get(Schedule.id == best.id)
    assert row is not None and row.minimum == 90_000


async def test_a_copy_begins_a_new_schedule_and_is_saved_under_its_own_name(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/new?like={best.id}")).text
    assert 'value="Best practice (copy)"' in page
    refused = await press(page, changes={"name": "best practice"})
    assert "Another schedule is called" in refused.text
    assert (await press(page, changes={"name": "Gentle"})).status_code == 303
    gentle = await Schedule.objects().get(Schedule.name == "Gentle")
    assert gentle is not None and gentle.organisation == firm.id
    assert await offsets(gentle.id) == await offsets(best.id) == [-3, 3, 7, 14, 30]
    assert gentle.entry_offset == 7


async def test_a_new_one_begins_with_one_step_that_is_open(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get("/schedules/new")).text
    assert "7 days after" in page and "somebody has to approve it" in page
    assert "Give the schedule a name" in (await press(page)).text
    assert (await press(page, changes={"name": "Short"})).status_code == 303
    assert "Nobody is on it yet" in (await client.get("/schedules")).text


async def test_a_template_of_another_organisation_cannot_be_used(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, meridian: cast.Firm, press: Press
) -> None:
    await ship(meridian.id, cast.NOW)
    theirs = await Step.objects().where(Step.schedule.organisation == meridian.id).first()
    assert theirs is not None
    await sign_in("manager")
    page = (await client.get(f"/schedules/{best.id}")).text
    answer = await press(page, changes={f"step-{keys(page)[1]}-template": str(theirs.template)})
    assert "Choose a template for this step" in answer.text
