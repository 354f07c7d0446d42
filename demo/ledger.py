"""What the server promised the fleet by a 2xx, written down by the clients themselves."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Promises:
    """To one device, about one press."""

    token: str
    tap: dict[str, object]
    incident: str = ""
    recording: str = ""
    units: dict[int, bytes] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    fixes: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Latitude and longitude of every acknowledged position by its Unix milliseconds."""
    fix_batches: int = 0


@dataclass(slots=True)
class Ledger:
    devices: list[Promises] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Incident to the family name of the supervisor who was told that it is acknowledged."""

    def counts(self) -> dict[str, int]:
        return {
            "taps": sum(bool(one.incident) for one in self.devices),
            "units": sum(len(one.units) for one in self.devices),
            "messages": sum(len(one.messages) for one in self.devices),
            "position batches": sum(one.fix_batches for one in self.devices),
            "acknowledgements": len(self.acknowledged),
        }
