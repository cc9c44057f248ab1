"""A fetched page as the templates show it."""

import re
from datetime import date

from components.grid.cells import Age, Money, Text
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import ChoiceFilter
from components.grid.rows import rows_of
from components.grid.state import GridPage, read_state
from components.grid.view import GridView, view_of, wants_grid_only
from components.menu.items import MenuItem

TODAY = date(2026, 11, 30)
GRID = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="customer c",
    key="c.id",
    columns=(
        Column(key="name", label="Customer", sql="c.name", kind=Text(), on_phone="title"),
        Column(key="owed", label="Owed", sql="c.owed", kind=Money("GBP"), falls=True, on_phone="figure"),
        Column(key="due", label="Oldest", sql="c.due", kind=Age()),
        Column(key="owner", label="Assigned to", sql="c.owner", shown=False, sort=""),
    ),
    also={"xero": "c.xero"},
    filters=(ChoiceFilter("status", "Status", "c.status", {"on": "chasing"}),),
    default_sort="-owed",
    row_url="/customers/{id}",
    row_menu=(MenuItem("Open", "/customers/{id}"), MenuItem("Edit in Xero", "{xero}", outside=True, when="xero")),
    bulk=(BulkAction("Stop chasing", "/customers/chasing"),),
    summed="owed",
    empty=EmptyState("No customers yet", "They arrive with the first sync."),
)
ROWS = [
    {"id": 1, "name": "Acme", "owed": 12_345_600, "due": date(2026, 11, 22), "owner": "Maya", "xero": ""},
    {"id": 2, "name": "Borealis", "owed": 10_000, "due": None, "owner": "", "xero": "https://go.xero.com/2"},
]


def view(query: str = "", total: int = 120) -> GridView:
    page = GridPage(ROWS, total, read_state(GRID, query, today=TODAY))
    return view_of(GRID, page, path="/customers", today=TODAY)


def test_the_head_sorted_by_turns_round_and_the_others_start_their_own_way() -> None:
    customer, owed, oldest = view().heads
    assert (owed.direction, owed.url) == ("descending", "/customers?sort=owed")
    assert (customer.direction, customer.url) == ("", "/customers?sort=name")
    assert oldest.url == "/customers?sort=due"
    assert owed.note == "£"


def test_the_chips_can_be_taken_out_one_by_one_and_all_together() -> None:
    shown = view("q=acme&status=on&sort=name&page=2")
    assert [(chip.sentence, chip.without_url) for chip in shown.chips] == [("chasing", "/customers?q=acme&sort=name")]
    assert shown.clear_url == "/customers?sort=name"
    assert shown.narrowed


def test_the_pager_leads_back_and_forth_and_stops_at_the_ends() -> None:
    first, middle, last = view(), view("page=2"), view("page=3")
    assert (first.previous_url, first.next_url) == ("", "/customers?page=2")
    assert (middle.previous_url, middle.next_url) == ("/customers", "/customers?page=3")
    assert (last.previous_url, last.next_url) == ("/customers?page=2", "")
    assert first.range_text == "1–2 of 120"


def test_a_row_leads_to_its_page_and_offers_only_what_applies_to_it() -> None:
    shown = view()
    acme, borealis = [re.findall(r'href="([^"]*)"[^>]*>([^<]*)</a>', row) for row in rows_of(shown).split("\n")]
    assert acme == [("/customers/1", "Acme"), ("/customers/1", "Open")]
    assert borealis == [("/customers/2", "Borealis"), ("/customers/2", "Open"), ("https://go.xero.com/2", "Edit in Xero")]
    assert (shown.rows[0].name, shown.rows[0].currency) == ("Acme", "£")


def test_an_amount_is_told_apart_only_where_the_figure_does_not_say_it_but_for_its_commas() -> None:
    assert [row.amount for row in view().rows] == ["", ""]
    assert [row.amount for row in view("cols=name").rows] == ["1234.5600", "1.0000"]
    german = view_of(GRID, GridPage(ROWS, 2, read_state(GRID, "", today=TODAY)), path="/c", today=TODAY, locale="de_DE")
    assert [row.amount for row in german.rows] == ["1234.5600", "1.0000"]
    exact = view_of(
        GRID, GridPage([{**ROWS[0], "owed": 12_345_678}], 1, read_state(GRID, "", today=TODAY)), path="/c", today=TODAY
    )
    assert exact.rows[0].amount == "1234.5678"


def test_hidden_columns_wait_until_they_are_chosen() -> None:
    assert [head.label for head in view().heads] == ["Customer", "Owed", "Oldest"]
    assert [head.label for head in view("cols=name&cols=owner").heads] == ["Customer", "Assigned to"]


def test_on_a_card_each_value_says_what_it_is() -> None:
    assert [column.said for column in view().columns] == ["", "£", "Oldest"]


def test_what_is_selected_by_all_that_match_is_the_search_and_the_filters() -> None:
    assert view("q=acme&status=on&page=2").matching == "q=acme&status=on"


def test_only_a_request_for_this_grid_gets_the_grid_alone() -> None:
    asked = {"HX-Request": "true", "HX-Target": "grid-customers"}
    assert wants_grid_only(asked, GRID)
    assert not wants_grid_only({}, GRID)
    assert not wants_grid_only({"HX-Request": "true", "HX-Target": "grid-invoices"}, GRID)
    assert not wants_grid_only({**asked, "HX-History-Restore-Request": "true"}, GRID)
