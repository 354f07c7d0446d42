"""What notices say to the device that pressed: the employee's own, read in her app's language."""

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.events import KINDS


def to_employee(words: str, person: User | None) -> str:
    name = {"name": person.polite_name if person else ""}
    texts = {
        "seen": _("%(name)s has seen it"),
        "coming": _("%(name)s is on the way"),
        "arrived": _("%(name)s has arrived"),
        "cannot_come": _("Somebody who was on the way cannot come. Others are being called."),
        "cannot_come_only": _("Somebody who was on the way cannot come."),
        "not_arrived": _("No word from the person who was on the way. Others are being called."),
        "claimed": _("The security company has taken over"),
        "returned": _("The security company is assigning another operator"),
        "ended": _("The security company has finished"),
        "call_110": _("Nobody has come yet. In danger, call 110 (police) now."),
        "desk_silent": _(
            "The security company has not answered yet. In danger, call 110 (police) now."
        ),
        "nobody_reached": _("Nobody could be reached. In danger, call 110 (police) now."),
        "suspended": _("The service stops now. In danger, call 110 (police) now."),
        "drill_ended": _("The drill has ended by itself"),
    }
    return texts[words] % name if words in texts else str(KINDS[words].notice)
