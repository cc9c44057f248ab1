"""What a person sees who opens the ledger's address: what this is, and where to go."""

from litestar import Response, get

from .answers import TheLedger
from .pages import page


@get("/", sync_to_thread=False)
def show(ledger: TheLedger) -> Response[str]:
    organisations = [
        (books.organisation["Name"], len(books.shelves["Contacts"]), len(books.shelves["Invoices"]))
        for books in ledger.organisations
    ]
    return page("front.html", organisations=organisations)


HANDLERS = (show,)
