"""One address: who has the right to it, what that person sees, what others get."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    route: str
    who: str = "nobody"
    shows: str = ""
    url: str = ""
    method: str = ""
    body: Any = None
    form: bool = False
    status: int = 200
    or_status: int = 0
    """Right as well: depends on what else runs beside the test."""
    to: str = ""
    """Where a redirect that is the right answer leads."""
    public: bool = False
    """The same page for everybody, with nothing of any company in it."""
    own: bool = True
    """Whether what it shows is this company's alone."""
    idempotent: bool = False
    """Asked again it changes nothing."""
    desk_only: bool = False
    """What it changes is not a company's."""
    desk_wide: bool = False
    """It names what every console shows."""
    by_link: bool = False
    """Said by a service worker: the signed link stands for a form's token, no cookie is read."""
    others: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.route.split(" ")[0]

    @property
    def verb(self) -> str:
        named = self.route.split(" ")[1]
        return self.method or (named if named.isalpha() else "GET")

    @property
    def address(self) -> str:
        return self.url or self.route.rpartition(" ")[2]

    @property
    def needs_cases(self) -> bool:
        """Asks about what the desk holds: the annas must have called the security company."""
        return self.kind == "ops" and (
            self.address.startswith("/console/") or "{dispatch}" in self.address
        )

    @property
    def by_key(self) -> bool:
        """Names a row by its key inside, which is the same in both companies."""
        return "_pk}" in f"{self.address}{self.body}"

    @property
    def names_something(self) -> bool:
        given = self.body.values() if isinstance(self.body, dict) else ()
        return any("{" in text for text in (self.address, *given) if isinstance(text, str))

    def __str__(self) -> str:
        return f"{self.kind} {self.verb} {self.address}"
