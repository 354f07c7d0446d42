"""Fail if a text of the project has no Japanese."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.translations import missing


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if found := missing():
            raise CommandError("no Japanese for:\n" + "\n".join(f"  {text}" for text in found))
