"""The product's own mail: a folder of templates/email/ for each, with a subject and a body."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "email"


class SystemLetter(Struct, frozen=True):
    subject: str
    text: str


def written(name: str, facts: Mapping[str, object]) -> SystemLetter:
    """Raise `jinja2.UndefinedError` when a fact is missing, `jinja2.TemplateNotFound` for a name without a folder."""
    texts = _texts()
    subject = texts.get_template(f"{name}/subject.txt").render(facts)
    return SystemLetter(" ".join(subject.split()), texts.get_template(f"{name}/body.txt").render(facts))


@cache
def _texts() -> Environment:
    loader = FileSystemLoader(_FOLDER)
    return Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701  plain text
