"""What an address says about a grid, and addresses that say it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.grid.cells import Money
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter
from components.grid.state import condition, parameters, read_state, url_of
from components.grid.words import WordSearch

TODAY = date(2026, 11, 30)

GRID = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="customer c",
    key="c.id",
    columns=(
        Column(key="name", label="Customer", sql="c.name"),
        Column(key="owed", label="Owed", sql="c.owed", kind=Money("GBP"), falls=True),
        Column(key="note", label="Note", sql="c.note", sort=""),
    ),
    search=("LOWER(c.name)", "c.number"),
    filters=(
        ChoiceFilter("status", "Status", "c.status", {"chasing": "chasing", "paused": "paused"}),
        AmountFilter("amount", "Owed", "c.owed"),
    ),
    default_sort="-owed",
    empty=EmptyState("No customers yet", "They arrive with the first sync."),
)


def test_a_bare_address_shows_the_first_page_in_the_declared_order() -> None:
    state = read_state(GRID, "", today=TODAY)
    assert (state.search, state.sort, state.falling, state.page, state.page_size) == ("", "owed", True, 1, 50)


def test_every_part_of_the_address_is_read() -> None:
    query = "q=acme+ltd&sort=name&page=3&size=100&status=paused&status=chasing&cols=name&cols=owed"
    state = read_state(GRID, query, today=TODAY)
    assert (state.search, state.sort, state.falling, state.page, state.page_size) == ("acme ltd", "name", False, 3, 100)
    assert state.filters[0].parameters == (("status", "chasing"), ("status", "paused"))
    assert state.columns == ("name", "owed")


def test_choosing_the_declared_columns_is_no_choice() -> None:
    assert read_state(GRID, "cols=note&cols=name&cols=owed", today=TODAY).columns == ()


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "sort=note",
        "sort=--owed",
        "page=0",
        "page=-1",
        "page=²",
        "page=99999999999999999999",
        "size=1000000",
        "status=deleted",
        "amount_from=NaN",
        "amount_from=1e99",
        "amount_to=Infinity",
        "q=%00%1b",
        "%ff=%fe&&&=;",
        "cols=password",
    ],
)
def test_rubbish_in_the_address_is_left_out(query: str) -> None:
    assert read_state(GRID, query, today=TODAY) == read_state(GRID, "", today=TODAY)


@given(st.text(max_size=200))
def test_no_address_makes_it_fail(query: str) -> None:
    state = read_state(GRID, query, today=TODAY)
    assert 1 <= state.page <= 1_000_000
    assert len(state.search) <= 100
    assert "\x00" not in state.search


@given(
    st.text(max_size=60),
    st.sampled_from(["name", "-name", "owed", "-owed"]),
    st.integers(1, 1_000_000),
    st.sets(st.sampled_from(["chasing", "paused"])),
)
def test_an_address_written_is_read_back_the_same(search: str, sort: str, page: int, statuses: set[str]) -> None:
    from urllib.parse import urlencode

    given_query = urlencode([("q", search), ("sort", sort), ("page", page), *(("status", s) for s in statuses)])
    state = read_state(GRID, given_query, today=TODAY)
    address = url_of("/customers", GRID, state)
    assert read_state(GRID, address.partition("?")[2], today=TODAY) == state


def test_what_goes_without_saying_stays_out_of_the_address() -> None:
    state = read_state(GRID, "sort=-owed&page=1&size=50&q=", today=TODAY)
    assert url_of("/customers", GRID, state) == "/customers"


def test_sorting_and_filtering_go_back_to_the_first_page() -> None:
    state = read_state(GRID, "page=7&status=paused", today=TODAY)
    assert state.sorted_by("name", False).page == 1
    assert state.without("status").page == 1
    assert state.without("status").filters == ()


def test_all_that_match_are_named_without_the_page() -> None:
    state = read_state(GRID, "q=acme&page=4", today=TODAY)
    assert parameters(GRID, state, page=False) == [("q", "acme")]


def test_every_word_of_the_search_must_stand_somewhere() -> None:
    where = condition(GRID, read_state(GRID, "q=Acme+10%25", today=TODAY))
    one_word = "(LOWER(c.name) LIKE {} ESCAPE '!') OR (c.number LIKE {} ESCAPE '!')"
    assert where.sql == f"({one_word}) AND ({one_word})"
    assert where.args == ("%acme%", "%acme%", "%10!%%", "%10!%%")


def test_a_grid_with_its_own_search_is_asked_for_the_condition() -> None:

    grid = replace(GRID, search=WordSearch("customer_words", "c.id", 1))
    asked = read_state(grid, "q=acme", today=TODAY)
    assert condition(grid, asked).args == ("%ø1ø%", "%acme%")
    assert condition(grid, asked, walking=True).args == ("%acme%",)


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"default_sort": "colour"}, "default sort"),
        ({"source": "customer WHERE note = '{}'"}, "braces"),
        ({"filters": (ChoiceFilter("page", "Page", "c.page", {}),)}, "reserved"),
        ({"columns": GRID.columns + GRID.columns}, "share a name"),
    ],
)
def test_a_mistaken_declaration_is_refused_at_once(change: dict[str, object], mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        replace(GRID, **change)  # type: ignore[arg-type]


def test_choices_known_only_now_are_put_into_the_declared_filter() -> None:
    grid = GRID.with_options(status={"3": "Firm"})
    assert read_state(grid, "status=3", today=TODAY).filters[0].sentence == "Firm"
    assert read_state(GRID, "status=3", today=TODAY).filters == ()
