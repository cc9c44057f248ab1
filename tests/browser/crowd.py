"""The desk with 120 more customers, so that a list has several pages: `python -m tests.browser.crowd PORT FOLDER`."""

import sys
from datetime import date
from pathlib import Path

from tests.browser import desk

MORE = 120
_quiet = desk._filled


async def _crowded() -> str:
    token = await _quiet()
    from app.database import opened
    from app.invoices.summary_actions import recount
    from app.organisations.tables import Organisation
    from tests import cast

    async with opened():
        organisation = await Organisation.objects().first()
        for number in range(MORE):
            customer = await cast.a_customer(organisation, f"Tern Roofing {number:03} Ltd", chasing=number % 4 > 0)
            await cast.an_invoice(
                customer, f"T-{number:03}", total=f"{100 + number}.00", due_on=date(2026, 10, 1 + number % 28)
            )
        await recount(organisation.id, date(2026, 11, 30))
    return token


if __name__ == "__main__":
    desk._filled = _crowded
    desk.main(int(sys.argv[1]), Path(sys.argv[2]))
