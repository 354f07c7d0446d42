"""What a company decided once for the whole of itself: one row at most. No row: the defaults."""

from typing import Any, Self

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

ONLY = 1


class SingletonModel(models.Model):
    """A table of at most one row. List ``singleton_constraint`` in ``Meta.constraints``, too."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = ONLY
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Self:
        return cls._default_manager.first() or cls(pk=ONLY)


def singleton_constraint(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(pk=ONLY), name=name)


class SingletonAdmin(ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.model.objects.exists()
