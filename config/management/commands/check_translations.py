"""Fail if a text of the project has no Japanese, or one of the app none of the app's languages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.translations import faults, languages


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = [f"{language}: {fault}" for language in languages() for fault in faults(language)]
        if found:
            raise CommandError("translations:\n" + "\n".join(f"  {line}" for line in found))
