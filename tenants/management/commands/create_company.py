"""Create a company: its schema, its host and, if asked, its support contract."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tenants.models import Company
from tenants.provisioning import create_company


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--schema", required=True)
        parser.add_argument("--domain", required=True)
        parser.add_argument("--kind", choices=Company.Kind.values, default=Company.Kind.COMPANY)
        parser.add_argument("--support", action="store_true", help="with a support contract")

    def handle(self, *args: Any, **options: Any) -> None:
        fields = {key: options[key] for key in ("name", "schema", "domain", "kind", "support")}
        company = create_company(**fields)
        self.stdout.write(f"{company.name}: {company.schema}, {options['domain']}")
