"""What recording a plan changes, where the database holds more than the plan foresees."""

from datetime import date

from app.chasing.changes import TWICE, PlannedEmail, changes
from tests.unit.chasing.scenarios import Scenario

MONDAY = date(2026, 11, 30)
LATE = """
customer  Acme   ap@acme.example
invoice   INV-1  Acme  due 2026-11-23  120.00
today     2026-11-30
"""


def planned(number: int, fingerprint: str, *, approved: bool = False) -> PlannedEmail:
    return PlannedEmail(number, 10 + number, 1, "reminder", fingerprint, MONDAY, approved, False, (1,))


def test_of_two_that_say_the_same_the_approved_one_lives() -> None:
    plan = Scenario(LATE).plan()
    [due] = plan.due
    found = changes(plan, [planned(1, due.fingerprint), planned(2, due.fingerprint, approved=True)])
    assert [email.reminder_id for email, _ in found.kept] == [2]
    assert [(dying.email.reminder_id, dying.because) for dying in found.dying] == [(1, TWICE)]
    assert found.added == ()


def test_while_everything_is_held_what_is_planned_stays() -> None:
    plan = Scenario(f"organisation no-sender\n{LATE}").plan()
    found = changes(plan, [planned(1, "whatever it said", approved=True)])
    assert (found.kept, found.dying, found.added) == ((), (), ())
