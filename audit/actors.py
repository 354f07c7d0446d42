"""Who acts: the same few facts for the audit, the table of permissions and the record."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` is user, device, operator or clock; ``id`` is a public id."""

    kind: str
    id: str
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    user_id: int | None = None
    """The key inside the company's schema, for rows that point to the person."""
