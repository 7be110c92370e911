"""The ASVS checklist: whole, honest about its tests, and what it asks of the hub as a whole."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from breakwater.access.models import User
from scripts.make_asvs import (
    CHAPTERS,
    MET,
    NOT_YET,
    PARTS,
    STATUSES,
    TARGET,
    Requirement,
    page,
    requirements,
)
from tests.access.routes import ROUTES, SIGNED_IN, address
from tests.access.test_signing_in import in_production

__all__ = ["in_production"]  # a fixture of the sign-in's tests, used by name below
Staff = Callable[..., User]
ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = requirements()
# Counted in the standard's own file: requirements of levels 1, 2 and 3 by chapter.
COUNTED = {
    "V1": (8, 19, 3), "V2": (4, 7, 2), "V3": (8, 11, 12), "V4": (2, 8, 6), "V5": (4, 5, 4),
    "V6": (13, 22, 12), "V7": (6, 12, 1), "V8": (4, 3, 6), "V9": (4, 3, 0), "V10": (5, 24, 7),
    "V11": (3, 11, 10), "V12": (3, 6, 3), "V13": (1, 12, 8), "V14": (2, 7, 4), "V15": (3, 10, 8),
    "V16": (0, 16, 1), "V17": (0, 7, 5),
}  # fmt: skip


# -- the list --------------------------------------------------------------------------------


def test_the_list_holds_all_345_requirements_once_and_in_order() -> None:
    ids = [tuple(map(int, row.id.removeprefix("V").split("."))) for row in ROWS]
    assert len(ids) == 345
    assert ids == sorted(set(ids))
    assert sum(row.chapter != "V17" for row in ROWS) == 333


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_holds_as_many_of_each_level_as_the_standard(chapter: str) -> None:
    count = Counter(row.level for row in ROWS if row.chapter == chapter)
    assert (count[1], count[2], count[3]) == COUNTED[chapter]


def test_no_section_has_a_gap() -> None:
    sections = Counter(row.id.rpartition(".")[0] for row in ROWS)
    for section, size in sections.items():
        last = [row.id for row in ROWS if row.id.rpartition(".")[0] == section][-1]
        assert last == f"{section}.{size}"


def test_the_levels_add_up() -> None:
    assert Counter(row.level for row in ROWS) == {1: 70, 2: 183, 3: 92}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_requirement_says_what_shows_it_or_why_not(row: Requirement) -> None:
    assert row.asks
    assert row.status in STATUSES
    if row.status == MET:
        assert row.tests
        assert not row.pending
    else:
        assert row.why
    if "pending" in row.why:
        assert row.status == NOT_YET
        assert row.pending in PARTS
    for test in row.tests:
        assert_there(test)


def assert_there(test: str) -> None:
    """The file of path::name is there and defines a test of that name."""
    path, _, name = test.partition("::")
    assert re.search(rf"^def {re.escape(name)}\(", (ROOT / path).read_text(), re.M), test
    assert name.startswith("test_")


def test_the_page_is_what_the_list_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(ROWS), "run `make docs`"


# -- what it asks of every answer ------------------------------------------------------------

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
POLICY = {
    "base-uri": "'none'", "connect-src": "'self'", "default-src": "'none'",
    "form-action": "'self'", "frame-ancestors": "'none'", "img-src": "'self'",
    "object-src": "'none'", "require-trusted-types-for": "'script'", "style-src": "'self'",
}  # fmt: skip


@pytest.fixture
def inside(staff: Staff) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff("Priya Hill"))
    return client


def policy_of(answer: HttpResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


def nonce_of(answer: HttpResponse) -> str:
    found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    return found[1] if found else ""


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["get", "post"])
@pytest.mark.parametrize("route", [*ROUTES, "nowhere"])
def test_every_page_carries_the_headers(inside: Client, route: str, way: str) -> None:
    path = "/nowhere" if route == "nowhere" else address(route)
    for client in (Client(), inside):
        answer = getattr(client, way)(path)
        assert answer.headers.items() >= HEADERS.items()
        assert "no-store" in answer.headers["Cache-Control"]
        # An answer without scripts allows none.
        scripts = f"'nonce-{nonce}'" if (nonce := nonce_of(answer)) else ""
        assert policy_of(answer) == POLICY | {"script-src": scripts}
        assert "Access-Control-Allow-Origin" not in answer.headers
        if answer.content:
            assert re.fullmatch(
                r"text/html; charset=utf-8|application/(?:problem\+)?json",
                answer.headers["Content-Type"],
            )


@pytest.mark.django_db
def test_the_policy_has_a_nonce_of_its_own_for_each_answer() -> None:
    nonces = {nonce_of(Client().get(reverse("sign-in"))) for _ in range(20)}
    assert len(nonces) == 20
    assert min(map(len, nonces)) >= 22  # 128 bits in base64


@pytest.mark.django_db
@pytest.mark.parametrize("route", SIGNED_IN)
def test_no_form_is_taken_without_its_token(staff: Staff, route: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff("Priya Hill"))
    assert strict.post(address(route), {"reason": "x", "do": "same"}).status_code == 403


@pytest.mark.django_db
def test_no_cookie_comes_near_the_size_that_browsers_drop(inside: Client) -> None:
    inside.get(reverse("find-a-person"))
    assert inside.cookies
    for name, cookie in inside.cookies.items():
        assert len(name) + len(cookie.value) < 1024


def test_with_tls_browsers_remember_it_for_a_year_and_more(request: pytest.FixtureRequest) -> None:
    policy = request.getfixturevalue("in_production")["hsts"]
    seconds = re.search(r"max-age=(\d+)", policy)
    assert seconds is not None
    assert int(seconds[1]) >= 365 * 24 * 3600
    assert "includeSubDomains" in policy


@pytest.mark.django_db
def test_only_pages_for_people_are_redirected_to_https(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/sign-in").status_code == 301
    for for_machines in ("/healthz", "/readyz"):
        assert Client().get(for_machines).status_code == 200


@pytest.mark.django_db
def test_static_files_and_redirects_carry_the_headers_too(settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    file = Client().get("/static/breakwater/favicon.svg")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/svg+xml")
    settings.SECURE_SSL_REDIRECT = True
    redirect = Client().get("/sign-in")
    assert redirect.status_code == 301
    for answer in (file, redirect):
        assert policy_of(answer) == POLICY | {"script-src": ""}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/board/sheet.css",
        "/breakwater/site/settings.py",
        "/admin/",
    ],
)
def test_nothing_beside_the_pages_is_served(inside: Client, path: str) -> None:
    assert inside.get(path).status_code == 404


@pytest.mark.django_db
def test_what_stands_in_the_address_is_no_answer_to_a_form(inside: Client) -> None:
    there = reverse("find-a-person") + "?who=amelia&purpose=triage"
    assert inside.post(there, {"purpose": "triage"}).status_code == 422


def test_passwords_are_kept_by_argon2() -> None:
    assert make_password("a-long-enough-password").startswith("argon2$argon2id$")


# -- what it asks of all the code ------------------------------------------------------------

PACKAGE = ROOT / "breakwater"
CODE = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
SCRIPTS = sorted(PACKAGE.rglob("static/breakwater/*.js"))


def there(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds in our code, with its file."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, kinds):
                yield there(file), node


def imported() -> Iterator[tuple[str, str]]:
    for file, node in nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.ImportFrom):
            yield file, node.module or ""
            yield from ((file, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((file, alias.name) for alias in node.names)


def called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_no_code_runs_text_or_reads_dangerous_formats() -> None:
    dangerous = re.compile(r"(pickle|marshal|shelve|dill|joblib|yaml|xml|lxml|code|codeop)(\.|$)")
    assert [pair for pair in imported() if dangerous.match(pair[1])] == []
    names = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
    assert [(file, called(node)) for file, node in nodes(ast.Call) if called(node) in names] == []


def test_other_programs_are_started_in_these_files_only() -> None:
    # PostgreSQL's own programs, and the demo's server and worker; none by way of a shell's text.
    # The ledger's verifier runs as the inspector runs it: a program of its own.
    allowed = {"site/postgres/accounts.py", "site/demo.py", "site/audit.py"}
    assert {file for file, name in imported() if name.startswith("subprocess")} <= allowed
    for file, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        assert "shell" not in {word.arg for word in node.keywords}, file


# Statements made of constants of our own: a list of column names, of tables as the database says.
# ... and the name of a function of the door, written in our code (a LiteralString).
# ... and the partner's own query, from the mapping file of its own node: never the hub's.
MADE_OF_CONSTANTS = {
    "sharing/node/people.py",
    "people/index.py",
    "access/door.py",
    "access/call.py",
    "audit/export.py",
}
# The cases that somebody may see, asked of the door inside other queries, by parameters.
RAW = {"access/queries.py", "records/retention/queries.py"}


def test_no_statement_is_put_together_from_text() -> None:
    ways_round = {"raw", "extra", "RawSQL"}
    for file, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        name = called(node).rpartition(".")[2]
        assert name not in ways_round or file in RAW, file
        if name in ("execute", "executemany") and "migrations/" not in file and node.args:
            statement = ast.unparse(node.args[0])
            # A constant, one by its name, or psycopg's own composition; ruff's S608 sees the rest.
            fixed = isinstance(node.args[0], ast.Constant | ast.Name) or "sql." in statement
            assert fixed or file in MADE_OF_CONSTANTS, (file, statement)


PATTERNS_OF_ESCAPED_WORDS = {
    "referrals/thresholds/telling.py": "f'(?<!\\\\w)(?:{either})(?!\\\\w)'",
}


def test_no_pattern_is_made_of_input() -> None:
    functions = ("compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer")
    for file, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if called(node) in {f"re.{name}" for name in functions}:
            fixed = isinstance(node.args[0], ast.Constant | ast.Name)
            assert fixed or file in PATTERNS_OF_ESCAPED_WORDS, (file, ast.unparse(node))
            if file in PATTERNS_OF_ESCAPED_WORDS and not fixed:
                # Words that a supervisor listed, each escaped: nothing in them repeats or branches.
                assert ast.unparse(node.args[0]) == PATTERNS_OF_ESCAPED_WORDS[file]


def test_only_strong_hashes_are_used() -> None:
    taken = {name.removeprefix("hashlib.") for _, name in imported() if "hashlib." in name}
    for _, node in nodes(ast.Attribute):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "hashlib":
            taken.add(node.attr)
    # blake2b makes the identity engine's keys, which protect nothing.
    assert taken <= {"sha256", "sha512", "blake2b"}


def test_no_template_marks_text_as_safe_or_embeds() -> None:
    assert TEMPLATES
    forbidden = re.compile(
        r"\|\s*safe\b|autoescape\s+false|<(iframe|object|embed|applet|base)\b|target=|\bsrcdoc="
        r"|(href|src|action)=\"(https?:|//)"
    )
    for template in TEMPLATES:
        # The picture of a key to photograph, drawn by the library from the key alone.
        text = template.read_text().replace("{{ totp_svg | safe }}", "")
        assert not forbidden.search(text), template


def test_no_template_puts_data_into_a_script() -> None:
    for template in TEMPLATES:
        for attributes, body in re.findall(
            r"<script\b([^>]*)>(.*?)</script>", template.read_text(), re.S
        ):
            for shown in re.findall(r"{{(.*?)}}", attributes + body):
                assert re.fullmatch(r"\s*(static\('[\w./-]+'\)|cspNonce|csp_nonce\(\))\s*", shown)


def test_scripts_of_ours_write_text_only() -> None:
    assert SCRIPTS
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage"
        r"|\"message\"|'message'|document\.cookie|\bwindow\.\w+ =|\bvar\b"
    )
    for script in SCRIPTS:
        assert not forbidden.search(script.read_text()), script


def test_scripts_ask_the_hub_alone_and_read_its_pages_as_documents() -> None:
    # The list of keys, the board as it stands now, who else has a page open.
    asking = {"keys.js", "board.js", "presence.js"}
    for script in SCRIPTS:
        text = script.read_text()
        if re.search(r"fetch\(|XMLHttpRequest", text):
            assert script.name in asking
            assert not re.search(r"https?://|responseText|\.text\(\)", text), script
        if "XMLHttpRequest" in text:
            assert 'responseType = "document"' in text, script


def test_the_browser_keeps_one_switch_and_nothing_else() -> None:
    # "move", "on" or "off": what single keys may do.
    kept = [
        line
        for script in SCRIPTS
        for line in script.read_text().splitlines()
        if re.search(r"localStorage|sessionStorage|indexedDB|caches\.", line)
    ]
    assert [re.findall(r"(?:set|get)Item\(([^,)]+)", line) for line in kept] == [["REMEMBERED"]] * 2
    keys = next(script for script in SCRIPTS if script.name == "keys.js").read_text()
    # A radio of our own page, or the one key that turns the others on.
    ways = ("choose(value)", "choose(radio.value)", 'choose(mode() === "on" ? "move" : "on")')
    assert all(keys.count(way) == 1 for way in ways)
    assert keys.count("choose(") == len(ways)
