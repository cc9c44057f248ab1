"""What a reminder carries, lists, says and needs: rules 1, 5, 6 and 7."""

from datetime import date
from decimal import Decimal

from app.chasing.holds import Hold
from app.chasing.planner import Plan
from tests.unit.chasing.scenarios import Scenario


def holds(plan: Plan) -> list[tuple[str, Hold]]:
    return [(held.invoice, held.reason) for held in plan.held]


def test_a_disputed_invoice_is_held_and_the_rest_go_out(planned: Plan) -> None:
    """
    schedule  friendly+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-03-02  120.00  disputed
    invoice   INV-2  Acme  due 2026-03-02   80.00
    today     2026-03-10
    """
    assert [r.invoices for r in planned.due] == [("INV-2",)]
    assert holds(planned) == [("INV-1", Hold.DISPUTED)]


def test_the_undisputed_rest_of_an_invoice_is_chased(planned: Plan) -> None:
    """
    schedule  friendly+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-03-02  120.00  disputed 50.00
    invoice   INV-2  Acme  due 2026-03-02   80.00  disputed 79.50
    today     2026-03-10
    """
    [reminder] = planned.due
    assert [invoice.amount for invoice in reminder.carried] == [Decimal("70.00"), Decimal("0.50")]
    assert reminder.amount == Decimal("70.50")


def test_a_dispute_over_more_than_is_left_leaves_nothing_to_chase(planned: Plan) -> None:
    """
    schedule  friendly+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-03-02  40.00  disputed 50.00
    today     2026-03-10
    """
    assert holds(planned) == [("INV-1", Hold.DISPUTED)]


def test_overdue_begins_the_day_after_the_due_date(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  100.00
    invoice   INV-2  Acme  due 2026-11-30  100.00
    invoice   INV-3  Acme  due 2026-11-20  100.00
    today     2026-12-01
    """
    [reminder] = planned.due
    assert [i.number for i in reminder.also_overdue] == ["INV-2"]
    assert [i.number for i in reminder.upcoming] == ["INV-1"]


def test_every_ready_invoice_is_carried_and_the_most_advanced_step_leads(planned: Plan) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-28  100.00
    invoice   INV-2  Acme  due 2026-11-16  100.00  mark +7 2026-11-23
    invoice   INV-3  Acme  due 2026-11-20  100.00
    invoice   INV-4  Acme  due 2026-12-04  100.00
    today     2026-12-01
    """
    [reminder] = planned.due
    assert (reminder.step.name, reminder.step_number) == ("Firm", 4)
    assert [(i.number, i.step_offset, i.step_number) for i in reminder.carried] == [
        ("INV-2", 14, 4),
        ("INV-3", 7, 3),
        ("INV-1", 3, 2),
        ("INV-4", -3, 1),
    ]
    assert planned.held == ()


def test_overdue_invoices_between_two_steps_are_listed_and_record_nothing(planned: Plan) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  100.00
    invoice   INV-2  Acme  due 2026-11-16  60.00  mark +14 2026-11-30
    today     2026-12-04
    """
    [reminder] = planned.due
    assert reminder.invoices == ("INV-1",)
    assert [(i.number, i.amount) for i in reminder.also_overdue] == [("INV-2", Decimal("60.00"))]
    assert holds(planned) == [("INV-2", Hold.NOT_REACHED)]


def test_finished_invoices_are_still_listed_but_held_ones_never(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  100.00
    invoice   INV-2  Acme  due 2026-10-01  100.00  mark +3 2026-10-05
    invoice   INV-3  Acme  due 2026-10-01  100.00  promised 2026-12-04
    invoice   INV-4  Acme  due 2026-10-01  100.00  excluded
    invoice   INV-5  Acme  due 2026-10-01  100.00  disputed
    invoice   INV-6  Acme  due 2026-10-01  100.00  told-paid 2026-11-30
    today     2026-12-01
    """
    [reminder] = planned.due
    assert [i.number for i in reminder.also_overdue] == ["INV-2"]
    assert reminder.amount == Decimal("200.00")


def test_a_tie_of_steps_is_led_by_the_escalated_sender(planned: Plan) -> None:
    """
    schedule  soft: kind+7
    schedule  hard: firm+7^
    customer  Acme   ap@acme.example  escalated boss@acme.example
    invoice   INV-1  Acme  due 2026-11-20  100.00  schedule soft
    invoice   INV-2  Acme  due 2026-11-21  100.00  schedule hard
    today     2026-12-01
    """
    [reminder] = planned.due
    assert (reminder.step.name, reminder.sender) == ("firm", "escalated")
    assert reminder.invoices == ("INV-1", "INV-2")


def test_a_further_tie_is_led_by_the_earlier_due_date(planned: Plan) -> None:
    """
    schedule  one: kind+7
    schedule  two: plain+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-21  100.00  schedule one
    invoice   INV-2  Acme  due 2026-11-20  100.00  schedule two
    today     2026-12-01
    """
    assert [r.step.name for r in planned.due] == ["plain"]


def test_the_last_step_waits_until_its_own_invoices_reach_a_hundred(planned: Plan) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-10-20  99.99  mark +14 2026-11-03
    invoice   INV-2  Acme  due 2026-11-20  500.00
    today     2026-12-01
    """
    [reminder] = planned.due
    assert (reminder.step.name, reminder.invoices) == ("When can we expect it?", ("INV-2",))
    assert [i.number for i in reminder.also_overdue] == ["INV-1"]
    [held] = planned.held
    assert (held.invoice, held.reason) == ("INV-1", Hold.BELOW_MINIMUM)
    assert held.sentence == "Held: step 5 (Final) waits until its invoices reach £100.00"


def test_two_small_invoices_reach_the_last_steps_minimum_together(planned: Plan) -> None:
    """
    schedule  kind+3 final+30 last-minimum 100
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-10-20  60.00  mark +3 2026-11-03
    invoice   INV-2  Acme  due 2026-10-21  40.00  mark +3 2026-11-03
    today     2026-12-01
    """
    assert [(r.step.name, r.invoices) for r in planned.due] == [("final", ("INV-1", "INV-2"))]


def test_any_step_may_ask_for_a_minimum_of_its_own(planned: Plan) -> None:
    """
    schedule  kind+3 plain+7>50 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  49.00  mark +3 2026-11-24
    today     2026-12-01
    """
    assert holds(planned) == [("INV-1", Hold.BELOW_MINIMUM)]


def test_the_only_step_of_a_schedule_is_not_the_last_of_several(planned: Plan) -> None:
    """
    schedule  kind+3 last-minimum 100
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  20.00
    today     2026-12-01
    """
    assert [r.invoices for r in planned.due] == [("INV-1",)]


def test_sums_below_the_schedules_minimum_are_not_worth_an_email(planned: Plan) -> None:
    """
    schedule  kind+3 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  2.00
    invoice   INV-2  Acme  due 2026-11-20  2.99
    today     2026-12-01
    """
    assert holds(planned) == [("INV-1", Hold.BELOW_MINIMUM), ("INV-2", Hold.BELOW_MINIMUM)]
    assert planned.held[0].sentence == "Held: £4.99 is below the £5.00 that standard asks for"


def test_what_is_also_overdue_counts_for_the_minimum(planned: Plan) -> None:
    """
    schedule  kind+3 firm+14 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  2.00
    invoice   INV-2  Acme  due 2026-11-24  3.00  mark +3 2026-11-27
    today     2026-12-01
    """
    assert [r.invoices for r in planned.due] == [("INV-1",)]


def test_sums_that_just_reach_the_minimum_are_worth_an_email(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  5.00
    today     2026-12-01
    """
    assert [r.invoices for r in scenario.plan().due] == [("INV-1",)]
    before_its_step = scenario.plan(on=date(2026, 11, 28))
    assert holds(before_its_step) == [("INV-1", Hold.NOT_REACHED)]


def test_what_is_coming_up_does_not_count_for_the_minimum(planned: Plan) -> None:
    """
    schedule  kind+3 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  2.00
    invoice   INV-2  Acme  due 2026-12-24  300.00
    today     2026-12-01
    """
    assert holds(planned) == [("INV-1", Hold.BELOW_MINIMUM), ("INV-2", Hold.NOT_REACHED)]


def test_a_disputed_part_does_not_count_for_the_minimum(planned: Plan) -> None:
    """
    schedule  kind+3 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  50.00  disputed 46.00
    today     2026-12-01
    """
    assert holds(planned) == [("INV-1", Hold.BELOW_MINIMUM)]


def test_minimums_are_in_base_currency_for_five_currencies_in_one_email(planned: Plan) -> None:
    """
    schedule  kind+3 minimum 50
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20    10.00
    invoice   INV-2  Acme  due 2026-11-20    12.50  EUR at 1.25
    invoice   INV-3  Acme  due 2026-11-20    13.00  USD at 1.30
    invoice   INV-4  Acme  due 2026-11-20  2000.00  JPY at 200
    invoice   INV-5  Acme  due 2026-11-20    11.00  CHF at 1.10
    today     2026-12-01
    """
    [reminder] = planned.due
    assert reminder.amount == Decimal(50)
    assert {i.currency for i in reminder.carried} == {"GBP", "EUR", "USD", "JPY", "CHF"}


def test_the_sum_in_base_currency_is_that_of_the_receivables_to_the_penny(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  2520.00 EUR at 1.1377
    invoice   INV-2  Acme  due 2026-11-20  10900.00 EUR at 1.1581
    today     2026-12-01
    """
    assert planned.due[0].amount == Decimal("2215.00") + Decimal("9411.97")


def test_a_missing_rate_does_not_stop_the_plan(planned: Plan) -> None:
    """
    schedule  kind+3 minimum 5
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  6.00  XXX at 0
    today     2026-12-01
    """
    assert [r.amount for r in planned.due] == [Decimal("6.00")]


def test_credit_covers_the_oldest_due_first_and_holds_only_what_it_covers_wholly(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-21   50.00
    invoice   INV-2  Acme  due 2026-11-20  100.00
    credit    Acme  60.00
    credit    Acme  60.00
    today     2026-12-01
    """
    assert [r.invoices for r in planned.due] == [("INV-1",)]
    assert holds(planned) == [("INV-2", Hold.CREDIT)]
    assert planned.due[0].carried[0].amount == Decimal("50.00")


def test_credit_of_another_currency_covers_nothing(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  50.00
    credit    Acme  500.00 EUR
    today     2026-12-01
    """
    assert [r.invoices for r in planned.due] == [("INV-1",)]


def test_recipients_are_the_leading_steps_each_address_once(planned: Plan) -> None:
    """
    schedule  kind+3 firm+14& final+30
    customer  Acme   ap@acme.example  copy anna@acme.example  copy AP@acme.example  none x@acme.example
    also      Acme   escalated boss@acme.example  statements s@acme.example
    invoice   INV-1  Acme  due 2026-11-10  50.00
    today     2026-12-01
    """
    assert planned.due[0].recipients == (
        ("ap@acme.example", "to"),
        ("anna@acme.example", "cc"),
        ("boss@acme.example", "cc"),
    )


def test_an_escalated_step_goes_to_the_escalated_from_the_escalated(planned: Plan) -> None:
    """
    schedule  final+30^
    customer  Acme   ap@acme.example  copy anna@acme.example  escalated boss@acme.example
    invoice   INV-1  Acme  due 2026-10-10  50.00
    today     2026-12-01
    """
    [reminder] = planned.due
    assert reminder.sender == "escalated"
    assert reminder.recipients == (("anna@acme.example", "cc"), ("boss@acme.example", "to"))[::-1]


def test_without_an_escalated_sender_or_recipient_it_falls_back_to_normal_and_says_so(planned: Plan) -> None:
    """
    schedule      final+30^
    organisation  no-escalated
    customer      Acme   ap@acme.example
    invoice       INV-1  Acme  due 2026-10-10  50.00
    today         2026-12-01
    """
    [reminder] = planned.due
    assert (reminder.sender, reminder.recipients) == ("normal", (("ap@acme.example", "to"),))
    assert reminder.reason == (
        "Step 1 (final): INV-1, £50.00, was due on Sat 10 Oct, 52 days ago, and has had no step since; "
        "there is no escalated sender, so it comes from the normal one; "
        "Acme has no usable escalated recipient, so it goes to the normal one"
    )


def test_an_escalated_address_that_bounced_counts_as_none(planned: Plan) -> None:
    """
    schedule      firm+14&
    customer      Acme   ap@acme.example
    also          Acme   bounced-escalated boss@acme.example
    invoice       INV-1  Acme  due 2026-10-10  50.00
    today         2026-12-01
    """
    [reminder] = planned.due
    assert reminder.recipients == (("ap@acme.example", "to"),)
    assert reminder.reason.endswith("; Acme has no usable escalated recipient, so none is copied")


def test_a_step_on_the_due_date_counts_for_the_gap(scenario: Scenario) -> None:
    """
    schedule  now+0
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  50.00
    invoice   INV-2  Acme  due 2026-12-02  0.50
    today     2026-12-01
    """
    assert [c.on.day for c in scenario.lived(10) if c.reminder] == [1, 7]


def test_a_bounced_address_is_not_written_to(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example  bounced old@acme.example
    invoice   INV-1  Acme  due 2026-11-10  50.00
    today     2026-12-01
    """
    assert planned.due[0].recipients == (("ap@acme.example", "to"),)


def test_two_reminders_are_at_least_four_days_apart(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  50.00
    invoice   INV-2  Acme  due 2026-11-28  50.00
    today     2026-11-30
    """
    gone = [(c.on.day, c.reminder.invoices) for c in scenario.lived(10) if c.reminder]
    assert gone == [(30, ("INV-1",)), (4, ("INV-2",))]


def test_an_invoice_of_another_schedule_goes_in_the_same_email(planned: Plan) -> None:
    """
    schedule  standard: kind+3
    schedule  strict: firm+10
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  50.00
    invoice   INV-2  Acme  due 2026-11-20  50.00  schedule strict
    today     2026-12-01
    """
    [reminder] = planned.due
    assert (reminder.step.name, reminder.invoices) == ("firm", ("INV-1", "INV-2"))


def test_a_customers_own_schedule_replaces_the_default(planned: Plan) -> None:
    """
    schedule  standard: kind+3
    schedule  strict: firm+10
    customer  Acme   ap@acme.example  schedule strict
    invoice   INV-1  Acme  due 2026-11-20  50.00
    today     2026-12-01
    """
    assert [r.step.name for r in planned.due] == ["firm"]


def test_what_is_not_outstanding_is_no_open_invoice(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  0.00
    today     2026-12-01
    """
    assert planned.due == planned.held == ()


def test_the_reason_names_invoice_amount_due_date_and_the_step_before(planned: Plan) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-16  1250.00  mark +7 2026-11-23
    invoice   INV-2  Acme  due 2026-11-20  100.00
    invoice   INV-3  Acme  due 2026-11-20  100.00
    today     2026-12-01
    """
    assert planned.due[0].reason.startswith(
        "Step 4 (Firm): INV-1, £1,250.00, was due on Mon 16 Nov, 15 days ago, "
        "and the step before went on Mon 23 Nov; 2 more invoices are ready too"
    )
