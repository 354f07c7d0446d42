"""Rows of every model, made from what its fields say: enough that a list shows a full page of them,
each beside another person."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

ONE = {
    "people.appsettings",
    "incidents.retentionsettings",
    "wellbeing.wellbeingsettings",
    "accounts.singlesignon",
}
"""Settings: there is one row."""
# What a constraint asks for, where a field alone does not say it.
ALSO: dict[str, dict[str, Any]] = {
    "people.supervisorassignment": {"site": None, "employee": None},
    "people.device": {"post": None},
    "people.exclusion": {"incident_id": None},
    "people.employee": {"ended_on": None},
    "people.provisioningtoken": {"slot": 1},
    "escalation.exercise": {"department": None, "passed_with": None},
    "notifications.notice": {"recipient_device": None, "recipient_employee": None},
    "notifications.noticetext": {"title": "{number}"},
    "incidents.incident": {"state": "open", "closed_at": None, "post": None},
    "people.workpattern": {"ends_at": "18:00"},
    "recordings.playsession": {"actor_kind": "user", "operator_id": None, "grant_id": None},
}

KINDS: list[tuple[type, Any]] = [
    (models.DateField, "2026-12-31"),
    (models.TimeField, "09:00"),
    (models.BooleanField, False),
    (models.BinaryField, b"x"),
    (models.JSONField, {}),
    (ArrayField, [0]),
    (models.GenericIPAddressField, None),
]


def fill(model: type[models.Model], number: int) -> list[Any]:
    """The keys of as many rows as were asked for, or as there can be."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    wanted = min(number, _most(model))
    if len(keys) < wanted:
        rows = [model(**row) for row in _rows(model, range(len(keys), wanted), number)]
        model._default_manager.bulk_create(rows, batch_size=1000)
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return keys


def _most(model: type[models.Model]) -> int:
    if model is ContentType:
        return 0  # there are as many as there are models
    if model._meta.label_lower in ONE:
        return 1
    chosen = [
        len(list(field.choices))
        for field in model._meta.concrete_fields
        if field.unique and field.choices
    ]
    return min(chosen, default=10**6)


def _rows(model: type[models.Model], wanted: range, number: int) -> Iterator[dict[str, Any]]:
    label = model._meta.label_lower
    also = ALSO.get(label, {}) | ({"pk": 1} if label in ONE else {})
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]
    fields = [one for one in fields if one.name not in also]
    others = {
        field.name: fill(field.related_model, min(number, 120))
        for field in fields
        if field.is_relation and not _is_circle(field)
    }
    for n in wanted:
        values = {name: keys[n % len(keys)] for name, keys in others.items()}
        by_key = {model._meta.get_field(name).attname: key for name, key in values.items()}
        plain = {one.name: _value(one, n) for one in fields if not one.is_relation}
        yield by_key | {name: value for name, value in plain.items() if value is not None} | also


def _is_circle(field: Any) -> bool:
    return field.related_model is field.model or (field.one_to_one and field.null)


def _value(field: Any, n: int) -> Any:
    """None where the field has a value of its own."""
    if field.choices:
        return list(dict(field.flatchoices))[n % len(field.flatchoices)]
    if (field.has_default() or field.has_db_default()) and not field.unique:
        return None
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.UUIDField):
        return None if field.has_default() else uuid4()
    for kind, value in KINDS:
        if isinstance(field, kind):
            return value
    text = isinstance(field, models.CharField | models.TextField)
    return f"{n}.{field.name}@x"[: field.max_length or 40] if text else n + 1
