"""The demo's mail server, on loopback at whatever port is free; what it takes, nobody sends on."""

import socket
import sys

from launcher.processes import Child


def mail_server() -> tuple[Child, str]:
    """The process and its EMAIL_URL. The socket is ours and stays open when the process is killed,
    so the port is known before it starts and stays its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    command = [sys.executable, "-m", "demo.mail_server"]
    return Child("mail", command, stdin=listening.detach()), url
