"""Fill the demo companies, once."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.conditions import fill_conditions
from demo.seed import seed
from tenants.context import run_in


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for company in seed():
            run_in(company, fill_conditions)
