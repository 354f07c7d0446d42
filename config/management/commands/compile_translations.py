"""Compile the texts of each language."""

from typing import Any

from django.core.management.base import BaseCommand

from config.translations import compile_all


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        compile_all()
