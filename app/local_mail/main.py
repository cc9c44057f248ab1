"""The pages that show what arrived."""

from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

from app.local_mail.mailbox import Arrived, Mailbox
from app.settings import ROOT
from app.templating import rendered

SAFE = {"Content-Security-Policy": "default-src 'self'; frame-src 'self'; style-src 'self'; script-src 'none'"}
INERT = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


@get("/", include_in_schema=False)
async def index(mailbox: Mailbox) -> Response[str]:
    return _page("local_mail/index.html", mails=mailbox.all()[::-1])


@get("/mails/{number:int}")
async def show(mailbox: Mailbox, number: FromPath[int]) -> Response[str]:
    return _page("local_mail/show.html", mail=_find(mailbox, number))


@get("/mails/{number:int}/html")
async def html(mailbox: Mailbox, number: FromPath[int]) -> Response[str]:
    return Response(_find(mailbox, number).html, media_type="text/html; charset=utf-8", headers=INERT)


@get("/mails/{number:int}/parts/{place:int}")
async def part(mailbox: Mailbox, number: FromPath[int], place: FromPath[int]) -> Response[bytes]:
    parts = _find(mailbox, number).parts
    if not 0 <= place < len(parts):
        raise NotFoundException
    return Response(parts[place].content, media_type=parts[place].media_type, headers={"X-Content-Type-Options": "nosniff"})


@get("/mails/{number:int}/raw")
async def raw(mailbox: Mailbox, number: FromPath[int]) -> Response[bytes]:
    return Response(_find(mailbox, number).raw, media_type="text/plain; charset=utf-8")


@get("/mails.json")
async def as_json(mailbox: Mailbox) -> list[dict[str, Any]]:
    return [{"to": mail.recipients, "subject": mail.subject, "text": mail.text} for mail in mailbox.all()]


def _find(mailbox: Mailbox, number: int) -> Arrived:
    mail = mailbox.get(number)
    if mail is None:
        raise NotFoundException
    return mail


def _page(template: str, **context: Any) -> Response[str]:
    return Response(rendered(template, context), media_type="text/html; charset=utf-8", headers=SAFE)


def create_local_mail(mailbox: Mailbox) -> Litestar:
    async def provide_mailbox() -> Mailbox:
        return mailbox

    return Litestar(
        [index, show, html, part, raw, as_json, _static(ROOT / "components" / "static")],
        dependencies={"mailbox": Provide(provide_mailbox)},
        openapi_config=None,
        logging_config=None,
    )


def _static(folder: Path) -> Any:
    return create_static_files_router(path="/static", directories=[folder])
