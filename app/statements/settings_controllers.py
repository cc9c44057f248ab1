"""When statements go, to whom and with what; and how one would look."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given

from app.money import units
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import Problem
from app.screen import FormData, Screen, needs
from app.statements import queries
from app.statements.account_queries import account_of, subject_for
from app.statements.controllers import choices_of, note, statements_page
from app.statements.forms import Errors, SettingsForm, read_number, read_settings_form
from app.statements.gateway import render_statement
from app.statements.month_actions import note_preview, settle_settings
from app.statements.paper_controllers import paper

LOOK_FIRST = "Look at a statement first, then switch them on"


class NothingToLookAt(Problem):
    """Choose a customer first: the statement is shown as that customer would get it."""

    status = 422


class StatementSettingsController(Controller):
    path = "/statements"
    guards = [needs(Role.MANAGER)]

    @post("/settings")
    async def settle(
        self, member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        form, errors = await _read(member, data)
        kept = await queries.settings_of(member.organisation_id)
        if form is not None and form.is_on and kept.previewed_at is None:
            form, errors = None, {"is_on": LOOK_FIRST}
        if form is None:
            return await statements_page(member, screen, now, errors=errors, given=data)
        await settle_settings(
            member.organisation_id, day=form.day, chasing_only=form.chasing_only, is_on=form.is_on, now=now, **_columns(form)
        )
        await note(member, "settled statements", _changed(kept, form), now)
        return screen.back("/statements", flash="Statements are on." if form.is_on else "Statements are off.")

    @post("/preview")
    async def preview(self, member: Given[SignedIn], data: FormData, now: Given[datetime]) -> Response[bytes]:
        """One customer's statement with the settings as they are in the form, saved or not; nothing is kept of it."""
        form, errors = await _read(member, data)
        if form is None:
            raise NothingToLookAt(f"{next(iter(errors.values()))}.")
        if not data.get("customer"):
            raise NothingToLookAt
        subject = await subject_for(member, read_number(data["customer"]), now)
        tried = await queries.settings_of(member.organisation_id)
        for name, value in _columns(form).items():
            setattr(tried, name, value)
        content = await render_statement(await account_of(subject, settings=tried))
        await note_preview(member.organisation_id, now)
        return paper(content, f"Statement {subject.today.isoformat()}.pdf")


async def _read(member: SignedIn, data: dict[str, str]) -> tuple[SettingsForm | None, Errors]:
    organisation = await organisation_of(member)
    choices = await choices_of(organisation)
    numbers = {name: [int(value) for value, _ in choices[name] if value] for name in ("at_minute", "template")}
    return read_settings_form(
        data, minutes=numbers["at_minute"], templates=numbers["template"], locale=organisation.locale
    )  # fmt: skip


def _columns(form: SettingsForm) -> dict[str, Any]:
    return {
        "at_minute": form.at_minute,
        "shows": form.shows,
        "sends": form.sends,
        "minimum": units(form.minimum),
        "replaces_reminder": form.replaces_reminder,
        "template_id": form.template_id,
        "footer": form.footer,
    }


def _changed(kept: Any, form: SettingsForm) -> tuple[str, ...]:
    """The names of what is different now, for the audit trail."""
    after = {**_columns(form), "day": form.day, "chasing_only": form.chasing_only}
    names = [name for name, value in after.items() if getattr(kept, name) != value]
    return (*names, *(["switched_on_at"] if bool(kept.switched_on_at) != form.is_on else []))
