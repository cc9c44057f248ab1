"""Processes that run for weeks give back what they need no more."""

import os
import platform
import subprocess
import sys

import pytest

from app.database import fetch, is_sqlite

WISHED = "from app.commands.thrift import give_memory_back; assert give_memory_back()"


def _ran(**settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", WISHED]
    return subprocess.run(command, env={**environment, **settings}, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps a heap for each thread")
def test_the_system_takes_the_wish_unless_whoever_runs_it_wished_otherwise():
    assert _ran().returncode == 0
    assert "AssertionError" in _ran(MALLOC_ARENA_MAX="8").stderr


async def test_all_connections_to_one_file_share_a_limit_of_memory(database):
    if is_sqlite():
        [row] = await fetch("PRAGMA soft_heap_limit")
        assert 16_000_000 < next(iter(row.values())) <= 48_000_000
