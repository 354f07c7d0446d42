"""Valkey on a unix socket. It keeps nothing on disk: whatever it loses can be read again."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.binaries import valkey_server
from launcher.identity import spare_folder

LONGEST_SOCKET = 100


@dataclass(frozen=True, slots=True)
class Valkey:
    socket: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Valkey":
        socket = folder / "run" / "valkey.sock"
        if len(str(socket)) > LONGEST_SOCKET:
            socket = Path(tempfile.gettempdir()) / f"{spare_folder(folder).name}.valkey.sock"
        return cls(socket)

    def prepare(self) -> None:
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        return [
            str(valkey_server()),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "700",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.socket.parent),
        ]

    def is_ready(self) -> bool:
        return self.socket.exists()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"
