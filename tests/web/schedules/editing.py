"""The editor as a browser without scripts sees and posts it."""

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

import httpx

from app.schedules.tables import Step

Press = Callable[..., Awaitable[httpx.Response]]


class Form(HTMLParser):
    """The fields of the editor, as a browser without scripts would post them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self._inside = self._inside or facts.get("id") == "schedule"
        if not self._inside:
            return
        name = facts.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in facts or self._select not in self.fields):
            self.fields[self._select] = facts.get("value") or ""
        elif tag == "input" and name and (facts.get("type") != "checkbox" or "checked" in facts):
            self.fields[name] = facts.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def keys(page: str) -> list[str]:
    return Form(page).fields["keys"].split(",")


def ten_days_later(page: str) -> dict[str, str]:
    """Every step after the due date: further than weekends and holidays reach."""
    return {f"step-{key}-days": str(days + 10) for key, days in zip(keys(page)[1:], (3, 7, 14, 30), strict=True)}


async def offsets(schedule_id: int) -> list[int]:
    rows = await Step.select(Step.offset_days).where(Step.schedule == schedule_id).order_by(Step.offset_days)
    return [row["offset_days"] for row in rows]
