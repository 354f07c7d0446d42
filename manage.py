#!/usr/bin/env python
"""Django's command line. Commands that change the schema sign in as the owner of the tables.

Beside a running `make run` it uses the servers of that copy.
"""

import os
import sys

from django.core.management import execute_from_command_line

from launcher.servers_file import join_running

OWNER_COMMANDS = {"migrate", "showmigrations"}


def main() -> None:
    join_running()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if OWNER_COMMANDS & set(sys.argv[1:2]):
        os.environ["SOBANI_AS_OWNER"] = "1"
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
