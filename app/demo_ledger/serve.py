"""Runs a ledger: as a process of its own, or on a thread of another."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread
from time import sleep

import uvicorn
from litestar import Litestar

from .generate import generate_books, second_books
from .ledger import Ledger
from .load import books_from_file
from .main import create_ledger
from .memory import Remembered, keep, recall, restore
from .settings import UNLIMITED, LedgerSettings, Limits


def build(
    *,
    seed: int = 1,
    customers: int = 60,
    invoices: int = 400,
    from_file: Path | None = None,
    settings: LedgerSettings | None = None,
) -> Litestar:
    """A ledger with books from the seed, or from a file of Xero-shaped JSON.

    Where the settings name a memory, books stay those of the day they were first made, with all that happened since.
    """
    settings = settings or LedgerSettings()
    origin = f"{from_file or ''} {seed} {customers} {invoices}".strip()
    state = recall(settings.memory, origin) if settings.memory else None
    today = state.today if state else settings.now().date()
    books = books_from_file(from_file) if from_file else generate_books(seed, customers, invoices, today=today)
    app = create_ledger(books, settings=settings, others=[second_books(seed, today=today)])
    if settings.memory:
        _remember(app.state.ledger, settings.memory, origin, today, state)
    return app


def _remember(ledger: Ledger, path: Path, origin: str, today: date, state: Remembered | None) -> None:
    if state:
        restore(ledger, state)
    ledger.keep = partial(keep, ledger, path, origin, today)


def run(app: Litestar, *, port: int, host: str = "127.0.0.1", log_level: str = "warning") -> None:
    """Serves until interrupted."""
    _server(app, host, port, log_level).run()


def _server(app: Litestar, host: str, port: int, log_level: str) -> uvicorn.Server:
    """Without uvicorn's own Date: the ledger writes it from its clock, which may stand elsewhere."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


class LedgerOnAThread:
    """A ledger served beside other work in the same process."""

    def __init__(self, app: Litestar, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self.port: int = self._socket.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self._server = _server(app, host, self.port, "warning")
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, name="demo-ledger", daemon=True)

    def start(self) -> "LedgerOnAThread":
        """Returns once it answers. Raises RuntimeError when it cannot start."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the demo ledger did not start")
            sleep(0.01)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


@contextmanager
def ledger_on_a_thread(app: Litestar, *, port: int = 0) -> Iterator[str]:
    """The address of a running ledger, which stops at the end of the block."""
    server = LedgerOnAThread(app, port=port).start()
    try:
        yield server.address
    finally:
        server.stop()


def announced_limits(*, unlimited: bool, per_minute: int | None = None, per_day: int | None = None) -> Limits:
    """The limits a command line asks for: Xero's unless told otherwise."""
    if unlimited:
        return UNLIMITED
    stock = Limits()
    return Limits(per_minute=per_minute or stock.per_minute, per_day=per_day or stock.per_day)
