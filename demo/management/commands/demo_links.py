"""Print the one-click sign-in links of every demo role."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.links import links


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for link in links():
            self.stdout.write(f"  {link.role:15} {link.company:8} {link.url}")
