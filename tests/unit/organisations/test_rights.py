"""The table of rights: its words are ours, its roles are the routes'."""

from app.organisations.membership import Role
from app.organisations.rights import lines_of, right_for


def test_the_longest_address_that_fits_describes_a_route() -> None:
    found = right_for("POST", "/customers/{customer_id:int}/chasing/end")
    assert found is not None and found.words.startswith("Decide who is chased")
    found = right_for("POST", "/customers/{customer_id:int}/something-new")
    assert found is not None and found.words.startswith("Whatever else")


def test_a_page_is_described_only_by_its_own_address() -> None:
    assert right_for("GET", "/customers") is not None
    assert right_for("GET", "/customers/{customer_id:int}") is None


def test_a_line_says_who_may_do_all_of_it() -> None:
    lines = lines_of([("POST", "/templates/new", Role.MANAGER), ("POST", "/templates/{id:int}", Role.OWNER)])
    assert [(line.words, line.may) for line in lines] == [("Edit templates", (False, False, False, True))]


def test_a_route_that_nobody_described_stands_there_as_it_is() -> None:
    lines = lines_of([("POST", "/new-thing", Role.MANAGER)])
    assert [(line.group, line.words, line.may) for line in lines] == [
        ("Not described yet", "POST /new-thing", (False, False, True, True))
    ]
