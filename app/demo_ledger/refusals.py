"""What the ledger refuses, in the shapes Xero refuses it."""

from collections.abc import Sequence
from datetime import date

from .records import Json

NOT_MODIFIABLE = "Invoice not of valid status for modification"
HAS_PAYMENTS = "This document cannot be edited as it has a payment or credit note allocated to it."
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"


class Refused(Exception):  # noqa: N818 - named for what happened
    """A rule of bookkeeping forbids it; the messages are Xero's own words."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Missing(Exception):  # noqa: N818 - named for what happened
    """There is no such record in these books."""


class Refusal(Exception):  # noqa: N818 - named for what happened
    """An answer that is an error: its status, its JSON and its headers."""

    def __init__(self, status: int, body: Json | str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.status, self.body, self.headers = status, body, headers or {}


def locked(lock: date, kind: str = "period") -> str:
    return f"The document date cannot be before the {kind} lock date, currently set at {lock:%d-%b-%Y}"


def problem(status: int, title: str, detail: str | None) -> Json:
    """The body of 401 and 403."""
    return {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": None, "Extensions": {}}


def unauthorised(detail: str) -> Refusal:
    return Refusal(401, problem(401, "Unauthorized", detail), {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def forbidden(detail: str = "AuthenticationUnsuccessful") -> Refusal:
    return Refusal(403, problem(403, "Forbidden", detail))


def not_found() -> Refusal:
    return Refusal(404, "The resource you're looking for cannot be found")


def api_exception(number: int, kind: str, message: str) -> Refusal:
    return Refusal(400, {"ErrorNumber": number, "Type": kind, "Message": message})


def bad_query(message: str) -> Refusal:
    return api_exception(16, "QueryParseException", message)


def bad_data(message: str) -> Refusal:
    return api_exception(14, "PostDataInvalidException", message)


def high_volume(plural: str) -> Refusal:
    message = f"Your request is not filtering {plural} efficiently. Use paging and the optimised filters and orders."
    return api_exception(51, "HighVolumeException", message)


def validation(elements: Sequence[Json]) -> Refusal:
    """ErrorNumber 10; each element is the object echoed with HasErrors and ValidationErrors."""
    body = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": list(elements),
    }
    return Refusal(400, body)


def with_errors(element: Json, messages: Sequence[str]) -> Json:
    errors = [{"Message": message} for message in messages]
    return {**element, "HasErrors": True, "StatusAttributeString": "ERROR", "ValidationErrors": errors}
