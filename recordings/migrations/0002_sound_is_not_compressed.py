"""Ciphertext does not compress: PostgreSQL need not try it for every unit."""

from django.db import migrations

TABLES = ("recordings_unit", "recordings_quarantine")


def set_storage(kind: str) -> str:
    alter = "ALTER TABLE {table} ALTER COLUMN ciphertext SET STORAGE {kind};"
    return "\n".join(alter.format(table=table, kind=kind) for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_initial")]

    operations = [migrations.RunSQL(set_storage("EXTERNAL"), set_storage("EXTENDED"))]
