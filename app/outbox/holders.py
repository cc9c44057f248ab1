"""Who holds a claim: a process, named so that another on the same machine can tell whether it still lives."""

import os
import socket
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=4)
def _identity(pid: int) -> str:
    return f"{socket.gethostname()[:48]}:{pid}:{_started(pid)}"


def identity() -> str:
    """This process: machine, process id and when it started, for process ids come again. At most 80 characters."""
    return _identity(os.getpid())


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine and surely lives no more; False where that cannot be known."""
    machine, _, rest = holder.partition(":")
    pid, _, started = rest.partition(":")
    if machine != socket.gethostname()[:48] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Clock ticks from the machine's start to the process's; empty where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    after_name = stat.rpartition(")")[2].split()
    return "" if after_name[0] == "Z" else after_name[19]
