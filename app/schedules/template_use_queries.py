"""Which templates the steps of schedules use."""

from msgspec import Struct

from app.database import fetch


class TemplateUse(Struct, frozen=True, kw_only=True):
    """A step that uses a template, with the papers that go along."""

    schedule_id: int
    schedule: str
    offset: int
    sender: str
    attaches_invoices: bool
    attaches_statement: bool
    links_portal: bool

    @property
    def when(self) -> str:
        if self.offset == 0:
            return "on the due date"
        days = "1 day" if abs(self.offset) == 1 else f"{abs(self.offset)} days"
        return f"{days} {'before' if self.offset < 0 else 'after'} the due date"

    @property
    def papers(self) -> str:
        """The invoices as PDF, a statement, the link to their page."""
        papers = (
            (self.attaches_invoices, "the invoices as PDF"),
            (self.attaches_statement, "a statement"),
            (self.links_portal, "the link to their page"),
        )
        return ", ".join(words for goes, words in papers if goes) or "nothing attached, no link"


async def template_uses(organisation_id: int) -> dict[int, tuple[TemplateUse, ...]]:
    """By template, in the order of the days; schedules that are archived use nothing."""
    rows = await fetch(
        "SELECT p.template, s.id, s.name, p.offset_days, p.sender_kind, p.attaches_invoices, p.attaches_statement,"
        " p.links_portal FROM schedule_step p JOIN schedule s ON s.id = p.schedule WHERE s.organisation = {}"
        " AND s.archived_at IS NULL ORDER BY p.offset_days, s.id",
        organisation_id,
    )
    found: dict[int, list[TemplateUse]] = {}
    for row in rows:
        found.setdefault(row["template"], []).append(
            TemplateUse(
                schedule_id=row["id"], schedule=row["name"], offset=row["offset_days"], sender=row["sender_kind"],
                attaches_invoices=bool(row["attaches_invoices"]), attaches_statement=bool(row["attaches_statement"]),
                links_portal=bool(row["links_portal"]),
            )
        )  # fmt: skip
    return {each: tuple(uses) for each, uses in found.items()}
