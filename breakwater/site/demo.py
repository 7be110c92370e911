"""`breakwater demo`: everything from nothing, with synthetic people only."""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from types import FrameType

from breakwater.site import database, environment, login
from breakwater.site.postgres import Cluster
from breakwater.site.servers import LIFELINE

CHECK_DATABASE = "breakwater_check"
READY_SECONDS = 60


def run(args: argparse.Namespace) -> int:
    os.environ["DEMO"] = "1"
    return _check() if args.check else _serve()


def _serve() -> int:
    started = time.monotonic()
    settings = environment.read(os.environ)
    if not _port_is_free(settings.host, settings.port):
        advice = f"Port {settings.port} is in use. Try: PORT={settings.port + 1} make demo"
        print(advice, file=sys.stderr)
        return 1
    os.environ["BREAKWATER_ONE_OFF"] = "1"  # this process serves nobody; its children do
    with ExitStack() as stack:
        _stop_on_signals()
        if not settings.database_url:
            _say("Starting PostgreSQL (embedded, data under var/)")
            stack.enter_context(database.demo_database())
        database.start_django()
        _say("Bringing the database to this version")
        database.migrate()
        from breakwater.site import demo_data

        try:
            demo_data.make_once(own_database=not settings.database_url)
        except demo_data.NotADemoDatabase as refusal:
            print(refusal, file=sys.stderr)
            return 1
        database.close_connections()
        os.environ["DATABASE_URL"] = login.application_url(os.environ["DATABASE_URL"])
        _say("Starting the hub and its worker")
        alive, lifeline = os.pipe()
        stack.callback(os.close, lifeline)
        for command in ("worker", "serve"):
            stack.callback(_end, _start(command, alive))
        address = f"http://{settings.host}:{settings.port}"
        if not _wait_until_ready(settings.host, settings.port):
            print("The hub did not become ready; its messages are above.")
            return 1
        print(demo_data.welcome(address, time.monotonic() - started), flush=True)
        with suppress(KeyboardInterrupt):
            while True:
                signal.pause()
        print("\nStopping the hub, its worker and the database.", flush=True)
    return 0


def _check() -> int:
    """Do the main job on a database of its own, which is dropped at the end; print what came."""
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    with ExitStack() as stack:
        _stop_on_signals()
        if not environment.read(os.environ).database_url:
            stack.enter_context(database.demo_database())
        stack.enter_context(database.scratch(f"{CHECK_DATABASE}_{os.getpid()}"))
        database.start_django()
        stack.callback(database.close_connections)
        database.migrate()
        from breakwater.site import demo_data

        print(json.dumps(demo_data.do_the_main_job()))
    return 0


def clean(_args: argparse.Namespace) -> int:
    """Drop the demo's database and everything else that it made under var/."""
    Cluster(database.demo_folder()).destroy()
    for name in ("static", "mail", "attachments"):
        shutil.rmtree(database.var_folder() / name, ignore_errors=True)
    print("The demo's data is gone.")
    return 0


def _start(command: str, lifeline: int) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then ends them in order.
    return subprocess.Popen(
        [sys.executable, "-m", "breakwater.site.cli", command],
        env=os.environ | {LIFELINE: str(lifeline)},
        pass_fds=[lifeline],
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(host: str, port: int) -> bool:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        probe = http.client.HTTPConnection(host, port, timeout=5)
        with suppress(OSError, http.client.HTTPException), closing(probe):
            probe.request("GET", "/readyz")
            return probe.getresponse().status == 200
        time.sleep(0.1)
    return False


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _say(words: str) -> None:
    print(f"{words} ...", file=sys.stderr, flush=True)
