"""Changes that people make to templates. Each text is kept as a version; whatever is written from it is written anew."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

from app.activity.actions import audit
from app.customers.actions import reconsider_everyone
from app.database import fetch, transaction
from app.email_templates.drafts import Draft
from app.email_templates.languages import GONE
from app.email_templates.queries import TemplateText, Version, template_of
from app.email_templates.tables import Template, TemplateVersion
from app.organisations.membership import SignedIn
from app.problems import NotFound, OutOfDate, Problem

Changed = Literal["reworded", "otherwise", ""]
"""What saving a template did: new words, another name or other papers alone, nothing."""


class InUse(Problem):
    """It cannot be archived: it is in use. Give that step another template first."""

    status = 409


async def create(member: SignedIn, draft: Draft, now: datetime, address: str = "") -> int:
    """A template for reminders that no schedule uses yet; its id."""
    async with transaction():
        row = Template(organisation=member.organisation_id, name=draft.name, purpose="reminder", **_papers(draft))
        await row.save()
        await _write(member, int(row.id), draft, 1, now)
        await _note(member, "create template", int(row.id), now, address)
    return int(row.id)


async def save(member: SignedIn, template_id: int, draft: Draft, now: datetime, address: str = "") -> Changed:
    """Keep the text as a new version. Raise OutOfDate where somebody saved meanwhile."""
    async with transaction():
        template = await _locked(member, template_id)
        standing = await _standing(template_id, draft.language)
        if (standing.number if standing else 0) != draft.stamp:
            raise OutOfDate
        renamed, reworded = template.name != draft.name, not standing or _text(standing) != (draft.subject, draft.body)
        repapered = draft.papers not in (None, template.papers)
        if renamed or repapered:
            columns: dict[Any, Any] = {"name": draft.name, **_papers(draft)}
            await Template.update(columns).where(Template.id == template_id)
        if reworded:
            await _write(member, template_id, draft, await _next_number(template_id), now)
            await reconsider_everyone(member.organisation_id, now)
        if renamed or reworded or repapered:
            await _note(member, "change template", template_id, now, address)
    return "reworded" if reworded else "otherwise" if renamed or repapered else ""


async def restore(member: SignedIn, template_id: int, version: Version, now: datetime, address: str = "") -> None:
    """Its words are the present ones again, as a version of their own: nothing between is lost."""
    language = version.language.removeprefix(GONE)
    async with transaction():
        await _locked(member, template_id)
        draft = Draft(language=language, subject=version.subject, body=version.body)
        await _write(member, template_id, draft, await _next_number(template_id), now)
        await reconsider_everyone(member.organisation_id, now)
        await _note(member, f"restore template version {version.number}", template_id, now, address)


async def take_out(member: SignedIn, template_id: int, language: str, now: datetime, address: str = "") -> None:
    """Customers of this language get the text for everybody; what was written stays among the versions."""
    mine = (TemplateVersion.template == template_id) & (TemplateVersion.language == language)
    async with transaction():
        await _locked(member, template_id)
        if not language or not await TemplateVersion.exists().where(mine):
            raise NotFound
        await TemplateVersion.update({TemplateVersion.language: GONE + language}).where(mine)
        await _write(member, template_id, Draft(language=GONE + language), await _next_number(template_id), now)
        await reconsider_everyone(member.organisation_id, now)
        await _note(member, "remove template language", template_id, now, address)


async def archive(
    member: SignedIn, template: TemplateText, used_by: Callable[[], Awaitable[str]], now: datetime, address: str = ""
) -> None:
    """`used_by` names what needs it, '' for nothing. Raise InUse with that name."""
    async with transaction():
        await _locked(member, template.id)
        user = await used_by()
        if user:
            raise InUse(f"{template.name} cannot be archived: {user}.")
        await Template.update({Template.archived_at: now}).where(Template.id == template.id)
        await _note(member, "archive template", template.id, now, address)


async def unarchive(member: SignedIn, template_id: int, now: datetime, address: str = "") -> None:
    async with transaction():
        await _locked(member, template_id)
        await Template.update({Template.archived_at: None}).where(Template.id == template_id)
        await _note(member, "restore template", template_id, now, address)


async def _locked(member: SignedIn, template_id: int) -> TemplateText:
    """Whoever changes the same template at this moment waits until this is done. Raise NotFound."""
    await fetch(
        "UPDATE email_template SET name = name WHERE id = {} AND organisation = {} RETURNING id",
        template_id, member.organisation_id,
    )  # fmt: skip
    return await template_of(member, template_id)


async def _standing(template_id: int, language: str) -> TemplateVersion | None:
    mine = (TemplateVersion.template == template_id) & (TemplateVersion.language == language)
    if not language:
        row = await Template.select(Template.current_version).where(Template.id == template_id).first()
        mine &= TemplateVersion.number == (row["current_version"] if row else 0)
    return await TemplateVersion.objects().where(mine).order_by(TemplateVersion.number, ascending=False).first()


async def _next_number(template_id: int) -> int:
    rows = await fetch("SELECT MAX(number) AS highest FROM email_template_version WHERE template = {}", template_id)
    return int(rows[0]["highest"] or 0) + 1


def _papers(draft: Draft) -> dict[str, Any]:
    found = draft.papers
    if found is None:
        return {}
    return {"attaches_invoices": found.invoices, "attaches_statement": found.statement, "links_portal": found.portal}


def _text(version: TemplateVersion) -> tuple[str, str]:
    return version.subject, version.body.strip("\n") + "\n"


async def _write(member: SignedIn, template_id: int, draft: Draft, number: int, now: datetime) -> None:
    await TemplateVersion(
        template=template_id, number=number, language=draft.language, subject=draft.subject, body=draft.body,
        made_by=member.name, made_at=now,
    ).save()  # fmt: skip
    if not draft.language:
        await Template.update({Template.current_version: number}).where(Template.id == template_id)


async def _note(member: SignedIn, act: str, template_id: int, now: datetime, address: str) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=f"template {template_id}",
        now=now, address=address,
    )  # fmt: skip
