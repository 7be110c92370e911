"""Debian's pgbouncer in transaction mode on loopback, before a database of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

HELP = "pgbouncer is not installed (Debian or Ubuntu: `sudo apt-get install pgbouncer`)"


def find() -> str | None:
    """Where pgbouncer is; as root on Debian it is installed where it is missing."""
    place = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("pgbouncer", path=place)
    if found or not _can_install():
        return found
    print("Installing Debian's pgbouncer with apt-get.", file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "pgbouncer"]):
        subprocess.run([*wait, *step], env=quiet, check=False)
    return shutil.which("pgbouncer", path=place)


@contextmanager
def pooled(program: str, url: str, connections: int) -> Iterator[str]:
    """The address of a pool of that many server connections before `url`."""
    told = conninfo_to_dict(url)
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as made:
        folder, port = Path(made), _free_port()
        (folder / "users").write_text(f'"{told["user"]}" "{told["password"]}"\n')
        (folder / "ini").write_text(
            f"""
[databases]
hub = host={told["host"]} port={told["port"]} dbname={told["dbname"]}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder / "users"}
pool_mode = transaction
default_pool_size = {connections}
query_wait_timeout = 60
logfile = {folder / "log"}
pidfile = {folder / "pid"}
"""
        )
        account = _account(folder, Path(told["host"]) / f".s.PGSQL.{told['port']}")
        process = subprocess.Popen(
            [program, "-q", str(folder / "ini")],
            user=account and account.pw_uid, group=account and account.pw_gid,
            extra_groups=[] if account else None,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        address = make_conninfo(
            "", host="127.0.0.1", port=port, dbname="hub",
            user=told["user"], password=told["password"],
        )  # fmt: skip
        try:
            _wait_for(address, process, folder / "log")
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(30):
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"pgbouncer does not answer: {log.read_text() if log.exists() else ''}")


def _account(folder: Path, server: Path) -> pwd.struct_passwd | None:
    """Whom it runs as, where that must not be root: as the server, whose socket is private."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwuid(server.stat().st_uid) if server.exists() else pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    return account


def _can_install() -> bool:
    return (
        os.geteuid() == 0
        and shutil.which("apt-get") is not None
        and Path("/etc/debian_version").exists()
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
