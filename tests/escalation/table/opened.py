"""An alarm begins."""

from escalation.moves.state import Due
from tests.escalation.place import Plan
from tests.escalation.table.row import TWO, Row

OPENED = [
    Row("rung 0, then the next", TWO, (), Due(), "page called: second; +climbed", "call +30"),
    Row(
        "at once the desk, where nobody is on the plan",
        Plan((), contract=True),
        (),
        Due(),
        "+desk_unanswered; operator: company_told; page desk_silent: nobody; she: nobody_reached; "
        "desk: again; +support_requested_again",
        "desk +90",
    ),
]
