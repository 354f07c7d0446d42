"""A broker of its own that a test may kill."""

import subprocess
import time
from dataclasses import dataclass

from launcher.valkey import Valkey


@dataclass
class Broker:
    valkey: Valkey
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.valkey.prepare()
        command = self.valkey.command()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self.valkey.is_ready():
            assert time.monotonic() < deadline, "valkey did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
