"""The whole stack with web processes whose clock is wrong by SKEW_SECONDS.

`python -m tests.live.skewed run`. Only the database's clock decides anything.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import time_machine

from launcher import run

if __name__ == "__main__":
    run.APPLICATION = "tests.live.skewed:application"
    sys.exit(run.run())
else:
    wrong = datetime.now(UTC) + timedelta(seconds=float(os.environ["SKEW_SECONDS"]))
    time_machine.travel(wrong, tick=True).start()
    from config.asgi import application as application
