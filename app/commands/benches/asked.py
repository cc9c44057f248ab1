"""The application asked without a network, and how long it took to answer."""

import time
from collections.abc import Mapping
from typing import Any

EMPTY: Mapping[str, str] = {}


async def ask(app: Any, address: str, headers: Mapping[str, str] = EMPTY) -> tuple[float, str]:
    """Seconds until the answer is whole, and its text. Raise RuntimeError unless the answer is 200."""
    pieces, status, done = list[bytes](), 0, 0.0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, done
        status = int(message.get("status", status))
        if message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))
            done = time.perf_counter()

    path, _, query = address.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "client": ("127.0.0.1", 1), "server": ("localhost", 8000),
        "headers": [(b"host", b"localhost:8000"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
        "state": {}, "app": app,
    }  # fmt: skip
    began = time.perf_counter()
    await app(scope, receive, send)
    if status != 200:
        raise RuntimeError(f"{address} answered {status}.")
    return done - began, b"".join(pieces).decode()
