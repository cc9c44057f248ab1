"""What the admin is told about a table. Pure."""

from msgspec import Struct


class Shown(Struct, frozen=True):
    """`words`: what a row is. `columns`: those of the list, one word each; the page of a row has them all.
    `changeable`: what an admin may change by hand; everything else is changed by the product only."""

    group: str
    words: str
    columns: str
    changeable: frozenset[str] = frozenset()
