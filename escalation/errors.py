"""Why a step in the response was refused."""


class OwnIncident(Exception):
    """The reporter never acknowledges or closes for others in their own incident."""


class AlreadyClosed(Exception):
    pass


class NoSupportContract(Exception):
    """The company has no contract with the security company: 110 is the way."""


class AlreadyAcknowledged(Exception):
    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class NotClosed(Exception):
    """The incident is open: there is nothing to open again."""


class PressedAgain(Exception):
    """She pressed again since the page was drawn on which somebody ends the alarm."""


class NobodyOnSite(Exception):
    """Nobody on the plan is on site and can be called."""


class NotOnTheWay(Exception):
    """Only the person who set out, and is still waited for, can say so."""

    def __init__(self, *, another_is: bool) -> None:
        super().__init__()
        self.another_is = another_is
