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
    """Incident to the family name of the supervisor who was notified of the acknowledgement."""

    def counts(self) -> dict[str, int]:
        return {
            "taps": sum(bool(device.incident) for device in self.devices),
            "units": sum(len(device.units) for device in self.devices),
            "messages": sum(len(device.messages) for device in self.devices),
            "position batches": sum(device.fix_batches for device in self.devices),
            "acknowledgements": len(self.acknowledged),
        }
