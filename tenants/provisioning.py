"""Making companies: a schema is a copy of the template, made by the database in one transaction, or
ahead of it (`spares`)."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract, Domain
from tenants.template import naming, rearranged
from tenants.zones import today_in

# Unique enough that replacing it in the dump can hit nothing else.
TEMPLATE = "zz_template_7f3a"
NOISE = re.compile(
    r"^(SET [a-z_]+ = .*;|SELECT pg_catalog\.set_config\('search_path'.*|\\.*)$", re.MULTILINE
)
PREAMBLE_ENDS = "CREATE SCHEMA"


@transaction.atomic
def create_company(
    *, name: str, schema: str, domain: str, kind: str = Company.Kind.COMPANY, support: bool = False
) -> Company:
    """A company with its schema, host and (optionally) support contract, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.provision_company(%s)", [schema])
    company = Company(schema_name=schema, name=name, kind=kind)
    company.save(verbosity=0)
    Domain.objects.create(tenant=company, domain=domain, is_primary=True)
    if support:
        Contract.objects.create(
            company=company,
            number=f"S-{company.pk:05d}",
            support_from=today_in(company.time_zone),
        )
    transaction.on_commit(forget_cached_companies)
    return company


def store_template() -> None:
    """Keep the template's SQL where provision_company() finds it. Runs as the owner."""
    dump = without_noise(dump_template())
    sql = rearranged(dump)
    fingerprint = hashlib.sha256(sql.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.schema_template (id, name, sql, naming_sql, fingerprint)"
            " VALUES (1, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name,"
            " sql = EXCLUDED.sql, naming_sql = EXCLUDED.naming_sql,"
            " fingerprint = EXCLUDED.fingerprint, stored_at = now()",
            [TEMPLATE, sql, naming(dump, TEMPLATE), fingerprint],
        )


def without_noise(dump: str) -> str:
    """Drop the preamble and psql's own lines; grants stay, function bodies too."""
    head, start, rest = dump.partition(PREAMBLE_ENDS)
    kept = "\n".join(line for line in rest.splitlines() if not line.startswith("\\"))
    return NOISE.sub("", head) + start + kept


def dump_template() -> str:
    parts = conninfo_to_dict(settings.DATABASE_OWNER_URL)
    program = Path(settings.PG_BIN) / "pg_dump" if settings.PG_BIN else Path("pg_dump")
    environment = os.environ | {"PGPASSWORD": str(parts.pop("password", ""))}
    target = " ".join(f"{key}={value}" for key, value in parts.items())
    done = subprocess.run(  # noqa: S603 - our own program and settings
        [
            program,
            "--schema",
            TEMPLATE,
            "--no-owner",
            "--no-comments",
            "--inserts",
            "--rows-per-insert=200",
            target,
        ],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
