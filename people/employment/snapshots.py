"""What an import changes of each person, kept so that it can be taken back."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.serializers.python import Serializer

from people.models import Employee

Fields = dict[str, Any]
Change = tuple[int, Fields | None, Fields]
"""An employee's key, the fields before (None for somebody new) and after."""


class Changes:
    """Changes of an import, each person once, however often it touches them."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[Fields | None, Fields]] = {}

    def note(self, key: int, before: Fields | None, after: Fields) -> None:
        first = self._of[key][0] if key in self._of else before
        self._of[key] = (first, after)

    def all(self) -> list[Change]:
        return [(key, before, after) for key, (before, after) in self._of.items()]


COLUMNS = [one.name for one in Employee._meta.concrete_fields]


def snapshot(employee: Employee, others: Iterable[int] | None = None) -> Fields:
    """The stored values of an employee. ``others``: keys of further departments, where known."""
    if others is None:
        others = [one.pk for one in employee.other_departments.all()]
    (written,) = Serializer().serialize([employee], fields=COLUMNS)
    fields = cast(Fields, written["fields"])
    texts = {name: value if value is None else str(value) for name, value in fields.items()}
    return texts | {"other_departments": sorted(others)}
