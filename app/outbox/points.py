"""Named points on the way of a message at which a test may kill this very process.

TACTFUL_KILL_AT="after_data:3" kills it, without warning, the third time it reaches that point. Unset, as always
outside of tests, a point does nothing.
"""

import os
import signal
from typing import Literal

Point = Literal["before_claim", "after_claim", "before_connect", "before_data", "after_data", "before_settle", "after_settle"]

_kill_at, _, _times = os.environ.get("TACTFUL_KILL_AT", "").partition(":")
_left = int(_times or 1)


def reach(point: Point) -> None:
    global _left
    if point != _kill_at:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
