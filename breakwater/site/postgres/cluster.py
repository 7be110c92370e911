"""One PostgreSQL server with its data: found, initialised, started, stopped, thrown away."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from breakwater.site.postgres.accounts import (
    HOMES,
    SOCKETS,
    Account,
    PostgresError,
    chown,
    is_private,
    make_private,
    own_file,
    process,
    run,
)
from breakwater.site.postgres.binaries import Binaries, find_binaries, readable_by

if TYPE_CHECKING:  # psycopg loads libpq; whoever only imports this module should not wait for it
    import psycopg

SUPERUSER = "postgres"
START_SECONDS = 60  # crash recovery of a busy demo takes about one
STOP_SECONDS = 60
ANSWER_SECONDS = 5
STALE_SECONDS = 10  # in a container PID 1 may collect a killed server some seconds late
PORT = "5432"  # only names the socket; nothing listens on it
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_BYTES = 103 if sys.platform == "darwin" else 107  # what sockaddr_un holds

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,  # or PGPORT would decide
    "max_connections": "100",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Personal data must not reach the log. Error texts quote values themselves ('invalid input
    # syntax for type date: "..."'), so errors are told to the client only; the log keeps LOG,
    # FATAL and PANIC: starts, stops, refused connections, crashes.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class Cluster:
    """One PostgreSQL server with its data, reachable through a unix socket only."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are server settings for this start; a running server keeps those it has."""
        self.folder = Path(folder).resolve()
        self.settings = dict(settings or {})

    # -- the life of a server --

    def start(self) -> None:
        """Return with the server running, whoever started it; initialise it when it is new."""
        with self._lock():
            self._wait_while(("starting", "stopping"), START_SECONDS)
            if self.running():
                return
            account = self._account()
            self._choose_home(account)
            for half in self._home.glob("*.new-*"):  # of a start that was killed in the middle
                shutil.rmtree(half, ignore_errors=True)
            binaries = readable_by(account, find_binaries(), self._home)
            if not self._data.exists():
                self._initialise(binaries, account)
            self._check_version(binaries)
            self._launch(binaries, account)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, transactions rolled back, committed rows kept."""
        if self.folder.exists():
            with self._lock():
                self._stop()

    def destroy(self) -> None:
        """Stop the server and delete everything that belongs to it."""
        if self.folder.exists() or self._private_home.exists():
            with self._lock():
                if is_private(self._private_home):  # also when somebody deleted the link to it
                    self._link_to(self._private_home)
                self._stop()
                shutil.rmtree(self._short_sockets, ignore_errors=True)
                if self._home != self.folder:
                    shutil.rmtree(self._home)
                shutil.rmtree(self.folder)

    def running(self) -> bool:
        """Whether the server answers: its files say 'ready' even while it is being killed."""
        if self._status() == "ready":
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(ANSWER_SECONDS)
                client.connect(str(self._socket))
                client.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")  # "do you speak TLS?"
                return client.recv(1) in (b"N", b"S")
        return False

    @property
    def log_path(self) -> Path:
        return self._home / "server.log"

    # -- databases --

    def url(self, database: str) -> str:
        """A URL for libpq, psycopg and DATABASE_URL. It holds the superuser's password."""
        try:
            password = (self._home / "password").read_text()
        except OSError as error:
            raise self._explained(error) from error
        return (
            f"postgresql://{SUPERUSER}:{quote(password, safe='')}@/{quote(database, safe='')}"
            f"?host={quote(str(self._sockets))}&port={PORT}"
        )

    def database_exists(self, name: str) -> bool:
        with self._connect() as db:
            return bool(
                db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            )

    def create_database(self, name: str, template: str | None = None) -> None:
        """Nobody may be connected to the template."""
        from psycopg import sql

        like = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with self._connect() as db:
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + like)

    def drop_database(self, name: str) -> None:
        """Sessions in it are ended; a database that is not there is fine."""
        from psycopg import sql

        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._connect() as db:
            db.execute(drop)

    def _connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        import psycopg

        return psycopg.connect(self.url("postgres"), autocommit=True)

    # -- where things are --

    @property
    def _home(self) -> Path:
        """Where the files are: the folder itself, or where its link points."""
        link = self.folder / "elsewhere"
        target = Path(os.readlink(link)) if os.path.islink(link) else self.folder
        return target if is_private(target) else self.folder

    def _link_to(self, home: Path) -> None:
        (self.folder / "elsewhere").unlink(missing_ok=True)
        (self.folder / "elsewhere").symlink_to(home)

    @property
    def _private_home(self) -> Path:
        return HOMES / f"breakwater-{short_hash(self.folder)}"

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _sockets(self) -> Path:
        usual = self._home / "socket"
        length = len(os.fsencode(usual / SOCKET))
        # A comma separates hosts for libpq, so a path with one cannot be told to it.
        return self._short_sockets if length > SOCKET_BYTES or "," in str(usual) else usual

    @property
    def _socket(self) -> Path:
        return self._sockets / SOCKET

    @property
    def _short_sockets(self) -> Path:
        return SOCKETS / f"breakwater-{short_hash(self._home)}"

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time; the system lets go when the process dies."""
        try:
            while True:
                self.folder.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileNotFoundError):  # destroyed while we came or waited
                    handle = (self.folder / "lock").open("a")
                    fcntl.flock(handle, fcntl.LOCK_EX)
                    if os.path.samestat(os.fstat(handle.fileno()), os.stat(handle.name)):
                        break
                    handle.close()
            with handle:
                yield
        except OSError as error:
            raise self._explained(error) from error

    def _explained(self, error: OSError) -> PostgresError:
        return PostgresError(
            f"PostgreSQL in {self.folder}: {error}. If another user (such as root) made this "
            f"folder, run this as that user, or delete it as that user: `make clean-demo`."
        )

    def _account(self) -> Account | None:
        """Who runs the server: ourselves, except that PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return None
        if self._data.exists() and (owner := self._data.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)  # made by a plain user, now run by root
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return Account(entry.pw_uid, entry.pw_gid)
        raise PostgresError(
            "PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody' to "
            "run it as. Run this as a plain user, or set DATABASE_URL."
        )

    def _choose_home(self, account: Account | None) -> None:
        """Root's server may not be able to enter the folder; no parent's rights are loosened."""
        if self._data.exists():
            return
        make_private(self.folder, account)
        if account and run(["/bin/sh", "-c", 'cd "$1"', "sh", self.folder], account).returncode:
            home = self._private_home
            self._link_to(home)
            if is_private(home):  # left by a folder that somebody deleted by hand
                self._stop()
                shutil.rmtree(home)
            make_private(home, account)

    # -- steps of a start --

    def _initialise(self, binaries: Binaries, account: Account | None) -> None:
        password = self._home / "password"
        password.unlink(missing_ok=True)
        own_file(password, account, secrets.token_urlsafe(32))
        new = Path(tempfile.mkdtemp(prefix="data.new-", dir=self._home))
        chown(new, account)
        if sys.platform != "darwin":
            locale = ["--locale=C.UTF-8"]
        elif binaries.major >= 17:  # macOS before 15 has no C.UTF-8 of its own
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale = ["--locale=C", "--lc-ctype=en_US.UTF-8"]
        command: list[str | Path] = [
            *(binaries.folder / "initdb", "-D", new, "-U", SUPERUSER, f"--pwfile={password}"),
            *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums"),
            *("--encoding=UTF8", "--text-search-config=english", *locale),
            *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
        ]
        done = run(command, account)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise PostgresError(
                f"PostgreSQL could not be initialised in {self._home}:\n{tail(done.stdout)}"
            )
        new.rename(self._data)  # only a finished one is ever called data

    def _check_version(self, binaries: Binaries) -> None:
        theirs = (self._data / "PG_VERSION").read_text().strip()
        if theirs != str(binaries.major):
            raise PostgresError(
                f"The data in {self.folder} was written by PostgreSQL {theirs}, but the programs "
                f"found are PostgreSQL {binaries.version} ({binaries.folder}). It is demo data: "
                f"`make clean-demo` deletes it, and the next start makes it anew."
            )

    def _launch(self, binaries: Binaries, account: Account | None) -> None:
        sockets, log = self._sockets, self.log_path
        if sockets == self._short_sockets:
            make_private(sockets, account, owner=True)
        else:
            sockets.mkdir(mode=0o700, exist_ok=True)
            chown(sockets, account)
        own_file(log, account)
        quoted = str(sockets).replace('"', '""')
        settings = {"unix_socket_directories": f'"{quoted}"', **SETTINGS, **self.settings}
        # Not pg_ctl, which hands paths to a shell unescaped. In the background, so that the server
        # outlives us without being our child; its session is new (see run).
        command: list[str | Path] = [
            *("/bin/sh", "-c", 'log=$1; shift; "$@" >>"$log" 2>&1 & echo $!', "sh", log),
            *(binaries.folder / "postgres", "-D", self._data),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]
        deadline = time.monotonic() + STALE_SECONDS
        while True:
            if self._status() is None:
                # Both name a process that is dead, a zombie or somebody else's by now. PostgreSQL
                # only asks whether the number is alive, and would refuse. Should a process of the
                # old server live on, PostgreSQL finds it by the shared memory and we retry.
                (self._data / "postmaster.pid").unlink(missing_ok=True)
                (sockets / f"{SOCKET}.lock").unlink(missing_ok=True)
            before = log.stat().st_size
            pid = int(run(command, account).stdout)
            give_up = time.monotonic() + START_SECONDS
            while process(pid)[0] not in ("", "Z") and time.monotonic() < give_up:
                if self.running():
                    return
                time.sleep(0.02)
            with log.open("rb") as lines:
                lines.seek(before)
                told = lines.read().decode(errors="replace")
            stale = "lock file" in told or "pre-existing shared memory" in told
            if not stale or time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL {binaries.version} did not start in {self._home}:\n{tail(told)}"
                )
            time.sleep(0.2)

    def _stop(self) -> None:
        # By signal, so that a server of another version or without its binaries stops as well.
        if server := self._postmaster():
            with contextlib.suppress(ProcessLookupError):
                os.kill(server[0], signal.SIGINT)
            self._wait_while(("ready", "starting", "stopping"), STOP_SECONDS)
            if self._postmaster():
                raise PostgresError(f"PostgreSQL in {self._home} does not stop. See its log.")

    def _wait_while(self, statuses: Sequence[str], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._status() in statuses and time.monotonic() < deadline:
            time.sleep(0.02)

    def _status(self) -> str | None:
        server = self._postmaster()
        return server[1] if server else None

    def _postmaster(self) -> tuple[int, str] | None:
        """Process and status of the server, when it is alive and ours: numbers are reused."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        except PermissionError as error:
            raise self._explained(error) from error
        state, command = process(pid)
        if state in ("", "Z") or f" -D {self._data} " not in f"{command} ":
            return None
        return pid, lines[7].strip() if len(lines) > 7 else "starting"


@contextlib.contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A started cluster; whoever of several users leaves last stops it."""
    cluster = Cluster(folder, settings)
    cluster.start()
    with (cluster.folder / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()  # the last user before us may just have stopped it
        try:
            yield cluster
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
