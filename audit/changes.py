"""Changes of settings and master data that are kept: never a secret, never a mere sign of life."""

from collections.abc import Callable, Collection
from typing import TypeVar

from auditlog.registry import auditlog
from django.db.models import Model

Kept = TypeVar("Kept", bound=type[Model])


def changes_kept(
    *, apart_from: Collection[str] = (), many_to_many: Collection[str] = ()
) -> Callable[[Kept], Kept]:
    """Of a model: each save and delete of a row writes down what became different."""

    def register(model: Kept) -> Kept:
        auditlog.register(model, exclude_fields=[*apart_from], m2m_fields={*many_to_many})
        return model

    return register
