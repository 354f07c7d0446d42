from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Translate the names of fields that have no verbose name of their own."""
        for field in (field for model in apps.get_models() for field in model._meta.fields):
            if isinstance(field.verbose_name, str):
                field.verbose_name = _(field.verbose_name)
