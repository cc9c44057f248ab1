"""The views that members keep of a list, as the list's menu shows them."""

from collections.abc import Sequence

from msgspec import Struct

from components.grid.saved import ViewLink


class KeptView(Struct, frozen=True):
    """`by` is who shared it; empty: it is the member's own. `may_remove`: its own, and whatever is shared for owners.
    `is_first`: the member's list opens with it."""

    id: int
    name: str
    query: str
    is_shared: bool
    by: str
    may_remove: bool
    is_first: bool = False


def view_links(views: Sequence[KeptView], path: str) -> tuple[ViewLink, ...]:
    """`path` is the list's address."""
    return tuple(
        ViewLink(
            view.name,
            f"{path}?{view.query}",
            _note(view),
            _if(view.may_remove, f"/views/{view.id}/end"),
            f"/views/{view.id}/first{_if(view.is_first, '/end')}",
            view.is_first,
        )
        for view in views
    )


def _note(view: KeptView) -> str:
    return f"from {view.by}" if view.by else "shared" if view.is_shared else ""


def _if(holds: bool, text: str) -> str:
    return text if holds else ""
