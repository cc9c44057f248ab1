"""What the grids and pages say of each open invoice."""

from datetime import date

from app.chasing.holds import Hold
from app.chasing.outlook import InvoiceOutlook, next_reminder, outlook
from tests.unit.chasing.scenarios import Scenario


def outlooks(scenario: Scenario) -> list[InvoiceOutlook]:
    return list(outlook(scenario.plan(), scenario.today))


def test_every_open_invoice_has_one_sentence(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    invoice   INV-1  Acme   due 2026-11-27  120.00
    invoice   INV-2  Brick  due 2026-11-20  120.00  promised 2026-12-04
    invoice   INV-3  Brick  due 2026-11-20  120.00  disputed
    invoice   INV-4  Brick  due 2026-12-14  120.00
    today     2026-12-01
    """
    assert [(o.hold, o.next_on, o.sentence) for o in outlooks(scenario)] == [
        (
            None,
            date(2026, 12, 1),
            "Today: step 2 (Just overdue): INV-1, £120.00, was due on Fri 27 Nov, 4 days ago, and has had no step since",
        ),
        (
            Hold.EXPECTED_DATE,
            date(2026, 12, 8),
            "Held: promised for Fri 4 Dec by the customer in the portal; next: step 3 (When can we expect it?) "
            "on Tue 8 Dec because it fell due on Fri 20 Nov and has had no step since",
        ),
        (Hold.DISPUTED, None, "Held: all of the £120.00 outstanding is disputed"),
        (
            Hold.NOT_REACHED,
            date(2026, 12, 11),
            "Next: step 1 (Coming up) on Fri 11 Dec because it falls due on Mon 14 Dec and the step comes 3 days before",
        ),
    ]


def test_reasons_behind_the_leading_one_are_listed(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example  not-chasing
    invoice   INV-1  Acme   due 2026-11-20  120.00  excluded
    today     2026-12-01
    """
    [acme] = outlooks(scenario)
    assert acme.behind == ("Held: INV-1 is excluded from chasing",)


def test_a_customers_next_reminder_is_the_first_of_its_invoices(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-10  120.00
    invoice   INV-2  Acme  due 2026-12-03  120.00
    invoice   INV-3  Acme  due 2026-11-03  120.00  disputed
    today     2026-12-01
    """
    assert next_reminder(outlooks(scenario)) == (date(2026, 12, 7), "kind")
    assert next_reminder([]) is None


def test_of_two_steps_on_the_same_day_the_more_advanced_one_is_the_customers_next(scenario: Scenario):
    """
    schedule  friendly+3  firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-02-27  120.00
    invoice   INV-2  Acme  due 2026-02-16   80.00  mark 3 2026-02-19
    today     2026-03-01
    """
    ahead = list(outlook(scenario.plan(), scenario.today))
    assert {one.next_step for one in ahead} == {"friendly", "firm"}
    assert next_reminder(ahead) == (date(2026, 3, 2), "firm")
