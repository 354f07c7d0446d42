"""A fleet of devices that tap, stream and talk; its ledger is compared with the server at the end.

Exit code 1 when anything that was acknowledged is not there.
"""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from demo.fleet import Enrolment, Fleet
from demo.http_client import RequestRefused, ServerAway
from demo.ledger_check import differences
from demo.seed import PASSWORD
from demo.sound import SAMPLE, BadSound, read_sound
from people.devices.services import issue_code
from people.models import Device, Employee
from tenants.context import run_in
from tenants.models import Company

SHOWN_DIFFERENCES = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, help="schema, for example acme")
        parser.add_argument("--devices", type=int, default=5)
        parser.add_argument("--audio", type=Path, default=SAMPLE, help="ADTS AAC file")
        parser.add_argument("--seconds", type=float, default=30.0)
        parser.add_argument("--server", default=f"http://127.0.0.1:{settings.PORT}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sound = read_sound(options["audio"])
        except BadSound as error:
            raise CommandError(str(error)) from error
        company = Company.objects.filter(schema_name=options["company"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['company']!r}.")
        domain = company.domains.order_by("-is_primary").first()
        if domain is None:
            raise CommandError(f"{options['company']} has no domain.")
        url, host = connect_to(options["server"], domain.domain)
        enrolments, sign_ins = run_in(company, cast_of, options["devices"])
        fleet = Fleet(url, host, sound)
        asyncio.run(self.simulate(fleet, enrolments, sign_ins, options["seconds"]))

    async def simulate(
        self,
        fleet: Fleet,
        enrolments: list[Enrolment],
        sign_ins: list[tuple[str, str]],
        seconds: float,
    ) -> None:
        await self.must_answer(fleet)
        total = len(enrolments) * max(1, round(seconds / fleet.sound.unit_seconds))
        supervisors = []
        try:
            supervisors = await fleet.work(enrolments, sign_ins, seconds, self.bar(total))
            self.stdout.write("\nComparing the ledger with the server …")
            lost = await differences(fleet, supervisors)
        except (RequestRefused, ServerAway) as error:
            raise CommandError(str(error)) from error
        finally:
            for supervisor in supervisors:
                await supervisor.caller.session.close()
        self.report(fleet, lost)

    async def must_answer(self, fleet: Fleet) -> None:
        caller = fleet.caller()
        try:
            answer = await caller.once("GET", "/accounts/login/")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CommandError(f"No server answers at {fleet.url}. Is `make run` up?") from error
        finally:
            await caller.session.close()
        if answer.status != 200:
            raise CommandError(f"{fleet.url} answers {answer.status} for {fleet.host}.")

    def bar(self, total: int) -> Any:
        done = 0

        def step(what: str) -> None:
            nonlocal done
            done += what == "unit"
            if what == "unit" and sys.stdout.isatty():
                filled = 40 * done // total
                bar = f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{total} units"
                self.stdout.write(bar, ending="")
                self.stdout.flush()

        return step

    def report(self, fleet: Fleet, lost: list[str]) -> None:
        counts = fleet.ledger.counts()
        self.stdout.write("Acknowledged: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        for line in lost[:SHOWN_DIFFERENCES]:
            self.stdout.write(f"  LOST {line}")
        if lost:
            raise CommandError(f"{len(lost)} differences between the ledger and the server.")
        self.stdout.write("Everything that was acknowledged is there, unit bytes included.")


def connect_to(server: str, domain: str) -> tuple[str, str]:
    """Where to connect, and the Host to ask for; *.localhost is this machine."""
    parts = urlsplit(server if "//" in server else f"http://{server}")
    name = parts.hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        name = "127.0.0.1"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{name}{port}", f"{domain}{port}"


def cast_of(count: int) -> tuple[list[Enrolment], list[tuple[str, str]]]:
    """Codes for people without a sign-in, a device of each kind at most; and the supervisors."""
    people = list(Employee.objects.filter(user=None).order_by("number"))
    places = [(person, kind) for kind in Device.Kind.values for person in people]
    if not 0 < count <= len(places):
        raise CommandError(f"This company's people can carry 1 to {len(places)} devices.")
    enrolments = [Enrolment(issue_code(holder=who), kind) for who, kind in places[:count]]
    supervisors = [user for user in User.objects.all() if Role.SUPERVISOR in user.roles]
    return enrolments, [(user.username, PASSWORD) for user in supervisors]
