"""The people and companies that all tests share, and how they come into the database.

Borealis Studio Ltd: Anna owns it, Mia manages, Tom is its credit controller, Vera may only look.
Meridian Ltd: another business on the same installation, of Max; nothing of it may ever be seen by Borealis.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from app.customers.tables import Customer, Recipient
from app.identity.tables import Session, User
from app.invoices.tables import Invoice
from app.money import in_base, units
from app.organisations.membership import Role, SignedIn
from app.organisations.tables import Member, Organisation
from app.sealing import new_token, token_hash

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
"""A Monday, 09:30 in London."""

PEOPLE = {
    Role.OWNER: ("Anna Berg", "anna@borealis.example"),
    Role.MANAGER: ("Mia Chen", "mia@borealis.example"),
    Role.CONTROLLER: ("Tom Hale", "tom@borealis.example"),
    Role.VIEWER: ("Vera Lind", "vera@borealis.example"),
}
PASSWORD = "seven geese over Leith"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Firm:
    """A business and its members, as rows."""

    organisation: Organisation
    members: dict[Role, SignedIn]

    @property
    def id(self) -> int:
        return int(self.organisation.id)

    @property
    def anna(self) -> SignedIn:
        return self.members[Role.OWNER]

    @property
    def tom(self) -> SignedIn:
        return self.members[Role.CONTROLLER]

    @property
    def vera(self) -> SignedIn:
        return self.members[Role.VIEWER]


async def borealis(**facts: Any) -> Firm:
    organisation = await an_organisation("Borealis Studio Ltd", **facts)
    users = [User(name=name, email=email, created_at=NOW, active=True) for name, email in PEOPLE.values()]
    await User.insert(*users)  # all at once: nearly every test begins with them
    rows = [
        Member(organisation=organisation.id, user=user.id, role=role.value, created_at=NOW)
        for role, user in zip(PEOPLE, users, strict=True)
    ]
    await Member.insert(*rows)
    people = zip(PEOPLE, users, rows, strict=True)
    return Firm(organisation, {role: _as_queries_take_it(organisation, user, row) for role, user, row in people})


async def meridian(**facts: Any) -> Firm:
    organisation = await an_organisation("Meridian Ltd", **facts)
    return Firm(organisation, {Role.OWNER: await a_member(organisation, Role.OWNER, "Max Roe", "max@meridian.example")})


async def an_organisation(name: str = "Borealis Studio Ltd", **facts: Any) -> Organisation:
    """Set up, chasing allowed, out of review mode unless said."""
    standard = {"legal_name": name, "set_up_at": NOW, "starts_with": "all", "review_mode": False, "created_at": NOW}
    row = Organisation(name=name, **{**standard, **facts})
    await row.save()
    return row


async def a_user(name: str, email: str, **facts: Any) -> User:
    row = User(name=name, email=email, **{"created_at": NOW, "active": True, **facts})
    await row.save()
    return row


async def a_member(organisation: Organisation, role: Role, name: str, email: str) -> SignedIn:
    """The member as queries take it; its session is 0 until `a_session` makes one."""
    user = await a_user(name, email)
    member = Member(organisation=organisation.id, user=user.id, role=role.value, created_at=NOW)
    await member.save()
    return _as_queries_take_it(organisation, user, member)


def _as_queries_take_it(organisation: Organisation, user: User, member: Member) -> SignedIn:
    return SignedIn(
        user_id=user.id,
        session_id=0,
        member_id=member.id,
        organisation_id=organisation.id,
        role=Role(member.role),
        name=user.name,
        email=user.email,
        organisation=organisation.name,
        timezone=organisation.timezone,
        currency=organisation.currency,
        locale=organisation.locale,
        country=organisation.country,
    )


async def a_session(member: SignedIn, now: datetime | None = None) -> tuple[str, Session]:
    """A living session of this member: the token for the cookie, and its row."""
    now = now or datetime.now(UTC)
    token = new_token("s")
    row = Session(
        user=member.user_id,
        token_hash=token_hash(token),
        organisation_id=member.organisation_id,
        csrf_secret=new_token("f"),
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(days=60),
    )
    await row.save()
    return token, row


async def a_customer(organisation: Organisation, name: str = "Harbour Foods Ltd", **facts: Any) -> Customer:
    """Chasing, with nobody to write to yet (see `a_recipient`)."""
    standard = {"xero_id": f"c0000000-0000-4000-8000-{next(_numbers):012}", "chasing": True, "created_at": NOW}
    row = Customer(organisation=organisation.id, name=name, **{**standard, **facts})
    await row.save()
    return row


async def a_recipient(customer: Customer, email: str = "", kind: str = "normal", **facts: Any) -> Recipient:
    address = email or f"accounts{next(_numbers)}@harbour.example"
    row = Recipient(customer=customer.id, email=address, kind=kind, **{"source": "xero_main", **facts})
    await row.save()
    return row


async def an_invoice(
    customer: Customer,
    number: str = "",
    *,
    due_on: date | None = date(2026, 11, 20),
    total: Decimal | str = "120.00",
    outstanding: Decimal | str | None = None,
    **facts: Any,
) -> Invoice:
    """An open sales invoice, ten days overdue on TODAY unless said; amounts as "120.00"."""
    left = Decimal(total if outstanding is None else outstanding)
    rate = Decimal(facts.get("rate", "1"))
    standard: dict[str, Any] = {
        "xero_id": f"10000000-0000-4000-8000-{next(_numbers):012}",
        "status": "AUTHORISED" if left else "PAID",
        "currency": "GBP",
        "issued_on": due_on - timedelta(days=30) if due_on else TODAY,
        "paid": units(Decimal(total) - left),
        "is_open": bool(left),
        "is_sent": True,
        "created_at": NOW,
    }
    row = Invoice(
        organisation=customer.organisation,
        customer=customer.id,
        number=number or f"INV-{next(_numbers):04}",
        due_on=due_on,
        total=units(Decimal(total)),
        outstanding=units(left),
        outstanding_base=units(in_base(left, rate)),
        **{**standard, **facts},
    )
    await row.save()
    return row
