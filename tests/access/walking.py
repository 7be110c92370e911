"""Walking worlds side by side, and telling where they answer differently."""

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access.routes import ROUTES, Route, Walker
from tests.access.twin_stories import MISSING, World
from tests.access.twin_worlds import inside, within_a_minute

# What is new in every answer: the request's number, its nonce, the form's token.
OF_THE_REQUEST = re.compile(
    rb'<code>[0-9a-f]{32}</code>|"request_id": "[0-9a-f]{32}"'
    rb'|nonce="[^"]*"|name="csrfmiddlewaretoken"[^>]*'
)
# The worlds are asked one after the other.
WITHIN_THE_MINUTE = re.compile(rb'(datetime="[0-9T:-]{16})[^"]*')
# A known weakness (docs/threat-model.md, attack 5): links are numbered in turn, so who
# joins two people sees by the next question's number how many links the join made, hidden ones too.
NUMBER_OF_A_NEW_QUESTION = re.compile(rb"(?<=/people/questions/)1[0-9]{6}")
HEADERS_OF_THE_REQUEST = {"X-Request-ID", "Date", "Expires"}
NONCE = re.compile(r" ?'nonce-[^']*'")
COOKIE_OF_THE_REQUEST = re.compile(r"(?<=^csrf=)[^;]*|(?<=^session=)[^;]*|(?<=expires=)[^;]*")
# How many values, or rows of values, a statement carries is a value too: one statement, as long.
VALUES = r"\((?:(?:%s|DEFAULT)(?:, )?)+\)"
LIST_OF_VALUES = re.compile(f"{VALUES}(?:, {VALUES})*")
# Well within the time after which who has a page open is no longer named on it.
STAYS_OPEN_SECONDS = 15
NONSENSE = "\x00'\"><' or 1=1 --"


@dataclass(frozen=True)
class Step:
    """One request: of whom, for which route, about what, with what."""

    walker: Walker
    route: str
    about: tuple[str, ...] = ()
    post: dict[str, Any] | None = None
    changed: bool = False  # after posts, by which a status may have changed

    @property
    def hidden(self) -> bool:
        return any(kind != "own" for kind in self.about)

    def path(self, world: World) -> str:
        things = {"own": world.own, "forbidden": world.forbidden, "missing": MISSING}
        parts = zip(self.about, ROUTES[self.route].of, strict=True)
        return reverse(self.route, args=[getattr(things[kind], part) for kind, part in parts])

    def __str__(self) -> str:
        what = "GET" if self.post is None else f"POST {self.post}"
        return f"{self.walker}: {what} {self.route} {'/'.join(self.about)}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: bytes
    statements: tuple[str, ...]


@dataclass
class Figures:
    routes: int = 0
    walkers: int = 0
    answers: int = 0
    of_bytes: int = 0
    statements: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


class Walk:
    """All steps in a world and its twins, each asked of one right after the other."""

    def __init__(self, one: World, twins: Mapping[str, World]):
        self.one, self.twins = one, twins
        self.worlds = (one, *twins.values())
        self.clients = {
            (world.url, walker): world.client(walker) for world in self.worlds for walker in Walker
        }
        self.wrong: list[str] = []
        self.figures = Figures(len(ROUTES), len(Walker))
        self.still_open_at = time.monotonic()

    def take(self, steps: Iterator[Step]) -> None:
        for step in steps:
            # A look leaves a moment too, which is shown to who asks who looked.
            within_a_minute(3)
            self._keep_pages_open()
            first, *others = (
                ask(world, self.clients[world.url, step.walker], step) for world in self.worlds
            )
            self._expect(step, first)
            for why, other in zip(self.twins, others, strict=True):
                self._compare(f"{why}: {step}", step, first, other)
            for answer in (first, *others):
                self._count(answer)

    def _keep_pages_open(self) -> None:
        """Let no page count as left: that might be before a look here, after it in a twin."""
        if time.monotonic() - self.still_open_at < STAYS_OPEN_SECONDS:
            return
        for world in self.worlds:
            with psycopg.connect(world.url) as owner:
                owner.execute("update referrals_presence set seen_at = now()")
        self.still_open_at = time.monotonic()

    def _compare(self, called: str, step: Step, first: Answer, second: Answer) -> None:
        for what in ("status", "headers", "cookies", "body", "statements"):
            mine, theirs = getattr(first, what), getattr(second, what)
            if mine != theirs and not (ROUTES[step.route].fresh and what in ("body", "headers")):
                if what != "status" and first.status != second.status:
                    continue
                self.wrong.append(f"{called}: {what} differ\n{difference(mine, theirs)}")

    def _expect(self, step: Step, first: Answer) -> None:
        expected = expected_status(step)
        if expected is not None and first.status != expected:
            self.wrong.append(f"{step}: answered {first.status} instead of {expected}")
        if first.status >= 500:
            self.wrong.append(f"{step}: answered {first.status}")

    def _count(self, answer: Answer) -> None:
        self.figures.answers += 1
        self.figures.of_bytes += len(answer.body)
        self.figures.statements += len(answer.statements)
        self.figures.statuses[f"{answer.status}"] += 1


def expected_status(step: Step) -> int | None:
    """What a step is answered with; None where that depends on what was posted."""
    route = ROUTES[step.route]
    if step.changed:
        return None
    if step.post is None:
        return route.status(step.walker, hidden=step.hidden)
    if step.walker is Walker.STRANGER and not route.anybody:
        return 302
    return route.hidden_post if step.hidden else None


def gets() -> Iterator[Step]:
    for walker, (name, route) in itertools.product(Walker, ROUTES.items()):
        for about in abouts(route):
            yield Step(walker, name, about)


def gets_again() -> Iterator[Step]:
    """What is everybody's, once more: what was posted may have changed what the pages say."""
    for walker, (name, route) in itertools.product(Walker, ROUTES.items()):
        yield Step(walker, name, ("own",) * len(route.of), changed=True)


def posts(world: World, names: Iterable[str]) -> Iterator[Step]:
    """Nothing, nonsense, then what means something.

    In the world without the forbidden case its ids are those of what is missing.
    """
    for name, walker in itertools.product(names, Walker):
        route = ROUTES[name]
        bodies = [] if walker is Walker.STRANGER and not route.anybody else route.posts(world)
        nonsense = [dict.fromkeys(body, NONSENSE) for body in bodies[:1]]
        for about in abouts(route, ("forbidden", "own")):
            for body in [{}, *nonsense, *bodies]:
                yield Step(walker, name, about, body)


def abouts(
    route: Route, kinds: tuple[str, ...] = ("forbidden", "missing", "own")
) -> list[tuple[str, ...]]:
    """Of whom the parts of the address are: each other one of what is theirs, or all alike."""
    some = itertools.product(kinds, repeat=len(route.of))
    return [about for about in some if len(set(about)) < 2 or "own" in about]


def ask(world: World, client: Client, step: Step) -> Answer:
    statements: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        statements.append(LIST_OF_VALUES.sub("(%s ...)", str(sql)))
        return execute(sql, params, many, context)

    path = step.path(world)
    with inside(world.wrapper), world.wrapper.execute_wrapper(note):
        if step.post is None:
            response = client.get(path)
        else:
            response = client.post(path, {k: _sent(v) for k, v in step.post.items()})
        return _answer(response, statements)


def _sent(value: Any) -> Any:
    return SimpleUploadedFile(*value) if isinstance(value, tuple) else value


def _answer(response: HttpResponseBase, statements: list[str]) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = sorted(
        (name, NUMBER_OF_A_NEW_QUESTION.sub(b"#", NONCE.sub("", value).encode()).decode())
        for name, value in response.headers.items()
        if name not in HEADERS_OF_THE_REQUEST
    )
    cookies = [
        COOKIE_OF_THE_REQUEST.sub("", cookie.OutputString()) for cookie in response.cookies.values()
    ]
    return Answer(
        response.status_code,
        tuple(headers),
        tuple(sorted(cookies)),
        NUMBER_OF_A_NEW_QUESTION.sub(
            b"#", WITHIN_THE_MINUTE.sub(rb"\1", OF_THE_REQUEST.sub(b"", body))
        ),
        tuple(statements),
    )


def difference(mine: Any, theirs: Any) -> str:
    """Where two answers part, short enough to read."""
    if isinstance(mine, bytes):
        mine, theirs = (
            mine.decode(errors="replace").split("\n"),
            theirs.decode(errors="replace").split("\n"),
        )
    if not isinstance(mine, (list, tuple)):
        return f"  {mine} | {theirs}"
    pairs = itertools.zip_longest(mine, theirs, fillvalue="(nothing)")
    return "\n".join(f"  {a!s:.400}\n  {b!s:.400}" for a, b in pairs if a != b)[:1500]
