"""A model's stored columns, for the few statements that are written by hand.

Django composes a statement anew each time it is sent. For wide rows that costs several times what
the database takes for them, so the ways that an alarm takes name their columns once.
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """All columns, only some, or all but some; an instance reads the others when it is asked for
    them.

    Only for columns that the driver reads as the model does; JSON is not among them.
    """

    def __init__(
        self,
        model: type[M],
        *,
        only: Collection[str] | None = None,
        apart_from: Collection[str] = (),
    ) -> None:
        self._model = model
        fields = [f for f in model._meta.concrete_fields if f.attname not in apart_from]
        fields = [f for f in fields if only is None or f.attname in only]
        unread = [field.name for field in fields if hasattr(field, "from_db_value")]
        assert not unread, f"not as the driver reads them: {unread}"
        self.names = [field.attname for field in fields]
        self._columns = [field.column for field in fields]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, alias: str) -> str:
        """As they stand in a SELECT."""
        return ", ".join(f'{alias}."{column}"' for column in self._columns)

    def bare(self) -> str:
        """As they stand in an INSERT."""
        return ", ".join(f'"{column}"' for column in self._columns)

    def values(self, instance: M) -> list[Any]:
        return [getattr(instance, name) for name in self.names]

    def instance(self, values: Sequence[Any]) -> M:
        return self._model.from_db("default", self.names, values)
