"""The platform's own administrators come from here: at least two, because some things need two."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.invitations import schedule_invitation
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from tenants.context import run_in
from tenants.models import Company


class Command(BaseCommand):
    help = "Invite a platform administrator by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("--username", "--email", "--family-name", "--given-name"):
            parser.add_argument(name, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        platform = Company.objects.filter(kind=Company.Kind.PLATFORM).first()
        if platform is None:
            raise CommandError("there is no platform yet: create_company --kind platform")
        run_in(platform, self.invite, options)

    @transaction.atomic
    def invite(self, options: dict[str, Any]) -> None:
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError("this sign-in name is taken")
        user = User.objects.create_user(
            options["username"],
            None,
            email=options["email"],
            roles=[Role.PLATFORM_ADMIN],
            family_name=options["family_name"],
            given_name=options["given_name"],
        )
        schedule_invitation(user)
        shell = Actor(kind="clock", id="command line")
        append(ADMIN_STREAM, "user.invited", shell, user=user.public_id)
        self.stdout.write("invited")
