"""The words of one email as a person goes on writing them."""

from datetime import datetime
from typing import NamedTuple

from app.chasing.letter_queries import Subject, letter_for
from app.chasing.tables import Reminder, Wording
from app.chasing.wording import OwnWords
from app.chasing.writing_queries import STAND_IN, template_of, wanted_papers
from app.email_templates.facts import facts_of
from app.email_templates.filling import fill
from app.email_templates.rendering import Facts
from app.outbox.messages import addresses_of
from app.outbox.tables import Message


class Kept(NamedTuple):
    """Words of an earlier version, whose facts have changed."""

    by: str
    at: datetime | None
    words: OwnWords


async def facts_for(subject: Subject, now: datetime) -> Facts:
    return facts_of(await letter_for(subject, STAND_IN, now), (await template_of(subject)).language)


async def words_of(subject: Subject, now: datetime) -> OwnWords:
    """Its own, else the template's filled in; addressed as the message is."""
    template, papers = await template_of(subject), await wanted_papers(subject)
    own = subject.wording
    written = (own.subject, own.body) if own is not None and own.body else None
    subject_line, body = written or fill(template.subject, template.body, await facts_for(subject, now))
    row = await Message.select(Message.to_addresses, Message.cc_addresses).where(Message.id == subject.reminder.message).first()
    assert row is not None
    return OwnWords(
        subject=subject_line,
        body=body,
        to=addresses_of(row["to_addresses"]),
        cc=addresses_of(row["cc_addresses"]),
        attaches_invoices=papers.invoices,
        attaches_statement=papers.statement,
    )


async def kept_words(reminder: Reminder) -> Kept | None:
    """What a person had written for an earlier version of this reminder."""
    if not reminder.kept_wording_id:
        return None
    row = await Wording.objects().get(Wording.id == reminder.kept_wording_id)
    return Kept(row.made_by, row.made_at, own_words(row)) if row is not None and row.body else None


def own_words(row: Wording) -> OwnWords:
    return OwnWords(
        subject=row.subject,
        body=row.body,
        to=addresses_of(row.to_addresses),
        cc=addresses_of(row.cc_addresses),
        attaches_invoices=row.attaches_invoices,
        attaches_statement=row.attaches_statement,
    )
