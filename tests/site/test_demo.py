"""`breakwater demo` as a visitor meets it: started, looked at, stopped, hurt and started again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from breakwater.site.demo_data import ACCOUNTS, PASSWORD
from breakwater.site.postgres import Cluster

REPOSITORY = Path(__file__).parents[2]
READY = "Ctrl-C stops the hub"
SAMPLES = 22  # without the repeat
TEAMS = {"polit", "cse", "cait", "social_care", "early_help"}
on_linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")


def command(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start a command with these settings and no others, and a county that is quickly made."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"PYTHONPATH": str(REPOSITORY), "BREAKWATER_DEMO_CHILDREN": "60"}
    return subprocess.Popen(
        [sys.executable, "-m", "breakwater.site.cli", *arguments],
        cwd=folder,
        env=kept | own | {"BREAKWATER_VAR": str(folder / "var")} | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.05)
    return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# -- demo --check --


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["BREAKWATER_TEST_DATABASE"], autocommit=True) as connection:
        yield connection


def has_database(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    return found is not None


def is_at_work_in(server: psycopg.Connection, name: str) -> bool:
    query = "select 1 from pg_stat_activity where datname = %s"
    return server.execute(query, [name]).fetchone() is not None


@dataclass(frozen=True)
class Checked:
    done: subprocess.CompletedProcess[str]
    scratch_was_left: bool

    @property
    def report(self) -> dict[str, int | dict[str, int]]:
        told: dict[str, int | dict[str, int]] = json.loads(self.done.stdout)
        return told


@pytest.fixture(scope="module")
def checked(server: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("check")
    address = os.environ["BREAKWATER_TEST_DATABASE"]
    process = command(folder, "demo", "--check", DATABASE_URL=address)
    done = ended(process)
    return Checked(done, has_database(server, f"breakwater_check_{process.pid}"))


def test_the_check_prints_one_line_and_ends_well(checked: Checked) -> None:
    assert checked.done.returncode == 0, checked.done.stderr
    assert checked.done.stdout.count("\n") == 1
    assert checked.done.stdout.endswith("}\n")


def test_the_check_leaves_no_database_behind(checked: Checked) -> None:
    assert not checked.scratch_was_left


def test_the_check_tells_what_came_of_the_main_job(checked: Checked) -> None:
    assert set(checked.report) == {
        "submissions_received",
        "referrals",
        "mentions",
        "identities",
        "candidate_links",
        "decisions",
        "routed",
        "clocks",
        "ledger_entries",
    }


def test_every_submission_of_the_check_became_one_referral(checked: Checked) -> None:
    report = checked.report
    assert report["referrals"] == report["submissions_received"]
    assert count(report["referrals"]) >= SAMPLES


def test_the_check_asks_about_people_who_may_be_known_and_never_has_more_people_than_mentions(
    checked: Checked,
) -> None:
    report = checked.report
    assert SAMPLES < count(report["identities"]) <= count(report["mentions"])
    assert count(report["candidate_links"]) > 0


def test_every_sample_of_the_check_was_decided_and_work_went_to_every_team(
    checked: Checked,
) -> None:
    report = checked.report
    routed = report["routed"]
    assert isinstance(routed, dict)
    assert set(routed) <= TEAMS
    assert {"polit", "cse", "cait", "social_care"} <= set(routed)
    assert all(number > 0 for number in routed.values())
    assert sum(routed.values()) <= count(report["decisions"]) <= count(report["referrals"])
    assert count(report["decisions"]) >= SAMPLES


def test_the_clocks_of_the_check_add_up(checked: Checked) -> None:
    report = checked.report
    clocks, routed = report["clocks"], report["routed"]
    assert isinstance(clocks, dict)
    assert isinstance(routed, dict)
    assert set(clocks) == {"running", "met", "missed"}
    # At least one for each referral to be decided, and one for each team to take work on.
    assert sum(clocks.values()) >= count(report["referrals"]) + sum(routed.values())
    assert clocks["met"] + clocks["missed"] >= count(report["decisions"])


def test_everything_the_check_did_is_in_the_ledger(checked: Checked) -> None:
    report = checked.report
    done = count(report["submissions_received"]) + count(report["decisions"])
    assert count(report["ledger_entries"]) >= done


def count(told: int | dict[str, int]) -> int:
    assert isinstance(told, int)
    return told


def test_a_check_that_is_told_to_stop_leaves_no_database_behind(
    server: psycopg.Connection, tmp_path: Path
) -> None:
    address = os.environ["BREAKWATER_TEST_DATABASE"]
    process = command(tmp_path, "demo", "--check", DATABASE_URL=address)
    name = f"breakwater_check_{process.pid}"
    assert within(60, lambda: is_at_work_in(server, name))
    process.terminate()
    assert ended(process).returncode == 130
    assert not has_database(server, name)


# -- the demo itself --


@dataclass
class Home:
    """A place for a demo: its folder and its port."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "var" / "postgres")

    def processes(self) -> list[int]:
        """Everything that runs with this home's settings, PostgreSQL's own processes aside."""
        mark = f"BREAKWATER_VAR={self.folder}/".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                ours = mark in (entry / "environ").read_bytes()
                if ours and b"postgres" not in (entry / "cmdline").read_bytes().split(b"\0")[0]:
                    found.append(int(entry.name))
            except OSError:  # gone, or another person's
                continue
        return found

    def rows(self) -> dict[str, int]:
        queries = {
            "submissions": "select count(*) from referrals_submission",
            "mentions": "select count(*) from people_mention",
            "decisions": "select count(*) from referrals_decision",
            "received": "select count(*) from ledger_entry where verb = 'submit'",
            "accounts": "select count(*) from access_user",
            "paces": "select count(*) from referrals_areapace",
        }
        with psycopg.connect(self.cluster.url("breakwater")) as database:
            return {
                name: row[0] if (row := database.execute(query).fetchone()) else 0
                for name, query in queries.items()
            }

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(self.address + path, timeout=20) as answer:
            return answer.status, answer.read().decode()


@dataclass
class Running:
    process: subprocess.Popen[str]
    welcome: str
    seconds: float


@dataclass
class Story:
    """What was seen while a demo ran, and after it was ended."""

    welcome: str
    rows: dict[str, int]
    pages: dict[str, tuple[int, str]] = field(default_factory=dict)
    status: int | None = None
    said: str = ""
    left: list[int] = field(default_factory=list)
    port_free: bool = False
    database_runs: bool = False
    second: subprocess.CompletedProcess[str] | None = None


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    # Not pytest's folder, which is root's alone when root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="bw-demo-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield Home(folder, port)
    Cluster(folder / "var" / "postgres").destroy()
    shutil.rmtree(folder)


def start(home: Home) -> Running:
    """Start the demo and wait until it says that it is ready."""
    started = time.monotonic()
    process = command(home.folder, "demo", PORT=str(home.port))
    assert process.stdout
    assert process.stderr
    # Both pipes must be read, or a talkative child would wait; and nothing waits for ever.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    guard = threading.Timer(120, process.kill)
    guard.start()
    lines = []
    for line in process.stdout:
        lines.append(line)
        if READY in line:
            break
    guard.cancel()
    assert READY in lines[-1], "".join(lines)
    return Running(process, "".join(lines), time.monotonic() - started)


def end(home: Home, running: Running, number: signal.Signals, story: Story) -> Story:
    running.process.send_signal(number)
    assert running.process.stdout
    story.said = running.process.stdout.read()
    story.status = running.process.wait(60)
    within(20, lambda: not home.processes() and is_free(home.port))
    story.left, story.port_free = home.processes(), is_free(home.port)
    story.database_runs = home.cluster.running()
    return story


@pytest.fixture(scope="module")
def first(home: Home) -> Story:
    """A first start, looked at, tried a second time beside, and stopped with Ctrl-C."""
    running = start(home)
    print(f"first start: {running.seconds:.1f} s")
    story = Story(running.welcome, home.rows())
    story.pages = {path: home.get(path) for path in ("/readyz", "/sign-in")}
    story.second = ended(command(home.folder, "demo", PORT=str(home.port)))
    return end(home, running, signal.SIGINT, story)


@pytest.fixture(scope="module")
def killed(home: Home, first: Story) -> Story:
    """The second start, killed without a chance to tidy up."""
    running = start(home)
    print(f"second start: {running.seconds:.1f} s")
    return end(home, running, signal.SIGKILL, Story(running.welcome, home.rows()))


@pytest.fixture(scope="module")
def terminated(home: Home, killed: Story) -> Story:
    """The start after that, ended as a service manager would."""
    running = start(home)
    print(f"start after a kill: {running.seconds:.1f} s")
    story = Story(running.welcome, home.rows(), {"/readyz": home.get("/readyz")})
    return end(home, running, signal.SIGTERM, story)


def test_the_demo_says_where_it_is_and_who_may_sign_in(home: Home, first: Story) -> None:
    assert home.address in first.welcome
    assert PASSWORD in first.welcome
    for account in ACCOUNTS:
        assert f"  {account.username} " in first.welcome
        assert account.name in first.welcome


def test_the_demo_is_ready_and_shows_the_door(first: Story) -> None:
    assert first.pages["/readyz"] == (200, '{"status": "ready", "failed": []}')
    status, page = first.pages["/sign-in"]
    assert status == 200
    assert "<form" in page


def test_the_demo_brings_the_samples_the_accounts_and_a_county(first: Story) -> None:
    assert first.rows["submissions"] >= SAMPLES
    assert first.rows["accounts"] == len(ACCOUNTS)
    assert first.rows["paces"] == 1


@on_linux
def test_ctrl_c_stops_server_worker_and_database(first: Story) -> None:
    assert first.status == 0
    assert "Stopping" in first.said
    assert (first.left, first.port_free, first.database_runs) == ([], True, False)


def test_a_second_demo_on_the_same_port_is_one_clear_line(home: Home, first: Story) -> None:
    assert first.second
    assert first.second.returncode == 1
    assert first.second.stderr == (
        f"Port {home.port} is in use. Try: PORT={home.port + 1} make demo\n"
    )


def test_the_next_start_keeps_the_data_and_makes_no_second_county(
    first: Story, killed: Story
) -> None:
    assert killed.rows == first.rows


@on_linux
def test_server_and_worker_end_by_themselves_when_the_demo_is_killed(killed: Story) -> None:
    assert killed.status == -signal.SIGKILL
    assert (killed.left, killed.port_free) == ([], True)


def test_the_start_after_a_kill_works_and_keeps_the_data(killed: Story, terminated: Story) -> None:
    assert terminated.pages["/readyz"][0] == 200
    assert terminated.rows == killed.rows


@on_linux
def test_a_service_manager_stops_the_demo_as_cleanly(terminated: Story) -> None:
    assert terminated.status == 0
    left = (terminated.left, terminated.port_free, terminated.database_runs)
    assert left == ([], True, False)


def test_clean_demo_drops_everything_it_made(home: Home, terminated: Story) -> None:
    assert (home.folder / "var" / "static").exists()
    for _ in range(2):  # there is nothing left to drop the second time, and that is fine
        done = ended(command(home.folder, "clean-demo"))
        assert (done.returncode, done.stdout) == (0, "The demo's data is gone.\n")
        assert not any((home.folder / "var").iterdir())
