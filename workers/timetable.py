"""The recurring work, one line each. Every tick takes a lease, so that any number of timetables may run."""

import os
import socket

import dramatiq
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from app import leases
from app.clock import now
from workers import chasing, mail, people, portal, privacy, statements, sync
from workers.broker import actor

TIMETABLE: dict[str, tuple[int, dramatiq.Actor[..., object]]] = {
    "send what is due": (10, mail.sweep),
    "read the inboxes": (120, mail.read_inboxes),
    "records of sending domains": (3600, mail.check_domains),
    "copies into Sent folders": (60, mail.copies),
    "plan anew whose facts changed": (10, chasing.reconsider),
    "plan the day": (30, chasing.runs),
    "look four weeks ahead": (15, chasing.foresee),
    "what goes tomorrow": (600, chasing.digests),
    "kept and broken promises": (300, chasing.promises),
    "ask people for what only they can do": (60, chasing.tasks),
    "tell owners of disputes": (60, mail.tell_owners_of_disputes),
    "sync once a day": (60, sync.daily),
    "tell Xero expected dates": (30, sync.push),
    "statements of the month": (300, statements.due),
    "end what has lapsed among members": (3600, people.lapse),
    "end links that nobody needs": (3600, portal.expire_links),
    "remove what is kept no longer": (86_400, privacy.remove_old),
}
"""What, every how many seconds, by which actor."""

HOLDER = f"{socket.gethostname()}:{os.getpid()}"


@actor
async def tick(name: str) -> None:
    """Ring one line of the timetable, unless somebody rang it just now."""
    seconds, work = TIMETABLE[name]
    if await leases.take(f"tick: {name}", f"{HOLDER}:{now().timestamp()}", now(), seconds=seconds * 0.8):
        work.send()


def start() -> BackgroundScheduler:
    """Ring the lines of the timetable from a thread of this process, each at once and then at its pace."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for name, (seconds, _) in TIMETABLE.items():
        scheduler.add_job(tick.send, IntervalTrigger(seconds=seconds), args=[name], id=name)
    scheduler.start()
    for name in TIMETABLE:
        tick.send(name)
    return scheduler
