"""The templates: all of them, their earlier versions, and what is done to one as a whole."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.customers.days import local_time, today_of
from app.email_templates import edit_actions, queries
from app.email_templates.comparing import Change, changes_between
from app.email_templates.facts import facts_of
from app.email_templates.filling import fill
from app.email_templates.languages import GONE, language_name
from app.email_templates.queries import TemplateText, Version
from app.email_templates.sample import sample_letter
from app.email_templates.signing import Business, LetterSender
from app.organisations.membership import Role, SignedIn
from app.presence import address_of
from app.problems import NotFound
from app.schedules.template_use_queries import TemplateUse, template_uses
from app.screen import Screen, needs

PATH = "/templates"
USUAL_OFFSET = 7
"""Of a template that no step uses."""
_ITS_OWN = {"thank_you": "it thanks for payments", "statement": "it goes with every statement"}


class TemplatesController(Controller):
    path = PATH

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        templates = await queries.templates_of(member.organisation_id)
        uses = await template_uses(member.organisation_id)
        languages = await queries.languages_of([each.id for each in templates])
        context = {
            "templates": templates,
            "uses": uses,
            "subjects": {each.id: _read(each, uses.get(each.id, ()), member, now) for each in templates},
            "languages": {each: [language_name(code) for code in codes] for each, codes in languages.items()},
            "archived": await queries.archived_of(member.organisation_id),
            "may_change": member.may(Role.MANAGER),
        }
        return await screen.page("email_templates/index.html", context)


def _read(template: TemplateText, uses: tuple[TemplateUse, ...], member: SignedIn, now: datetime) -> str:
    """Its subject as an invented customer reads it."""
    offset = 0 if template.purpose == "thank_you" else uses[0].offset if uses else USUAL_OFFSET
    business, sender = Business(name=member.organisation), LetterSender(name=member.name, email="")
    letter = sample_letter(business, sender, today_of(member, now), member.locale, member.currency, offset)
    return fill(template.subject, "", facts_of(letter)).subject


class TemplateStateController(Controller):
    """Putting a template away and taking it out again."""

    path = PATH + "/{template_id:int}/archive"
    guards = [needs(Role.MANAGER)]

    @post()
    async def archive(
        self, template_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """In use it stays, and the sentence says by which schedule."""
        template = await queries.template_of(member, template_id)

        async def used_by() -> str:
            uses = (await template_uses(member.organisation_id)).get(template.id, ())
            return who_uses(template, uses)

        try:
            await edit_actions.archive(member, template, used_by, now, address_of(screen.request))
        except edit_actions.InUse as problem:
            return screen.back(PATH, flash=str(problem), tone="waiting")
        return screen.back(PATH, flash=f"{template.name} is archived. It can be restored below.")

    @post("/end")
    async def restore(
        self, template_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        template = await queries.template_of(member, template_id)
        await edit_actions.unarchive(member, template.id, now, address_of(screen.request))
        return screen.back(PATH, flash=f"{template.name} is back. No schedule uses it yet.")


def who_uses(template: TemplateText, uses: tuple[TemplateUse, ...]) -> str:
    if template.purpose in _ITS_OWN:
        return _ITS_OWN[template.purpose]
    if not uses:
        return ""
    names = list(dict.fromkeys(f"{use.schedule} uses it {use.when}" for use in uses))
    return f"{', and '.join(names)}. Give that step another template first"


class VersionsController(Controller):
    path = PATH + "/{template_id:int}/versions"

    @get()
    async def index(
        self, template_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime],
        number: FromQuery[int] = 0,
    ) -> Response[str]:  # fmt: skip
        """All of them; the one with this number beside the text that is in use."""
        template = await queries.template_of(member, template_id)
        versions = await queries.versions_of(member, template_id)
        chosen = next((each for each in versions if each.number == number), versions[0])
        language = chosen.language.removeprefix(GONE)
        present = await _present(member, template, language)
        context = {
            "template": template,
            "versions": [(each, local_time(each.made_at, member) if each.made_at else None) for each in versions],
            "chosen": chosen,
            "present": present,
            "changes": _changes(chosen, present),
            "is_gone": chosen.language.startswith(GONE),
            "language": language,
            "language_name": language_name,
            "may_change": member.may(Role.MANAGER),
            "today": today_of(member, now),
            "member": member,
        }
        return await screen.page("email_templates/versions.html", context)

    @post("/{number:int}/restore", guards=[needs(Role.MANAGER)])
    async def restore(
        self, template_id: FromPath[int], number: FromPath[int], member: Given[SignedIn], screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        versions = await queries.versions_of(member, template_id)
        version = next((each for each in versions if each.number == number and each.body.strip()), None)
        if version is None:
            raise NotFound
        await edit_actions.restore(member, template_id, version, now, address_of(screen.request))
        language = version.language.removeprefix(GONE)
        to = f"{PATH}/{template_id}" + (f"?language={language}" if language else "")
        return screen.back(to, flash=f"Version {number} is in use again. What was in use before is kept among the versions.")


async def _present(member: SignedIn, template: TemplateText, language: str) -> TemplateText | None:
    try:
        return await queries.template_in(member, template.id, language)
    except NotFound:
        return None


def _changes(version: Version, present: TemplateText | None) -> tuple[Change, ...]:
    if present is None or present.version == version.number:
        return ()
    return changes_between(f"{version.subject}\n{version.body}", f"{present.subject}\n{present.body}")
