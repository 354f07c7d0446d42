"""What an operator reads aloud to the police, and where 110 is the wrong number. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PoliceFacts:
    """Facts for the police; an empty text is read as unknown, never left out."""

    caller: str
    call_back: str
    company: str
    site: str
    address: str
    floor: str
    entrance: str
    situation: str
    people: str
    weapon: str


def read_aloud(facts: PoliceFacts) -> str:
    """Words to read aloud, the place first: if the line breaks, a car knows where to go."""
    unknown = _("not known yet")
    lines = [
        _("The place is %(address)s, %(company)s, %(site)s, %(floor)s.")
        % {
            "address": facts.address or unknown,
            "company": facts.company,
            "site": facts.site or unknown,
            "floor": facts.floor or _("floor not known yet"),
        },
        _("The entrance: %(text)s.") % {"text": facts.entrance.rstrip("。") or unknown},
        _("What is happening: %(text)s.") % {"text": facts.situation.rstrip("。") or unknown},
        _("People involved: %(text)s.") % {"text": facts.people.rstrip("。") or unknown},
        _("Weapons: %(text)s.") % {"text": facts.weapon.rstrip("。") or unknown},
        _("This is %(caller)s. Please call back on %(number)s.")
        % {"caller": facts.caller, "number": facts.call_back},
    ]
    return "\n".join(lines)


def is_out_of_reach(centre_prefecture: str, site_prefecture: str) -> bool:
    """Whether 110 from the centre, which reaches its own prefecture's police, is the wrong call."""
    return bool(site_prefecture) and centre_prefecture != site_prefecture
