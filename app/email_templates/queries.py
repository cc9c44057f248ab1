"""Reads of templates and their versions."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.email_templates.drafts import Papers
from app.email_templates.languages import GONE
from app.email_templates.tables import Template, TemplateVersion
from app.organisations.membership import SignedIn
from app.problems import NotFound


class TemplateText(Struct, frozen=True, kw_only=True):
    """A template as it is written from now on, in one language."""

    id: int
    organisation_id: int
    name: str
    purpose: str
    shipped_as: str
    version: int
    language: str
    subject: str
    body: str
    lists_upcoming: bool
    is_archived: bool
    papers: Papers


class Version(Struct, frozen=True):
    """A text as it once was, or is; a language that begins with "-" was taken out of use."""

    number: int
    language: str
    subject: str
    body: str
    made_by: str
    made_at: datetime | None


async def template_for(template_id: int, language: str = "") -> TemplateText:
    """In that language where the template has it, else as it is without one. Raise NotFound."""
    found = await _texts(Template.id == template_id, language)
    if not found:
        raise NotFound
    return found[0]


async def template_of(member: SignedIn, template_id: int) -> TemplateText:
    """Raise NotFound when it is not a template of the member's organisation."""
    found = await _texts((Template.id == template_id) & (Template.organisation == member.organisation_id), "")
    if not found:
        raise NotFound
    return found[0]


async def templates_of(organisation_id: int, language: str = "") -> tuple[TemplateText, ...]:
    """All that are not archived, in the order they were made."""
    return await _texts((Template.organisation == organisation_id) & Template.archived_at.is_null(), language)


async def shipped_template(organisation_id: int, name: str, language: str = "") -> TemplateText:
    """The organisation's template that came with the product under this name. Raise NotFound."""
    found = await _texts((Template.organisation == organisation_id) & (Template.shipped_as == name), language)
    if not found:
        raise NotFound
    return found[0]


async def shipped_for(organisation_id: int, purpose: str, language: str = "") -> TemplateText:
    """The organisation's shipped thank_you or statement template. Raise NotFound."""
    mine = (Template.organisation == organisation_id) & (Template.purpose == purpose) & (Template.shipped_as != "")
    found = await _texts(mine, language)
    if not found:
        raise NotFound
    return found[0]


async def template_in(member: SignedIn, template_id: int, language: str) -> TemplateText:
    """In exactly this language, archived or not. Raise NotFound where it has none of its own."""
    found = await _texts((Template.id == template_id) & (Template.organisation == member.organisation_id), language)
    if not found or found[0].language != language:
        raise NotFound
    return found[0]


async def archived_of(organisation_id: int) -> tuple[TemplateText, ...]:
    return await _texts((Template.organisation == organisation_id) & Template.archived_at.is_not_null(), "")


async def languages_of(template_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The languages besides the text for everybody, by template."""
    if not template_ids:
        return {}
    rows = await TemplateVersion.select(TemplateVersion.template, TemplateVersion.language).where(
        TemplateVersion.template.is_in(list(template_ids)), TemplateVersion.language != ""
    )
    kept = {(row["template"], row["language"]) for row in rows if not row["language"].startswith(GONE)}
    return {each: tuple(sorted(language for owner, language in kept if owner == each)) for each in template_ids}


async def versions_of(member: SignedIn, template_id: int) -> tuple[Version, ...]:
    """Of all languages, the newest first. Raise NotFound."""
    await template_of(member, template_id)
    rows = await TemplateVersion.objects().where(TemplateVersion.template == template_id).order_by(
        TemplateVersion.number, TemplateVersion.id, ascending=False
    )  # fmt: skip
    return tuple(Version(row.number, row.language, row.subject, row.body, row.made_by, row.made_at) for row in rows)


async def current_version(template_id: int) -> int:
    """The number of the version in use. Raise NotFound."""
    row = await Template.select(Template.current_version).where(Template.id == template_id).first()
    if row is None:
        raise NotFound
    return int(row["current_version"])


async def _texts(which: object, language: str) -> tuple[TemplateText, ...]:
    templates = await Template.objects().where(which).order_by(Template.id)  # type: ignore[arg-type]
    ids = [template.id for template in templates]
    if not ids:
        return ()
    current = await TemplateVersion.objects().where(
        TemplateVersion.template.is_in(ids),
        TemplateVersion.language.is_in(["", language]),
    )
    texts = {(row.template, row.language): row for row in sorted(current, key=lambda row: int(row.number))}
    numbered = {(row.template, row.language, row.number): row for row in current}
    return tuple(_text(template, texts.get((template.id, language)) if language else None, numbered) for template in templates)


def _text(
    template: Template, in_language: TemplateVersion | None, numbered: dict[tuple[int, str, int], TemplateVersion]
) -> TemplateText:
    version = in_language or numbered[(template.id, "", template.current_version)]
    return TemplateText(
        id=template.id,
        organisation_id=template.organisation,
        name=template.name,
        purpose=template.purpose,
        shipped_as=template.shipped_as,
        version=version.number,
        language=version.language,
        subject=version.subject,
        body=version.body,
        lists_upcoming=template.lists_upcoming,
        is_archived=template.archived_at is not None,
        papers=Papers(template.attaches_invoices, template.attaches_statement, template.links_portal),
    )
