"""What recording a plan has to change: which planned emails live on, which die and why, which are new."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from msgspec import Struct

from app.chasing.planner import Plan
from app.chasing.reminder import DueReminder
from app.chasing.thanks import DueThankYou

Kind = Literal["reminder", "thank_you"]
SUPERSEDED = "Written anew, because its facts changed."
NOTHING_LEFT = "Nothing of it is left to chase."
NO_THANKS = "Another email takes its day, or nothing is left to thank for."
TWICE = "The same is planned already."


class PlannedEmail(NamedTuple):
    """A reminder or thank-you in the database whose message has not begun to leave."""

    reminder_id: int
    message_id: int
    customer_id: int
    kind: Kind
    fingerprint: str
    planned_on: date
    approved: bool
    needs_approval: bool
    invoice_ids: tuple[int, ...]


class WantedEmail(NamedTuple):
    """An email of the plan; `ready` when it may go on the planned day, else it waits for a person."""

    kind: Kind
    email: DueReminder | DueThankYou
    ready: bool

    @property
    def key(self) -> tuple[int, Kind, str]:
        return self.email.customer_id, self.kind, self.email.fingerprint


class Dying(NamedTuple):
    email: PlannedEmail
    because: str


class Changes(Struct, frozen=True):
    """added: each with the approved email it takes the place of, if one dies for it."""

    kept: tuple[tuple[PlannedEmail, WantedEmail], ...]
    dying: tuple[Dying, ...]
    added: tuple[tuple[WantedEmail, PlannedEmail | None], ...]


def wanted_by(plan: Plan) -> tuple[WantedEmail, ...]:
    reminders = [WantedEmail("reminder", reminder, True) for reminder in plan.due]
    proposed = [WantedEmail("reminder", reminder, False) for reminder in plan.proposed]
    thanks = [WantedEmail("thank_you", t, t.approved or not t.needs_approval) for t in plan.thank_yous]
    return (*reminders, *proposed, *thanks)


def displaced_by(plan: Plan) -> tuple[WantedEmail, ...]:
    """They live on where they are, with their approval, and none of them is made."""
    return tuple(WantedEmail("thank_you", thanks, False) for thanks in plan.displaced)


def changes(plan: Plan, planned: Iterable[PlannedEmail]) -> Changes:
    """While the plan is suspended, what is planned stays as it is."""
    if plan.suspended:
        return Changes((), (), ())
    wanted = {email.key: email for email in wanted_by(plan)}
    lasting = {**{email.key: email for email in displaced_by(plan)}, **wanted}
    living, twice = _each_once(planned)
    dead = [email for key, email in living.items() if key not in lasting]
    replaced = {(email.customer_id, email.kind): email for email in dead}
    added = tuple(
        (email, replaced.get((email.email.customer_id, email.kind))) for key, email in wanted.items() if key not in living
    )
    followed = {(email.email.customer_id, email.kind) for email, _ in added}
    holds = {held.invoice_id: held.sentence for held in plan.held}
    return Changes(
        kept=tuple((living[key], email) for key, email in lasting.items() if key in living),
        dying=(*(Dying(email, _why(email, followed, holds)) for email in dead), *(Dying(email, TWICE) for email in twice)),
        added=added,
    )


def _each_once(planned: Iterable[PlannedEmail]) -> tuple[dict[tuple[int, Kind, str], PlannedEmail], list[PlannedEmail]]:
    """The living by what they say, and those that say what another does: one that failed may have been sent again by a
    person while it was planned anew. What a person approved goes first."""
    living: dict[tuple[int, Kind, str], PlannedEmail] = {}
    twice = list[PlannedEmail]()
    for email in sorted(planned, key=lambda email: (not email.approved, email.reminder_id)):
        if living.setdefault((email.customer_id, email.kind, email.fingerprint), email) is not email:
            twice.append(email)
    return living, twice


def _why(email: PlannedEmail, followed: set[tuple[int, Kind]], holds: Mapping[int, str]) -> str:
    if (email.customer_id, email.kind) in followed:
        return SUPERSEDED
    if email.kind == "thank_you":
        return NO_THANKS
    return next((holds[invoice] for invoice in email.invoice_ids if invoice in holds), NOTHING_LEFT)


def what_changed(before: Mapping[str, str], after: Mapping[str, str], *, was: str = "approved", other: str = "") -> str:
    """Why an approval died, from what each version says: invoice number → its step and amount in words. `other`: what
    changed besides, where that is known."""
    gone = [f"{number} is no longer in it" for number in before if number not in after]
    new = [f"{number} has come in ({after[number]})" for number in after if number not in before]
    moved = [f"{n}: {before[n]} became {after[n]}" for n in before if n in after and before[n] != after[n]]
    said = "; ".join((*gone, *new, *moved, *([other] if other else []))) or "its recipients, its papers or its text changed"
    return f"It was {was} before, and then {said}."
