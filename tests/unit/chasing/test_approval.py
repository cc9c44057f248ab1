"""What needs a person, what an approval covers, and when it dies: rule 11."""

from datetime import date

import pytest

from app.chasing.holds import Hold
from app.chasing.planner import Plan
from tests.unit.chasing.scenarios import Scenario

FINAL_AND_ANOTHER = """
schedule  kind+3 final+30!
customer  Acme   ap@acme.example
invoice   INV-1  Acme  due 2026-10-20  120.00  mark +3 2026-11-03
invoice   INV-2  Acme  due 2026-11-20   80.00
"""


def holds(plan: Plan) -> list[tuple[str, Hold]]:
    return [(held.invoice, held.reason) for held in plan.held]


def test_a_step_that_needs_approval_is_proposed_and_all_it_carries_waits() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} today 2026-12-01").plan()
    assert outcome.due == ()
    [proposal] = outcome.proposed
    assert (proposal.invoices, proposal.approval_why, proposal.approved) == (("INV-1", "INV-2"), "step", False)
    assert holds(outcome) == [("INV-1", Hold.AWAITING_APPROVAL), ("INV-2", Hold.AWAITING_APPROVAL)]
    assert outcome.held[0].sentence == "Held: the reminder with step 2 (final) awaits approval"


def test_an_approved_reminder_is_due() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} approved Acme 2026-12-01\n today 2026-12-01").plan()
    assert outcome.proposed == outcome.held == ()
    assert [(r.invoices, r.approved) for r in outcome.due] == [(("INV-1", "INV-2"), True)]


def test_review_mode_lets_nothing_leave_unapproved(planned: Plan) -> None:
    """
    organisation  review
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    assert planned.due == ()
    assert [(r.invoices, r.approval_why) for r in planned.proposed] == [(("INV-1",), "review")]
    assert holds(planned) == [("INV-1", Hold.REVIEW)]


def test_in_review_mode_a_final_step_waits_for_both_reasons(planned: Plan) -> None:
    """
    organisation  review
    schedule  final+30!
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-10-20  120.00
    today     2026-12-01
    """
    [held] = planned.held
    assert (held.hold, [reason.hold for reason in held.behind]) == (Hold.AWAITING_APPROVAL, [Hold.REVIEW])


def test_approving_in_review_mode_releases_that_reminder_only(planned: Plan) -> None:
    """
    organisation  review
    schedule  kind+3
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    invoice   INV-1  Acme   due 2026-11-20  120.00
    invoice   INV-2  Brick  due 2026-11-20  120.00
    approved  Acme   2026-12-01
    today     2026-12-01
    """
    assert [r.customer for r in planned.due] == ["Acme"]
    assert [r.customer for r in planned.proposed] == ["Brick"]


def test_a_reminder_over_the_approval_amount_needs_a_person(planned: Plan) -> None:
    """
    settings  approve-above 1000
    schedule  kind+3
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    invoice   INV-1  Acme   due 2026-11-20  1000.00
    invoice   INV-2  Brick  due 2026-11-20  1000.01
    today     2026-12-01
    """
    assert [r.customer for r in planned.due] == ["Acme"]
    assert [(r.customer, r.approval_why) for r in planned.proposed] == [("Brick", "amount")]
    assert planned.held[0].sentence == (
        "Held: the reminder with step 1 (kind) awaits approval because it carries more than £1,000.00"
    )


def fingerprint(text: str) -> str:
    outcome = Scenario(text).plan()
    [reminder] = outcome.due + outcome.proposed
    return reminder.fingerprint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("120.00", "119.00"),
        ("120.00", "120.00 disputed 20"),
        ("ap@acme.example", "new@acme.example"),
        ("ap@acme.example", "ap@acme.example copy b@acme.example"),
        ("INV-2  Acme  due 2026-11-20", "INV-2  Acme  due 2026-12-20"),
        ("  80.00", "  80.00 excluded"),
        ("kind+3 final+30!", "kind+3 final+30!^"),
        ("kind+3 final+30!", "kind+3 other+31!"),
    ],
)
def test_an_approval_dies_when_steps_amounts_recipients_or_sender_change(before: str, after: str) -> None:
    approved = f"{FINAL_AND_ANOTHER} today 2026-12-01"
    assert fingerprint(approved) != fingerprint(approved.replace(before, after))


def test_days_overdue_and_what_is_coming_up_do_not_change_an_approval() -> None:
    monday = f"{FINAL_AND_ANOTHER} today 2026-12-01"
    later = monday.replace("today 2026-12-01", "invoice INV-3 Acme due 2026-12-30 50.00\ntoday 2026-12-03")
    assert fingerprint(monday) == fingerprint(later)


def test_how_an_amount_is_written_does_not_change_an_approval() -> None:
    text = f"{FINAL_AND_ANOTHER} today 2026-12-01"
    assert fingerprint(text) == fingerprint(text.replace("120.00", "120.0000"))


def test_another_approval_does_not_release_it() -> None:
    scenario = Scenario(f"{FINAL_AND_ANOTHER} approved Acme 2026-12-01\n today 2026-12-01")
    scenario.customers["Acme"]["recipients"] = ()
    book = scenario.book
    assert scenario.plan().due == () and book.customers[0].awaiting == ()


def test_left_unapproved_on_its_first_day_it_keeps_the_others_waiting() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} proposed Acme 2026-12-01\n today 2026-12-01").plan()
    assert outcome.due == ()
    assert [r.invoices for r in outcome.proposed] == [("INV-1", "INV-2")]


def test_left_unapproved_for_a_whole_chase_day_it_no_longer_keeps_the_others_waiting() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} proposed Acme 2026-12-01\n today 2026-12-02").plan()
    assert [(r.invoices, r.step.name) for r in outcome.due] == [(("INV-2",), "kind")]
    assert [i.number for i in outcome.due[0].also_overdue] == ["INV-1"]
    assert [r.invoices for r in outcome.proposed] == [("INV-1",)]
    assert holds(outcome) == [("INV-1", Hold.AWAITING_APPROVAL)]


def test_a_weekend_is_no_whole_chase_day() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} proposed Acme 2026-12-05\n today 2026-12-07").plan()
    assert outcome.due == ()


def test_in_review_mode_the_others_wait_as_well_and_the_proposal_stays_whole() -> None:
    text = f"organisation review\n{FINAL_AND_ANOTHER} proposed Acme 2026-12-01\n today 2026-12-04"
    outcome = Scenario(text).plan()
    assert outcome.due == ()
    assert [r.invoices for r in outcome.proposed] == [("INV-1", "INV-2")]


def test_a_sum_over_the_approval_amount_waits_whole_where_no_invoice_alone_exceeds_it() -> None:
    outcome = Scenario(
        """
        settings  approve-above 100
        schedule  kind+3
        customer  Acme   ap@acme.example
        invoice   INV-1  Acme  due 2026-11-20  60.00
        invoice   INV-2  Acme  due 2026-11-20  60.00
        proposed  Acme  2026-12-01
        today     2026-12-04
        """
    ).plan()
    assert outcome.due == ()
    assert [r.invoices for r in outcome.proposed] == [("INV-1", "INV-2")]


def test_an_invoice_over_the_approval_amount_stays_behind_alone() -> None:
    outcome = Scenario(
        """
        settings  approve-above 100
        schedule  kind+3
        customer  Acme   ap@acme.example
        invoice   INV-1  Acme  due 2026-11-20  160.00
        invoice   INV-2  Acme  due 2026-11-20  60.00
        proposed  Acme  2026-12-01
        today     2026-12-04
        """
    ).plan()
    assert [r.invoices for r in outcome.due] == [("INV-2",)]
    assert [r.invoices for r in outcome.proposed] == [("INV-1",)]


@pytest.mark.parametrize(
    ("fact", "today"),
    [("reminded 2026-12-02", "2026-12-03"), ("statement 2026-12-03", "2026-12-03"), ("", "2026-12-05")],
)
def test_a_proposal_lives_on_while_only_the_day_is_wrong(fact: str, today: str) -> None:
    text = FINAL_AND_ANOTHER.replace("ap@acme.example", f"ap@acme.example {fact}")
    proposed_on_its_day = Scenario(f"{FINAL_AND_ANOTHER} today 2026-12-01").plan().proposed[0].fingerprint
    scenario = Scenario(f"{text} approved Acme 2026-12-01\n today {today}")
    waiting = Scenario(f"{FINAL_AND_ANOTHER} approved Acme 2026-12-01\n today 2026-12-01").book.customers[0].awaiting
    scenario.awaiting = []
    scenario.customers["Acme"]["awaiting"] = waiting
    outcome = scenario.plan()
    assert outcome.due == ()
    assert [(r.fingerprint, r.approved) for r in outcome.proposed] == [(proposed_on_its_day, True)]
    assert {reason.hold for held in outcome.held for reason in held.behind}.isdisjoint({Hold.AWAITING_APPROVAL})


def test_a_first_proposal_is_not_made_on_a_day_without_chasing() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} today 2026-12-05").plan()
    assert outcome.proposed == ()
    assert [held.hold for held in outcome.held] == [Hold.NOT_A_CHASE_DAY] * 2
    assert [reason.hold for reason in outcome.held[0].behind] == [Hold.AWAITING_APPROVAL]


def test_what_waits_for_a_person_is_foretold_for_the_day_it_is_approved() -> None:
    outcome = Scenario(f"{FINAL_AND_ANOTHER} today 2026-12-01").plan()
    today = date(2026, 12, 1)
    assert [(h.until, h.next_step, h.next_on) for h in outcome.held] == [(None, "final", today), (None, "kind", today)]
