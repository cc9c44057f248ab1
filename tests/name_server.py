"""A name server on a free port that knows what it is told: `with NameServer({("a.example", "TXT"): ["v=spf1 -all"]}):`."""

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Names it does not know do not exist; with `is_silent` it never answers."""

    def __init__(self, records: Mapping[tuple[str, str], Sequence[str]], *, is_silent: bool = False) -> None:
        self.records, self.is_silent = records, is_silent
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "NameServer":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, whom = self._socket.recvfrom(4096)
            except OSError:
                return
            if not self.is_silent:
                self._socket.sendto(self._answer(question), whom)

    def _answer(self, question: bytes) -> bytes:
        query = dns.message.from_wire(question)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append(name)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        found = self.records.get((name, kind), ())
        if found:
            texts = [f'"{each}"' if kind == "TXT" else each for each in found]
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *texts))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
