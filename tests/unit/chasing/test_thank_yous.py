"""Whom to thank, and when: rules 5 and 10."""

from app.chasing.planner import Plan
from tests.unit.chasing.scenarios import Scenario


def thanked(plan: Plan) -> list[tuple[str, ...]]:
    return [tuple(invoice.number for invoice in thank_you.invoices) for thank_you in plan.thank_yous]


def days_thanked(text: str) -> list[int]:
    scenario = Scenario(text)
    return [c.on.day for c in scenario.lived(14) if c.thank_you]


def test_one_thank_you_for_all_on_the_next_working_day(planned: Plan) -> None:
    """
    customer  Acme   ap@acme.example  copy boss@acme.example
    paid      INV-2  Acme  80.00  2026-11-30
    paid      INV-1  Acme  120.00  2026-11-30
    today     2026-12-01
    """
    assert thanked(planned) == [("INV-1", "INV-2")]
    [thank_you] = planned.thank_yous
    assert thank_you.recipients == (("ap@acme.example", "to"),)
    assert thank_you.reason == "Thank you: INV-1, £120.00, was paid on Mon 30 Nov and 1 more"
    assert not thank_you.needs_approval


def test_not_on_the_day_of_the_payment(planned: Plan) -> None:
    """
    customer  Acme   ap@acme.example
    paid      INV-1  Acme  120.00  2026-12-01
    today     2026-12-01
    """
    assert planned.thank_yous == ()


def test_a_payment_of_friday_is_thanked_for_on_monday(scenario: Scenario) -> None:
    """
    customer  Acme   ap@acme.example
    paid      INV-1  Acme  120.00  2026-12-04
    today     2026-12-04
    """
    assert [c.on.day for c in scenario.lived(10)] == [7]


def test_neither_write_offs_and_credits_nor_what_was_never_reminded_is_thanked_for(planned: Plan) -> None:
    """
    customer  Acme   ap@acme.example
    paid      INV-1  Acme  120.00  2026-11-30  written-off
    paid      INV-2  Acme  120.00  2026-11-30  never-reminded
    today     2026-12-01
    """
    assert planned.thank_yous == ()


def test_a_payment_over_seven_days_old_is_not_thanked_for(planned: Plan) -> None:
    """
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    paid      INV-1  Acme   120.00  2026-11-23
    paid      INV-2  Brick  120.00  2026-11-24
    today     2026-12-01
    """
    assert thanked(planned) == [("INV-2",)]


def test_a_thank_you_waits_for_no_more_than_five_working_days(planned: Plan) -> None:
    """
    settings  closed 2026-12-10
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    paid      INV-1  Acme   120.00  2026-12-01
    today     2026-12-08
    """
    assert thanked(planned) == [("INV-1",)]


def test_statement_then_reminder_then_thank_you_each_on_a_day_of_its_own(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example  statement 2026-12-01
    invoice   INV-1  Acme  due 2026-11-20  120.00
    paid      INV-2  Acme  80.00  2026-11-30
    today     2026-12-01
    """
    gone = [(c.on.day, "reminder" if c.reminder else "thank-you") for c in scenario.lived(10)]
    assert gone == [(2, "reminder"), (3, "thank-you")]


def test_a_fresh_proposal_takes_the_day_from_a_thank_you_and_an_old_one_does_not() -> None:
    facts = """
        schedule  final+30!
        customer  Acme   ap@acme.example
        invoice   INV-1  Acme  due 2026-10-20  120.00
        paid      INV-2  Acme  80.00  2026-11-30
        """
    assert Scenario(f"{facts} today 2026-12-01").plan().thank_yous == ()
    assert thanked(Scenario(f"{facts} proposed Acme 2026-12-01\n today 2026-12-02").plan()) == [("INV-2",)]


def test_only_chasing_customers_are_thanked_and_nobody_while_all_is_held() -> None:
    def with_fact(fact: str) -> Plan:
        return Scenario(f"customer Acme ap@acme.example {fact}\npaid INV-1 Acme 120.00 2026-11-30\ntoday 2026-12-01").plan()

    assert len(with_fact("").thank_yous) == 1
    for fact in ("not-chasing", "stopped insolvent", "paused 2026-12-05", "emailed 2026-12-01"):
        assert with_fact(fact).thank_yous == (), fact
    for fact in ("disconnected", "restored", "never-synced", "paused", "no-sender"):
        assert with_fact(f"\norganisation {fact}").thank_yous == (), fact


def test_nobody_is_thanked_on_a_weekend_or_without_an_address() -> None:
    paid = "paid INV-1 Acme 120.00 2026-12-04"
    assert Scenario(f"customer Acme ap@acme.example\n{paid}\ntoday 2026-12-05").plan().thank_yous == ()
    assert Scenario(f"customer Acme none ap@acme.example\n{paid}\ntoday 2026-12-07").plan().thank_yous == ()


def test_a_thank_yous_fingerprint_is_of_its_invoices_and_addresses() -> None:
    def fingerprint(facts: str) -> str:
        [thank_you] = Scenario(f"{facts}\ntoday 2026-12-01").plan().thank_yous
        return thank_you.fingerprint

    one = "customer Acme ap@acme.example\npaid INV-1 Acme 120.00 2026-11-30"
    assert fingerprint(one) != fingerprint(f"{one}\npaid INV-2 Acme 120.00 2026-11-30")
    assert fingerprint(one) != fingerprint(one.replace("ap@", "new@"))
    assert len(fingerprint(one)) == 32


def test_in_review_mode_a_thank_you_needs_a_person() -> None:
    facts = "organisation review\ncustomer Acme ap@acme.example\npaid INV-1 Acme 120.00 2026-11-30\n"
    [waiting] = Scenario(f"{facts} today 2026-12-01").plan().thank_yous
    assert (waiting.needs_approval, waiting.approved) == (True, False)
    [released] = Scenario(f"{facts} approved Acme 2026-12-01\n today 2026-12-01").plan().thank_yous
    assert released.approved
