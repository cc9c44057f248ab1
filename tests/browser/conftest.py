"""The product as it is started by `make run`, and a real Chromium."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from app.commands.servers import free_port
from app.identity import cookies
from tests.conftest import LEFT_OUT, WORKER

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
APART = 100 * int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 0
"""Between the ports of tests that run beside one another."""
if CHROMIUM is None:
    LEFT_OUT["Chromium"] = "install chromium so that it is found on PATH"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="no Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


class Product:
    """`tactful run` in a process of its own, with a clock that starts where the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, now: str) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "DATABASE_URL", "BASE_URL")},
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'tactful.sqlite'}",
            "TACTFUL_NOW": now,
            "PORT": str(8700 + APART),
            "LOG_LEVEL": "warning",
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + 60
        while "Ready in" not in self.log.read_text():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.log.read_text())
            time.sleep(0.1)

    def address(self, name: str) -> str:
        """Of Tactful, Ledger, Mail or Sign in, as printed."""
        found = re.search(rf"^{name}\s+(\S+)", self.log.read_text(), re.MULTILINE)
        assert found, self.log.read_text()
        return found.group(1)

    def stop(self) -> int:
        """Ctrl-C, and what the process says of it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    running = Product(tmp_path)
    yield running
    running.kill()


@contextlib.contextmanager
def served(module: str, port: int, folder: Path) -> Iterator[tuple[str, str]]:
    """Address and session of the application on its own, as this module of ours furnishes it; `port` or one beside it."""
    port = free_port(port + APART)
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(port), str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{port}", process.stdout.readline().strip()
    process.terminate()
    process.wait(timeout=10)


@contextlib.contextmanager
def opened_at(browser: Browser, address: str, token: str) -> Iterator[Page]:
    """A page of whoever is signed in there, at 1440 by 900."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    opened = context.new_page()
    _wait_for(opened)
    yield opened
    context.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with served("tests.browser.desk", 8790, tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture(scope="module")
def at_desk(browser: Browser, desk: tuple[str, str]) -> Iterator[Page]:
    with opened_at(browser, *desk) as page:
        yield page


def _wait_for(page: Page) -> None:
    """The server prints the session before it listens."""
    for _ in range(400):
        with contextlib.suppress(Error):
            page.goto("/health")
            return
        time.sleep(0.1)
    raise AssertionError("the application did not start")
