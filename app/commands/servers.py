"""Servers on threads: what the all-in-one process and the walk through the product consist of."""

import socket
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn


def free_port(wanted: int, host: str = "127.0.0.1", tries: int = 50) -> int:
    """`wanted` if nobody listens there, else the next free one after it; 0 asks for any."""
    for port in [wanted] if wanted == 0 else range(wanted, wanted + tries):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    raise SystemExit(f"tactful: ports {wanted} to {wanted + tries - 1} are all taken; choose another with --port")


def server(app: Any, port: int, host: str = "127.0.0.1", log_level: str = "warning") -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning" if log_level == "info" else log_level,  # uvicorn's own news is nobody's here
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    return uvicorn.Server(config)


class ServerThread:
    """A web server on a thread; `start` returns once it answers."""

    def __init__(self, app: Any, port: int, name: str) -> None:
        self.port = port
        self._server = server(app, port)
        self._thread = Thread(target=self._server.run, name=name, daemon=True)

    def start(self, seconds: float = 20) -> "ServerThread":
        """Raise RuntimeError when it does not come up."""
        self._thread.start()
        end = monotonic() + seconds
        while not self._server.started:
            if not self._thread.is_alive() or monotonic() > end:
                raise RuntimeError(f"the server “{self._thread.name}” did not start")
            sleep(0.01)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
