"""Running and owning as somebody else: PostgreSQL refuses to run as root."""

import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Not TMPDIR: every process must find the same place, whatever its environment says.
SOCKETS, HOMES = Path("/tmp"), Path("/var/tmp")  # noqa: S108 - made private and checked below


class PostgresError(RuntimeError):
    """Says what went wrong and what to do about it."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def run(
    command: Sequence[str | Path], account: Account | None = None
) -> subprocess.CompletedProcess[str]:
    # PG* variables of the caller would redirect the programs. The folder is / because the caller's
    # may be closed to the account. The session is new so that Ctrl-C does not break a start.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return subprocess.run(
        [str(part) for part in command],
        env=environment | {"LC_ALL": "C"},
        cwd="/",
        check=False,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def process(pid: int) -> tuple[str, str]:
    """State and command line; the state is Z for a zombie, empty for a process that is gone."""
    if sys.platform == "darwin":
        told = run(["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]).stdout.strip()
        return told[:1], told.partition(" ")[2]
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        command = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return state, command.replace("\0", " ")


def chown(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def own_file(path: Path, account: Account | None, text: str = "") -> None:
    """A file of the account that nobody else reads (root may)."""
    # Root must not follow a link that the owner of the folder laid out.
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW
    with open(os.open(path, flags, 0o600), "a") as file:
        file.write(text)
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)


def make_private(folder: Path, account: Account | None, *, owner: bool = False) -> None:
    """Ours alone; of root's the account's group may pass through, or the account owns it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    expected = account.uid if account and owner else os.geteuid()
    found = folder.lstat()
    # In a public place such as /tmp somebody may have been there first, to listen in.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (expected, os.geteuid()):
        raise PostgresError(f"{folder} belongs to somebody else. Look at it, then remove it.")
    if account:
        os.chown(folder, expected, account.gid)
    folder.chmod(0o710 if account and not owner else 0o700)


def is_private(folder: Path) -> bool:
    """Whether it is a home that this module made for root, and not a trap laid out for it."""
    with contextlib.suppress(FileNotFoundError):
        found = folder.lstat()
        named = folder.parent == HOMES and folder.name.startswith("breakwater-")
        return named and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() == 0
    return False
