"""The templates, and how each reads."""

from datetime import datetime
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.enums import MediaType
from litestar.params import FromPath

from app.email_templates.facts import Business, LetterSender, facts_of
from app.email_templates.placeholders import PLACEHOLDERS
from app.email_templates.queries import TemplateText, template_of, templates_of
from app.email_templates.rendering import Rendered, Unrenderable, check, render
from app.email_templates.sample import sample_letter
from app.mail.queries import senders_of
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.problems import NotFound
from app.schedules.queries import schedules_of
from app.screen import Screen

_LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


class TemplatesController(Controller):
    path = "/templates"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        templates = await templates_of(member.organisation_id)
        steps = [step for schedule in await schedules_of(member.organisation_id) for step in schedule.steps]
        uses = {each.id: sorted({step.offset for step in steps if step.template_id == each.id}) for each in templates}
        context = {"templates": templates, "uses": uses}
        return await screen.page("email_templates/index.html", context)

    @get("/{template_id:int}")
    async def show(
        self, template_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        template = await template_of(member, template_id)
        written = await _preview(member, template, now)
        context = {
            "template": template,
            "faults": check(template.subject, template.body),
            "preview": written if isinstance(written, Rendered) else None,
            "failure": written.sentence if isinstance(written, Unrenderable) else "",
            "placeholders": PLACEHOLDERS,
        }
        return await screen.page("email_templates/show.html", context)

    @get("/{template_id:int}/letter")
    async def letter(self, template_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]) -> Response[str]:
        """The preview's HTML alone, for its frame."""
        written = await _preview(member, await template_of(member, template_id), now)
        if not isinstance(written, Rendered):
            raise NotFound
        page = f'<!doctype html><meta charset="utf-8"><title>Preview</title><body style="margin:20px 24px">{written.html}'
        return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": _LETTER_POLICY})


async def _preview(member: SignedIn, template: TemplateText, now: datetime) -> Rendered | Unrenderable:
    organisation = await organisation_of(member)
    senders = await senders_of(member.organisation_id)
    today = now.astimezone(ZoneInfo(member.timezone)).date()
    business = Business(
        name=organisation.name,
        legal_name=organisation.legal_name,
        registration_number=organisation.registration_number,
        registered_office=organisation.registered_office,
        bank_details=organisation.bank_details,
    )
    first = senders[0] if senders else None
    sender = LetterSender(
        name=first.name if first else member.name,
        email=(first.reply_to or first.address) if first else member.email,
        phone=(first.phone if first else "") or organisation.phone,
        signature_html=first.signature_html if first else "",
    )
    offset = await _offset_of(member, template)
    letter = sample_letter(business, sender, today, member.locale, member.currency, offset)
    return render(template.subject, template.body, facts_of(letter))


async def _offset_of(member: SignedIn, template: TemplateText) -> int:
    """The days from the due date at which a schedule uses the template; 0 where none does."""
    steps = [step for schedule in await schedules_of(member.organisation_id) for step in schedule.steps]
    return next((step.offset for step in steps if step.template_id == template.id), 0)
