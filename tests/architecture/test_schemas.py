"""The walls between companies."""

import ast

from django.conf import settings
from django.db.models import ForeignKey

from tests.architecture.models import our_models
from tests.architecture.modules import our_modules


def test_every_app_is_shared_or_a_companys_never_both() -> None:
    shared, own = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    assert not shared & own
    assert {model._meta.app_config.name for model in our_models()} <= shared | own


def test_no_foreign_key_crosses_the_wall_between_companies() -> None:
    shared = set(settings.SHARED_APPS)
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey):
                here = model._meta.app_config.name in shared
                there = field.related_model._meta.app_config.name in shared
                assert here == there, field


def test_the_unsafe_ways_into_a_schema_are_not_used() -> None:
    for path, tree in our_modules():
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", []):
                assert "schema_context" not in ast.dump(decorator), path
