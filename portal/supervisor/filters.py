"""What the address of the alarm list asks for. Bad values are said and left out, never obeyed."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.closed import NEWEST_FIRST, ORDERS, UNCLASSIFIED, Wanted
from incidents.models import Incident
from portal.supervisor.forms import OUTCOMES

PERIODS = [("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year"))]
DEFAULT_PERIOD = "30"
LARGEST_KEY = 2**31 - 1
SORTED_BY = [
    (NEWEST_FIRST, _("Newest first")),
    ("opened", _("Oldest first")),
    ("reporter", _("By the reporter's name")),
    ("place", _("By place")),
    ("-seen", _("Longest until confirmed first")),
    ("-duration", _("Longest first")),
]
Choices = list[tuple[Any, Any]]


class FilterForm(forms.Form):
    """Choices are only offered, not demanded: what fits nothing that this person may see finds
    nothing, and whether it exists is not said."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    period = forms.ChoiceField(label=_("Period"), choices=PERIODS, required=False)
    site = forms.UUIDField(label=_("Site"), required=False, widget=forms.Select)
    department = forms.IntegerField(
        label=_("Department"),
        min_value=1,
        max_value=LARGEST_KEY,
        required=False,
        widget=forms.Select,
    )
    kind = forms.IntegerField(
        label=_("Classification"),
        min_value=0,
        max_value=LARGEST_KEY,
        required=False,
        widget=forms.Select,
    )
    outcome = forms.ChoiceField(label=_("Result"), required=False)
    person = forms.UUIDField(label=_("Person"), required=False, widget=forms.Select)
    drills = forms.BooleanField(label=_("Include drills"), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTED_BY, required=False)

    counts_nobodys = False

    def __init__(self, query: QueryDict) -> None:
        asked = query.dict()
        super().__init__({"period": DEFAULT_PERIOD, "sort": NEWEST_FIRST} | asked)
        self.asked = {name: asked[name] for name in self.fields if asked.get(name)}
        outcomes = [(value, label) for value, label, _hint in OUTCOMES]
        self.fields["outcome"].choices = [("", _("All")), *outcomes]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["sort"].widget.attrs["data-column"] = gettext("By a column")
        self.fields["sort"].choices = self._orders()  # type: ignore[attr-defined]  # a ChoiceField

    def _orders(self) -> Choices:
        """Any column both ways; those that are no choice of the menu stand in it while chosen."""
        offered = dict(SORTED_BY)
        every = [*ORDERS, *(f"-{name}" for name in ORDERS)]
        chosen = self.data["sort"]
        more = [(chosen, _("By a column"))] if chosen in every and chosen not in offered else []
        return [*SORTED_BY, *more]

    def offer(self, name: str, choices: Choices) -> None:
        """Fill a menu. What is chosen stays in it, also where it fits nothing at present."""
        chosen = self.asked.get(name, "")
        known = {str(value) for value, _label in choices}
        if chosen and chosen not in known and name not in self.errors:
            choices = [*choices, (chosen, _("Chosen, none at present"))]
        self.fields[name].widget.choices = [("", _("All")), *choices]

    def clean(self) -> dict[str, Any]:
        """押し間違い is never asked for of one person: nobody's are counted."""
        clean = super().clean() or {}
        of_somebody = clean.get("person") or clean.get("q")
        if clean.get("outcome") == Incident.Outcome.MISTAKEN and of_somebody:
            self.add_error("outcome", gettext("Mistaken taps are not counted per person"))
            self.counts_nobodys = True
        return clean

    @property
    def problems(self) -> list[str]:
        """What was left out, in words."""
        if self.counts_nobodys:
            return [f"{self.fields['outcome'].label}: {self.errors['outcome'][0]}"]
        unreadable = gettext("cannot be read")
        return [f"{self.fields[name].label}: {unreadable}" for name in self.errors]

    @property
    def narrows(self) -> bool:
        """Whether anything but the order is asked for."""
        return bool(self.asked.keys() - {"sort"})

    def wanted(self) -> Wanted:
        self.is_valid()
        clean = self.cleaned_data
        return Wanted(
            days=int(clean.get("period") or DEFAULT_PERIOD),
            text=clean.get("q") or "",
            site=clean.get("site"),
            department=clean.get("department"),
            kind=clean.get("kind"),
            outcome=clean.get("outcome") or "",
            person=clean.get("person"),
            drills=bool(clean.get("drills")),
            order=clean.get("sort") or NEWEST_FIRST,
        )


def unclassified() -> tuple[int, Any]:
    return UNCLASSIFIED, gettext("Not classified yet")
