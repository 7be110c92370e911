"""Every queue of the hub: what waits there, and after how many hours somebody is alerted.

The hours are local defaults. A test proves the list complete against the kinds of items and teams,
the worker's tasks, and the tables that hold what is yet to be sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from breakwater.access.rules import CASEWORK_TEAMS, TeamKind
from breakwater.referrals.rules import ItemKind

HOURS_A_DAY = 24
# The share of its hours after which a queue turns orange.
SOON = 0.75


@dataclass(frozen=True)
class Queue:
    """`hours`: after which somebody is alerted; 0: as soon as anything is there; None: never."""

    code: str
    title: str
    hours: int | None
    # The route where it is dealt with, and what to do where there is none.
    route: str = ""
    advice: str = ""


@dataclass(frozen=True)
class ItemQueue:
    """Items of a kind: which kinds of team they usually wait for, shown also when there is none."""

    title: str
    hours: int | None
    teams: frozenset[TeamKind]


TRIAGE = frozenset({TeamKind.TRIAGE})
# What triage and teams that act are: a records team has its own pages, below.
ITEMS: dict[ItemKind, ItemQueue] = {
    ItemKind.TRIAGE: ItemQueue("to triage", 24, TRIAGE),
    ItemKind.ALLOCATED: ItemQueue("new worries about cases of a worker", 24, CASEWORK_TEAMS),
    ItemKind.WORK: ItemQueue("work not yet taken on", 48, CASEWORK_TEAMS),
    ItemKind.REFUSAL: ItemQueue("refused work to settle", 48, CASEWORK_TEAMS),
    ItemKind.TRANSFER: ItemQueue("transfers to confirm", 120, TRIAGE),
    ItemKind.FEEDBACK: ItemQueue("feedback to give", 72, TRIAGE),
    ItemKind.CHALLENGE: ItemQueue("challenged decisions", 72, TRIAGE),
}
# Teams for which no item waits, and where what waits for them is counted instead.
NO_ITEMS = {TeamKind.RECORDS: "retention", TeamKind.PARTNER: "late-answers"}
# Work that somebody has: it is at work, not waiting, and may take months.
UNDER_WAY = Queue("under-way", "work under way", None)
MISSED = Queue("missed", "missed and still open", 24)
JOBS_WAITING = Queue("jobs-waiting", "waiting", 1, advice="The worker does these by itself.")
JOBS_FAILED = Queue(
    "jobs-failed", "failed", 0, advice="Ask whoever runs the hub: the worker has given up."
)

NOBODY = Queue(
    "nobody",
    "Out of everybody’s sight",
    0,
    advice="No active person can see these on a board. Let somebody join the team or name somebody "
    "for the case; ask whoever runs the hub.",
)
UNMANNED = Queue(
    "unmanned",
    "Waiting for a team in which nobody works",
    0,
    advice="Let somebody join the team; ask whoever runs the hub.",
)
GONE = Queue(
    "gone",
    "With somebody who has left",
    24,
    advice="A supervisor of the team hands them over.",
)
WORKER = Queue(
    "worker",
    "The worker’s last sign of life",
    0,
    advice="Without it no e-mail goes out and no miss is noticed. Ask whoever runs the hub.",
)
QUEUES = (
    NOBODY,
    UNMANNED,
    GONE,
    Queue("questions", "Same person? to answer", 72, "questions"),
    Queue("alerts", "Alerts that nobody has seen for a day", 24, "alerts"),
    Queue("alert-mails", "E-mails about alerts, not sent", 1),
    Queue("notices", "E-mails about new work, not sent", 1),
    Queue("request-mails", "E-mails to partners who are asked, not sent", 1),
    Queue(
        "late-answers",
        "Late answers of partners",
        48,
        advice="The hub asks after them each working day; whoever asked is told to ring.",
    ),
    Queue("to-sign", "To be asked or shared without an agreement, to sign", 4, "requests-to-sign"),
    Queue("escalations", "Warnings about clocks that nobody was told of", 1),
    Queue("glass-answer", "Requests to open a restricted case", 6, "supervision"),
    Queue("glass-review", "Cases opened in an emergency, to review", 72, "supervision"),
    Queue("retention", "Closed cases to review", 14 * HOURS_A_DAY, "retention"),
    Queue("letting-go", "Letting go, for a second person", 7 * HOURS_A_DAY, "retention"),
    WORKER,
)
# The worker beats every few seconds while it lives.
WORKER_SILENT = timedelta(minutes=5)
# Where what is yet to be sent or told lies, and the queue that counts it. Documents wait for no
# scanner: an upload is scanned while its sender looks on, or refused.
UNSENT = {
    ("access_alert", "sent_at"): "alert-mails",
    ("referrals_notice", "sent_at"): "notices",
    ("sharing_reminder", "sent_at"): "request-mails",
    ("clocks_escalation", "told_at"): "escalations",
}
# The worker's tasks in plain words.
TASKS = {
    "breakwater.access.alerts.jobs.tell_by_mail": "Send e-mails about alerts",
    "breakwater.access.glass.jobs.tell_who_may_agree": "Tell who may agree to open a case",
    "breakwater.access.jobs.forget_what_is_over": "Forget sessions that ended",
    "breakwater.clocks.jobs.write_down_misses": "Write down missed clocks",
    "breakwater.oversight.queues.jobs.page_stale_queues": "Look for queues that wait too long",
    "breakwater.people.jobs.find_who_came_at_once": "Look people up again",
    "breakwater.people.jobs.tell_who_guards": "Tell who guards a restricted case",
    "breakwater.records.jobs.find_how_long_it_is_kept": "Find how long closed cases are kept",
    "breakwater.records.jobs.erase_at_night": "Erase what was let go",
    "breakwater.referrals.chronology.jobs.measure_area_pace": "Measure the area’s pace",
    "breakwater.referrals.escalation.jobs.tell_of_deadlines": "Tell people of deadlines",
    "breakwater.referrals.jobs.tell_team": "Send e-mails about new work",
    "breakwater.sharing.agreements.jobs.tell_of_reviews": "Tell of agreements to be reviewed",
    "breakwater.sharing.disclosures.jobs.ask_to_confirm": "Ask partners to confirm recalls",
    "breakwater.sharing.requests.jobs.ask_after_late_answers": "Ask after partners’ late answers",
    "breakwater.sharing.requests.mailing.mail_asked_team": "Send e-mails to partners who are asked",
    "builtin:procrastinate.builtin_tasks.remove_old_jobs": "Remove old jobs",
}


@dataclass(frozen=True)
class Counted:
    """What the database says of a queue; `part` is a kind, a task or a clock's code."""

    queue: str
    part: str
    # How the database calls the part, where the list above does not.
    called: str
    team_id: int | None
    number: int
    oldest: datetime | None
    unopened: int | None
    late: int | None


def limits() -> dict[str, int]:
    """After how many hours each queue is told: by its code, of items with the kind."""
    fixed = (*QUEUES, MISSED, JOBS_WAITING, JOBS_FAILED)
    of_items = {f"item:{kind}": queue.hours for kind, queue in ITEMS.items()}
    every = {queue.code: queue.hours for queue in fixed} | of_items
    return {code: hours for code, hours in every.items() if hours is not None}


def expected(teams: Iterable[tuple[int, TeamKind]]) -> list[tuple[str, str, int | None]]:
    """Every queue as (code, part, team) that is shown even when it is empty."""
    of_teams: list[tuple[str, str, int | None]] = []
    for team_id, kind in teams:
        of_teams += [("item", item, team_id) for item, q in ITEMS.items() if kind in q.teams]
        if kind in CASEWORK_TEAMS:
            of_teams.append((UNDER_WAY.code, "", team_id))
    jobs: list[tuple[str, str, int | None]] = [
        (queue.code, task, None) for queue in (JOBS_WAITING, JOBS_FAILED) for task in TASKS
    ]
    return of_teams + [(queue.code, "", None) for queue in QUEUES] + jobs


def place_of(code: str) -> int:
    """Where a queue stands among those that are empty: what concerns the whole hub comes first."""
    return next((n for n, queue in enumerate(QUEUES) if queue.code == code), len(QUEUES))


def hours_of(code: str, part: str) -> int | None:
    """After how many hours a queue is told; None: never."""
    every = limits()
    return every.get(f"{code}:{part}", every.get(code))


def is_stale(number: int, oldest: datetime | None, hours: int | None, now: datetime) -> bool:
    """Whether a queue has waited too long. Of what shows no age nobody knows how long it has."""
    if not number or hours is None:
        return False
    return oldest is None or now - oldest >= timedelta(hours=hours)


def is_soon_stale(number: int, oldest: datetime | None, hours: int | None, now: datetime) -> bool:
    if not number or hours is None or oldest is None:
        return False
    return now - oldest >= SOON * timedelta(hours=hours)
