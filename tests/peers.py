"""Peers on loopback that behave as badly as they are told to: they keep silent, answer slowly, hang
up in the middle, or say one byte at a time."""

import contextlib
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Talk = Callable[[socket.socket], None]
BYTE_EVERY = 0.05
_given: set[int] = set()


def free_port() -> int:
    """Below the range from which the system takes ports for outgoing connections. None twice:
    senders keep connections, and would speak with the peer of an earlier test."""
    while True:
        port = random.randrange(20_000, 32_000)
        if port in _given:
            continue
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            _given.add(port)
            return port


@dataclass
class Peer:
    """Lets ``talk`` speak with everybody who connects."""

    talk: Talk
    port: int = field(default_factory=free_port)
    connects: int = 0

    @contextlib.contextmanager
    def listening(self) -> Iterator["Peer"]:
        with socket.create_server(("127.0.0.1", self.port)) as door:
            threading.Thread(target=self._serve, args=(door,), daemon=True).start()
            yield self
            door.shutdown(socket.SHUT_RDWR)

    def _serve(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _caller = door.accept()
                self.connects += 1
                threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            self.talk(line)


def silence(line: socket.socket) -> None:
    """Until the caller hangs up."""
    while line.recv(65536):
        pass


def drip(first: bytes, piece: bytes) -> Talk:
    """One piece after the other, as long as somebody listens."""

    def talk(line: socket.socket) -> None:
        line.sendall(first)
        while True:
            line.sendall(piece)
            time.sleep(BYTE_EVERY)

    return talk


@dataclass
class Mailbox:
    """Says what a mail server says: each reply after ``waits`` seconds, or byte by byte, until the
    command at which it hangs up. What it has taken is in ``received``."""

    waits: float = 0.0
    drips: bool = False
    hangs_up_at: bytes = b"nothing"
    received: list[bytes] = field(default_factory=list)
    connects: int = 0

    def talk(self, line: socket.socket) -> None:
        self.connects += 1
        with line.makefile("rb") as stream:
            self._say(line, b"220 here")
            while word := stream.readline()[:4].upper().strip():
                if word == self.hangs_up_at:
                    return
                if word == b"DATA":
                    self._say(line, b"354 go on")
                    self.received.append(b"".join(iter(stream.readline, b".\r\n")))
                    self._say(line, b"250 taken")
                else:
                    self._say(line, b"221 bye" if word == b"QUIT" else b"250 good")

    def _say(self, line: socket.socket, words: bytes) -> None:
        time.sleep(self.waits)
        pieces = [bytes([one]) for one in words + b"\r\n"] if self.drips else [words + b"\r\n"]
        for piece in pieces:
            line.sendall(piece)
            time.sleep(BYTE_EVERY if self.drips else 0)


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """Of an authority that signs itself, for one name."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / f"{name}.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
