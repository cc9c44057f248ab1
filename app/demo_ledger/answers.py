"""The envelope around records, and how refusals become answers."""

import secrets
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from .ledger import Ledger
from .records import Json, encode, ms_of
from .refusals import Refusal

JSON = "application/json; charset=utf-8"
Asked = Request[Any, Any, Any]
TheLedger = NamedDependency[Ledger]
"""The running ledger, as handlers receive it."""


def envelope(ledger: Ledger, plural: str, records: list[Any], pages: Json | None = None) -> Json:
    """Id, Status, ProviderName and DateTimeUTC before the records, with `pagination` when a page was asked for."""
    text = secrets.token_hex(16)
    return {
        "Id": f"{text[:8]}-{text[8:12]}-4{text[13:16]}-9{text[17:20]}-{text[20:]}",
        "Status": "OK",
        "ProviderName": "Tactful demo ledger",
        "DateTimeUTC": f"/Date({ms_of(ledger.clock.now())})/",
        **({"pagination": pages} if pages else {}),
        plural: records,
    }


def json_answer(body: Any, status: int = 200) -> Response[bytes]:
    return Response(encode(body), status_code=status, media_type=JSON)


def refusal_answer(_: Asked, refusal: Refusal) -> Response[bytes]:
    if isinstance(refusal.body, str):
        kind = "text/html" if refusal.body.startswith("<") else "text/plain"
        return Response(refusal.body.encode(), status_code=refusal.status, media_type=kind, headers=refusal.headers)
    return Response(encode(refusal.body), status_code=refusal.status, media_type=JSON, headers=refusal.headers)
