"""The demo's mail server: keeps what it is given in DATA_DIR/mail, where the mailbox page reads it.

Knows no Django, so that it answers before anything else does. It listens on the socket that it was
handed as its standard input, as inetd does.
"""

import asyncio
import os
import socket
from email.message import Message
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

NEWEST = 500
LARGEST_BYTES = 1_000_000


class NewestMails(Mailbox):
    """A maildir of the newest mails; the older ones are thrown away."""

    def handle_message(self, message: Message) -> None:
        super().handle_message(message)
        folder = Path(self.mail_dir)
        kept = sorted(
            [*folder.glob("new/*"), *folder.glob("cur/*")], key=lambda mail: mail.stat().st_mtime_ns
        )
        for mail in kept[:-NEWEST]:
            mail.unlink(missing_ok=True)


async def serve(listening: socket.socket, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    handler = NewestMails(folder)

    def session() -> SMTP:
        return SMTP(handler, hostname="localhost", data_size_limit=LARGEST_BYTES)

    server = await asyncio.get_running_loop().create_server(session, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=0), Path(os.environ["DATA_DIR"]) / "mail"))
