"""Memory that is not needed any more goes back to the system.

glibc gives every thread a heap of its own and keeps what was freed in it: the all-in-one process, with a dozen threads, would
hold on to more than a hundred megabytes of nothing after a first sync of 100,000 invoices. And a page that is free stays with
the process while anything above it is in use, until it is asked for: seen, 62 MB of 335 while 20,000 customers were planned.
Figures: mallopt(3), malloc_trim(3).
"""

import ctypes
import gc
import os
import platform
import threading
import time

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
HEAPS = 2
LARGE = 262_144
"""Bytes: what is larger (a page of Xero's) is given back at once."""
EVERY = 15.0
"""Seconds between two looks for free pages; one takes some milliseconds."""


def give_memory_back() -> bool:
    """To be called before the first thread starts. False where there is no glibc, or where MALLOC_… settings of the
    environment say otherwise."""
    if platform.libc_ver()[0] != "glibc" or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    libc = ctypes.CDLL(None)
    wishes = ((M_ARENA_MAX, HEAPS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, LARGE))
    done = all(libc.mallopt(name, value) for name, value in wishes)
    threading.Thread(target=_trim, args=(libc,), name="thrift", daemon=True).start()
    return done


def settle_down() -> None:
    """To be called when everything is imported and made. It stays for good, so the cycle collector need not walk it again:
    440,000 objects for which everybody waited up to a second (seen, on a busy machine), and a full collection comes once the
    rest has grown by a quarter, not all of it."""
    gc.collect()
    gc.freeze()


def _trim(libc: ctypes.CDLL) -> None:
    while True:
        time.sleep(EVERY)
        libc.malloc_trim(0)
