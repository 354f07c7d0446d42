"""SMTP with one deadline for a whole dialogue, however slowly the server answers.

A socket's own timeout begins anew with every byte: a server that answers just in time, six to ten
times, would hold its sender for as long as it likes.
"""

import io
import math
import smtplib
import socket
import time
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

WITHIN = 20.0
"""Seconds from the first packet to the answer that the message is taken."""
TO_CONNECT = 3.0
"""Seconds of these for each address of the server, in which a dead one shows."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, most: float = math.inf) -> float:
        """Seconds left, ``most`` at most. Raises TimeoutError when there are none."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("out of time")
        return min(seconds, most)


class Replies(io.RawIOBase):
    """The server's replies, read until the deadline."""

    def __init__(self, line: socket.socket, deadline: Callable[[], Deadline]) -> None:
        self._line, self._deadline = line, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._deadline().left())
        return self._line.recv_into(buffer)


class Dialogue(smtplib.SMTP):
    """SMTP client that checks ``deadline`` at every step; a kept connection gets a new one."""

    def __init__(self, *args: Any, deadline: Callable[[], Deadline], **kwargs: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        failure = OSError(f"{host} has no address")
        for *_kind, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            there = (str(where[0]), port)
            try:
                return socket.create_connection(there, self._deadline().left(TO_CONNECT))
            except OSError as error:
                failure = error
        raise failure

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Replies(self.sock, self._deadline))
        return super().getreply()

    def send(self, s: Any) -> None:
        self._limit()
        super().send(s)

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        answer = super().docmd(cmd, args)
        if cmd == "STARTTLS":  # what follows is the handshake, under the timeout of its socket
            self._limit()
        return answer

    def _limit(self) -> None:
        """Set the socket's timeout to what is left. Raises SMTPServerDisconnected."""
        if self.sock is None:
            return
        try:
            self.sock.settimeout(self._deadline().left())
        except TimeoutError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error


class Backend(EmailBackend):
    """Django's backend with a deadline that is set anew for every message."""

    def __init__(self, *args: Any, deadline: Deadline | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = deadline or Deadline(WITHIN)

    def connection_class(self, *args: Any, **kwargs: Any) -> Dialogue:  # type: ignore[override]  # a class in Django
        return Dialogue(*args, deadline=lambda: self.deadline, **kwargs)
