"""Fill the demo companies, once."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.seeding import seed


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        seed()
