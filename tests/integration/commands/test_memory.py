"""Processes that run for weeks give back what they need no more."""

import os
import platform
import subprocess
import sys

import pytest

from app.database import fetch, is_sqlite

WISHED = "from app.commands.thrift import give_memory_back; assert give_memory_back()"


def _ran(program: str = WISHED, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env={**environment, **settings}, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps a heap for each thread")
def test_the_system_takes_the_wish_unless_whoever_runs_it_wished_otherwise():
    assert _ran().returncode == 0
    assert "AssertionError" in _ran(MALLOC_ARENA_MAX="8").stderr


FREED = """
import ctypes, pathlib, re, time
from app.commands import thrift
thrift.EVERY = {every}
assert thrift.give_memory_back()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
pieces = [libc.malloc(100_000) for _ in range(1000)]
for piece in pieces:
    ctypes.memset(ctypes.c_void_p(piece), 1, 100_000)
for piece in pieces[:-1]:
    libc.free(ctypes.c_void_p(piece))
end = time.monotonic() + 5
held = 100.0
while held > 60 and time.monotonic() < end:
    time.sleep(0.1)
    held = int(re.search(r"RssAnon:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
print(held)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what lies below something in use")
def test_pages_that_are_free_go_back_although_something_above_them_is_in_use():
    def held(every: float) -> float:
        return float(_ran(FREED.format(every=every)).stdout)

    assert held(every=1000.0) > 100
    assert held(every=0.2) < 60


def test_what_is_there_when_serving_begins_is_walked_by_no_later_collection():
    ran = _ran("import gc, app.commands.thrift as t; t.settle_down(); print(gc.get_freeze_count(), len(gc.get_objects()))")
    frozen, walked = map(int, ran.stdout.split())
    assert frozen > 5_000 > walked


async def test_all_connections_to_one_file_share_a_limit_of_memory(database):
    if is_sqlite():
        [row] = await fetch("PRAGMA soft_heap_limit")
        assert 16_000_000 < next(iter(row.values())) <= 48_000_000
