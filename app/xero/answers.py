"""What an answer of Xero means: usable, worth another try, refused for good, or the end of the connection. Pure."""

from datetime import datetime, timedelta

import msgspec

from app.problems import Refused, TryLater
from app.xero.budget import retry_after

_LIMITS = {
    "minute": "Xero answers only so many questions a minute, and these are used up. Try again in a minute; nothing is lost.",
    "day": "Xero answers only so many questions a day, and today's are used up. The next sync brings everything over; "
    "nothing is lost.",
    "concurrent": "Xero was asked too many things at once. Try again in a minute; nothing is lost.",
    "appminute": "This installation asked Xero too much within a minute. Try again in a minute; nothing is lost.",
}
"""By the limit's name in X-Rate-Limit-Problem. When calls are allowed again stands on the sync page, in local time."""


class RateLimited(TryLater):
    """Xero allows no more calls just now. Try again in a minute; nothing is lost."""

    def __init__(self, retry_at: datetime, by: str) -> None:
        super().__init__(_LIMITS.get(by, ""))
        self.retry_at = retry_at
        self.by = by


class Disconnected(Refused):
    """Xero no longer lets this organisation in. Reconnect to Xero."""


class TokenExpired(Refused):
    """The access token is no longer valid."""


class Unpaged(Refused):
    """Xero did not accept the page size."""


class Missing(Refused):
    """Xero has no such record."""


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _ValidationError(msgspec.Struct, rename="pascal"):
    message: str | None = None


class _Element(msgspec.Struct, rename="pascal"):
    validation_errors: list[_ValidationError] | None = None


class _Fault(msgspec.Struct, rename="pascal"):
    error_number: int | None = None
    type: str | None = None
    message: str | None = None
    detail: str | None = None
    elements: list[_Element] | None = None


def check(answer: Answer, now: datetime, *, expects: str = "application/json") -> None:
    """Raise what the answer means when it is not a usable one."""
    if answer.status in (200, 204):
        _check_kind(answer, expects)
        return
    fault = _fault(answer)
    if answer.status == 429:
        by = answer.headers.get("x-rate-limit-problem", "minute").lower()
        raise RateLimited(now + timedelta(seconds=retry_after(answer.headers)), by)
    if answer.status == 401:
        raise _unauthorised(fault)
    if answer.status == 403:
        raise Disconnected(
            "Xero refused this organisation (403): the app was disconnected in Xero, or the user who connected it "
            "may no longer see it."
        )
    if answer.status == 404:
        raise Missing
    if answer.status == 400:
        raise _bad_request(fault, answer)
    raise TryLater(_away(answer.status))


def _check_kind(answer: Answer, expects: str) -> None:
    """Proxies and maintenance pages answer 200 with HTML."""
    if answer.status == 200 and answer.media_type != expects:
        kind = "a web page" if answer.media_type == "text/html" else answer.media_type or "nothing"
        raise TryLater(f"Xero answered with {kind} instead of data. Nothing was changed; it will be tried again.")


def _unauthorised(fault: _Fault) -> Refused:
    if "AuthorizationUnsuccessful" in (fault.detail or ""):
        return Disconnected(
            "Xero does not let this connection read what is needed (401): the Xero user needs the Standard or Adviser "
            "role, and every permission on the consent page."
        )
    return TokenExpired()


def _bad_request(fault: _Fault, answer: Answer) -> Refused:
    if fault.error_number == 51:
        return Refused("Xero finds this organisation too large for the question asked (error 51).")
    messages = [
        error.message
        for element in fault.elements or ()
        for error in element.validation_errors or ()
        if error.message
    ]  # fmt: skip
    words = " ".join(map(_ended, dict.fromkeys(messages))) or _ended(fault.message or _plain_text(answer))
    return Unpaged(words) if "pagesize" in words.lower() else Refused(words or "Xero refused the request (400).")


def _ended(words: str) -> str:
    """Many of Xero's sentences come without their full stop."""
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."


def _plain_text(answer: Answer) -> str:
    """Empty where the body is markup."""
    text = answer.body[:200].decode("utf-8", "replace").strip()
    return "" if text.startswith(("<", "{")) else text


def _fault(answer: Answer) -> _Fault:
    """Errors may also be plain text or HTML."""
    try:
        return msgspec.json.decode(answer.body, type=_Fault)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Fault()


def _away(status: int) -> str:
    if status == 503:
        return "Xero is away (503): the organisation is offline or Xero is being maintained. It will be tried again."
    return f"Xero had a fault of its own ({status}). Nothing was changed; it will be tried again."
