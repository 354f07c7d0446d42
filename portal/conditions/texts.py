"""Why somebody should be spoken to, in a few words: the rules' findings for people."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from wellbeing import followups
from wellbeing.models import CareReason, CareTask
from wellbeing.models.checkins import Condition

Facts = dict[str, Any]


def _bad_now(facts: Facts) -> str:
    if facts.get("in_a_row", 1) > 1:
        return _("bad %(days)s days in a row") % {"days": facts["in_a_row"]}
    return _("bad today")


def _drop(facts: Facts) -> str:
    since = date_format(date.fromisoformat(facts["since"]), "n/j")
    return _("from good on %(since)s to bad") % {"since": since}


def _flat(facts: Facts) -> str:
    condition = Condition(facts["condition"]).label
    return _("“%(condition)s” %(times)s days running") % {**facts, "condition": condition}


WORDS: dict[str, Callable[[Facts], str]] = {
    "bad_now": _bad_now,
    "drop": _drop,
    "many_bad": lambda facts: _("bad %(times)s times within %(days)s days") % facts,
    "silence": lambda facts: _("no answer for %(days)s working days") % facts,
    "flat": _flat,
    "asked": lambda _facts: _("wishes to be spoken to"),
    "self_referral": lambda _facts: _("asked for occupational health"),
}


QUESTIONS = {
    "sleep": _lazy("How does the person sleep"),
    "work": _lazy("How work goes"),
    "wish": _lazy("What the person wishes"),
}
ANSWERS = {
    "fine": _lazy("sleeps well"),
    "a_little_bad": _lazy("sleeps a little badly"),
    "bad": _lazy("sleeps badly"),
    "as_usual": _lazy("works as usual"),
    "hard": _lazy("work is hard"),
    "cannot": _lazy("cannot work"),
    "nothing": _lazy("nothing more"),
    "talk_again": _lazy("to talk again"),
    "health": _lazy("occupational health"),
    "change_of_place": _lazy("another place of work"),
}


def questions_of(task: CareTask) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """Questions of a contact after an incident: choices only, nothing that could be a diagnosis."""
    if task.follow_up is None:
        return []
    return [
        (code, QUESTIONS[code], [(answer, ANSWERS[answer]) for answer in answers])
        for code, answers in followups.QUESTIONS.items()
    ]


def why(reason: CareReason) -> str:
    return WORDS[reason.rule](reason.facts)


def reasons_of(task: CareTask) -> list[str]:
    """Reasons of a task, newest first, each once; a contact after an incident is named as such."""
    if task.follow_up is not None:
        words = _("%(days)s days after an incident")
        return [words % {"days": task.follow_up.after_days}]
    return list(dict.fromkeys(why(reason) for reason in task.reasons.all()))
