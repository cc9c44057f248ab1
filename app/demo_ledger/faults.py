"""Faults that can be switched on: what Xero, or the way to it, does on a bad day."""

from typing import Any

import msgspec

from .records import Json
from .refusals import Refusal, forbidden, problem, unauthorised

FAULTS = {
    "401": "The access token is refused as expired",
    "401-scope": "The access token lacks the scope",
    "403": "The organisation is no longer connected",
    "404": "There is no such thing",
    "429-minute": "Too many calls this minute",
    "429-day": "Too many calls today",
    "429-concurrent": "Too many calls at once",
    "500": "Xero has an error of its own",
    "503": "The organisation is offline",
    "timeout": "No answer comes (seconds: how long the connection stays open)",
    "reset": "The connection is cut before the answer",
    "lost": "The request is carried out, then the connection is cut before the answer",
    "lost_refresh": "The answer to a token request is lost after the token was exchanged",
    "truncated": "The JSON ends in the middle (part: how much of it comes, 0 to 1)",
    "html": "An HTML page comes with status 200",
    "slow": "The answer comes late (latency_ms)",
    "repeated_page": "A page is answered with the page before it",
    "missing_page": "A page is answered with the page after it",
    "moving_pages": "Records slip to other pages while one is reading (shift: how many places)",
    "mutate": "A field of the listed records has another value (field, value, every)",
    "recompute": "A write moves Total and AmountDue (value: by how much)",
    "invalid_grant": "Refresh tokens are refused",
}
AT_ONCE = {
    "lock": "The books are locked up to and including a date (value: the day, otherwise today)",
    "revoked": "The grant is taken back: whoever is connected must connect again",
}
"""What happens in the books when it is switched on; it does not wait for a request."""
DEFAULT_PATHS = {"lost_refresh": "/connect/token", "invalid_grant": "/connect/token"}
IN_THE_BOOKS = {"repeated_page", "missing_page", "moving_pages", "mutate", "recompute"}
"""These are carried out where lists are made; the others between the ledger and the wire."""


class Fault(msgspec.Struct, kw_only=True):
    """One fault, for the next `times` requests (None: until cleared) whose path begins with `path`."""

    fault: str
    times: int | None = 1
    path: str = ""
    method: str = ""
    after: int = 0
    """So many matching requests pass first."""
    seconds: float = 60.0
    latency_ms: int = 1000
    retry_after: int | None = None
    part: float = 0.5
    shift: int = 1
    field: str = ""
    value: Any = None
    every: int = 1

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise ValueError(f"unknown fault {self.fault}; known are {', '.join((*FAULTS, *AT_ONCE))}")
        self.path = self.path or DEFAULT_PATHS.get(self.fault, "/api.xro/")

    def fits(self, method: str, path: str) -> bool:
        return path.startswith(self.path) and self.method.upper() in ("", method)

    @property
    def needs_page(self) -> bool:
        return self.fault in ("repeated_page", "missing_page", "moving_pages")


class Faults:
    """The faults that are switched on, in the order they came."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.active.append(fault)

    def clear(self) -> None:
        self.active.clear()

    def drop(self, place: int, name: str) -> None:
        """Switches one off; nothing happens when another one stands in its place by now."""
        if 0 <= place < len(self.active) and self.active[place].fault == name:
            del self.active[place]

    def take(self, method: str, path: str, query: str) -> Fault | None:
        """The first fault that fits the request; one of its times is used up."""
        for fault in self.active:
            if fault.fits(method, path) and (not fault.needs_page or _later_page(query)):
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault | None:
        if fault.after > 0:
            fault.after -= 1
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.active.remove(fault)
        return fault

    def report(self) -> list[Json]:
        listed: list[Json] = msgspec.to_builtins(self.active)
        return listed


def _later_page(query: str) -> bool:
    return any(part.startswith("page=") and part != "page=1" for part in query.split("&"))


def refusal_for(fault: Fault) -> Refusal | None:
    """The error answer a fault stands for; None for those that are no plain answer."""
    name, _, limit = fault.fault.partition("-")
    if name == "429":
        wait = fault.retry_after if fault.retry_after is not None else {"day": 3600}.get(limit, 5)
        return too_many(limit, wait)
    answers = {
        "401": unauthorised("AuthorizationUnsuccessful" if limit else "TokenExpired: token expired"),
        "403": forbidden(),
        "404": Refusal(404, "The resource you're looking for cannot be found"),
        "500": Refusal(500, problem(500, "An error occurred", "An error occurred in Xero. Check the API Status page.")),
        "503": Refusal(503, "The Organisation is offline"),
        "html": Refusal(200, "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"),
        "invalid_grant": Refusal(400, {"error": "invalid_grant"}),
    }
    return answers.get(name)


def too_many(limit: str, wait: int) -> Refusal:
    return Refusal(429, "", {"Retry-After": str(wait), "X-Rate-Limit-Problem": limit})
