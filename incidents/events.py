"""Reading the table of kinds.

Nothing is written that is not in it (`known`); a line that another release wrote is read all the
same (`kind_of`).
"""

from incidents.event_kinds import Audience, EventKind, Tone, event_kind
from incidents.event_table import TABLE

KINDS = {kind.name: kind for kind in TABLE}


class UnknownEventKind(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"no kind of event is called {name!r}: incidents/event_table.py lists them all"
        )


def known(name: str) -> EventKind:
    """For writing. Raises UnknownEventKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownEventKind(name) from None


def kind_of(name: str) -> EventKind:
    """For reading: what another release wrote is an ordinary line that shows its name."""
    return KINDS.get(name) or event_kind(name, "bell", Tone.PLAIN, *_unknown_words(name))


def _unknown_words(name: str) -> tuple[str, str]:
    literally = name.replace("%", "%%")
    return f"%(who)s: {literally}", literally


def names_for(*audiences: Audience) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.audience in audiences]
