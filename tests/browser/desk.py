"""The application with a book of its own, served to a browser: `python -m tests.browser.desk PORT FOLDER`.

Prints the session's cookie, then serves. For pages that need neither Xero nor a mailbox.
"""

import asyncio
import os
import sys
from datetime import date
from pathlib import Path


def main(port: int, folder: Path) -> None:
    os.environ.update(
        VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'desk.sqlite'}", SECRET_KEY="for tests only",
        BASE_URL=f"http://127.0.0.1:{port}", TACTFUL_NOW="2026-11-30T10:05:00+00:00",
    )  # fmt: skip
    import piccolo_conf  # noqa: F401  the environment comes first
    from app.commands.servers import server
    from app.main import create_app

    sys.stdout.write(f"{asyncio.run(_filled())}\n")
    sys.stdout.flush()
    server(create_app(), port).run()


async def _filled() -> str:
    """The token of a manager's session."""
    from app.clock import now
    from app.database import migrate, opened
    from app.invoices.summary_actions import recount
    from app.organisations.membership import Role
    from app.schedules.actions import ship
    from tests import cast

    async with opened():
        await migrate()
        firm = await cast.borealis(
            bank_details="Sort code 20-00-00\nAccount 12345678", registration_number="07654321", registered_office="1 Quay St"
        )
        await ship(firm.id, now())
        for name, first in (("Harbour Foods Ltd", "Maria"), ("Müller-Lüdenscheidt Gebäudetechnik GmbH & Co. KG", "")):
            person = {"first_name": first, "last_name": "Lopez"} if first else {}
            phones = '[{"kind": "default", "number": "0131 496 0142"}]'
            customer = await cast.a_customer(firm.organisation, name, phones=phones, **person)
            for number, currency in enumerate(("GBP", "EUR", "USD") if not first else ("GBP",)):
                due_on = date(2026, 11, 20 - number)
                await cast.an_invoice(customer, total=f"{900 + number}.50", currency=currency, due_on=due_on)
        await recount(firm.id, date(2026, 11, 30))
        await _worded(firm.id)
        token, _ = await cast.a_session(firm.members[Role.MANAGER], now())
    return token


async def _worded(organisation_id: int) -> None:
    """Found by the search, as after a sync."""
    from app.customers.tables import Customer
    from app.customers.word_actions import write_customer_words
    from app.database import transaction
    from app.invoices.word_actions import write_invoice_words

    ids = await Customer.select(Customer.id).output(as_list=True)
    async with transaction():
        await write_customer_words(organisation_id, ids)
        await write_invoice_words(organisation_id, ids)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
