"""Each hold of the planner: what causes it, what it says, until when it lasts, and what it leads."""

from datetime import date

import msgspec
import pytest

from app.chasing.holds import Held, Hold
from app.chasing.planner import Plan, plan
from tests.unit.chasing.scenarios import Scenario

ACME = """
schedule  kind+3 firm+14
customer  Acme   ap@acme.example
"""
LATE = "invoice   INV-1  Acme  due 2026-11-20  120.00\ntoday     2026-12-01\n"


def only_held(text: str) -> Held:
    outcome = Scenario(text).plan()
    assert outcome.due == ()
    [held] = outcome.held
    return held


def test_the_holds_stand_in_the_order_of_precedence() -> None:
    order = """
        restored disconnected stale paused not_chasing customer_stopped customer_paused schedule_paused excluded
        replied disputed told_paid expected_date not_sent no_due_date no_recipient bounced no_sender below_minimum
        credit unknown_send skipped finished not_reached template_failed statement minimum_gap not_a_chase_day
        awaiting_approval review
    """
    assert [hold.value for hold in Hold] == order.split()


@pytest.mark.parametrize(
    ("fact", "hold", "sentence"),
    [
        ("restored", Hold.RESTORED, "Held: this is a restored copy, and no owner has confirmed it yet"),
        ("disconnected", Hold.DISCONNECTED, "Held: Xero is disconnected"),
        ("never-synced", Hold.STALE, "Held: there has been no good sync with Xero yet"),
        (
            "synced 2026-11-30T09:12",
            Hold.STALE,
            "Held: the last good sync with Xero was on Mon 30 Nov at 09:12, more than 24 hours ago",
        ),
        ("paused", Hold.PAUSED, "Held: all chasing is paused until someone resumes it"),
        ("no-sender", Hold.NO_SENDER, "Held: no mailbox is set up to send reminders from"),
    ],
)
def test_the_organisation_holds_every_invoice(fact: str, hold: Hold, sentence: str) -> None:
    held = only_held(f"organisation {fact}\n{ACME}{LATE}")
    assert (held.hold, held.sentence, held.until) == (hold, sentence, None)


def test_a_sync_just_under_24_hours_old_is_fresh() -> None:
    assert Scenario(f"organisation synced 2026-11-30T12:00\n{ACME}{LATE}").plan().held == ()


def test_nothing_goes_once_xero_has_shown_no_receipt_for_longer_than_the_organisation_bears() -> None:
    """Five working days after Mon 23 Nov are over with Mon 30 Nov: on Tue 1 Dec payments may be waiting to be entered."""
    held = only_held(f"organisation receipt 2026-11-23\nsettings receipts-within 5\n{ACME}{LATE}")
    assert (held.hold, held.until) == (Hold.STALE, None)
    assert held.sentence == (
        "Held: the last receipt in Xero is of Mon 23 Nov, more than 5 working days ago; is there one to be entered?"
    )


def test_a_patience_of_one_day_is_told_in_the_singular() -> None:
    held = only_held(f"organisation receipt 2026-11-27\nsettings receipts-within 1\n{ACME}{LATE}")
    assert held.sentence == (
        "Held: the last receipt in Xero is of Fri 27 Nov, more than 1 working day ago; is there one to be entered?"
    )


@pytest.mark.parametrize(
    "facts",
    [
        "organisation receipt 2026-11-24\nsettings receipts-within 5\n",  # the fifth working day is not over
        "organisation receipt 2026-11-23\nsettings receipts-within 6\n",
        "organisation receipt 2026-06-01\n",  # nobody asked for it
        "settings receipts-within 5\n",  # there never was a receipt: none can be missing
    ],
)
def test_a_receipt_within_that_time_or_no_such_rule_holds_nothing(facts: str) -> None:
    assert Scenario(f"{facts}{ACME}{LATE}").plan().held == ()


def test_an_organisations_pause_ends_on_its_day() -> None:
    held = only_held(f"organisation paused 2026-12-03\n{ACME}{LATE}")
    assert (held.hold, held.until) == (Hold.PAUSED, date(2026, 12, 3))
    assert held.sentence == "Held: all chasing is paused until Thu 3 Dec"
    assert Scenario(f"organisation paused 2026-12-01\n{ACME}{LATE}").plan().held == ()


def test_only_what_holds_the_whole_organisation_suspends_the_plan() -> None:
    assert Scenario(f"organisation disconnected\n{ACME}{LATE}").plan().suspended
    assert Scenario(f"organisation no-sender\n{ACME}{LATE}").plan().suspended
    assert not Scenario(ACME + LATE).plan().suspended


@pytest.mark.parametrize(
    ("fact", "hold", "sentence", "until"),
    [
        ("not-chasing", Hold.NOT_CHASING, "Held: Acme is not being chased", None),
        ("stopped insolvent", Hold.CUSTOMER_STOPPED, "Held: Acme is insolvent", None),
        ("stopped breathing_space", Hold.CUSTOMER_STOPPED, "Held: Acme is in breathing space", None),
        ("stopped solicitor", Hold.CUSTOMER_STOPPED, "Held: Acme is with the solicitor", None),
        ("stopped agency", Hold.CUSTOMER_STOPPED, "Held: Acme is with a collection agency", None),
        ("stopped direct_debit", Hold.CUSTOMER_STOPPED, "Held: Acme pays by direct debit", None),
        ("stopped payment_plan", Hold.CUSTOMER_STOPPED, "Held: Acme has a payment plan", None),
        ("stopped otherwise", Hold.CUSTOMER_STOPPED, "Held: Acme is stopped", None),
        ("paused 2026-12-04", Hold.CUSTOMER_PAUSED, "Held: Acme is paused until Fri 4 Dec", date(2026, 12, 4)),
        (
            "replied 2026-11-30",
            Hold.REPLIED,
            "Held: Acme replied on Mon 30 Nov, and the reply awaits a decision",
            None,
        ),
        (
            "unknown 2026-11-30",
            Hold.UNKNOWN_SEND,
            "Held: whether the reminder of Mon 30 Nov left is unknown until a person decides",
            None,
        ),
        (
            "skipped 2026-12-04",
            Hold.SKIPPED,
            "Held: reminders to Acme are skipped until Fri 4 Dec",
            date(2026, 12, 4),
        ),
        (
            "template-failed kind",
            Hold.TEMPLATE_FAILED,
            "Held: the template kind could not be written for Acme: customer_name is blank",
            None,
        ),
        (
            "statement 2026-12-01",
            Hold.STATEMENT,
            "Held: the statement takes the day, and the reminder waits",
            date(2026, 12, 2),
        ),
        (
            "reminded 2026-11-28",
            Hold.MINIMUM_GAP,
            "Held: Acme was reminded on Sat 28 Nov; reminders are at least 4 days apart",
            date(2026, 12, 2),
        ),
        (
            "emailed 2026-12-01",
            Hold.MINIMUM_GAP,
            "Held: Acme has had an email today, and one a day is the most",
            date(2026, 12, 2),
        ),
    ],
)
def test_a_customer_is_held(fact: str, hold: Hold, sentence: str, until: date | None) -> None:
    text = f"schedule kind+3\ncustomer Acme ap@acme.example {fact}\n{LATE}"
    held = only_held(text)
    assert (held.hold, held.sentence, held.until) == (hold, sentence, until)


@pytest.mark.parametrize(
    "fact", ["paused 2026-12-01", "skipped 2026-12-01", "statement 2026-11-30", "reminded 2026-11-27", "emailed 2026-11-30"]
)
def test_a_customer_is_free_again_on_the_first_free_day(fact: str) -> None:
    outcome = Scenario(f"schedule kind+3\ncustomer Acme ap@acme.example {fact}\n{LATE}").plan()
    assert len(outcome.due) == 1


def test_a_customer_without_a_normal_address_is_held() -> None:
    held = only_held(f"schedule kind+3\ncustomer Acme statements s@acme.example none n@acme.example\n{LATE}")
    assert (held.hold, held.sentence) == (Hold.NO_RECIPIENT, "Held: Acme has no email address for reminders")


def test_a_customer_whose_addresses_all_bounced_is_held() -> None:
    held = only_held(f"schedule kind+3\ncustomer Acme bounced a@acme.example bounced b@acme.example\n{LATE}")
    assert held.hold is Hold.BOUNCED
    assert held.sentence == "Held: Acme has no usable address left; bounced: a@acme.example, b@acme.example"


@pytest.mark.parametrize(
    ("fact", "hold", "sentence", "until"),
    [
        ("excluded", Hold.EXCLUDED, "Held: INV-1 is excluded from chasing", None),
        ("disputed", Hold.DISPUTED, "Held: all of the £120.00 outstanding is disputed", None),
        (
            "told-paid 2026-11-30",
            Hold.TOLD_PAID,
            "Held: on Mon 30 Nov the customer told us it is paid; held until Tue 8 Dec",
            date(2026, 12, 8),
        ),
        (
            "promised 2026-12-04",
            Hold.EXPECTED_DATE,
            "Held: promised for Fri 4 Dec by the customer in the portal",
            date(2026, 12, 8),
        ),
        (
            "expected 2026-12-03 by Anna",
            Hold.EXPECTED_DATE,
            "Held: payment is expected on Thu 3 Dec, set by Anna",
            date(2026, 12, 5),
        ),
        (
            "expected 2027-01-01 in-xero",
            Hold.EXPECTED_DATE,
            "Held: payment is expected on Fri 1 Jan 2027, set in Xero",
            date(2027, 1, 5),
        ),
    ],
)
def test_an_invoice_is_held(fact: str, hold: Hold, sentence: str, until: date | None) -> None:
    held = only_held(ACME + LATE.replace("120.00", f"120.00 {fact}"))
    assert (held.hold, held.sentence, held.until) == (hold, sentence, until)


@pytest.mark.parametrize("fact", ["promised 2026-11-27", "told-paid 2026-11-23", "promised 2026-12-30 anyway"])
def test_an_invoice_is_free_again_when_its_hold_has_passed(fact: str) -> None:
    outcome = Scenario(ACME + LATE.replace("120.00", f"120.00 {fact}")).plan()
    assert [r.invoices for r in outcome.due] == [("INV-1",)]


@pytest.mark.parametrize("fact", ["promised 2026-11-30", "told-paid 2026-11-24"])
def test_the_last_working_day_of_a_hold_still_holds(fact: str) -> None:
    assert only_held(ACME + LATE.replace("120.00", f"120.00 {fact}")).until == date(2026, 12, 2)


def test_an_organisation_may_chase_before_the_expected_date() -> None:
    text = f"settings ignore-expected\n{ACME}" + LATE.replace("120.00", "120.00 promised 2026-12-30")
    assert len(Scenario(text).plan().due) == 1


def test_an_invoice_never_sent_waits_only_where_the_organisation_chose_so() -> None:
    text = ACME + LATE.replace("120.00", "120.00 unsent")
    assert len(Scenario(text).plan().due) == 1
    held = only_held(f"settings wait-for-sent\n{text}")
    assert (held.hold, held.sentence) == (Hold.NOT_SENT, "Held: INV-1 has not been marked as sent in Xero")


def test_an_invoice_without_a_due_date_is_held() -> None:
    held = only_held(f"{ACME}invoice INV-1 Acme no-due-date 120.00")
    assert (held.hold, held.sentence) == (Hold.NO_DUE_DATE, "Held: INV-1 has no due date")
    assert (held.until, held.behind) == (None, ())


def test_a_paused_schedule_holds_its_invoices_only() -> None:
    outcome = Scenario(
        f"{ACME}schedule strict: firm+5 paused\n{LATE}invoice INV-2 Acme due 2026-11-20 50.00 schedule strict"
    ).plan()
    assert [r.invoices for r in outcome.due] == [("INV-1",)]
    assert [(h.invoice, h.hold, h.sentence) for h in outcome.held] == [
        ("INV-2", Hold.SCHEDULE_PAUSED, "Held: the schedule strict is paused")
    ]


def test_credit_that_covers_all_of_it_holds_it() -> None:
    held = only_held(f"{ACME}{LATE}credit Acme 120.00")
    assert (held.hold, held.sentence) == (Hold.CREDIT, "Held: unallocated credit covers all of its £120.00")


def test_credit_does_not_cover_what_is_disputed_away() -> None:
    held = only_held(ACME + LATE.replace("120.00", "120.00 disputed") + "credit Acme 120.00")
    assert (held.hold, held.behind) == (Hold.DISPUTED, ())


def test_a_step_not_reached_says_which_comes_when_and_why() -> None:
    held = only_held(f"{ACME}invoice INV-1 Acme due 2026-12-03 120.00\ntoday 2026-12-01")
    assert (held.hold, held.until) == (Hold.NOT_REACHED, date(2026, 12, 7))
    assert held.sentence == "Next: step 1 (kind) on Mon 7 Dec because it falls due on Thu 3 Dec and the step comes 3 days after"


def test_a_step_above_the_mark_says_when_the_one_before_went() -> None:
    held = only_held(f"{ACME}invoice INV-1 Acme due 2026-11-17 120.00 mark +3 2026-11-27\ntoday 2026-12-01")
    assert held.sentence == (
        "Next: step 2 (firm) on Tue 8 Dec because it fell due on Tue 17 Nov and the step before went on Fri 27 Nov"
    )


def test_no_chase_day_holds_what_is_ready_until_the_next() -> None:
    held = only_held(ACME + LATE.replace("today     2026-12-01", "today 2026-12-25"))
    assert (held.hold, held.until) == (Hold.NOT_A_CHASE_DAY, date(2026, 12, 29))
    assert held.sentence == "Held: Fri 25 Dec is no chase day; the next is Tue 29 Dec"


@pytest.mark.parametrize(
    ("steps", "due", "comes"),
    [("kind+3 plain+7 firm+14 final+30 entry off", "2026-11-28", "final"), ("early-5 soon-1", "2026-12-30", "soon")],
)
def test_what_is_ready_is_held_by_the_day_though_the_next_chase_day_brings_a_later_step(
    steps: str, due: str, comes: str
) -> None:
    """At Christmas one step is reached; by Tuesday 29 December, the next chase day, the one after it is reached as well."""
    held = only_held(f"schedule {steps}\ncustomer Acme ap@acme.example\ninvoice INV-1 Acme due {due} 120.00\ntoday 2026-12-25")
    assert (held.hold, held.until) == (Hold.NOT_A_CHASE_DAY, date(2026, 12, 29))
    assert (held.next_step, held.next_on) == (comes, date(2026, 12, 29))


def test_a_step_reached_on_a_sunday_is_not_ready_before_monday() -> None:
    held = only_held(f"{ACME}invoice INV-1 Acme due 2026-12-03 120.00\ntoday 2026-12-06")
    assert (held.hold, held.until) == (Hold.NOT_REACHED, date(2026, 12, 7))


def test_the_first_hold_leads_and_the_others_stand_behind_it_in_order(planned: Plan) -> None:
    """
    organisation  disconnected
    schedule  kind+3
    customer  Acme   bounced ap@acme.example  not-chasing  replied 2026-11-30  unknown 2026-11-27
    invoice   INV-1  Acme  due 2026-11-20  2.00  promised 2026-12-04  excluded
    credit    Acme   2.00
    today     2026-12-01
    """
    [held] = planned.held
    assert held.hold is Hold.DISCONNECTED
    assert [reason.hold for reason in held.behind] == [
        Hold.NOT_CHASING,
        Hold.EXCLUDED,
        Hold.REPLIED,
        Hold.EXPECTED_DATE,
        Hold.BOUNCED,
        Hold.CREDIT,
        Hold.UNKNOWN_SEND,
    ]


def test_below_the_minimum_leads_unknown_sends_skips_and_a_step_to_come(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example  skipped 2026-12-09  unknown 2026-11-27
    invoice   INV-1  Acme  due 2026-11-30  2.00
    today     2026-12-01
    """
    [held] = planned.held
    assert held.hold is Hold.BELOW_MINIMUM
    assert [reason.hold for reason in held.behind] == [Hold.UNKNOWN_SEND, Hold.SKIPPED, Hold.NOT_REACHED]


def test_a_small_invoice_that_is_not_due_yet_just_waits_for_its_step(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-20  2.00
    today     2026-12-01
    """
    assert [held.hold for held in planned.held] == [Hold.NOT_REACHED]


def test_what_holds_a_ready_step_stands_in_order_too(planned: Plan) -> None:
    """
    organisation  review
    schedule  kind+3!
    customer  Acme   ap@acme.example  statement 2026-12-05  reminded 2026-12-04
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-05
    """
    [held] = planned.held
    assert [held.hold, *(reason.hold for reason in held.behind)] == [
        Hold.STATEMENT,
        Hold.MINIMUM_GAP,
        Hold.NOT_A_CHASE_DAY,
        Hold.AWAITING_APPROVAL,
        Hold.REVIEW,
    ]


def test_a_hold_that_ends_by_itself_tells_the_next_step_and_its_day(planned: Plan) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00  promised 2026-12-04
    invoice   INV-2  Acme  due 2026-11-20  120.00  disputed
    invoice   INV-3  Acme  due 2026-12-04  120.00  promised 2026-12-03
    today     2026-12-01
    """
    assert [(h.invoice, h.next_step_number, h.next_step, h.next_on) for h in planned.held] == [
        ("INV-1", 3, "When can we expect it?", date(2026, 12, 8)),
        ("INV-2", 3, "When can we expect it?", None),
        ("INV-3", 2, "Just overdue", date(2026, 12, 7)),
    ]


def test_no_schedule_at_all_is_said_plainly() -> None:
    scenario = Scenario(ACME + LATE)
    bare = msgspec.structs.replace(scenario.book, schedules={}, default_schedule_id=None)
    outcome = plan(bare, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)
    assert [(h.hold, h.sentence, h.next_on) for h in outcome.held] == [
        (Hold.SCHEDULE_PAUSED, "Held: no schedule is chosen", None)
    ]
