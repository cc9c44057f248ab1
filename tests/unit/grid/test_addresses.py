"""Addresses that the values of a row are put into."""

import pytest

from components.grid.addresses import filled

ROW = {"id": 12, "name": "Castle & Sons/../?x", "xero": "https://go.xero.com/1", "bad": "javascript:alert(1)", "none": None}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("/customers/{id}", "/customers/12"),
        ("/customers/{id}/chase-now?invoice={id}", "/customers/12/chase-now?invoice=12"),
        ("/go/100%25/{name}", "/go/100%25/Castle%20%26%20Sons%2F..%2F%3Fx"),
        ("/tasks", "/tasks"),
        ("", ""),
        ("{xero}", "https://go.xero.com/1"),
        ("{bad}", ""),
        ("{none}", ""),
    ],
)
def test_a_value_stays_between_its_slashes_and_only_the_web_is_a_whole_address(url: str, address: str) -> None:
    assert filled(url, ROW) == address
