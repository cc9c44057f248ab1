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
            customer = await cast.a_customer(firm.organisation, name, first_name=first, last_name="Lopez" if first else "")
            for number, currency in enumerate(("GBP", "EUR", "USD") if not first else ("GBP",)):
                due_on = date(2026, 11, 20 - number)
                await cast.an_invoice(customer, total=f"{900 + number}.50", currency=currency, due_on=due_on)
        await recount(firm.id, date(2026, 11, 30))
        token, _ = await cast.a_session(firm.members[Role.MANAGER], now())
    return token


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
