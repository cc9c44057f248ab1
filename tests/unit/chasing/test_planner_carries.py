"""What a reminder carries, says and costs: rules 1, 4, 5, 6 and 7."""

from notation import Scenario

from app.chasing.holds import Hold
from app.chasing.planner import Plan


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
