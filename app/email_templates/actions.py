"""Changes to templates: every change is a version of its own."""

from datetime import datetime

from app.database import transaction
from app.email_templates.shipped import SHIPPED, ShippedTemplate
from app.email_templates.tables import Template, TemplateVersion


async def ship(organisation_id: int, now: datetime) -> dict[str, int]:
    """Give the organisation the texts of the product, those it has already left as they are; ids by shipped name."""
    async with transaction():
        rows = await Template.select(Template.id, Template.shipped_as).where(
            Template.organisation == organisation_id, Template.shipped_as != ""
        )
        ids = {row["shipped_as"]: row["id"] for row in rows}
        for text in SHIPPED:
            if text.name not in ids:
                ids[text.name] = await _create(organisation_id, text, now)
    return ids


async def _create(organisation_id: int, text: ShippedTemplate, now: datetime) -> int:
    template = Template(
        organisation=organisation_id,
        name=text.name,
        purpose=text.purpose,
        shipped_as=text.name,
        lists_upcoming=text.lists_upcoming,
        attaches_statement=text.attaches_statement,
    )
    await template.save()
    version = TemplateVersion(
        template=template.id, number=1, language="", subject=text.subject, body=text.body, made_by="Tactful", made_at=now
    )
    await version.save()
    return int(template.id)
