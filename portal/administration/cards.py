"""What a start page counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    count: int
    link: str
    is_urgent: bool = False
    """Red, where there is any."""
    is_fact: bool = False
    """To know, not to do."""
    note: str = ""

    @property
    def needs_a_hand(self) -> bool:
        return self.count > 0 and not self.is_fact

    @property
    def tone(self) -> str:
        if self.needs_a_hand:
            return "red" if self.is_urgent else "open"
        return "calm"
