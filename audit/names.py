"""What the keys in a page of changes stand for, read at once: django-auditlog asks for each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _


class Names:
    """Names behind foreign keys, with the signature of django-auditlog's own look-up."""

    def __init__(self, entries: Iterable[LogEntry]) -> None:
        wanted: defaultdict[type[Model], set[str]] = defaultdict(set)
        for entry in entries:
            for model, key in _keys_in(entry):
                wanted[model].add(key)
        self._known = {
            (model, str(row.pk)): str(row)
            for model, keys in wanted.items()
            for row in model._default_manager.filter(pk__in=keys).select_related()
        }

    def __call__(self, field: Any, value: str) -> str:
        if not value.isdigit():
            return value  # nobody, or what stands for many
        gone = _("deleted (%(key)s)") % {"key": value}
        return self._known.get((field.related_model, value), gone)


def _keys_in(entry: LogEntry) -> Iterator[tuple[type[Model], str]]:
    """Primary keys that an entry's foreign keys point to."""
    model = entry.content_type.model_class()
    for name, values in (entry.changes_dict or {}).items():
        try:
            field: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.many_to_one or field.one_to_one:
            yield from ((field.related_model, str(one)) for one in values if str(one).isdigit())
