"""What was called, how often, and with which result: tests count their calls here."""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

from .records import Json

_IDENTIFIER = re.compile(r"/(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[A-Z]{2,4}-\d+)(?=/|$)")


@dataclass
class Call:
    at: float
    """Seconds on the ledger's steady clock, to measure distances between calls."""
    method: str
    path: str
    query: str
    idempotency_key: str
    status: int = 0
    seconds: float = 0.0
    fault: str = ""


class Calls:
    """A count by endpoint since the last reset, and the latest calls one by one."""

    def __init__(self, elapsed: Callable[[], float], kept: int = 5000) -> None:
        self._elapsed = elapsed
        self.latest: deque[Call] = deque(maxlen=kept)
        self.by_endpoint: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()

    def begin(self, method: str, path: str, query: str, idempotency_key: str) -> Call:
        call = Call(self._elapsed(), method, path, query, idempotency_key)
        self.latest.append(call)
        self.by_endpoint[f"{method} {_IDENTIFIER.sub('/{id}', path)}"] += 1
        return call

    def end(self, call: Call, status: int) -> None:
        call.status, call.seconds = status, self._elapsed() - call.at
        self.by_status[status] += 1

    def clear(self) -> None:
        self.latest.clear()
        self.by_endpoint.clear()
        self.by_status.clear()

    def report(self, peak_at_once: int) -> Json:
        return {
            "total": sum(self.by_endpoint.values()),
            "api_total": sum(n for name, n in self.by_endpoint.items() if "/api.xro/" in name),
            "by_endpoint": dict(sorted(self.by_endpoint.items())),
            "by_status": {str(status): count for status, count in sorted(self.by_status.items())},
            "peak_at_once": peak_at_once,
            "latest": [asdict(call) for call in self.latest],
        }
