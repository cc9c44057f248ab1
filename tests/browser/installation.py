"""An installation with two organisations, served to its admin's browser: `python -m tests.browser.installation PORT FOLDER`.

Prints the session's cookie, then serves.
"""

import asyncio
import os
import sys
from pathlib import Path


def main(port: int, folder: Path) -> None:
    os.environ.update(
        VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'installation.sqlite'}",
        SECRET_KEY="a newer key,for tests only", BASE_URL=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    import piccolo_conf  # noqa: F401  the environment comes first
    from app.commands.servers import server
    from app.main import create_app

    sys.stdout.write(f"{asyncio.run(_filled())}\n")
    sys.stdout.flush()
    server(create_app(), port).run()


async def _filled() -> str:
    """The token of the admin's session."""
    from app.clock import now
    from app.database import migrate, opened
    from app.identity.tables import SecondFactor, User
    from app.outbox.tables import Message
    from app.sealing import seal
    from tests import cast

    async with opened():
        await migrate()
        borealis, meridian = await cast.borealis(), await cast.meridian()
        await User.update({User.superuser: True, User.admin: True}).where(User.id == borealis.anna.user_id)
        await SecondFactor(user=borealis.tom.user_id, secret_sealed=seal("KRUGS4Q="), made_at=now(), confirmed_at=now()).save()
        for firm, name in ((borealis, "Harbour Foods Ltd"), (meridian, "Müller-Lüdenscheidt Gebäudetechnik GmbH & Co. KG")):
            customer = await cast.a_customer(firm.organisation, name)
            await cast.a_recipient(customer)
            await cast.an_invoice(customer, total="901.50")
        await Message(
            kind="system", state="failed", subject="Choose a new password", text="Hello", created_at=now(),
            to_addresses='["tom@borealis.example"]', state_reason="The mail server refused it",
        ).save()  # fmt: skip
        await _failed()
        token, _ = await cast.a_session(borealis.anna, now())
    return token


async def _failed() -> None:
    from app.admin.failures import failure_of
    from app.admin.job_actions import note
    from app.clock import now

    for job, args in (("workers.mail.sweep", ()), ("workers.mail.sweep", ()), ("workers.sync.push", ())):
        try:
            raise TimeoutError("the database did not answer in 30 seconds")
        except TimeoutError as error:
            await note(failure_of(job, args, error), now())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
