"""A real ClamAV daemon for tests: finds one, gets Debian's, or says what to install.

Its signatures are our own: it knows one harmful file, the test file of EICAR, which does nothing
and is put together here, so that no scanner stumbles over this repository.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EICAR = "".join(
    (r"X5O!P%@AP[4\PZX54(P^)", "7CC)7}$EICAR-STAND", "ARD-ANTIVIRUS-TEST", "-FILE!$H+H*")
).encode()
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
READY_SECONDS = 30
HELP = (
    "No clamd was found for the tests of uploads. Install it (Debian or Ubuntu: `sudo apt-get "
    "install clamav-daemon`; macOS: `brew install clamav`)."
)


class NoScanner(RuntimeError):
    """There is no clamd and none could be installed, or it does not start; the text says more."""


def clamd_path() -> str:
    """The path of an installed clamd, installing one where that is possible."""
    if found := _installed():
        return found
    # Two test workers may ask at once; the second waits and finds what the first installed.
    lock = Path(tempfile.gettempdir()) / f"breakwater-clamd-{os.getuid()}.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        found = _installed() or _from_debian()
    if not found:
        raise NoScanner(HELP)
    return found


@contextmanager
def running() -> Iterator[str]:
    """A daemon of one's own, which ends with the block; gives its address."""
    program = clamd_path()
    # A short folder: the path of a socket may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        database = folder / "signatures"
        database.mkdir()
        (database / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
        settings = folder / "clamd.conf"
        settings.write_text(
            f"DatabaseDirectory {database}\nLocalSocket {folder / 'socket'}\nForeground yes\n"
        )
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [program, "--config-file", str(settings)], stdout=output, stderr=output
            )
        try:
            _wait_until_ready(process, folder / "socket", log)
            yield f"unix://{folder / 'socket'}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            probe.connect(str(path))
            probe.sendall(b"zPING\0")
            if probe.recv(10) == b"PONG\0":
                return
        time.sleep(0.05)
    raise NoScanner(f"clamd did not start. Its messages:\n{log.read_text()[-2000:]}")


def _installed() -> str | None:
    return shutil.which("clamd") or next(
        (f"{place}/clamd" for place in PLACES if os.access(f"{place}/clamd", os.X_OK)), None
    )


def _from_debian() -> str | None:
    if not (os.geteuid() == 0 and shutil.which("apt-get") and Path("/etc/debian_version").exists()):
        return None
    print("No clamd found: installing Debian's package with apt-get.", file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    subprocess.run(["apt-get", *wait, "update"], env=quiet, check=False)
    install = ["apt-get", *wait, "install", "--yes", "--no-install-recommends", "clamav-daemon"]
    subprocess.run(install, env=quiet, check=False)
    return _installed()
