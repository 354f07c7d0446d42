"""Hosts, sign-ins and enrolment codes of the demo, for programs (--json)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.desk import DESK_PEOPLE
from demo.links import anna, base, links
from demo.seed import PARTS, PASSWORD
from people.devices.services import issue_code
from tenants.context import run_in
from tenants.models import Company


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        all_links = list(links())
        names = [name for name, _roles in PARTS.values()]
        body = {
            "hosts": {name or "platform": base(name) for name in ("acme", "globex", "ops", "")},
            "password": PASSWORD,
            "users": {
                "acme": names,
                "globex": names,
                "ops": list(DESK_PEOPLE),
                "platform": ["platform"],
            },
            "links": [
                {"role": link.role, "company": link.company, "url": link.url} for link in all_links
            ],
            "enrolment_codes": {
                company.schema_name: run_in(company, lambda: issue_code(holder=anna()))
                for company in Company.objects.filter(schema_name__in=("acme", "globex"))
            },
        }
        self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
