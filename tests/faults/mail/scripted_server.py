"""An SMTP server that speaks line by line and, at one verb, does what it is told to."""

import asyncio
from types import TracebackType

USUAL = {"EHLO": "250-at your service\r\n250 AUTH PLAIN", "AUTH": "235 Welcome", "DATA": "354 Go on", "QUIT": "221 Bye"}
VERBS = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "text")
"""Where it can go wrong, in the order of a conversation; `text` is the answer to the message's last line."""


class ScriptedServer:
    """`async with ScriptedServer() as server:`; it listens on 127.0.0.1:`server.port`.

    at, does   the verb, and what it does there: an answer such as "451 Later", "drop", or "stall"; empty: nothing special
    heard      the verbs, as they came
    """

    def __init__(self) -> None:
        self.at = self.does = ""
        self.taken = 0
        self.heard: list[str] = []
        self.port = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "ScriptedServer":
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.close()
        for writer in self._open:
            writer.close()

    def hang_up(self) -> None:
        """On everybody, as a server does after a while."""
        while self._open:
            self._open.pop().close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        goes_on = await self._answer(writer, "greeting", "220 here")
        while goes_on and (line := await reader.readline()):
            verb = line.split()[0].decode().upper().replace("HELO", "EHLO")
            goes_on = await self._answer(writer, verb, USUAL.get(verb, "250 OK")) and verb != "QUIT"
            if verb == "DATA" and goes_on and self.at != "DATA":
                await reader.readuntil(b"\r\n.\r\n")
                goes_on = await self._answer(writer, "text", "250 Taken")
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> bool:
        """Whether the conversation goes on."""
        self.heard.append(verb)
        does = self.does if verb == self.at else ""
        self.taken += verb == "text" and not does[:1].isdigit()
        if does == "stall":
            await asyncio.sleep(60)
        if does in ("stall", "drop"):
            return False
        writer.write(f"{does or usual}\r\n".encode())
        await writer.drain()
        return not does.startswith("421")
