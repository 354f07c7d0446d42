class DeliveryError(Exception):
    """The provider did not take the message. ``permanent``: it never will at this address."""

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
