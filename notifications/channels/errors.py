"""How a message did not get through."""


class DeliveryError(Exception):
    """The provider did not take the message. ``permanent``: it never will at this address."""

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class NoAnswer(DeliveryError):
    """The provider could not be reached, or said nothing in time. A refusal is an answer."""


class PeerRests(DeliveryError):
    """Not tried: the provider has been silent for others a moment ago."""

    def __init__(self, peer: str, seconds: float) -> None:
        super().__init__(f"{peer} is silent and rests", retry_after=seconds)
