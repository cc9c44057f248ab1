"""What an actor raises is kept where the installation's admins see it, until the same work goes well."""

import asyncio
import logging
from collections.abc import Coroutine
from time import monotonic
from typing import Any

from dramatiq.asyncio import get_event_loop_thread
from dramatiq.broker import Broker, MessageProxy
from dramatiq.middleware import Middleware

from app.admin.failures import failure_of, key_of
from app.admin.job_actions import end, note, open_keys
from app.clock import now

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds after which this process asks what failed in others."""
PATIENCE = 40.0
"""Seconds a worker thread waits for a busy database to take the note."""


class FailedJobs(Middleware):
    def __init__(self) -> None:
        self._failing: set[str] = set()
        self._looked_at = -LOOK_EVERY

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        if exception is not None and not isinstance(exception, asyncio.CancelledError):
            failure = failure_of(message.actor_name, message.args, exception)
            self._failing.add(failure.key)
            _do(note(failure, now()))
        elif exception is None:
            self._went_well(key_of(message.actor_name, message.args))

    def _went_well(self, key: str) -> None:
        if monotonic() - self._looked_at > LOOK_EVERY:
            self._looked_at = monotonic()
            _do(self._look())
        if key in self._failing:
            self._failing.discard(key)
            _do(end(key, now()))

    async def _look(self) -> None:
        self._failing |= await open_keys()


def _do(work: Coroutine[Any, Any, Any]) -> None:
    """On the loop that has the database; a note that cannot be taken spoils no work."""
    thread = get_event_loop_thread()
    if thread is None:
        work.close()
        return
    try:
        asyncio.run_coroutine_threadsafe(work, thread.loop).result(PATIENCE)
    except Exception:
        log.warning("a failed job could not be noted", exc_info=True)
