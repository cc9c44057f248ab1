"""The Jinja environment of every page: pages in `templates/`, pieces in `components/`, nothing undefined."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.settings import ROOT
from components import format as written
from components.assets import asset_url
from components.grid.pieces import FILTERS


@cache
def environment() -> Environment:
    loader = FileSystemLoader([ROOT / "templates", ROOT / "components"])
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.globals.update(asset_url=asset_url)
    pages.filters.update(
        money=written.money,
        figure=written.figure,
        day=written.day,
        day_in_full=written.day_in_full,
        age=written.age,
        month=written.month,
        language=written.language,
        **FILTERS,
    )
    return pages


def rendered(template: str, context: dict[str, Any]) -> str:
    return environment().get_template(template).render(context)
