"""Planning in the background, and the second look at what chasing sends."""

from datetime import datetime

from app.chasing import actions, daily_actions, task_actions, upcoming_actions
from app.chasing.chase_now_recheck_actions import recheck_by_hand
from app.chasing.compose_actions import Papers
from app.chasing.digest_actions import send_digests
from app.chasing.recheck_actions import recheck
from app.clock import now
from app.invoices.tables import Invoice
from app.mail.rechecks import Found
from app.outbox.states import Kind
from app.outbox.tables import Message
from app.promises.dispute_actions import settle_credited
from app.settings import settings
from app.statements.actions import pdf_of
from app.xero.freshness_actions import freshen
from app.xero.gateway import xero_gateway
from app.xero.invoice_actions import invoice_pdf
from workers.broker import actor
from workers.mail import rechecks

LEFT_FOR_PEOPLE = 25
"""Of a minute's sixty calls: attachments of a batch must not keep a customer in the portal from paying."""


@actor
async def reconsider() -> None:
    await actions.reconsider_changed(now())


@actor
async def runs() -> None:
    await daily_actions.plan_those_without_a_run(now())


@actor
async def promises() -> None:
    await daily_actions.settle_promises_of_today(now())


@actor
async def foresee() -> None:
    await upcoming_actions.foresee(now)


@actor
async def tasks() -> None:
    """What is finished asks for a call; what is paid or credited asks for nothing any more."""
    await settle_credited(now())
    await task_actions.ask_to_ring(now())
    await task_actions.end_settled(now())


@actor
async def digests() -> None:
    await send_digests(now(), settings().base_url)


@actor
async def run(organisation_id: int) -> None:
    await actions.plan_organisation(organisation_id, now())


async def _pdf(invoice: Invoice) -> bytes:
    return await invoice_pdf(invoice, xero=xero_gateway(), now=now(), spare=LEFT_FOR_PEOPLE)


async def _fresh(organisation_id: int) -> None:
    await freshen(organisation_id, xero=xero_gateway(), now=now)


async def _recheck(message: Message, at: datetime) -> Found:
    return await recheck(message, freshen=_fresh, papers=Papers(_pdf, pdf_of), now=at)


async def _recheck_by_hand(message: Message, at: datetime) -> Found:
    return await recheck_by_hand(message, freshen=_fresh, papers=Papers(_pdf, pdf_of), now=at)


rechecks[Kind.CHASE_NOW.value] = _recheck_by_hand
rechecks.update({Kind.REMINDER.value: _recheck, Kind.THANK_YOU.value: _recheck})
