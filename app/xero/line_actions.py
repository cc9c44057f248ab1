"""An organisation's line to Xero: a place within the limits, a living token, the call, and what its answer means."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from app.database import fetch
from app.problems import TryLater
from app.xero.answers import Answer, Disconnected, TokenExpired, check
from app.xero.budget_actions import give_back, take_place
from app.xero.erased import name_of_erased, withheld
from app.xero.gateway import CALL_SECONDS, XeroGateway
from app.xero.grant_actions import access_token
from app.xero.listing import Page, Resource, Unreadable, read_page
from app.xero.tables import Connection

Clock = Callable[[], datetime]
Record = TypeVar("Record")
API = "/api.xro/2.0"
PDF = "application/pdf"
WHILE_SOMEBODY_WAITS = 12.0
"""Seconds after which a page that a person asked for says that Xero is slow, rather than hang."""


class Line:
    """`patience`: how many seconds a call may wait for its place; `reserve` and `spare`: how many of the day's and of
    the minute's calls to leave for others; `within`: how many seconds an answer may take."""

    def __init__(
        self,
        connection: Connection,
        xero: XeroGateway,
        now: Clock,
        *,
        patience: float = 0.0,
        reserve: int = 0,
        spare: int = 0,
        within: float = CALL_SECONDS,
    ) -> None:
        self.connection, self.xero, self.now = connection, xero, now
        self.patience, self.reserve, self.spare, self.within = patience, reserve, spare, within
        self.calls = 0

    @property
    def organisation_id(self) -> int:
        return int(self.connection.organisation)

    async def page(
        self, resource: Resource[Record], path: str = "", params: Mapping[str, str] | None = None, since: str = ""
    ) -> Page[Record]:
        """A list; `since` as If-Modified-Since. An answer that is cut off or no list at all raises TryLater."""
        headers = {"If-Modified-Since": since} if since else {}
        answer = await self.ask("GET", path or f"/{resource.path}", params=params, headers=headers)
        return await self._withheld(read(resource, answer))

    async def change(self, resource: Resource[Record], path: str, body: object) -> Page[Record]:
        """A sparse write; the answer echoes the whole record. Raise Refused with Xero's own words."""
        return await self._withheld(read(resource, await self.ask("POST", path, body=body)))

    async def _withheld(self, page: Page[Record]) -> Page[Record]:
        """Who was erased here stays so, whatever Xero still knows."""
        here = self.organisation_id
        query = "SELECT id, xero_id FROM customer WHERE organisation = {} AND erased_at IS NOT NULL"
        return withheld(page, {row["xero_id"]: name_of_erased(row["id"]) for row in await fetch(query, here)})

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        expects: str = "application/json",
        largest: int = 64_000_000,
    ) -> Answer:
        """An answer that is usable; a token that Xero turns down is renewed once."""
        token = await self._token()
        sent = {**(headers or {}), "Accept": expects}
        answer = await self._call(method, path, token, params, body, sent, largest)
        try:
            check(answer, self.now(), expects=expects)
        except TokenExpired:
            token = await self._token(refused=token)
            answer = await self._call(method, path, token, params, body, sent, largest)
            self._check_again(answer, expects)
        return answer

    def _check_again(self, answer: Answer, expects: str) -> None:
        try:
            check(answer, self.now(), expects=expects)
        except TokenExpired as error:
            raise Disconnected("Xero turns down even a fresh token (401): access was revoked.") from error

    async def _token(self, refused: str = "") -> str:
        if self.connection.grant is None:
            raise Disconnected
        return await access_token(int(self.connection.grant), xero=self.xero, now=self.now, refused=refused)

    async def _call(
        self,
        method: str,
        path: str,
        token: str,
        params: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str],
        largest: int,
    ) -> Answer:
        """The place is given back whatever happens; only an answer tells what is left."""
        place = await take_place(self.organisation_id, self.now, patience=self.patience, reserve=self.reserve, spare=self.spare)
        self.calls += 1
        told: tuple[Mapping[str, str], int] = ({}, 0)
        try:
            answer = await self.xero.call(
                self.connection.provider,
                method,
                f"{API}{path}",
                access_token=token,
                tenant_id=self.connection.tenant_id,
                params=params,
                body=body,
                headers=headers,
                largest=largest,
                within=self.within,
            )
            told = (answer.headers, answer.status)
            return answer
        finally:
            await give_back(self.organisation_id, place, self.now(), *told)


def read(resource: Resource[Record], answer: Answer) -> Page[Record]:
    try:
        return read_page(resource, answer.body)
    except Unreadable as error:
        raise TryLater("Xero's answer was cut off or unreadable. Nothing was changed; it will be tried again.") from error
