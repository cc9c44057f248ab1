"""The editor of a template: the text on the left, the email to a real customer on the right, nothing saved until asked."""

from datetime import datetime, timedelta

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing.approval_controllers import framed
from app.chasing.example_queries import sender_for
from app.email_templates import edit_actions, queries
from app.email_templates.controllers import PATH
from app.email_templates.drafts import Draft, errors_in, read_draft
from app.email_templates.editor import Told
from app.email_templates.editor_page_controllers import (
    BEGINNING,
    choices_of,
    occasion_of,
    other_names,
    page_of,
    shown,
    standing_alone,
)
from app.email_templates.languages import CODES, language_name
from app.email_templates.queries import TemplateText
from app.mail.proving_actions import send_at_once
from app.organisations.membership import Role, SignedIn
from app.outbox.messages import NewMessage
from app.outbox.states import Kind
from app.presence import address_of
from app.problems import NotFound, OutOfDate
from app.screen import FormData, Screen, needs

CHANGED_MEANWHILE = (
    "Somebody saved this text meanwhile. Yours stands below, and is not saved: open the template again in another tab, "
    "compare, then take over what you need"
)
SAVED = {
    "reworded": "Saved. Reminders that wait are written anew with it; approvals of the old words end.",
    "otherwise": "Saved.",
    "": "Nothing was changed.",
}


class NewTemplateController(Controller):
    path = PATH + "/new"
    guards = [needs(Role.MANAGER)]

    @get()
    async def new(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], like: FromQuery[int] = 0
    ) -> Response[str]:
        """An empty one, or a copy of another to begin with."""
        draft = Draft(subject="{{ invoice_number }}", body=BEGINNING)
        if like:
            model = await queries.template_of(member, like)
            draft = Draft(name=f"{model.name} (copy)"[:120], subject=model.subject, body=model.body, papers=model.papers)
        return await page_of(screen, member, None, draft, now)

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        draft = read_draft(data)
        errors = errors_in(draft, await other_names(member, 0))
        if errors:
            return await page_of(screen, member, None, draft, now, errors, data.get("customer", ""))
        template_id = await edit_actions.create(member, draft, now, address_of(screen.request))
        said = f"{draft.name} is saved. No schedule uses it yet: choose it at a step of a schedule."
        return screen.back(f"{PATH}/{template_id}", flash=said)


class TemplateController(Controller):
    path = PATH + "/{template_id:int}"

    @get()
    async def edit(
        self, template_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime],
        language: FromQuery[str] = "", customer: FromQuery[str] = "",
    ) -> Response[str]:  # fmt: skip
        """A language that has no text yet begins with the one for everybody."""
        template = await queries.template_of(member, template_id)
        if language and language not in CODES:
            raise NotFound
        own = await queries.languages_of([template_id])
        is_there = not language or language in own[template_id]
        text = await queries.template_in(member, template_id, language) if is_there else template
        draft = Draft(
            name=template.name, language=language, subject=text.subject, body=text.body, papers=template.papers,
            stamp=text.version if is_there else 0,
        )  # fmt: skip
        return await page_of(screen, member, template, draft, now, customer=customer)

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, template_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        template, draft = await queries.template_of(member, template_id), read_draft(data)
        errors, customer = errors_in(draft, await other_names(member, template_id)), data.get("customer", "")
        if errors:
            return await page_of(screen, member, template, draft, now, errors, customer)
        try:
            changed = await edit_actions.save(member, template_id, draft, now, address_of(screen.request))
        except OutOfDate:
            return await page_of(screen, member, template, draft, now, {"body": CHANGED_MEANWHILE}, customer)
        query = f"?language={draft.language}" if draft.language else ""
        return screen.back(f"{PATH}/{template_id}{query}", flash=SAVED[changed])

    @get("/letter")
    async def letter(
        self, template_id: FromPath[int], member: Given[SignedIn], now: Given[datetime], language: FromQuery[str] = "",
        customer: FromQuery[str] = "",
    ) -> Response[str]:  # fmt: skip
        """The saved text as that customer would get it, for the frame."""
        template = await queries.template_in(member, template_id, language)
        draft = Draft(name=template.name, subject=template.subject, body=template.body)
        return framed((await shown(member, template, draft, customer, now)).letter)

    @post("/trial", guards=[needs(Role.MANAGER)])
    async def send_test(
        self, template_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """What is written, saved or not, as it would look to the chosen customer: to the member's own address."""
        template, draft = await queries.template_of(member, template_id), read_draft(data)
        customer = data.get("customer", "")
        found = (await shown(member, template, draft, customer, now)).told
        errors = {} if found.written else {"body": f"It cannot be written yet: {found.failure}"}
        flash = ""
        if found.written:
            went, answer = await _send_to(member, template, found, now)
            errors = {} if went else {"body": f"The test was not sent: {answer}"}
            flash = f"A test is on its way to {member.email}." if went else ""
        return await page_of(screen, member, template, draft, now, errors, customer, said=flash)

    @post("/languages/{language:str}/removal", guards=[needs(Role.MANAGER)])
    async def take_out(
        self, template_id: FromPath[int], language: FromPath[str], member: Given[SignedIn], screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        await queries.template_of(member, template_id)
        await edit_actions.take_out(member, template_id, language, now, address_of(screen.request))
        said = f"{language_name(language)} is out of use, and kept among the versions. The text for everybody stands in."
        return screen.back(f"{PATH}/{template_id}", flash=said)


class TemplatePreviewController(Controller):
    """What stands in the form, as a customer would get it; nothing is kept."""

    path = PATH + "/preview"

    @post()
    async def show(self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        number = data.get("template", "")
        is_saved = number.isdecimal() and 0 < int(number[:10]) < 10**9
        template = await queries.template_of(member, int(number)) if is_saved else None
        found = await shown(member, template, read_draft(data), data.get("customer", ""), now)
        if screen.wants_fragment():
            return screen.plain("email_templates/_told.html", {"told": found.told, "letter": found.letter})
        return framed(standing_alone(found))

    @get()
    async def empty(self, member: Given[SignedIn]) -> Response[str]:
        """The frame before anything is shown in it."""
        return framed("")

    @get("/customers")
    async def customers(self, member: Given[SignedIn], screen: Given[Screen], q: FromQuery[str] = "") -> Response[str]:
        return screen.plain("email_templates/_customers.html", await choices_of(member, "", q[:100]))


async def _send_to(member: SignedIn, template: TemplateText, found: Told, now: datetime) -> tuple[bool, str]:
    assert found.written is not None
    occasion = await occasion_of(member, template)
    row = await sender_for(member.organisation_id, occasion.sender)
    if row is None:
        return False, "there is no sender yet; add one under Senders"
    letter = NewMessage(
        organisation_id=member.organisation_id,
        kind=Kind.SYSTEM,
        to=(member.email,),
        subject=f"Test: {found.written.subject}",
        text=found.written.text,
        html=found.written.html,
        sender_id=row.id,
        not_after_at=now + timedelta(minutes=5),
    )
    proof = await send_at_once(row, letter, now)
    return proof.went, proof.answer
