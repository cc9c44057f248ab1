"""Everything in one process: web, worker, timetable, demo ledger, local mail."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from urllib.parse import urlsplit

from app.commands.parts import check, migrate
from app.commands.servers import ServerThread, free_port, server
from app.commands.thrift import give_memory_back, settle_down
from app.settings import Settings, reload_settings

LEDGER_PORT, SMTP_PORT, MAIL_PORT = 8001, 1025, 8025


def run(*, port: int, with_demo: bool) -> None:
    """Serve until Ctrl-C; then stop in the reverse order of starting."""
    began = monotonic()
    give_memory_back()
    known = _choose_port(reload_settings(), port)
    with ExitStack() as stack:
        if with_demo:
            known = start_demo_servers(stack, known)
        start_work(stack)
        from app.main import create_app

        web = server(create_app(), known.port, known.host, known.log_level)
        greeter = threading.Thread(target=_greet, args=(web, known, with_demo, began), daemon=True)
        stack.callback(setattr, web, "should_exit", True)
        _stop_quietly(web)
        greeter.start()
        settle_down()
        web.run()
        say("Stopping …")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _stop_quietly(web: object) -> None:
    """uvicorn re-raises the signal that stopped it; here it has been obeyed when the servers are down."""

    def ignore(_: int, __: FrameType | None) -> None:
        return None

    signal.signal(signal.SIGINT, ignore)
    signal.signal(signal.SIGTERM, ignore)


def _choose_port(known: Settings, port: int) -> Settings:
    """A taken port is answered with the next free one, and that is said; links then name it."""
    wanted = port or known.port
    found = free_port(wanted, known.host)
    if found != wanted:
        say(f"Port {wanted} is taken; using {found}.")
    os.environ["PORT"] = str(found)
    if "BASE_URL" not in os.environ and known.base_url == Settings().base_url:
        os.environ["BASE_URL"] = f"http://localhost:{found}"
    return reload_settings()


def start_demo_servers(stack: ExitStack, known: Settings) -> Settings:
    """The ledger and the local mail, on threads; their addresses become settings unless others are set there already."""
    from app.local_mail.gateway import LocalMail
    from app.local_mail.main import create_local_mail

    if not known.demo_ledger_url:
        ledger_port = _taken_or(LEDGER_PORT)
        start_ledger(stack, ledger_port, known.var_dir)
        os.environ["DEMO_LEDGER_URL"] = f"http://localhost:{ledger_port}"
    mail = LocalMail(_taken_or(SMTP_PORT)).start()
    stack.callback(mail.stop)
    pages = ServerThread(create_local_mail(mail.mailbox), _taken_or(MAIL_PORT), "local mail").start()
    stack.callback(pages.stop)
    os.environ["LOCAL_MAIL_URL"] = f"http://localhost:{pages.port}"
    os.environ.setdefault("SMTP_URL", f"smtp://localhost:{mail.port}?tls=none")
    return reload_settings()


def _taken_or(wanted: int) -> int:
    found = free_port(wanted)
    if found != wanted:
        say(f"Port {wanted} is taken; using {found}.")
    return found


def start_ledger(stack: ExitStack, port: int, var_dir: Path) -> None:
    """The demo ledger remembers its books and consents beside the database, so that a later run goes on with them."""
    from app.demo_ledger.serve import LedgerOnAThread, build
    from app.demo_ledger.settings import LedgerSettings

    var_dir.mkdir(parents=True, exist_ok=True)
    ledger = LedgerOnAThread(build(settings=LedgerSettings(memory=var_dir / "demo_ledger.json")), port=port).start()
    stack.callback(ledger.stop)


def start_work(stack: ExitStack) -> None:
    """Worker and timetable, in this process unless BROKER_URL names a broker others serve."""
    migrate()
    check()
    from workers import timetable
    from workers.broker import is_embedded, start_worker

    if is_embedded():
        worker = start_worker(threads=4)
        stack.callback(worker.stop)
        scheduler = timetable.start()
        stack.callback(scheduler.shutdown, wait=False)


def _greet(web: object, known: Settings, with_demo: bool, began: float) -> None:
    while not getattr(web, "started", False):
        sleep(0.02)
    say(f"Tactful    {known.base_url}")
    if with_demo:
        say(f"Ledger     {known.demo_ledger_url}   (a Xero-shaped demo)")
        pages, smtp = os.environ["LOCAL_MAIL_URL"], urlsplit(known.smtp_url).port
        say(f"Mail       {pages}   (what was sent arrives here, and goes no further; SMTP on {smtp})")
        from app.commands.demo_organisation import prepare

        say(f"Sign in    {asyncio.run(prepare())}   (once; press Ctrl-C here to stop everything)")
    say(f"Ready in {monotonic() - began:.1f} s.")
