"""What earlier runs on this machine have found: each figure stands beside its last one."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from bench.figures import Figure

MUCH = 1.15
"""Times as bad as the last one is a regression; less is this machine's mood."""


class History:
    """JSON lines, one a figure; runs with --quick stand by themselves."""

    def __init__(self, file: Path, *, quick: bool) -> None:
        file.parent.mkdir(exist_ok=True)
        self._file = file
        self._run = {"run": time.strftime("%Y-%m-%d %H:%M:%S"), "quick": quick}
        lines = file.read_text().splitlines() if file.exists() else []
        known = [json.loads(line) for line in lines]
        self._last = {(k["row"], k["what"]): k["value"] for k in known if k["quick"] == quick}

    def last(self, row: str, figure: Figure) -> float | None:
        return self._last.get((row, figure.what))

    def add(self, row: str, figure: Figure) -> None:
        kept = self._run | {"row": row} | asdict(figure)
        with self._file.open("a") as file:
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")


def is_regression(figure: Figure, last: float) -> bool:
    if figure.more_is_better:
        return figure.value * MUCH < last
    return figure.value > last * MUCH
