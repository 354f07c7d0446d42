"""What the security company does."""

from escalation.moves.state import DeskClaimed, DeskClosed, DeskNews, DeskReturned, SaidSafe, SetOut
from tests.escalation.place import BORIS
from tests.escalation.table.row import JOINT, ONE_DESK, PRESS, SHE_ENDS, Row

DESK = [
    Row("claims", ONE_DESK, (40,), DeskClaimed(), "tell claimed: boris; she: claimed", "ask +1800"),
    Row(
        "given back: everybody, 90 s anew",
        ONE_DESK,
        (40, DeskClaimed(), 60),
        DeskReturned(),
        "page returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back just after everybody was called: told",
        ONE_DESK,
        (30, 60, PRESS, DeskClaimed(), 10),
        DeskReturned(),
        "tell returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back while she is safe: told",
        ONE_DESK,
        (40, DeskClaimed(), SaidSafe()),
        DeskReturned(),
        "tell returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back after the end",
        ONE_DESK,
        (40, DeskClaimed(), SHE_ENDS),
        DeskReturned(),
        "desk: withdrawn",
        "nothing",
    ),
    Row(
        "closes: all read it, a minute to choose",
        ONE_DESK,
        (40, DeskClaimed(), 60),
        DeskClosed("resolved"),
        "page ended: boris; she: ended",
        "call +60",
    ),
    Row(
        "closes while somebody comes: told",
        ONE_DESK,
        (40, DeskClaimed(), SetOut(BORIS)),
        DeskClosed("resolved"),
        "tell ended: boris; she: ended",
        "arrive +600",
    ),
    Row(
        "sends somebody: told",
        ONE_DESK,
        (40, DeskClaimed()),
        DeskNews("dispatch_requested", "1", for_employee=True),
        "tell dispatch_requested: boris; she: dispatch_requested",
        "ask +1800",
    ),
    Row(
        "closes in a joint drill: only its end is left",
        JOINT,
        (40, DeskClaimed(), 60),
        DeskClosed("resolved"),
        "page ended: boris; she: ended",
        "close +1700",
    ),
]
