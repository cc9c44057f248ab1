"""The best-practice schedule that ships with the product.

Ids are ordinals, equal to the step's number; whoever stores it gives ids of their own. A step bears the name of its
shipped template.
"""

from decimal import Decimal
from typing import Final

from app.schedules.book import BookSchedule, BookStep

COMING_UP: Final = BookStep(id=1, offset=-3, name="Coming up", template_id=1)
JUST_OVERDUE: Final = BookStep(id=2, offset=3, name="Just overdue", template_id=2)
WHEN_CAN_WE_EXPECT_IT: Final = BookStep(id=3, offset=7, name="When can we expect it?", template_id=3)
FIRM: Final = BookStep(
    id=4,
    offset=14,
    name="Firm",
    template_id=4,
    recipient_kinds=("normal", "escalated", "copy"),
)
FINAL: Final = BookStep(
    id=5,
    offset=30,
    name="Final",
    template_id=5,
    sender="escalated",
    recipient_kinds=("escalated", "copy"),
    attach_statement=True,
    needs_approval=True,
)

BEST_PRACTICE: Final = BookSchedule(
    id=1,
    name="Best practice",
    steps=(COMING_UP, JUST_OVERDUE, WHEN_CAN_WE_EXPECT_IT, FIRM, FINAL),
    minimum=Decimal(5),
    last_step_minimum=Decimal(100),
    entry_offset=WHEN_CAN_WE_EXPECT_IT.offset,
)
