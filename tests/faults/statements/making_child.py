"""A worker process of the tests: makes the month's statements of an organisation, until it is done or killed.

DATABASE_URL names the database; the organisation and the instant are its arguments.
"""

import asyncio
import sys
from datetime import datetime

from app.database import opened
from app.statements import month_actions
from app.statements.gateway import PRESS


async def main() -> None:
    async with opened():
        await month_actions.run(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
    PRESS.stop()


if __name__ == "__main__":
    asyncio.run(main())
