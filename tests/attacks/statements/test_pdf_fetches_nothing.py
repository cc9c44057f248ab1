"""Whatever stands in a document: the renderer opens no connection and reads no file."""

import contextlib
import io
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from app.problems import Refused, TryLater
from app.statements.gateway import Press

MARK = "planted-in-a-file-that-nobody-may-read"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    made = Press(seconds=15)
    yield made
    made.stop()


class Listener:
    """Counts the connections that anybody opens to it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.count = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.socket.close()


PAYLOADS = [
    '<img src="{url}/a.png">',
    '<img src="{file}">',
    '<img src="file://{file}">',
    '<img src="//127.0.0.1/x.png">',
    '<style>@import url("{url}/a.css");</style>',
    '<style>@import "{file}";</style>',
    '<style>@font-face {{ font-family: X; src: url("{url}/f.ttf"); }} p {{ font-family: X; }}</style><p>x</p>',
    '<style>@font-face {{ font-family: X; src: url("{file}"); }} p {{ font-family: X; }}</style><p>x</p>',
    '<style>@page {{ background-image: url("{url}/b.png"); }}</style>',
    '<style>@page {{ -pdf-background: url("{file}"); }}</style>',
    '<link rel="stylesheet" href="{url}/a.css">',
    '<link rel="stylesheet" href="file://{file}">',
    '<p style="background-image: url({url}/c.png)">x</p>',
    '<object data="{url}/o"></object><embed src="{url}/e"><iframe src="{url}/i"></iframe>',
    '<pdf:font name="X" src="{url}/f.ttf">',
    '<base href="{url}/"><img src="a.png">',
    '<svg><image href="{url}/s.png"/></svg><img src="data:image/svg+xml;utf8,<svg xmlns=\'http://www.w3.org/2000/svg\'>'
    "<image href='{url}/s.png'/></svg>\">",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{file}">]><p>&e;</p>',
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_is_fetched_and_nothing_is_read(payload: str, press: Press, listener: Listener, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(MARK)
    document = payload.format(url=listener.url, file=secret)
    try:
        content = press.rendered(f"<html><body><p>before</p>{document}<p>after</p></body></html>")
    except (Refused, TryLater):
        content = b""
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(content)).pages) if content else ""
    assert listener.count == 0
    assert MARK not in text
    assert MARK.encode() not in content


BOMBS = {
    "tables in tables": "<table><tr><td>" * 60 + "x" + "</td></tr></table>" * 60,
    "deep": "<div>" * 3000 + "x" + "</div>" * 3000,
    "a cell over everything": "<table><tr><td colspan='100000' rowspan='100000'>x</td></tr></table>",
    "signs": "<p>" + "&amp;" * 200_000 + "</p>",
    "huge": "<p style='font-size:1e9pt;margin:1e9pt'>x</p>",
}
MOST_SECONDS, MOST_KILOBYTES = 15, 300_000


class Watched(threading.Thread):
    """The most memory that the far end ever held, in kB, looked at fifty times a second."""

    def __init__(self, press: Press) -> None:
        super().__init__(daemon=True)
        self.press, self.most, self.ended = press, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            self.look()

    def look(self) -> None:
        process = self.press._process
        try:
            said = Path(f"/proc/{process.pid}/status").read_text() if process else ""
        except OSError:
            said = ""
        self.most = max([self.most, *map(int, re.findall(r"VmHWM:\s+(\d+)", said))])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_s5_a_bomb_is_put_out_in_time_and_holds_little(bomb: str) -> None:
    press = Press(seconds=5)  # a third of the real limit: what grows and does not end is seen to end
    press.rendered("<html><body>warm</body></html>")
    watched, began = Watched(press), time.monotonic()
    watched.look()
    watched.start()
    with contextlib.suppress(Refused, TryLater):
        press.rendered(f"<html><body>{bomb}</body></html>")
    took = time.monotonic() - began
    watched.ended.set()
    watched.join()
    watched.look()
    press.stop()
    assert took < MOST_SECONDS
    assert 0 < watched.most < MOST_KILOBYTES
