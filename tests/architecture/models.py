"""Walking the models of our rooms."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from tests.architecture.modules import FLOORS


def our_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            yield model
