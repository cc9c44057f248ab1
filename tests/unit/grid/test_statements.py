"""What a grid asks of a database."""

from components.grid.cells import Text
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.sql import Where
from components.grid.statements import Part, rows_of

GRID = Grid(
    name="rows",
    one="row",
    many="rows",
    source="row r",
    key="r.id",
    columns=(Column(key="name", label="Name", sql="r.name", kind=Text(), on_phone="title"),),
    default_sort="name",
    empty=EmptyState("None", "None."),
)
PART = Part(Where("r.owner = {}", (7,)), "r.name ASC, r.id ASC")


def test_a_first_page_leaves_no_offset_open_for_which_it_would_be_planned_each_time() -> None:
    first, second = (rows_of(GRID, PART, 50, offset) for offset in (0, 50))
    assert ("OFFSET" in first.sql, first.args) == (False, (7,))
    assert ("LIMIT 50 OFFSET {}" in second.sql, second.args) == (True, (7, 50))
    assert all(each.sql.count("{}") == len(each.args) for each in (first, second))
