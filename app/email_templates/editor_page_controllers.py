"""What the page of a template's editor is made of."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response

from app.chasing.example_queries import SAMPLE, WORST, Occasion, example_letter, examples, hard_cases, sender_for
from app.email_templates import queries
from app.email_templates.controllers import PATH
from app.email_templates.drafts import Draft, Papers
from app.email_templates.editor import Told, picker, told
from app.email_templates.facts import facts_of
from app.email_templates.languages import language_name, offered
from app.email_templates.placeholders import BY_NAME
from app.email_templates.queries import TemplateText
from app.email_templates.rich import to_editor
from app.mail.picture_queries import with_pictures
from app.middleware import content_policy, csp_nonce
from app.organisations.membership import Role, SignedIn
from app.schedules.template_use_queries import template_uses
from app.screen import Screen

_TARGETS = tuple(
    (f"{{{{ {name} }}}}", BY_NAME[name].meaning)
    for name in ("pay_link", "invoice_link", "portal_link", "promise_link", "dispute_link", "statement_link")
)

BEGINNING = """\
{{ greeting }},

{{ if one invoice_count }}Invoice {{ invoice_number }} for {{ amount_due }} was due on {{ due_date }}.
{{ if many invoice_count }}These invoices for {{ amount_due }} are past their due dates.

{{ invoice_table }}

{{ if portal_link }}You can see and pay {{ invoice_count: it | them }} on [your page]({{ portal_link }}).

Kind regards,

{{ signature }}
"""
"""A new template begins with what every reminder needs."""


class Shown(NamedTuple):
    """The email, and its HTML as our pages show it."""

    told: Told
    letter: str


async def shown(member: SignedIn, template: TemplateText | None, draft: Draft, customer: str, now: datetime) -> Shown:
    occasion = await occasion_of(member, template)
    letter, whose = await example_letter(member, customer or SAMPLE, occasion, now)
    found = told(draft, occasion.purpose, facts_of(letter, draft.language), whose)
    if found.written is None:
        return Shown(found, f'<p style="font-family:sans-serif;color:#666">{escape(found.failure)}</p>')
    sender = await sender_for(member.organisation_id, occasion.sender)
    return Shown(found, await with_pictures(found.written.html, sender.id if sender else None))


async def occasion_of(member: SignedIn, template: TemplateText | None) -> Occasion:
    """When it goes: as the first schedule has it that uses it."""
    if template is None:
        return Occasion()
    uses = (await template_uses(member.organisation_id)).get(template.id, ())
    if template.purpose != "reminder":
        return Occasion(template.purpose, 0)
    return Occasion(offset=uses[0].offset, sender=uses[0].sender) if uses else Occasion()


def standing_alone(found: Shown) -> str:
    """Subject, remarks and email in one, for a frame that nothing stands beside."""
    subject = escape(found.told.written.subject) if found.told.written else "It cannot be written yet"
    return f'{_remarks(found.told)}<p style="font:600 15px sans-serif;margin:0 0 16px">{subject}</p>{found.letter}'


def _remarks(found: Told) -> str:
    lines = "".join(f"<li>{escape(note.where.capitalize())}: {escape(note.sentence)}</li>" for note in found.notes)
    return f'<ul style="font:13px sans-serif;color:#8a4b00">{lines}</ul>' if lines else ""


async def other_names(member: SignedIn, template_id: int) -> set[str]:
    living = await queries.templates_of(member.organisation_id)
    return {each.name for each in living if each.id != template_id}


async def choices_of(member: SignedIn, customer: str, search: str = "") -> dict[str, Any]:
    """For the list of those with whom it can be looked at."""
    invented = ((SAMPLE, "Maria Lopez, an invented customer"), (WORST, "The worst case, invented: everything at once"))
    cases = () if search else await hard_cases(member.organisation_id)
    return {
        "invented": invented,
        "cases": cases,
        "customers": await examples(member.organisation_id, search),
        "customer": customer or SAMPLE,
        "search": search,
    }


def _letter_url(template: TemplateText | None, draft: Draft, *, is_saved: bool, customer: str) -> str:
    if template is None or not is_saved or (draft.language and not draft.stamp):
        return f"{PATH}/preview"
    return f"{PATH}/{template.id}/letter?{urlencode({'language': draft.language, 'customer': customer})}"


async def page_of(
    screen: Screen,
    member: SignedIn,
    template: TemplateText | None,
    draft: Draft,
    now: datetime,
    errors: Mapping[str, str] | None = None,
    customer: str = "",
    said: str = "",
) -> Response[str]:
    found = await shown(member, template, draft, customer, now)
    own = (await queries.languages_of([template.id]))[template.id] if template else ()
    uses = (await template_uses(member.organisation_id)).get(template.id, ()) if template else ()
    context = {
        "template": template,
        "draft": draft,
        "papers": draft.papers or (template.papers if template else Papers()),
        "url": f"{PATH}/{template.id}" if template else f"{PATH}/new",
        "rich_html": {"subject": to_editor(draft.subject), "body": to_editor(draft.body)},
        "targets": _TARGETS,
        "letter_url": _letter_url(template, draft, is_saved=not errors and not said, customer=customer),
        "told": found.told,
        "letter": found.letter,
        "picker": picker(found.told.values),
        "languages": [(code, language_name(code)) for code in own],
        "more_languages": [pair for pair in offered() if pair[0] not in own],
        "language_name": language_name(draft.language),
        "uses": uses,
        "errors": dict(errors or {}),
        "said": said,
        "may_change": member.may(Role.MANAGER) and (template is None or not template.is_archived),
        **await choices_of(member, customer),
    }
    _let_the_editor_style_itself(screen)
    return await screen.page("email_templates/edit.html", context, status=422 if errors else 200)


def _let_the_editor_style_itself(screen: Screen) -> None:
    """Trix brings a few rules of its own, under the page's nonce."""
    scope = screen.request.scope
    nonce = csp_nonce(scope)
    scope["state"]["content_policy"] = content_policy(nonce).replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
