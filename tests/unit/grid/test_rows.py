"""Rows as HTML: whatever a name, a reason or an address holds, it stays text (S7)."""

from datetime import date
from html.parser import HTMLParser

import pytest

from components.grid.cells import Badge, Money, Sentence, Text
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.rows import rows_of
from components.grid.state import GridPage, GridState
from components.grid.view import view_of
from components.menu.items import MenuItem

PAYLOADS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</td><svg onload=alert(1)>",
    "&lt;b&gt;", "javascript:alert(1)", "{{ 7 * 7 }}", "]]><![CDATA[", "a\"b'c<d>e&f",
)  # fmt: skip
GRID = Grid(
    name="rows",
    one="row",
    many="rows",
    source="row r",
    key="r.id",
    columns=(
        Column(key="name", label="Name", sql="r.name", kind=Text(detail="more"), on_phone="title"),
        Column(key="link", label="Link", sql="r.link", kind=Text(url="/to/{name}")),
        Column(key="badge", label="Badge", sql="r.badge", kind=Badge({})),
        Column(key="why", label="Why", sql="r.why", kind=Sentence()),
        Column(key="owed", label="Owed", sql="r.owed", kind=Money(currency_of="currency")),
    ),
    default_sort="name",
    row_url="/rows/{name}",
    row_menu=(MenuItem("Go", "/go/{name}"), MenuItem("Out", "{name}", outside=True), MenuItem("Do", "/do/{name}", "post")),
    bulk=(BulkAction("All", "/all"),),
    summed="owed",
    empty=EmptyState("None", "None."),
)


class Seen(HTMLParser):
    """The tags of a text, and what the attributes of each say."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def seen(text: str) -> Seen:
    row = {"id": 1, "owed": 10_000, **dict.fromkeys(("name", "more", "link", "badge", "why", "currency"), text)}
    other = {**row, "id": 2, "currency": "GBP"}
    view = view_of(GRID, GridPage([row, other], 2, GridState(sort="name")), path="/rows", today=date(2026, 11, 30))
    parser = Seen()
    parser.feed(str(rows_of(view)))
    parser.close()
    return parser


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_tag_or_an_attribute(payload: str) -> None:
    plain, found = seen("plain"), seen(payload)
    assert found.tags == plain.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in plain.attributes]
    assert payload in "".join(found.text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_address_leads_anywhere_but_to_the_web_or_to_us(payload: str) -> None:
    addresses = [value for name, value in seen(payload).attributes if name in ("href", "formaction")]
    assert all(address == "" or address.startswith(("/", "https://", "http://")) for address in addresses)
