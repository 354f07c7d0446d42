"""How far a long command is: one line that changes on a terminal, a line each in a log."""

import time
from dataclasses import dataclass, field

from django.core.management.base import OutputWrapper

WIDTH = 78


@dataclass
class Progress:
    out: OutputWrapper
    started: float = field(default_factory=time.monotonic)

    def step(self, number: int, total: int, what: str) -> None:
        line = f"  {number}/{total} {what}, {time.monotonic() - self.started:.0f} s"
        is_last = number == total
        self._write(line, "\r" if self.out.isatty() and not is_last else "\n")

    def say(self, text: str) -> None:
        self._write(text, "\n")

    def _write(self, text: str, end: str) -> None:
        """Overwrite the line, padded so that nothing is left of the former one."""
        padded = f"{text:{WIDTH}}" if self.out.isatty() else text
        self.out.write(padded, ending=end)
        self.out.flush()
