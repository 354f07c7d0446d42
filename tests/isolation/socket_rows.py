"""Every socket, and who may open it."""

from tests.isolation import rights
from tests.isolation.lists import NONE

# Every socket of config/asgi.py and who of the nine and of the desk may open it, on which host; "/"
# stands for every other path. What the console's carries: tests/operations/test_console_socket.py.
SOCKETS = {
    "/ws/app/": ("", rights.DEVICE),
    "/ws/portal/": ("", rights.SIGNED_IN),
    "/ws/portal/watching/": ("", NONE),  # a cookie of its own, the watcher's
    "/ws/console/": ("ops.localhost", rights.AT_A_CONSOLE),
    "/": ("", NONE),
}
