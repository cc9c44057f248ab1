"""A mail server in a process of its own that takes everything and keeps nothing: both sides of a comparison send to it."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session


@contextmanager
def sink() -> Iterator[int]:
    """Its port on 127.0.0.1. Raise RuntimeError when it does not come up."""
    process = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        found = re.fullmatch(r"listening on (\d+)", process.stdout.readline().strip())
        if found is None:
            raise RuntimeError("the mail server of the bench did not start")
        yield int(found[1])
    finally:
        process.terminate()
        process.communicate(timeout=10)


class _Taker:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 Taken"


async def listen() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Taker(), enable_SMTPUTF8=False, loop=loop), "127.0.0.1", 0)
    sys.stdout.write(f"listening on {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(listen())
