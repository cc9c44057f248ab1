"""The audit trail's eye at the door: whoever passes through an address of recorded.RECORDED leaves an entry, with what
changed. What an action has written in its own transaction is only completed by the values before and after."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.activity.actions import audit, keep_values
from app.activity.acts import Act
from app.activity.place import PLACE, Place
from app.audited_queries import Seen, changes_between, look
from app.identity import cookies
from app.middleware import SAFE
from app.organisations.membership import Presence
from app.organisations.queries import presence as presence_with
from app.presence import address_of, presence_of
from app.recorded import RECORDED

ONE_TIME = frozenset({"token"})
"""Parameters that are secrets: they stand in no subject."""


class Record(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request = Request[Any, Any, Any](scope, receive, send)
        act = RECORDED.get(f"{request.method} {scope.get('path_template', '')}")
        who = await presence_of(request) if act or request.method not in SAFE else None
        place = Place(address_of(request), who.session_id if who else None)
        token = PLACE.set(place)
        try:
            if act is None:
                await next_app(scope, receive, send)
            else:
                await Passage(act, scope, place, who).pass_through(receive, send, next_app)
        finally:
            PLACE.reset(token)


class Passage:
    """One request that does a privileged act."""

    def __init__(self, act: Act, scope: Scope, place: Place, who: Presence | None) -> None:
        self.act, self.scope, self.place, self.who = act, scope, place, who
        self.parameters: Mapping[str, Any] = scope.get("path_params", {})
        self.is_told = False

    @property
    def organisation_id(self) -> int | None:
        return self.who.member.organisation_id if self.who and self.who.member else None

    @property
    def customer_id(self) -> int | None:
        return self.parameters.get("customer_id")

    async def pass_through(self, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        before = await self._look(self._row_id())

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and self._is_done(message["status"]) and not self.is_told:
                self.is_told = True
                await self._tell(before)
            await send(message)

        await next_app(self.scope, receive, sending)

    def _is_done(self, status: int) -> bool:
        """Forms answer with the way to a page; whoever asks for a file and is led elsewhere has not got it."""
        asks_for_a_file = self.scope.get("method") == "GET" and not self.act.about
        return status < (300 if asks_for_a_file else 400)

    def _row_id(self) -> int | None:
        """Of what the address names: of several parameters the first is what it is about."""
        return next((value for value in self.parameters.values() if isinstance(value, int)), None)

    async def _look(self, row_id: int | None) -> Seen:
        here = self.organisation_id
        return await look(self.act.about, here, row_id) if self.act.about and here is not None else {}

    async def _tell(self, before: Seen) -> None:
        if self.act.code == "sign in":
            await self._tell_sign_in()
            return
        if self.organisation_id is None:
            return
        after = await self._look(self._row_id() or self._made())
        changes = changes_between(before, after)
        if self.place.written:
            await self._complete(changes)
        elif changes or not self.act.about:
            await self._enter(changes)

    def _made(self) -> int | None:
        """The id of what the action says it has made: its subject is kind and id."""
        word = self.place.written[0][1].rpartition(" ")[2] if self.place.written else ""
        return int(word) if word.isdecimal() else None

    async def _complete(self, changes: Mapping[str, tuple[str, str]]) -> None:
        if changes and self.place.written:
            await keep_values(self.place.written[0][0], self.organisation_id, changes, self.customer_id)

    async def _enter(self, changes: Mapping[str, tuple[str, str]]) -> None:
        assert self.who is not None
        await audit(
            organisation_id=self.organisation_id, user_id=self.who.user_id, act=self.act.code, subject=self._subject(),
            now=clock.now(), changes=changes, customer_id=self.customer_id,
        )  # fmt: skip

    def _subject(self) -> str:
        """ "customer 12", from the parameters of the address; where it has none, the organisation."""
        named = [(key, value) for key, value in self.parameters.items() if key not in ONE_TIME]
        words = [f"{key.removesuffix('_id')} {value}" for key, value in named]
        return (" ".join(words) or f"organisation {self.organisation_id}")[:120]

    async def _tell_sign_in(self) -> None:
        """Only once there is a session: a second factor may still be asked for. Every organisation of the user is told."""
        token = _token_in(self.scope["state"].get("cookies_to_set", {}).get(cookies.SESSION, ""))
        found = await presence_with(token, clock.now()) if token else None
        if found is None:
            return
        self.place.session_id = found.session_id
        concerned: list[int | None] = [each.organisation_id for each in found.memberships]
        for organisation_id in concerned or [None]:
            await audit(
                organisation_id=organisation_id, user_id=found.user_id, act="sign in", subject=f"user {found.user_id}",
                now=clock.now(),
            )  # fmt: skip


def _token_in(line: str) -> str:
    """The value in a Set-Cookie line."""
    return line.partition("=")[2].partition(";")[0]
