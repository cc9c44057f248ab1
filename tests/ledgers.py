"""Demo ledgers for the tests of one process. Nearly all that a new one costs is putting its routes together, so the
application of a test that is over is filled with the books of the next."""

from litestar import Litestar

from app.demo_ledger.books import Books
from app.demo_ledger.generate import second_books
from app.demo_ledger.ledger import Ledger
from app.demo_ledger.main import create_ledger
from app.demo_ledger.settings import LedgerSettings

_spare: list[Litestar] = []


def a_ledger(books: Books, settings: LedgerSettings) -> Litestar:
    """As `create_ledger` makes it; nothing is left of what it was before."""
    if not _spare:
        return create_ledger(books, settings=settings)
    app = _spare.pop()
    facts = vars(app.state.ledger)
    facts.clear()
    facts.update(vars(Ledger([books, second_books(today=settings.now().date())], settings)))
    return app


def put_away(app: Litestar) -> None:
    """Its test is over, and nobody asks it any more."""
    assert app not in _spare
    _spare.append(app)
