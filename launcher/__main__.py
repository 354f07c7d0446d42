"""python -m launcher setup [--dev] | run | stop | exec [--durable] -- COMMAND…"""

import sys

from launcher.execute import execute
from launcher.run import run, stop_running
from launcher.setup import DEVELOPMENT, RUNTIME, enter, setup


def main(arguments: list[str]) -> int:
    match arguments:
        case ["setup", *rest]:
            setup(DEVELOPMENT if "--dev" in rest else RUNTIME)
            return 0
        case ["run"]:
            setup(RUNTIME)
            enter(arguments)
            return run()
        case ["stop"]:
            return stop_running()
        case ["exec", *rest] if "--" in rest:
            enter(arguments)
            where = rest.index("--")
            return execute(rest[where + 1 :], durable="--durable" in rest[:where])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
