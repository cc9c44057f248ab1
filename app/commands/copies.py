"""`tactful backup`, `restore` and `move`: everything there is, out of a database and into another."""

import json
from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a sentence.")
def backup(file: Path | None, as_json: bool) -> None:
    """Everything in the database, papers included, as one file; servers may go on meanwhile.

    Example: tactful backup /backups/tactful-monday.backup
    """
    from app.commands.backup import WITHOUT_KEY
    from app.commands.backup import backup as backing_up

    told = backing_up(file)
    words = f"{told['rows']:,} rows of {told['tables']} tables are in {told['file']} ({told['bytes']:,} bytes). {WITHOUT_KEY}"
    click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a sentence.")
def restore(file: Path, as_json: bool) -> None:
    """A backup into an empty database; nothing is sent from it before an owner confirms it in the product.

    Example: DATABASE_URL=sqlite:////srv/tactful/new.sqlite tactful restore /backups/tactful-monday.backup
    """
    from app.commands.restore import restore as restoring

    told = restoring(file)
    words = (
        f"{told['rows']:,} rows of {told['tables']} tables, as of {told['taken_at']}. Stop the old installation for good,"
        " start the servers, sign in as an owner and confirm the copy under Settings, Privacy and audit."
    )
    click.echo(json.dumps(told) if as_json else words)


@click.command()
@click.option("--to", "url", required=True, help="DATABASE_URL of the new, empty database.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a sentence.")
def move(url: str, as_json: bool) -> None:
    """Everything into another database, compared row by row; stop every server first.

    Example: tactful move --to postgres://tactful:secret@db.example.com/tactful
    """
    from app.commands.move import move as moving

    told = moving(url)
    words = (
        f"{told['rows']:,} rows of {told['tables']} tables were moved and compared. Set DATABASE_URL to the new database and"
        " keep SECRET_KEY as it is (or the content of var/secret_key). Nothing is sent from the old one any more."
    )
    click.echo(json.dumps(told) if as_json else words)
