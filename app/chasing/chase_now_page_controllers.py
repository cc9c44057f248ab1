"""The page on which one customer is chased by hand: what it shows, and what its form means."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from litestar import Response

from app.chasing.chase_now import Candidate, Choice, approval_why, leads_to_portal, said
from app.chasing.chase_now_actions import Order
from app.chasing.chase_now_form import Asked, filled_for, overridden, read_asked, shown_against
from app.chasing.chase_now_queries import Desk, desk_for, facts_about, reminder_templates, template_among
from app.chasing.wording import OwnWords, read_addressing, read_words
from app.customers.days import today_of
from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.email_templates.filling import fill
from app.email_templates.queries import TemplateText
from app.email_templates.rendering import Facts
from app.mail.queries import SenderView, senders_of
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.screen import Screen

Fields = Mapping[str, str]

OTHER = "The words were filled in for other invoices or another template. Fill them in again, or read them and send."
NOTHING_TICKED = "Tick at least one invoice"


class Sheet:
    """The page of one customer to be chased by hand, with the facts of this moment."""

    def __init__(self, member: SignedIn, customer: Customer, desk: Desk, asked: Asked, now: datetime) -> None:
        self.member, self.customer, self.desk, self.asked, self.now = member, customer, desk, asked, now
        self.candidate: Candidate | None = desk.of(int(customer.id))
        self.templates: tuple[TemplateText, ...] = ()
        self.senders: tuple[SenderView, ...] = ()

    @classmethod
    async def opened(cls, member: SignedIn, customer_id: int, now: datetime, asked: Asked | None = None) -> "Sheet":
        customer = await customer_for(member, customer_id)
        desk = await desk_for(member.organisation_id, [customer_id], now)
        sheet = cls(member, customer, desk, asked or read_asked({}), now)
        sheet.templates = await reminder_templates(member, customer.language)
        sheet.senders = tuple(each for each in await senders_of(member.organisation_id) if each.can_send)
        if sheet.asked.template_id:
            await template_among(member, sheet.asked.template_id, customer.language)
        return sheet

    @property
    def template(self) -> TemplateText:
        """The one asked for; else that of the most advanced step that the invoices come to; else the first."""
        steps = [choice for choice in (self.candidate.choices if self.candidate else ()) if choice.is_free and choice.step]
        furthest = max(steps, key=lambda choice: choice.step.step_offset if choice.step else 0, default=None)
        wanted = self.asked.template_id or (furthest.step_template_id if furthest else 0)
        found = next((text for text in self.templates if text.id == wanted), None) or next(iter(self.templates), None)
        if found is None:
            raise NotFound
        return found

    @property
    def sender(self) -> SenderView | None:
        return next((each for each in self.senders if each.id == self.asked.sender_id), None) or next(iter(self.senders), None)

    def ticked_at_first(self, invoice_id: int) -> frozenset[int]:
        """The invoice that was asked for, else what is overdue; what is held is ticked by nobody but a person."""
        if self.candidate is None:
            return frozenset()
        asked = [choice for choice in self.candidate.choices if choice.invoice_id == invoice_id]
        return frozenset(c.invoice_id for c in asked if c.is_free) if asked else frozenset(self.candidate.at_first)

    def chosen(self, data: Fields, ticked: frozenset[int]) -> tuple[Choice, ...]:
        """Whatever stands against the customer: that is asked when it is to be sent."""
        if self.candidate is None:
            return ()
        return tuple(c for c in self.candidate.choices if c.invoice_id in ticked and not c.never)

    async def facts(self, chosen: Sequence[Choice], *, portal: bool = True) -> Facts:
        sender = self.sender.id if self.sender else None
        about = (self.desk, int(self.customer.id), chosen, sender)
        return await facts_about(*about, portal=portal, language=self.template.language)

    async def read(self, data: Fields, ticked: frozenset[int]) -> tuple[OwnWords, dict[str, str]]:
        chosen = self.chosen(data, ticked)
        words, errors = read_words(data, await self.facts(chosen))
        if not chosen:
            errors = {"invoices": NOTHING_TICKED, **errors}
        elif data.get("filled_for", "") != filled_for(self.template.id, chosen):
            errors = {"invoices": OTHER, **errors}
        against = self.candidate.against if self.candidate else ()
        missing = [reason for reason in against if f"despite_{reason.hold}" not in data]
        if missing and not (self.candidate and (self.candidate.never or self.candidate.cannot)):
            errors = {f"despite_{missing[0].hold}": f"{said(missing[0])}: tick it to write all the same", **errors}
        return words, errors

    def order(self, data: Fields, ticked: frozenset[int], words: OwnWords) -> Order:
        sender = self.sender
        return Order(
            customer_id=int(self.customer.id),
            invoice_ids=ticked,
            template=self.template,
            words=words,
            sender_id=sender.id if sender else 0,
            sender_kind=sender.kind if sender else "normal",
            counts_as_step=self.asked.counts_as_step,
            despite=overridden(data, ticked),
            opened_at=self.asked.opened_at or self.now,
        )

    async def show(
        self, screen: Screen, ticked: frozenset[int], words: OwnWords | None, data: Fields, errors: dict[str, str]
    ) -> Response[str]:
        """Without `words` they are filled in for what is ticked."""
        chosen = self.chosen(data, ticked)
        context = {
            "customer": self.customer,
            "candidate": self.candidate,
            "ticked": ticked,
            "words": words or await self._filled(chosen, data),
            "template": self.template,
            "templates": [(text.id, text.name) for text in self.templates],
            "senders": [(each.id, f"{each.name} <{each.address}>") for each in self.senders],
            "sender": self.sender,
            "counts_as_step": self.asked.counts_as_step,
            "opened_at": (self.asked.opened_at or self.now).isoformat(),
            "filled_for": filled_for(self.template.id, chosen),
            "shown_against": shown_against(self.candidate) if self.candidate else "",
            "despite": {name for name in data if name.startswith("despite_")},
            "asks": self._asks(chosen),
            "said": said,
            "errors": errors,
            "member": self.member,
            "today": today_of(self.member, self.now),
        }
        return await screen.page("chasing/chase_now.html", context, status=422 if errors else 200)

    async def _filled(self, chosen: Sequence[Choice], data: Fields) -> OwnWords:
        facts = await self.facts(chosen, portal=leads_to_portal(chosen))
        text = fill(self.template.subject, self.template.body, facts)
        if data:
            return msgspec.structs.replace(read_addressing(data), subject=text.subject, body=text.body)
        recipients = self.candidate.recipients if self.candidate else ()
        to = tuple(address for address, kind in recipients if kind == "to")
        cc = tuple(address for address, kind in recipients if kind == "cc")
        return OwnWords(subject=text.subject, body=text.body, to=to, cc=cc, attaches_invoices=True)

    def _asks(self, chosen: Sequence[Choice]) -> bool:
        """Whether a manager is asked before it goes."""
        why = approval_why(chosen, self.desk.day, counts_as_step=self.asked.counts_as_step)
        return bool(why) and not self.member.may(Role.MANAGER)
