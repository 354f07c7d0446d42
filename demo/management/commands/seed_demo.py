"""Fill the demo companies, once; the operators are on shift after every start."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.conditions import fill_conditions
from demo.seed import seed
from demo.shifts import begin_shifts
from tenants.context import run_in
from tenants.models import Company


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for company in seed():
            run_in(company, fill_conditions)
        run_in(Company.objects.get(schema_name="ops"), begin_shifts)
