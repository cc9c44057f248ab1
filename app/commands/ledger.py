"""The demo ledger by itself, and its faults switched from a terminal."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click


def keep(
    port: int,
    seed: int,
    customers: int,
    invoices: int,
    from_file: Path | None,
    client_id: str | None,
    client_secret: str | None,
    redirect_uri: tuple[str, ...],
    unlimited: bool,
    per_minute: int | None,
    per_day: int | None,
) -> None:
    from app.demo_ledger import serve as ledger_server
    from app.demo_ledger.settings import LedgerSettings

    limits = ledger_server.announced_limits(unlimited=unlimited, per_minute=per_minute, per_day=per_day)
    chosen = LedgerSettings(client_id=client_id, client_secret=client_secret, redirect_uris=tuple(redirect_uri), limits=limits)
    app = ledger_server.build(seed=seed, customers=customers, invoices=invoices, from_file=from_file, settings=chosen)
    sys.stdout.write(f"The demo ledger answers at http://localhost:{port} (process {os.getpid()}).\n")
    sys.stdout.flush()
    ledger_server.run(app, port=port)


def active_at(address: str) -> list[dict[str, Any]]:
    """Those that are switched on. Raises ValueError when no ledger answers there."""
    listed: list[dict[str, Any]] = json.loads(_ask(address, "GET"))
    return listed


def _ask(address: str, method: str, body: Any = None) -> str:
    headers = {"accept": "application/json", "content-type": "application/json"}
    content = json.dumps(body).encode() if body is not None else None
    asked = Request(f"{address.rstrip('/')}/faults", data=content, headers=headers, method=method)  # noqa: S310
    try:
        with urlopen(asked, timeout=10) as answer:  # noqa: S310  an address that its user typed
            return str(answer.read().decode())
    except HTTPError as refused:
        raise ValueError(_reason(refused)) from refused
    except URLError as error:
        raise ValueError(f"no ledger answers at {address}; start one with: tactful ledger") from error


def _reason(refused: HTTPError) -> str:
    try:
        return str(json.loads(refused.read())["error"])
    except (ValueError, KeyError, TypeError):
        return f"what answers at {refused.url} is no demo ledger ({refused.code})"


def line_of(fault: dict[str, Any]) -> str:
    """A fault in one line for people."""
    left = f"{fault['times']} more" if fault["times"] is not None else "until cleared"
    return f"{fault['fault']:<14} {left:<14} {fault['method'] or 'any method'} {fault['path']}"


@click.group(invoke_without_command=True)
@click.option("--port", default=8001, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed on the same day gives the same books.")
@click.option("--customers", default=60, show_default=True)
@click.option("--invoices", default=400, show_default=True)
@click.option("--from", "from_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Xero-shaped JSON.")
@click.option("--client-id", help="Accept only this client; otherwise any.")
@click.option("--client-secret", help="Accept only this secret.")
@click.option("--redirect-uri", multiple=True, help="Accept only these redirect addresses.")
@click.option("--unlimited", is_flag=True, help="No call limits, for load.")
@click.option("--per-minute", type=int, help="Calls a minute; otherwise Xero's 60.")
@click.option("--per-day", type=int, help="Calls a day; otherwise Xero's 5000.")
@click.pass_context
def ledger(ctx: click.Context, /, port: int, **options: Any) -> None:
    """The Xero-shaped demo ledger.

    Example: tactful ledger --port 8001 --customers 20000 --invoices 100000 --unlimited
    """
    if ctx.invoked_subcommand is None:
        keep(port, **options)


ADDRESS = click.option("--at", default="http://localhost:8001", show_default=True, help="Where the ledger answers.")


@ledger.command()
@click.argument("name")
@ADDRESS
@click.option("--times", default=1, show_default=True, help="So many requests; 0: until cleared.")
@click.option("--path", help="Only addresses that begin so, e.g. /api.xro/2.0/Invoices.")
@click.option("--method", help="Only GET, POST, …")
@click.option("--after", type=int, help="So many requests pass first.")
@click.option("--retry-after", type=int, help="Seconds, with a 429.")
@click.option("--latency-ms", type=int, help="With slow.")
@click.option("--seconds", type=float, help="With timeout: how long the connection stays open.")
@click.option("--part", type=float, help="With truncated: how much comes, 0 to 1.")
@click.option("--shift", type=int, help="With moving_pages: how many places.")
@click.option("--field", help="With mutate: which field.")
@click.option("--value", help="With mutate and recompute: the value. With lock: the day.")
@click.option("--every", type=int, help="With mutate: every so many records.")
def fault(name: str, at: str, times: int, **details: Any) -> None:
    """Switch a fault on in a ledger that runs; `tactful ledger faults` lists the names.

    Example: tactful ledger fault 429-minute --times 3 --path /api.xro/2.0/Invoices --retry-after 20
    """
    given = {key: value for key, value in details.items() if value is not None}
    _ask(at, "POST", {"fault": name, "times": times or None, **given})
    click.echo(f"{name} is switched on.")


@ledger.command()
@ADDRESS
@click.option("--clear", "is_clearing", is_flag=True, help="Switch them all off.")
@click.option("--json", "as_json", is_flag=True, help="Those that are on, as JSON.")
def faults(at: str, is_clearing: bool, as_json: bool) -> None:
    """The faults there are, and those that are switched on.

    Example: tactful ledger faults --clear
    """
    from app.demo_ledger.faults import AT_ONCE, FAULTS

    if is_clearing:
        _ask(at, "DELETE")
    active = active_at(at)
    if as_json:
        click.echo(json.dumps(active))
        return
    for name, meaning in {**FAULTS, **AT_ONCE}.items():
        click.echo(f"{name:<14} {meaning}")
    click.echo("\nSwitched on:" if active else "\nNone is switched on: the ledger behaves.")
    for each in active:
        click.echo(f"  {line_of(each)}")
