"""Why a step in the response was refused."""


class OwnIncident(Exception):
    """The reporter never acknowledges or closes for others in the own incident."""


class AlreadyClosed(Exception):
    pass


class NoSupportContract(Exception):
    """The company has no contract with the security company: 110 is the way."""


class AlreadyAcknowledged(Exception):
    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by
