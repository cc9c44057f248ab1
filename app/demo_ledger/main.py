"""Puts a ledger together: its books, its handlers, the gate in front of them."""

from collections.abc import Sequence

from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException

from . import accounting, book_pages, control, fault_pages, front_page, oauth, online, steering, writing
from .answers import Asked, refusal_answer
from .books import Books
from .control import missing_answer
from .gate import Gate
from .generate import second_books
from .ledger import Ledger
from .refusals import Missing, Refusal
from .settings import LedgerSettings


def create_ledger(books: Books, *, settings: LedgerSettings | None = None, others: Sequence[Books] | None = None) -> Litestar:
    """An ASGI application that serves the books as Xero would, and a second, smaller organisation beside them.

    The running ledger is at `app.state.ledger`. `others` are the further organisations that the same person can reach;
    by default one is generated.
    """
    settings = settings or LedgerSettings()
    if others is None:
        others = [second_books(today=settings.now().date())]
    ledger = Ledger([books, *others], settings)
    app = Litestar(
        route_handlers=[
            *oauth.HANDLERS,
            *accounting.HANDLERS,
            *writing.HANDLERS,
            *online.HANDLERS,
            *book_pages.HANDLERS,
            *control.HANDLERS,
            *steering.HANDLERS,
            *fault_pages.HANDLERS,
            *front_page.HANDLERS,
        ],
        dependencies={"ledger": Provide(lambda: ledger, sync_to_thread=False)},
        exception_handlers={Refusal: refusal_answer, Missing: missing_answer, HTTPException: _http_problem},
        openapi_config=None,
        logging_config=None,
        state=State({"ledger": ledger}),
    )
    app.asgi_handler = Gate(ledger, app.asgi_handler)  # outside of Litestar: cutting a connection takes the server's own send
    return app


def _http_problem(_: Asked, problem: HTTPException) -> Response[str]:
    """Addresses and methods that are none: plain text, as Xero answers them."""
    text = "The resource you're looking for cannot be found" if problem.status_code == 404 else problem.detail
    return Response(text, status_code=problem.status_code, media_type="text/plain")
