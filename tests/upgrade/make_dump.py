"""Makes f78729c.sql.gz: the database of the last release without a next move, in full swing.

Run once, in a checkout of f78729c with its environment, by that release's own verbs:

    PYTHONPATH=. .venv/bin/python -m launcher exec -- \
        .venv/bin/python <this tree>/tests/upgrade/make_dump.py

Two companies, acme with a support contract and globex without. Each function of scenes.py and
scenes_with_the_desk.py is one incident of that name (table dump.incident). At the end every one of
them has been played to this very moment (table dump.taken).
"""

# mypy: ignore-errors
# What it runs is f78729c's; the tree around this file has outgrown some of it.

import gzip
import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from scenes import BOTH, WITHOUT_CONTRACT  # noqa: E402
from scenes_with_the_desk import JOINT, WITH_CONTRACT  # noqa: E402
from stage import Stage  # noqa: E402

DUMP = Path(__file__).resolve().parent / "f78729c.sql.gz"


def dump() -> None:
    """Of plain statements, so that nothing but a connection is needed to restore it. The template
    is left out: every upgrade stores it anew."""
    parts = conninfo_to_dict(settings.DATABASE_OWNER_URL)
    target = " ".join(f"{key}={value}" for key, value in parts.items())
    done = subprocess.run(
        [
            Path(settings.PG_BIN) / "pg_dump",
            "--no-owner",
            "--no-comments",
            "--inserts",
            "--rows-per-insert=500",
            "--exclude-table-data=public.schema_template",
            target,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    # For psql alone, and for newer servers than the oldest that we run on.
    psqls = ("\\", "--", "SET transaction_timeout")
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(psqls)]
    DUMP.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def main() -> None:
    subprocess.run([sys.executable, "manage.py", "migrate"], check=True)
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        stage = Stage(owner)
        stage.play(stage.acme, BOTH + WITH_CONTRACT)
        stage.play(stage.globex, BOTH + WITHOUT_CONTRACT)
        stage.begin_joint_drill()
        stage.play(stage.acme, JOINT)
        stage.leave_other_jobs()
        stage.stop_the_clock()
    dump()


if __name__ == "__main__":
    main()
