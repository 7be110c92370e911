"""A real browser for tests, on any machine: finds one, or gets one, or says what to install."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HELP = (
    "No Chromium was found for the browser tests. Install it (Debian or Ubuntu: `sudo apt-get "
    "install chromium`; macOS: Google Chrome, or `brew install --cask chromium`; anywhere: "
    "`python3 -m playwright install chromium`), or set BREAKWATER_BROWSER to the full path of a "
    "Chromium or Chrome."
)


class NoBrowser(RuntimeError):
    """There is no browser and none could be installed; the text says what to do."""


def chromium_path() -> str:
    """The path of an installed Chromium or Chrome, installing one where that is possible."""
    if named := os.environ.get("BREAKWATER_BROWSER"):
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"BREAKWATER_BROWSER is {named}, which cannot be run.")
        return named
    if found := _installed():
        return found
    # Two test workers may ask at once; the second waits and finds what the first installed.
    lock = Path(tempfile.gettempdir()) / f"breakwater-browser-{os.getuid()}.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        found = _installed() or _from_debian() or _from_playwright()
    if not found:
        raise NoBrowser(HELP)
    return found


def launch(playwright: Any) -> Any:
    """A headless browser that talks to nothing but the pages it is given."""
    flags = FLAGS + (["--no-sandbox"] if _is_root() else [])
    return playwright.chromium.launch(executable_path=chromium_path(), args=flags)


def axe_violations(page: Any) -> list[str]:
    """What breaks WCAG 2.2 AA or good practice on the page, one readable line each.

    The page's context needs `bypass_csp=True`, or the policy keeps axe out.
    """
    page.evaluate(AXE.read_text())
    options = {"runOnly": {"type": "tag", "values": WCAG}}
    result = page.evaluate("options => axe.run(document, options)", options)
    lines = []
    for broken in result["violations"]:
        nodes = [node for node in broken["nodes"] if not _accepted(broken["id"], node["html"])]
        where = "; ".join(f"{' '.join(map(str, node['target']))} {node['html']}" for node in nodes)
        if nodes:
            lines.append(f"{broken['id']} ({broken['impact']}): {broken['help']}: {where}")
    return lines


def _accepted(rule: str, html: str) -> bool:
    """GOV.UK Frontend sets aria-expanded on radios that reveal a question: not in the standard, but
    found to help people who use screen readers (govuk-frontend, issue 979)."""
    return rule == "aria-allowed-attr" and "govuk-radios__input" in html and "expanded" in html


def _installed() -> str | None:
    on_path = (shutil.which(name) for name in NAMES)
    return next(filter(None, on_path), None) or next(
        (path for path in (*APPLICATIONS, _playwrights_own()) if path and os.access(path, os.X_OK)),
        None,
    )


def _playwrights_own() -> str:
    """Where Playwright keeps its own Chromium, be it there or not; newest first."""
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")]
    for part in (".cache/ms-playwright", "Library/Caches/ms-playwright"):
        caches.append(str(Path.home() / part))
    patterns = (
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    )
    found = [
        path for cache in caches if cache for each in patterns for path in Path(cache).glob(each)
    ]
    return str(max(found, key=lambda path: path.stat().st_mtime)) if found else ""


def _from_debian() -> str | None:
    if not (_is_root() and shutil.which("apt-get") and Path("/etc/debian_version").exists()):
        return None
    _say("No Chromium found: installing Debian's package with apt-get (about 115 MB).")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    subprocess.run(["apt-get", *wait, "update"], env=quiet, check=False)
    install = ["apt-get", *wait, "install", "--yes", "--no-install-recommends", "chromium"]
    subprocess.run(install, env=quiet, check=False)
    return _installed()


def _from_playwright() -> str | None:
    _say("No Chromium found: asking Playwright to fetch its own.")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return _installed()


def _is_root() -> bool:
    return os.geteuid() == 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
