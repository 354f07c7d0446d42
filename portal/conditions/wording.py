"""Why somebody should be spoken to, in a few words: the rules' findings for people."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wellbeing.models import CareReason, CareTask

Facts = dict[str, Any]


def _bad_now(facts: Facts) -> str:
    if facts.get("in_a_row", 1) > 1:
        return _("bad %(days)s days in a row") % {"days": facts["in_a_row"]}
    return _("bad today")


def _drop(facts: Facts) -> str:
    since = date_format(date.fromisoformat(facts["since"]), "n/j")
    return _("from good on %(since)s to bad") % {"since": since}


WORDS: dict[str, Callable[[Facts], str]] = {
    "bad_now": _bad_now,
    "drop": _drop,
    "many_bad": lambda facts: _("bad %(times)s times within %(days)s days") % facts,
    "silence": lambda facts: _("no answer for %(days)s working days") % facts,
    "asked": lambda _facts: _("wishes to be spoken to"),
    "self_referral": lambda _facts: _("asked for occupational health"),
}


def why(reason: CareReason) -> str:
    return WORDS[reason.rule](reason.facts)


def reasons_of(task: CareTask) -> list[str]:
    """Newest first, each sentence once; a contact after an incident says so."""
    if task.follow_up is not None:
        words = _("%(days)s days after an incident")
        return [words % {"days": task.follow_up.after_days}]
    return list(dict.fromkeys(why(reason) for reason in task.reasons.all()))
