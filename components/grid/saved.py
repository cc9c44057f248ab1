"""Views of a list that were kept: what grid/_views.html shows of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewLink:
    """`url` leads to the list in that state; `remove_url` is POSTed to, "" where its reader may not. `is_first`: the list
    opens with it; a POST to `first_url` has it so, or no longer."""

    name: str
    url: str
    note: str = ""
    remove_url: str = ""
    first_url: str = ""
    is_first: bool = False
