"""The signature under a sender's letters, with the registered particulars of its business."""

from html import escape

from app.email_templates.rendering import Block
from app.email_templates.signing import Business, LetterSender, signature
from app.mail.tables import Sender
from app.organisations.tables import Organisation


async def signature_of(row: Sender) -> Block:
    """Its text, and its cleaned HTML with pictures named by `cid:`."""
    organisation = await Organisation.objects().get(Organisation.id == _id_of(row))
    assert organisation is not None  # the foreign key holds it
    business = Business(
        name=organisation.name,
        legal_name=organisation.legal_name,
        registration_number=organisation.registration_number,
        registered_office=organisation.registered_office,
    )
    own = LetterSender(name=row.name, email=row.address, phone=row.phone, signature_html=row.signature_html)
    return signature(own, business)


async def unsigned(row: Sender) -> str:
    """The HTML of what signs while no signature of one's own is written."""
    organisation = await Organisation.objects().get(Organisation.id == _id_of(row))
    assert organisation is not None  # the foreign key holds it
    return f"<p>{'<br>'.join(escape(line) for line in (row.name, organisation.name, row.phone) if line)}</p>"


def _id_of(row: Sender) -> int:
    return int(getattr(row.organisation, "id", row.organisation))
