"""Whose account the servers run under: PostgreSQL refuses to run as root."""

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

SPARE = Path("/var/tmp")


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    @property
    def arguments(self) -> dict[str, object]:
        """Arguments for subprocess to drop to this account (only root can, and only root must)."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise RuntimeError("neither a postgres nor a nobody account exists to run PostgreSQL as")


def is_reachable(folder: Path) -> bool:
    """Whether others may walk down to this folder (asked only when we are root)."""
    if os.geteuid() != 0:
        return True
    existing = [parent for parent in [folder, *folder.parents] if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing if parent.is_dir())


def spare_folder(of: Path) -> Path:
    """A folder that the servers' account can reach, the same each time for the same place."""
    digest = hashlib.sha256(str(of).encode()).hexdigest()[:12]
    return SPARE / f"sobani-{digest}"


def reachable_install(install: Path) -> Path:
    """The PostgreSQL folder, copied where the servers' account can read it if need be.

    The programs find their libraries relative to themselves, so the sibling folder goes along.
    """
    if is_reachable(install):
        return install
    target = spare_folder(install) / install.parent.name
    if not (target / install.name / "bin" / "postgres").exists():
        shutil.copytree(install, target / install.name, symlinks=True, dirs_exist_ok=True)
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, target.with_name(libraries.name), dirs_exist_ok=True)
        os.chmod(target.parent, 0o755)
    return target / install.name
