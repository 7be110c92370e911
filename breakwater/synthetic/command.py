"""`breakwater county`: arguments, progress, and one line of JSON at the end."""

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path

from tqdm import tqdm

from breakwater.synthetic.county import County
from breakwater.synthetic.files import write_county
from breakwater.synthetic.numbers import MOST_CHILDREN
from breakwater.synthetic.places import LAST_DAY

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

MOST_YEARS = 10
MOST_WORKERS = 64
BAD_ARGUMENTS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes; run() checks it, so that every error reads alike."""
    parser.add_argument("--children", required=True, metavar="N", help="how many children")
    parser.add_argument("--seed", required=True, metavar="S", help="a whole number")
    parser.add_argument("--out", metavar="DIR", help="folder for the files")
    parser.add_argument("--years", default="3", help="years of referrals (default: 3)")
    parser.add_argument(
        "--until",
        default=LAST_DAY.isoformat(),
        metavar="YYYY-MM-DD",
        help="the day after the last (default: %(default)s)",
    )
    parser.add_argument("--workers", default="2", help="processes at work (default: 2)")


def run(args: argparse.Namespace) -> int:
    """Write a county; return the exit status."""
    try:
        county, workers = county_of(args)
        out = _folder(args.out)
    except ValueError as error:
        return refuse(error)
    started = time.monotonic()
    try:
        with tqdm(total=county.blocks, unit="block", desc="county", file=sys.stderr) as bar:
            manifest = write_county(county, out, workers, bar.update)
    except OSError as error:
        print(f"breakwater county: cannot write to {out}: {error.strerror}", file=sys.stderr)
        return 1
    report = {
        "out": str(out),
        **manifest["counts"],
        **manifest["proportions"],
        "workers": workers,
        "seconds": round(time.monotonic() - started, 1),
        **_peak_memory(),
    }
    print(json.dumps(report))
    return 0


def refuse(error: ValueError) -> int:
    """Say what is wrong with the arguments; return the exit status for that."""
    print(f"breakwater county: {error}", file=sys.stderr)
    return BAD_ARGUMENTS


def county_of(args: argparse.Namespace) -> tuple[County, int]:
    """Return the county that the arguments ask for, and by how many workers; or ValueError."""
    children = _whole(args.children, "--children", 1, MOST_CHILDREN)
    seed = _whole(args.seed, "--seed", 0, 10**12)
    years = _whole(args.years, "--years", 1, MOST_YEARS)
    workers = _whole(args.workers, "--workers", 1, MOST_WORKERS)
    try:
        until = date.fromisoformat(args.until)
    except ValueError:
        raise ValueError(f"--until must be a date as 2026-11-01, not {args.until!r}") from None
    if not date(2000, 1, 1) <= until <= date(2100, 1, 1):
        raise ValueError("--until must be a day from 2000 to 2100")
    return County(children, seed, until, years), workers


def _folder(name: str | None) -> Path:
    if not name:
        raise ValueError("--out is missing: name a folder for the files")
    out = Path(name)
    if out.exists() and not out.is_dir():
        raise ValueError(f"--out must be a folder, and {out} is a file")
    return out


def _whole(text: str, name: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {text!r}") from None
    if not least <= number <= most:
        raise ValueError(f"{name} must be from {least} to {most:,}, not {number}")
    return number


def _peak_memory() -> dict[str, float]:
    """Return the most memory this process and the largest of its workers had, in MiB."""
    if resource is None:
        return {}
    unit = 1024**2 if sys.platform == "darwin" else 1024
    peaks = {"parent": resource.RUSAGE_SELF, "largest worker": resource.RUSAGE_CHILDREN}
    return {
        f"peak MiB, {name}": round(resource.getrusage(who).ru_maxrss / unit, 1)
        for name, who in peaks.items()
    }
