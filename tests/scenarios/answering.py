"""Mail servers that are none: each says its few words to whoever connects, and hangs up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

GREETINGS = {
    "hangs up at once": b"",
    "does not want us": b"554 5.3.2 Go away\r\n",
    "is busy": b"421 4.3.2 Too busy\r\n",
    "is a web server": b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>",
    "speaks bytes": b"\xff\xfe\x00\x01\x02\r\n",
    "never ends its line": b"220 " + b"x" * 100_000,
    "greets in another script": "220 Добро пожаловать\r\n".encode(),
}


@asynccontextmanager
async def answering(words: bytes) -> AsyncIterator[int]:
    """The port at which they are said."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
