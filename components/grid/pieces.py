"""What the templates of a grid need of their environment: `environment.filters.update(FILTERS)`."""

from functools import lru_cache

from jinja2 import Environment, pass_environment
from markupsafe import Markup

from components.grid.rows import rows_of
from components.grid.view import GridView


@pass_environment
def piece_of(environment: Environment, grid: GridView, template: str) -> Markup:
    """A piece of the page that depends on nothing but the way in which the list is looked at: its panel of filters has more
    to write than a screen of rows, and is the same for the next search. Of `grid` it knows what stands in `GridView.blank`."""
    return _piece(environment, template, grid.blank or grid)


@lru_cache(maxsize=512)
def _piece(environment: Environment, template: str, blank: GridView) -> Markup:
    return Markup(environment.get_template(template).render(grid=blank))  # noqa: S704  a template has escaped it


FILTERS = {"grid_rows": rows_of, "grid_piece": piece_of}
