"""`make bench`: the figures of the design, each with its baseline or peer in the same run.

`make bench ARGS="ingest streams"` runs some rows, `ARGS=--list` names them, `--quick` runs them
small. A table on the screen, in which each figure stands beside that of the last run; JSON lines in
bench/results/history.jsonl.
"""

import argparse
import importlib
import importlib.util
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django

from bench.figures import Figure, NotRun, say
from bench.history import History, is_regression

HISTORY = Path(__file__).parent / "results" / "history.jsonl"
# Modules of this package with a generator `figures()`, in running order: the last three need a
# thousand companies, which would be in the others' way.
ROWS = {
    "answers": "a bare answer and GET device over one kept connection",
    "tap_cost": "each part of an alarm: CPU by process, statements, fsyncs, WAL",
    "tap_to_page": "tap → supervisor's open page, against its own SQL",
    "taps": "taps under load, and their notices handed over",
    "mouth_to_ear": "mouth to ear in a real Chromium",
    "ingest": "audio units acknowledged, against nginx and a plain Django view",
    "streams": "1,000 live streams",
    "conditions": "board of conditions and care rules, 5,000 people",
    "lists": "open alarms, poll and history with 100,000 alarms behind them",
    "timers": "3,000 moves within a minute, a timekeeper killed; what a claim costs",
    "neighbours": "another company's taps, calls and notices while one company or peer misbehaves",
    "new_company": "creating a company, against save() and migrate",
    "scale": "request cost with 1,000 companies",
    "operator_queue": "the operators' queue, 10 and 1,000 companies",
}


def main() -> int:
    asked = arguments()
    if asked.list:
        print("\n".join(f"{name:14} {about}" for name, about in ROWS.items()))
        return 0
    if asked.quick:
        os.environ["BENCH_QUICK"] = "1"
    prepare()
    history = History(HISTORY, quick=asked.quick)
    missing = []
    for name in asked.rows or ROWS:
        print(f"\n{name}: {ROWS[name]}", flush=True)
        try:
            for figure in figures_of(name):
                show(figure, history.last(name, figure))
                history.add(name, figure)
        except NotRun as reason:
            missing.append(f"{name}: {reason}")
            print(f"  *** NOT RUN *** {reason}", flush=True)
    for line in missing:
        print(f"*** NOT RUN *** {line}", file=sys.stderr)
    return 1 if missing and asked.rows else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    return asked


def prepare() -> None:
    """On the servers that `launcher exec` has started, which nobody else uses."""
    say("preparing the database")
    for command in ("compile_translations", "migrate", "seed_demo"):
        subprocess.run([sys.executable, "manage.py", command], check=True, capture_output=True)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def figures_of(name: str) -> Iterator[Figure]:
    if importlib.util.find_spec(f"bench.{name}") is None:
        raise NotRun("this copy has no such row yet")
    row: Iterator[Figure] = importlib.import_module(f"bench.{name}").figures()
    return row


def show(figure: Figure, last: float | None) -> None:
    verdict = {True: "reached", False: "MISSED", None: ""}[figure.is_reached]
    before = "" if last is None else f"was {last:.4g}"
    if last is not None and is_regression(figure, last):
        before += " WORSE"
    print(
        f"  {figure.what:48} {figure.value:12.4g} {figure.unit:8}{before:18}"
        f"{figure.reach:>8} {verdict:8} {figure.note}".rstrip(),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
