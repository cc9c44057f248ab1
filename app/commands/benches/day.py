"""The all-in-one process with a clock that others move: what `bench` starts to see a day pass. Not a command of its own.

Each line on its standard input is a quarter of an hour; all lines of the timetable ring after it.
"""

import os
import sys
import threading
from datetime import timedelta

QUARTER = timedelta(minutes=15)


def live(port: int) -> None:
    from app.commands.run import run

    threading.Thread(target=_pass, daemon=True).start()
    run(port=port, with_demo=True)


def _pass() -> None:
    from app import clock
    from app.settings import reload_settings
    from workers.timetable import TIMETABLE, tick

    for _ in sys.stdin:
        os.environ["TACTFUL_NOW"] = (clock.now() + QUARTER).isoformat()
        reload_settings()
        for name in TIMETABLE:
            tick.send(name)
