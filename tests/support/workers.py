"""A Celery worker of its own."""

import os
import subprocess
import sys
import uuid
from dataclasses import dataclass


@dataclass
class Worker:
    """Celery as `make run` starts it, with a mail server of our own."""

    mail_port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = ["-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2"]
        self.process = subprocess.Popen(
            [sys.executable, *command, "--loglevel", "error", "-n", f"{uuid.uuid4().hex[:6]}@test"],
            env=os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}"},
        )

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    @property
    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None
