"""Walks a site as somebody with bad intentions does: every link and form, and into each parameter what is not meant for it."""

import asyncio
import logging
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.attacks.crawl.asking import Ask, filled, plain
from tests.attacks.crawl.findings import faults_of
from tests.attacks.crawl.keeper import Keeper
from tests.attacks.crawl.pages import Door, doors
from tests.attacks.crawl.payloads import HEADERS, SHAPES, Payload
from tests.attacks.crawl.routes import Route, route_for
from tests.attacks.crawl.site import FOREIGN, Site, Visitor

LOG = os.environ.get("CRAWL_LOG", "")
"""A file for what is asked just now, where an answer takes the whole process down."""
ADDRESS = "http://localhost:8000"
SLOWEST = 2.0
"""Seconds of this process's CPU that one answer may cost."""
PATIENCE = 60.0
"""Seconds on the clock after which there will be no answer: 504 in what is found."""
PER_ROUTE = 2
"""How many addresses of one route are looked at: the hundredth customer's page has the forms of the first."""
HEADERS_IN = 0.4
"""Of the routes a header is tried in, where each is tried once only."""


LEDGER = "http://ledger.example/"
"""Of the demo ledger, whose consent and payment pages lie there: the one place outside where members and customers are led."""


def _led_to(answer: httpx.Response) -> list[str]:
    return [answer.headers[name] for name in ("location", "hx-redirect") if name in answer.headers]


def _one_of_a_kind(names: Iterable[str]) -> list[str]:
    """Of "step-1-days", "step-2-days" the first."""
    kinds = {re.sub(r"\d+", "#", name): name for name in sorted(names, reverse=True)}
    return sorted(kinds.values())


def _with_text(door: Door, name: str, payload: Payload) -> Door:
    kept = tuple((key, value) for key, value in door.form if key != name)
    return replace(door, form=(*kept, (name, payload.value.decode(errors="replace"))))


@dataclass(frozen=True)
class Finding:
    who: str
    ask: str
    fault: str

    def __str__(self) -> str:
        return f"{self.who}: {self.ask}\n    {self.fault}"


class Failures(logging.Handler):
    """The traces of bugs, for the report."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        trace = error.__traceback__ if error else None
        places = []
        while trace is not None:
            places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
            trace = trace.tb_next
        self.last = f"{error!r:.300} at {' '.join(places[-4:])}"


@dataclass
class Crawler:
    site: Site
    routes: list[Route]
    keeper: Keeper
    may_change: Callable[[str], frozenset[str]]
    """The tables that a GET of this route may change."""
    excused: dict[str, frozenset[str]]
    """By route: what is an honest answer there, such as that Xero does not answer."""
    findings: list[Finding] = field(default_factory=list)
    tried: set[tuple[str, str]] = field(default_factory=set)
    """Route and parameter."""
    asked: int = 0
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By visitor and status."""
    doors: dict[str, dict[Route, list[Door]]] = field(default_factory=dict)
    """By visitor: what was found, as it was found."""
    names: dict[Route, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: {"query": set(), "form": set()})
    )

    async def open(self) -> None:
        self.failures = Failures()
        logging.getLogger("app.error_pages").addHandler(self.failures)
        transport = httpx.ASGITransport(self.site.application, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    async def close(self) -> None:
        logging.getLogger("app.error_pages").removeHandler(self.failures)
        await self.client.aclose()

    async def follow(self, visitor: Visitor, extra: Iterable[Door] = ()) -> None:
        """Everything that can be reached from where the visitor begins, and `extra`; forms are sent as the page has them."""
        mine = self.doors.setdefault(visitor.name, defaultdict(list))
        waiting, later = [Door("GET", path) for path in visitor.begins], [*extra]  # a door on a page knows its fields
        seen: set[tuple[str, str, tuple[Any, ...]]] = set()
        while waiting or later:
            door = (waiting or later).pop(0)
            route, key = route_for(self.routes, door.method, door.path), (door.method, door.path, door.query)
            if route is None or not route.path.startswith(visitor.whose):
                continue
            self.names[route]["query"] |= {name for name, _ in door.query}
            self.names[route]["form"] |= door.names | {name for name, _ in door.form}
            if key in seen or len(mine[route]) >= (PER_ROUTE if visitor.one_in == 1 else 1):
                continue
            seen.add(key)
            mine[route].append(door)
            answer = await self._ask(visitor, plain(route, door))
            if "html" in answer.headers.get("content-type", ""):
                waiting += doors(answer.text, answer.url.raw_path.decode())

    def asks(self, visitor: Visitor, payloads: list[Payload], most: int, rng: random.Random) -> Iterator[Ask]:
        """Into each parameter of each route at most so many of these payloads."""
        for route, found in sorted(self.doors[visitor.name].items(), key=lambda each: each[0].key):
            door = max(found, key=lambda each: len(each.form) + len(each.names))
            places = [f"path {name}" for name in route.names]
            places += [f"query {name}" for name in _one_of_a_kind(self.names[route]["query"] | route.query)]
            if route.method != "GET":
                yield from self._forms(route, filled(door), payloads, most, rng)
                for shape in rng.sample(SHAPES, min(most, len(SHAPES))):
                    yield Ask(route, filled(door), f"shape {shape}", Payload("shape", shape.encode()))
            for place in places:
                base = found[0] if place.startswith("path") else filled(door)
                for payload in rng.sample(payloads, min(most, len(payloads))):
                    yield Ask(route, base, place, payload)
            for name in rng.sample([*HEADERS], min(most, len(HEADERS))) if most > 1 or rng.random() < HEADERS_IN else ():
                for value in rng.sample(HEADERS[name], min(most, len(HEADERS[name]))):
                    yield Ask(route, door, f"header {name}", Payload("header", value), {name: value})

    def _forms(self, route: Route, door: Door, payloads: list[Payload], most: int, rng: random.Random) -> Iterator[Ask]:
        """Where each is tried once only, two fields of a form at a time."""
        names = _one_of_a_kind(self.names[route]["form"])
        for first, second in zip(names[::2], [*names[1::2], ""], strict=False) if most == 1 else ((name, "") for name in names):
            for payload in rng.sample(payloads, min(most, len(payloads))):
                yield Ask(route, _with_text(door, second, rng.choice(payloads)) if second else door, f"form {first}", payload)

    def foreign(self, visitor: Visitor) -> Iterator[Ask]:
        """The other organisation's numbers, in paths and wherever else a form or a query names such a thing."""
        for route, found in sorted(self.doors[visitor.name].items(), key=lambda each: each[0].key):
            for name in route.names:
                if name in self.site.foreign_ids:
                    yield Ask(route, found[0], f"path {name}", Payload("foreign", self.site.foreign_ids[name].encode()))
            for kind in ("query", "form"):
                for name in sorted(self.names[route][kind]):
                    if number := self.site.foreign_ids.get(f"{name}_id", self.site.foreign_ids.get(name)):
                        yield Ask(route, filled(found[-1]), f"{kind} {name}", Payload("foreign", number.encode()))

    async def fuzz(self, visitor: Visitor, asks: Iterable[Ask]) -> None:
        for ask in asks:
            self.tried.add((ask.route.key, ask.where))
            answer = await self._ask(visitor, ask)
            if answer.is_redirect and (after := self._after(ask, answer)):
                await self._judged(visitor, plain(*after), f"{ask}, then", await self.keeper.changed())
            await self._put_back()

    def _after(self, ask: Ask, answer: httpx.Response) -> tuple[Route, Door] | None:
        """The page that an act leads to shows what it kept."""
        to = httpx.URL(urljoin(str(answer.url), answer.headers["location"]))
        route = route_for(self.routes, "GET", to.path) if to.host == "localhost" else None
        return (route, Door("GET", to.path, tuple(to.params.multi_items()))) if route and ask.route.method != "GET" else None

    async def _ask(self, visitor: Visitor, ask: Ask) -> httpx.Response:
        answer = await self._judged(visitor, ask, str(ask))
        if ask.where == "as it is":
            await self._put_back()
        return answer

    async def _put_back(self) -> None:
        if await self.keeper.changed():
            await self.keeper.put_back()

    async def _judged(self, visitor: Visitor, ask: Ask, said: str, before: Collection[str] = frozenset()) -> httpx.Response:
        """`before`: tables that an act just changed."""
        self.asked += 1
        if LOG:
            Path(LOG).write_text(f"{visitor.name} {self.asked} {said}\n{self._request(visitor, ask)!r} {ask}")
        self.failures.last = ""
        began = time.process_time()
        try:
            answer = await asyncio.wait_for(self.client.send(self._request(visitor, ask)), PATIENCE)
        except TimeoutError:
            answer = httpx.Response(504, request=self._request(visitor, ask))
        spent = time.process_time() - began
        self.client.cookies.clear()
        self.answers[visitor.name, answer.status_code] += 1
        for fault in await self._faults(ask, answer, spent, before):
            self.findings.append(Finding(visitor.name, said, f"{fault} {self.failures.last}".strip()))
            if LOG:
                with Path(f"{LOG}.findings").open("a") as log:
                    log.write(f"{self.findings[-1]}\n")
        return answer

    def _request(self, visitor: Visitor, ask: Ask) -> httpx.Request:
        headers: dict[str, bytes] = {"cookie": visitor.cookie.encode()}
        content = b""
        if ask.route.method != "GET":
            content, kind = ask.body()
            headers |= {"x-csrf-token": visitor.csrf.encode(), "content-type": kind.encode()}
        raw = [(name.encode(), value) for name, value in {**headers, **ask.headers}.items()]
        return self.client.build_request(ask.route.method, ask.target(), headers=raw, content=content)

    async def _faults(self, ask: Ask, answer: httpx.Response, spent: float, before: Collection[str]) -> list[str]:
        url = str(httpx.URL(ADDRESS).join(answer.request.url.raw_path.decode()))
        kind = answer.headers.get("content-type", "")
        body = answer.text if kind.startswith(("text/", "application/json")) else ""
        found = faults_of(answer.status_code, answer.headers, answer.headers.raw, body, url)
        excused = self.excused.get(ask.route.key, frozenset())
        said = excused | {f"leads outside: {to}" for to in _led_to(answer) if to.startswith(LEDGER)}
        if FOREIGN.lower() in answer.text.lower() and FOREIGN.encode() not in ask.payload.value:
            found.append("shows what belongs to another organisation")
        if spent > SLOWEST:
            found.append(f"costs {spent:.1f} s of CPU")
        written = (
            await self.keeper.changed() - {*before} - self.may_change(ask.route.key) if ask.route.method == "GET" else set()
        )
        if really := await self.keeper.really_changed(written):
            found.append(f"a GET changed {', '.join(sorted(really))}")
        return [each for each in found if each not in said]
