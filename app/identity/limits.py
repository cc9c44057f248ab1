"""How often somebody may guess, and at what."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """At most `most` tries at `subject` within `window`; a further one is refused."""

    subject: str
    most: int
    window: timedelta


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=1)


def place_of(address: str) -> str:
    """Whom an address belongs to: of IPv6 whoever has one of a network of 64 bits has them all (RFC 6177)."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or ip_network((read, 64), strict=False))


def on_sign_in(email: str, address: str) -> tuple[Limit, ...]:
    """Failures only count. One address is stopped soon, so that it locks nobody else out of their account."""
    return (
        Limit(f"sign-in:{email[:80]}|{place_of(address)}", 8, QUARTER),
        Limit(f"sign-in-from:{place_of(address)}", 40, QUARTER),
        Limit(f"sign-in-to:{email[:100]}", 100, LONGEST_WINDOW),
    )


def on_sign_up(address: str) -> tuple[Limit, ...]:
    return (Limit(f"sign-up-from:{place_of(address)}", 10, HOUR),)


def on_reset(email: str, address: str) -> tuple[Limit, ...]:
    return (Limit(f"reset:{email[:100]}", 3, HOUR), Limit(f"reset-from:{place_of(address)}", 15, HOUR))


def on_code(user_id: int, address: str) -> tuple[Limit, ...]:
    """Guesses at a second factor by somebody who knows the password: 30 of 1,000,000 codes a day, three of which fit."""
    return (Limit(f"code:{user_id}|{place_of(address)}", 6, QUARTER), Limit(f"code-of:{user_id}", 30, LONGEST_WINDOW))


def on_invitation(organisation_id: int) -> tuple[Limit, ...]:
    """Letters to people who have no account: an organisation does not write to the whole world."""
    return (Limit(f"invitations-of:{organisation_id}", 30, HOUR),)


def on_new_address(user_id: int) -> tuple[Limit, ...]:
    return (Limit(f"new-address-of:{user_id}", 5, HOUR),)


def on_link(address: str) -> tuple[Limit, ...]:
    """Guesses at one-time links; a living link is not counted."""
    return (Limit(f"link-from:{place_of(address)}", 30, QUARTER),)


def on_portal_link(address: str) -> tuple[Limit, ...]:
    """Guesses at customers' links; a living link is not counted."""
    return (Limit(f"portal-from:{place_of(address)}", 30, QUARTER),)
