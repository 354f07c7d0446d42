"""The lists of a company's administration: each says at its page who may do what in it and where
it stands in the menu. What it does not say is nobody's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.admin import ModelAdmin
from django.db.models import Model, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import NOBODY, administer
from tenants.admin_sites import company_site

Page = TypeVar("Page", bound="type[ModelAdmin[Any]]")


class MenuGroup(TextChoices):
    """Of the menu, in its order."""

    TODAY = "today", pgettext_lazy("menu", "Today")
    PEOPLE = "people", pgettext_lazy("menu", "People")
    PLACES = "places", _("Places and devices")
    WORKING_TIME = "working_time", _("Working time")
    CONDITION = "condition", _("Condition")
    SETTINGS = "settings", _("Company settings")
    RECORDS = "records", _("Records")
    SIGN_IN = "sign_in", _("Sign-in and roles")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """``place`` orders a group. Without a title of its own it is called as its model is."""

    group: MenuGroup
    place: int
    icon: str
    title: Promise | None = None


_entries: dict[str, MenuEntry] = {}


def company_list(
    model: type[Model],
    entry: MenuEntry,
    *,
    look: frozenset[str],
    change: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
) -> Callable[[Page], Page]:
    def register(page: Page) -> Page:
        label = model._meta.label_lower
        administer(label, look=look, change=change, delete=delete)
        _entries[label] = entry
        company_site.register(model, page)
        return page

    return register


def menu() -> list[tuple[MenuGroup, list[tuple[str, MenuEntry]]]]:
    """Each group with its lists, by the labels of their models."""
    in_order = sorted(_entries.items(), key=lambda item: item[1].place)
    return [
        (group, [(label, one) for label, one in in_order if one.group == group])
        for group in MenuGroup
    ]
