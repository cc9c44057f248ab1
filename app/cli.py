"""The `tactful` command."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.commands.copies import backup, move, restore
from app.commands.ledger import ledger
from app.problems import Problem

EPILOG = "Settings come from the environment or from .env; `tactful doctor` checks them all."


class Tidy(click.Group):
    """One line on standard error and exit status 1 when a command fails as commands may."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Problem, OSError, ValueError) as failure:
            if os.environ.get("LOG_LEVEL") == "debug":
                raise
            raise SystemExit(f"tactful: {' '.join(str(failure).split())}") from failure


@click.group(cls=Tidy, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tactful")
def main() -> None:
    """Credit control for businesses that keep their books in Xero."""


@main.command()
@click.option("--port", default=0, help="The web server's port; otherwise PORT, or the next free one.")
@click.option("--no-demo", is_flag=True, help="No demo ledger, no demo organisation, no local mail server.")
def run(port: int, no_demo: bool) -> None:
    """Everything in one process: web, worker, timetable, demo ledger, local mail.

    Example: tactful run --port 9000
    """
    from app.commands.run import run as everything

    everything(port=port, with_demo=not no_demo)


@main.command()
@click.option("--port", default=0, help="Otherwise PORT.")
def serve(port: int) -> None:
    """The web server alone; any number may run.

    Example: DATABASE_URL=postgres://… BROKER_URL=redis://… tactful serve --port 8000
    """
    from app.commands.parts import serve as serving

    serving(port)


@main.command()
@click.option("--threads", default=8, show_default=True, help="Tasks at once.")
def work(threads: int) -> None:
    """A worker; any number may run. Needs BROKER_URL.

    Example: BROKER_URL=redis://localhost tactful work --threads 16
    """
    from app.commands.parts import work as working

    working(threads)


@main.command()
def tick() -> None:
    """The timetable that rings the recurring work; running it twice is harmless.

    Example: BROKER_URL=redis://localhost tactful tick
    """
    from app.commands.parts import tick as ticking

    ticking()


@main.command()
def migrate() -> None:
    """Bring the database up to this version.

    Example: DATABASE_URL=postgres://… tactful migrate
    """
    from app.commands.parts import migrate as migrating

    migrating()
    click.echo("The database is up to date.")


@main.command("rotate-key")
def rotate_key() -> None:
    """Seal every secret with the first key of SECRET_KEY; afterwards the others can be thrown away.

    Example: SECRET_KEY=new,old tactful rotate-key
    """
    from app.commands.parts import rotate_key as rotating

    click.echo(f"{rotating()} secrets are sealed with the first key of SECRET_KEY; the others are no longer needed.")


@main.command()
@click.argument("email")
@click.option("--end", is_flag=True, help="They are no admin any more.")
def admin(email: str, end: bool) -> None:
    """Make a user an admin of this installation: whoever is one finds /admin in their menu.

    Example: tactful admin anna@example.com
    """
    from app.commands.parts import make_admin

    click.echo(make_admin(email, not end))


main.add_command(ledger)
for each in (backup, restore, move):
    main.add_command(each)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end instead of lines.")
def demo(as_json: bool) -> None:
    """Walk the main job without a browser, from consent to thank-you, and say what happened.

    Example: tactful demo --json
    """
    from app.commands.demo import Stage, walk

    def tell(stage: Stage) -> None:
        if not as_json:
            click.echo(stage.line)

    outcome = walk(tell)
    if as_json:
        click.echo(json.dumps(outcome.as_json))
    if outcome.problem:
        raise SystemExit(f"tactful: {outcome.problem}")


@main.command()
@click.option("--organisation", help="Its name or id.")
@click.option("--from", "from_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Xero-shaped JSON.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
@click.option("--entry-step", default="", help="With --from: where old debt begins, a step's number or off.")
@click.option("--json", "as_json", is_flag=True)
def plan(organisation: str | None, from_file: Path | None, on: datetime | None, entry_step: str, as_json: bool) -> None:
    """Whom Tactful would remind of what, and why it holds the rest; nothing is written down or sent.

    Example: tactful plan --from books.json --on 2026-12-01 --json
    """
    from app.commands import plan as planning

    if (organisation is None) == (from_file is None):
        raise ValueError("name either --organisation or --from FILE")
    day = on.date() if on else None
    if from_file is not None:
        found = planning.plan_file(from_file, day, entry_step)
    else:
        found = planning.plan_organisation(organisation or "", day)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else planning.in_words(found))


@main.command(name="portal-words")
def portal_words() -> None:
    """The sentences of the customers' pages, for translators; what comes back goes into templates/portal/translations.

    Example: tactful portal-words > portal.pot
    """
    from app.commands.portal_words import written

    click.echo(written(), nl=False)


@main.command(name="mail-words")
def mail_words() -> None:
    """The words that placeholders write in emails, for translators; what comes back goes into
    templates/email_templates/translations.

    Example: tactful mail-words > mail.pot
    """
    from app.commands.mail_words import written

    click.echo(written(), nl=False)


@main.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Check every setting and what it leads to, and say what to do.

    Example: tactful doctor --json
    """
    from app.commands.doctor import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps([finding.as_json for finding in findings]))
    else:
        for finding in findings:
            click.echo(finding.line)
    sys.exit(any(not finding.ok for finding in findings))


@main.command()
@click.option("--json", "as_json", is_flag=True)
@click.option("--only", help="One goal, such as G1.")
def bench(as_json: bool, only: str | None) -> None:
    """Our figures beside the references', measured in one run.

    Example: tactful bench --only G3
    """
    from app.commands.bench import measure

    for figure in measure(only):
        click.echo(json.dumps(figure.as_json) if as_json else figure.line)


if __name__ == "__main__":
    main()
