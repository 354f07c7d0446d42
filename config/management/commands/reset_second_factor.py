"""For somebody who has lost the phone and the recovery codes, and has proved who they are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.sign_in_reset import take_factors_away
from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from tenants.context import run_in
from tenants.models import Company


class Command(BaseCommand):
    help = "Take a person's second factor away; the next sign-in sets up another one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schema", required=True)
        parser.add_argument("--username", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(schema_name=options["schema"]).first()
        if company is None:
            raise CommandError("no such company")
        run_in(company, self.reset, options["username"])

    @transaction.atomic
    def reset(self, username: str) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("no such person")
        take_factors_away(user)
        shell = Actor(kind="clock", id="command line")
        append(ADMIN_STREAM, "user.second_factor_reset", shell, user=user.public_id)
        self.stdout.write("done")
