"""From which text an email is written and which papers go with it: as a person chose, else as template and step say."""

import msgspec
from msgspec import Struct

from app.chasing.letter_queries import Subject
from app.email_templates import queries as templates
from app.schedules.tables import Step

STAND_IN = "p_the-customers-own-link"
"""Takes the place of the customer's own link wherever a letter is only looked at."""


class Wanted(Struct, frozen=True):
    """The papers that go with an email."""

    invoices: bool
    statement: bool


async def text_of(subject: Subject) -> templates.TemplateText:
    """The words to be written: a person's own where there are such, else the template's."""
    text, own = await template_of(subject), subject.wording
    return msgspec.structs.replace(text, subject=own.subject, body=own.body) if own is not None and own.body else text


async def template_of(subject: Subject) -> templates.TemplateText:
    language = subject.customer.language
    if subject.reminder.template_id is not None:
        return await templates.template_for(subject.reminder.template_id, language)
    return await templates.shipped_template(subject.organisation.id, "Thank you", language)


async def wanted_papers(subject: Subject) -> Wanted:
    reminder, own = subject.reminder, subject.wording
    if own is not None:
        return Wanted(own.attaches_invoices, own.attaches_statement)
    if reminder.schedule_id is None:
        return Wanted(invoices=False, statement=False)
    mine = (Step.schedule == reminder.schedule_id) & (Step.offset_days == reminder.step_offset)
    step = await Step.objects().where(mine).first()
    return Wanted(step is not None and step.attaches_invoices, step is not None and step.attaches_statement)
