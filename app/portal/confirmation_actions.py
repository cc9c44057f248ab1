"""The letter that confirms what a customer told us in the portal: it leaves from the business's own mailbox."""

from datetime import datetime, timedelta

from app.customers.queries import recipients_of
from app.mail.queries import senders_of
from app.mail.system_letters import written
from app.outbox import actions as outbox
from app.outbox.messages import NewMessage
from app.outbox.states import Kind
from app.portal.pages import confirmation
from app.portal.queries import Visit
from app.settings import settings
from app.statements.letterhead import particulars

KEEPS = timedelta(days=1)


async def confirm(visit: Visit, act_id: int, act: str, sentence: str, now: datetime) -> int | None:
    """Keep the letter to be sent at once; its id. None where nobody can write it or nobody can be written to.

    It goes to the customer's own address, not to whoever opened the link: so that the customer learns of it when
    somebody else did.
    """
    senders = [each for each in await senders_of(visit.organisation.id) if each.can_send]
    to = [each.email for each in await recipients_of(visit.customer.id) if each.kind == "normal" and not each.bounced_at]
    if not senders or not to:
        return None
    of, sender = visit.organisation, senders[0]
    title, following = confirmation(act, visit.say)
    legal = particulars(of.legal_name or of.name, of.registration_number, of.registered_office)
    facts = {
        "title": title,
        "sentence": sentence,
        "following": following,
        "link": f"{settings().base_url}{visit.base}",
        "sender": sender.name,
        "particulars": legal,
        "say": visit.say,
    }
    letter = written("portal_confirmation", facts)
    message = NewMessage(
        organisation_id=of.id, kind=Kind.SYSTEM, customer_id=visit.customer.id, sender_id=sender.id, to=tuple(to[:1]),
        subject=letter.subject, text=letter.text, unique_key=f"portal-act:{act_id}",
        portal_token=visit.base.rpartition("/")[2], not_after_at=now + KEEPS,
    )  # fmt: skip
    return await outbox.draft(message, now)
