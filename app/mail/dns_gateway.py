"""The one place that asks name servers."""

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver

from app.mail.domain_check import MOST_LOOKUPS, SELECTORS, Zone
from app.settings import settings

SECONDS = 5.0
MOST_RECORDS = 30
"""Domains that SPF may lead through before we give up."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Silent(Exception):  # noqa: N818  it reads as what it says
    """No name server answered, so that nothing is known; an answer that there is no such record is an empty one."""


async def look_up(domain: str, host: str, selector: str = "") -> Zone:
    """Everything that judges a sending domain. Never raises for what name servers do."""
    resolver = _resolver()
    spf, dmarc, keys = await asyncio.gather(
        _spf(resolver, domain, host), _dmarc(resolver, domain), _keys(resolver, domain, selector)
    )
    records, includes, lookups, is_authorised = spf
    return Zone(
        domain=domain,
        host=host,
        spf=records,
        includes=includes,
        lookups=lookups,
        is_authorised=is_authorised,
        dmarc=dmarc[0],
        dmarc_domain=dmarc[1],
        keys=keys or {},
        keys_were_asked=keys is not None,
    )


def _resolver() -> dns.asyncresolver.Resolver:
    named = [each.strip() for each in settings().dns_servers.split(",") if each.strip()]
    resolver = dns.asyncresolver.Resolver(configure=not named)
    if named:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*_address_and_port(each)) for each in named]
    resolver.lifetime = SECONDS
    return resolver


def _address_and_port(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":")
    return (address, int(port)) if colon and "." in address and port.isdigit() else (text, 53)


async def _texts(resolver: dns.asyncresolver.Resolver, name: str) -> list[str]:
    """The TXT records of a name. Raise Silent."""
    return [b"".join(each.strings).decode("utf-8", "replace") for each in await _asked(resolver, name, "TXT")]


async def _asked(resolver: dns.asyncresolver.Resolver, name: str, kind: str) -> list[Any]:
    try:
        return list(await resolver.resolve(name, kind, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError, UnicodeError) as error:
        raise Silent from error


async def _addresses(resolver: dns.asyncresolver.Resolver, name: str) -> set[Address]:
    found = [*await _asked(resolver, name, "A"), *await _asked(resolver, name, "AAAA")]
    return {ipaddress.ip_address(each.to_text()) for each in found}


async def _spf(
    resolver: dns.asyncresolver.Resolver, domain: str, host: str
) -> tuple[tuple[str, ...] | None, frozenset[str], int, bool]:
    try:
        own = _only_spf(await _texts(resolver, domain))
        servers = await _addresses(resolver, host)
        walk = _Walk(resolver, servers)
        if len(own) == 1:
            await walk.through(domain, own[0])
        return tuple(own), frozenset(walk.includes), walk.lookups, walk.is_authorised
    except Silent:
        return None, frozenset(), 0, False


def _only_spf(texts: Iterable[str]) -> list[str]:
    return [each for each in texts if each.lower() == "v=spf1" or each.lower().startswith("v=spf1 ")]


class _Walk:
    """Follows a record through all that it includes (RFC 7208, 5), counting the questions that takes."""

    def __init__(self, resolver: dns.asyncresolver.Resolver, servers: set[Address]) -> None:
        self.includes: set[str] = set()
        self.lookups = 0
        self.is_authorised = False
        self._resolver, self._servers = resolver, servers

    async def through(self, domain: str, record: str) -> None:
        for word in record.split()[1:]:
            name, _, value = word.lstrip("+-~?").partition("=" if word.lower().startswith("redirect=") else ":")
            await self._mechanism(domain, name.lower(), value)

    async def _mechanism(self, domain: str, name: str, value: str) -> None:
        if name in ("include", "a", "mx", "ptr", "exists", "redirect"):
            self.lookups += 1
        if name in ("ip4", "ip6"):
            self._network(value)
        elif name == "a":
            self.is_authorised |= bool(self._servers & await _addresses(self._resolver, value.partition("/")[0] or domain))
        elif name == "mx":
            for each in (await _asked(self._resolver, value.partition("/")[0] or domain, "MX"))[:MOST_LOOKUPS]:
                self.is_authorised |= bool(self._servers & await _addresses(self._resolver, each.exchange.to_text()))
        elif name in ("include", "redirect") and value.lower() not in self.includes and len(self.includes) < MOST_RECORDS:
            self.includes.add(value.lower())
            for further in _only_spf(await _texts(self._resolver, value))[:1]:
                await self.through(value, further)

    def _network(self, value: str) -> None:
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return
        self.is_authorised |= any(server in network for server in self._servers if server.version == network.version)


async def _dmarc(resolver: dns.asyncresolver.Resolver, domain: str) -> tuple[tuple[str, ...] | None, str]:
    """The record of the domain, else of those above it that somebody can own (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    try:
        for start in range(max(1, len(labels) - 1)):
            name = ".".join(labels[start:])
            found = [each for each in await _texts(resolver, f"_dmarc.{name}") if each.lower().startswith("v=dmarc1")]
            if found:
                return tuple(found), name
    except Silent:
        return None, ""
    return (), ""


async def _keys(resolver: dns.asyncresolver.Resolver, domain: str, selector: str) -> dict[str, str] | None:
    """The keys under the chosen selector, else under the usual names; None where nobody answered."""
    names = (selector,) if selector else SELECTORS
    answers = await asyncio.gather(*(_key(resolver, f"{name}._domainkey.{domain}") for name in names))
    if all(each is None for each in answers):
        return None
    return {name: answer for name, answer in zip(names, answers, strict=True) if answer}


async def _key(resolver: dns.asyncresolver.Resolver, name: str) -> str | None:
    try:
        return next((each for each in await _texts(resolver, name) if "p=" in each), "")
    except Silent:
        return None
