"""Every route of the hub: who gets in, and what is asked of it in the twin worlds.

It is the one table of routes: the tests of signing in, of headers and of forms read it too. A new
route belongs in here, one line: who gets which answer to a GET of what is theirs (`got`;
everybody else who is signed in gets `rest`), what its address is made of (`of`: names of a
twin_worlds.Thing's parts), and what is posted to it besides nothing and nonsense (`posts`). What
somebody may not see, and what is not there, is answered with `hidden`, to a POST with
`hidden_post`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils import timezone

from breakwater.referrals.rules import Category
from tests.access.twin_stories import MISSING, ZEBULON, World


class Walker(StrEnum):
    """Who walks: one of each role, somebody without a team, and a stranger."""

    TRIAGE_WORKER = "triage worker"
    TRIAGE_SUPERVISOR = "triage supervisor"
    HUB_MANAGER = "hub manager"
    PRACTITIONER = "practitioner"
    TEAM_SUPERVISOR = "team supervisor"
    INSPECTOR = "inspector"
    RECORDS_OFFICER = "records officer"
    PARTNER = "partner"
    TEAMLESS = "somebody without a team"
    STRANGER = "a stranger"


Post = dict[str, Any]
EVERYBODY = frozenset(Walker)
STRANGER = frozenset({Walker.STRANGER})
STAFF = EVERYBODY - STRANGER
# Whom a grant lets into the case that is everybody's in the worlds.
HOLDERS = STAFF - {Walker.TEAMLESS, Walker.PARTNER}
MANAGER = frozenset({Walker.HUB_MANAGER})
TRIAGE = frozenset({Walker.TRIAGE_WORKER, Walker.TRIAGE_SUPERVISOR, Walker.HUB_MANAGER})
SUPERVISORS = frozenset({Walker.TRIAGE_SUPERVISOR, Walker.TEAM_SUPERVISOR, Walker.HUB_MANAGER})
# Of the team that the work of the worlds waits for: who works it, and who only has a post there.
WORKERS = frozenset({Walker.PRACTITIONER, Walker.TEAM_SUPERVISOR})
BESIDE_THE_WORK = frozenset({Walker.INSPECTOR, Walker.RECORDS_OFFICER})
PARTNER = frozenset({Walker.PARTNER})
OFFICER = frozenset({Walker.RECORDS_OFFICER})
# Who sets thresholds and routing rules.
RULES = frozenset({Walker.TRIAGE_SUPERVISOR, Walker.HUB_MANAGER})
# The kept case was closed at triage: its supervisor may see it, and the desk reviews it.
REVIEWERS = OFFICER | MANAGER | {Walker.TRIAGE_SUPERVISOR}
PARTNER = frozenset({Walker.PARTNER})
CASEWORKERS = TRIAGE | {Walker.PRACTITIONER, Walker.TEAM_SUPERVISOR}


@dataclass(frozen=True)
class Route:
    got: Mapping[int, frozenset[Walker]]
    rest: int = 404
    of: tuple[str, ...] = ()
    hidden: int | None = 404  # None: as what is theirs
    hidden_post: int | None = 404  # None: as each role has it
    fresh: bool = False  # makes something by chance: a secret, codes, a challenge
    posts: Callable[[World], list[Post]] = field(default=lambda world: [])

    @property
    def anybody(self) -> bool:
        """Whether a stranger gets an answer; else they are sent to sign in."""
        return any(Walker.STRANGER in some for some in self.got.values())

    def status(self, walker: Walker, *, hidden: bool) -> int:
        """What a GET is answered with."""
        if walker is Walker.STRANGER and not self.anybody:
            return 302
        if hidden and self.hidden is not None:
            return self.hidden
        return next((status for status, some in self.got.items() if walker in some), self.rest)


def searches(world: World) -> list[Post]:
    """By what everybody may find, and by what only the forbidden case holds."""
    told = ("Amelia Hartley", "9990000018", "Hartley PR1 4AB", "Lark Alder", *ZEBULON.values())
    return [{"who": who, "purpose": "triage"} for who in told]


def decisions(world: World) -> list[Post]:
    decision = {
        "outcome": "child_protection", "level": "4", "lead": "",
        "reason": "Known to the school; a visit is needed.",
    }  # fmt: skip
    return [
        decision | {"version": "1", "teams": ["999999"]},
        decision | {"version": "7", "teams": [str(world.team)]},
        decision | {"version": "4", "teams": [str(world.team), str(world.team)]},
    ]


def rules(world: World) -> list[Post]:
    rule = {"title": "A rule", "why": "So.", "source": "A test", "on": "true", "effect": "3"}
    asks = {"all-0-what": "weapons|is", "all-0-value": "yes"}
    return [rule | asks | {"tests": "fires: weapons = yes\ndoes not fire: nothing known"}]


def starts(world: World) -> list[Post]:
    levels = {f"base-{category}": "2" for category in Category}
    return [levels | {"most_up": "2"}]


def saved_rules(world: World) -> list[Post]:
    return [{"why": "Agreed.", "seen": "something else"}]


def screenings(world: World) -> list[Post]:
    known = {"version": "1", "weapons": "no", "other_children": "2"}
    return [known | {"other_children": "many"}, known]


def ratings(world: World) -> list[Post]:
    rated = {"rating": "amber", "reason": "Two sources say it."}
    return [rated | {"version": "1", "rating": "pink"}, rated | {"version": "1"}]


def waits(world: World) -> list[Post]:
    return [{"version": version, "reason": "The school was asked."} for version in ("9", "2")]


def versions(world: World) -> list[Post]:
    return [{"version": version} for version in ("1", "3")]


def settlements(world: World) -> list[Post]:
    return [{"keep": keep, "reason": "Weighed with the team."} for keep in ("maybe", "keep")]


def discussions(world: World) -> list[Post]:
    return [day("held_on", days) | {"held_at": "09:30"} for days in (2, -1)]


def gifts(world: World) -> list[Post]:
    """To nobody who is there, to the team, to somebody of it."""
    to = ("999999", "team", str(world.officer))
    return [{"seen": "", "to_worker": one, "note": "The school was rung."} for one in to]


def tellings(world: World) -> list[Post]:
    return [{"decision": "1", "done": "told", "way": "by phone", "text": "It was decided."}]


def challenges(world: World) -> list[Post]:
    return [{"decision": "1", "who": "myself", "reason": "The home was not seen."}]


def rulings(world: World) -> list[Post]:
    answer = {"version": "1", "ruling": "rule that the decision stands", "words": "It was seen."}
    return [answer | {"version": "7"}, answer]


def askings(world: World) -> list[Post]:
    """Of teams that are there and of none; about the own child, and about one who is not theirs."""
    hidden = str(world.forbidden.mention) if world.forbidden else "8888"
    given = {"purpose": "deciding what a child needs", "bases": ["ART6E", "ART9G", "PARA18"]}
    given |= {"necessity": "To decide.", "consent": "asked and agreed"}
    desk = str(world.own.desk)
    return [
        given | {"about": mention, "team": teams}
        for mention, teams in (
            (str(world.own.mention), [desk]),
            (hidden, [desk]),
            (str(world.own.mention), [desk, "999999"]),
        )
    ]


def signatures(world: World) -> list[Post]:
    return [{"ruling": "sign", "reason": "Needed."}, {"ruling": "refuse", "reason": "Not needed."}]


def calls(world: World) -> list[Post]:
    return [{"by": "Ms Roe", "said": "Seen on Monday."}, {"by": "Ms Roe", "nothing_known": "true"}]


def by_hand(world: World) -> list[Post]:
    return [{"reason": "The school rang: she is somebody else."}]


def answers(world: World) -> list[Post]:
    return [{"do": said, "reason": "as told"} for said in ("cannot-tell", "same", "different")]


def absences(world: World) -> list[Post]:
    """What waits for the reader themself goes to the team: asked, then done."""
    given = {"away": str(world.own.user), "heir": "team", "note": "On leave."}
    return [given, given | {"do": "go"}]


def reasons(world: World) -> list[Post]:
    return [{"reason": "A relative works at the front door.", "people": [str(world.own.user)]}]


def emergencies(world: World) -> list[Post]:
    """By what everybody may know, by the forbidden case's reference, and by nothing's."""
    hidden = world.forbidden.reference if world.forbidden else ""
    return [
        {"called": called, "purpose": "risk", "reason": "The child is said to be alone now."}
        for called in (hidden, "BW-0000-0000-0000", world.own.reference)
    ]


def uploads(world: World) -> list[Post]:
    return [{"document": ("note.txt", b"Seen at the school gate at 08:40.\n")}]


def hand_overs(world: World) -> list[Post]:
    wrong, right = ({"officer": str(pk)} | day("until", 30) for pk in (999999, world.officer))
    return [wrong, right | day("until", 400), right]


def who_asks(world: World) -> list[Post]:
    """Somebody of the forbidden case, then of the reader's own."""
    hidden = str(world.forbidden.mention) if world.forbidden else ""
    return [{"person": hidden}, {"person": str(world.own.mention)}]


def choices(world: World) -> list[Post]:
    return [{"serious_harm": "Weighed.", "do": do} for do in ("json", "save")]


def reviews(world: World) -> list[Post]:
    kept = {"what": "keep", "reason": "It may be asked for."}
    gone = {"what": "let-go", "reason": "Nothing came after it."}
    return [kept | day("until", 9999), kept | day("until", 365), gone]


def holds(world: World) -> list[Post]:
    """One that names the forbidden case, and one that reaches every case."""
    hold = {"name": "An inquiry", "reason": "It asked."} | day("asked_on", -3)
    hidden = str(world.forbidden.case) if world.forbidden else ""
    return [hold | {"scope": "these cases", "cases": hidden}, hold | {"scope": "every case"}]


def begun_sharings(world: World) -> list[Post]:
    """About somebody of the forbidden case, then of the reader's own."""
    hidden = str(world.forbidden.mention) if world.forbidden else ""
    desk = str(world.own.desk)
    return [{"child": child, "team": desk} for child in (hidden, str(world.own.mention))]


def sharings(world: World) -> list[Post]:
    """What the forbidden case alone tells of, then what may be looked at."""
    given = {
        "purpose": "deciding what a child needs", "necessity": "They see her.",
        "consent": "asked and agreed", f"m{world.own.mention}": [f"m{world.own.mention}.name"],
        "summary": "She comes hungry.",
    } | day("keep_until", 100)  # fmt: skip
    return [given | {"summary": f"With {ZEBULON['given']}."}, given]


def withholdings(world: World) -> list[Post]:
    kinds = ["the worry itself and what was decided"]
    given = {"team": str(world.own.desk), "kinds": kinds, "reason": "Weighed."}
    return [given, given | {"more_detrimental": "no"}]


def corrections(world: World) -> list[Post]:
    return [{"line-0": "Amy Hartley", "reason": "The name was another."}]


def day(name: str, days: int) -> Post:
    """The three boxes of a date, so many days from today."""
    on = timezone.localdate() + timedelta(days=days)
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def nobody_asked(world: World) -> list[Post]:
    """About the child of the forbidden case, and about the reader's own; nobody has a node here."""
    hidden = str(world.forbidden.mention) if world.forbidden else ""
    why = {"purpose": "protecting a child from significant harm"}
    return [why | {"child": child} for child in (hidden, str(world.own.mention))]


def new_nodes(world: World) -> list[Post]:
    """One whose key is none."""
    told = {"agency": "1", "name": "a-node", "address": "https://node.example.org"}
    return [told | {"identity_key": "none", "voprf_key": "none"}]


def agreement_reviews(world: World) -> list[Post]:
    return [{"note": "Read again."} | day("review_by", 300)]


def agreement_ends(world: World) -> list[Post]:
    return [{"why": "The school closes."} | day("effective_from", 5)]


def partner_answers(world: World) -> list[Post]:
    return [{"answer-0": "She was there on Monday.", "answer_0": "She was there on Monday."}]


def phones(world: World) -> list[Post]:
    return [{"phone": "01632 960200", "when": "before noon"}]


# Posted to after all else: then few may see anything any more, and nobody is signed in.
LAST = (
    "restrict", "name-for-case", "take-off", "lift-restriction", "keep-out", "let-in",
    "declare-conflict", "thresholds-discard", "end-other-devices", "sign-out",
)  # fmt: skip
ROUTES = {
    "home": Route({302: STAFF}),
    "sign-in": Route({200: STRANGER, 302: STAFF}),
    "roles": Route({200: STAFF}),
    "board": Route({200: CASEWORKERS, 302: OFFICER}, 403),
    "absence": Route({200: SUPERVISORS}, posts=absences),
    "shortcuts": Route({200: STAFF}),
    "board-news": Route({200: CASEWORKERS}),
    "save-filter": Route({302: CASEWORKERS}),
    "delete-filter": Route({}, 405, of=("filter",), hidden=405),
    "claim-item": Route({}, 405, of=("item",), hidden=405),
    "here": Route({}, 405, of=("reference",), hidden=405),
    "gone": Route({}, 405, of=("reference",), hidden=405, hidden_post=204),
    "referral": Route({200: HOLDERS}, of=("reference",), hidden_post=405),
    "chronology": Route({200: HOLDERS}, of=("reference",), hidden_post=405),
    "screen": Route(
        {200: TRIAGE, 302: HOLDERS - TRIAGE}, of=("undecided",), posts=screenings
    ),
    "rate": Route({200: TRIAGE, 302: HOLDERS - TRIAGE}, of=("undecided",), posts=ratings),
    "wait": Route({200: TRIAGE, 302: HOLDERS - TRIAGE}, of=("undecided",), posts=waits),
    "go-on": Route(
        {}, 405, of=("undecided",), hidden=405, hidden_post=302, posts=versions
    ),
    "decide": Route(
        {200: TRIAGE, 302: HOLDERS - TRIAGE}, of=("undecided",), posts=decisions
    ),
    "moved": Route(
        {}, 405, of=("undecided",), hidden=405, hidden_post=302, posts=versions
    ),
    "take-back": Route({}, 405, of=("undecided",), hidden=405, hidden_post=302),
    "hand-over-item": Route(
        {200: WORKERS, 302: BESIDE_THE_WORK}, of=("item",), posts=gifts
    ),
    "refuse": Route(
        {200: WORKERS, 302: HOLDERS - WORKERS}, of=("reference",), posts=by_hand
    ),
    "settle": Route({302: HOLDERS}, of=("reference",), posts=settlements),
    "take-on": Route({}, 405, of=("reference",), hidden=405, hidden_post=302),
    "strategy": Route(
        {200: WORKERS, 302: HOLDERS - WORKERS}, of=("reference",), posts=discussions
    ),
    "feedback": Route(
        {200: TRIAGE, 302: HOLDERS - TRIAGE}, of=("reference",), posts=tellings
    ),
    "challenge": Route(
        {200: CASEWORKERS, 302: HOLDERS - CASEWORKERS}, of=("reference",), posts=challenges
    ),
    "rule-on-challenge": Route(
        {200: frozenset({Walker.TRIAGE_SUPERVISOR, Walker.HUB_MANAGER}), 302: HOLDERS},
        of=("reference", "challenge"),
        posts=rulings,
    ),
    "take-challenge-up": Route({302: HOLDERS}, of=("reference", "challenge"), posts=by_hand),
    "feedback-templates": Route({200: RULES}, hidden_post=405),
    "feedback-template": Route({}, of=("rule",)),
    "what-waits": Route({302: HOLDERS}, of=("referral",), hidden_post=405),
    "queues": Route({200: MANAGER}),
    "who-knows": Route(
        {200: CASEWORKERS, 302: HOLDERS - CASEWORKERS}, of=("reference",), posts=nobody_asked
    ),
    "partners": Route({200: HOLDERS}, of=("reference",), hidden_post=405),
    "ask-again": Route(
        {}, 405, of=("reference",), hidden=405, hidden_post=302, posts=nobody_asked
    ),
    "nodes": Route({200: MANAGER}, posts=new_nodes),
    "end-node": Route({}, of=("node",)),
    "receive-index": Route({405: EVERYBODY}, hidden=405, hidden_post=401),
    "agreements": Route({200: STAFF}),
    "new-agreement": Route({200: MANAGER}),
    "who-may-ask": Route({200: CASEWORKERS}),
    "agreement": Route({200: STAFF}, of=("agreement",), hidden_post=405),
    "new-agreement-version": Route({200: MANAGER}, of=("agreement",)),
    "review-agreement": Route({200: MANAGER}, of=("agreement",), posts=agreement_reviews),
    "end-agreement": Route({200: MANAGER}, of=("agreement",), posts=agreement_ends),
    "ask-partners": Route({200: CASEWORKERS}, of=("undecided",), posts=askings),
    "requests-to-sign": Route({200: SUPERVISORS}),
    "request": Route({200: HOLDERS}, of=("asked",), hidden_post=405),
    "sign-request": Route(
        {200: SUPERVISORS, 302: HOLDERS - SUPERVISORS}, of=("unsigned",), posts=signatures
    ),
    "withdraw-request": Route(
        {200: CASEWORKERS, 302: BESIDE_THE_WORK}, of=("asked",), posts=by_hand
    ),
    "note-call": Route({200: CASEWORKERS, 302: BESIDE_THE_WORK}, of=("asked",), posts=calls),
    "asked": Route({200: PARTNER | CASEWORKERS}),
    "asked-request": Route({200: PARTNER}, of=("asked",), hidden_post=405),
    "answer-request": Route({200: PARTNER}, of=("asked",), posts=partner_answers),
    "check-answer": Route({302: PARTNER}, of=("asked",)),
    "nothing-known": Route({200: PARTNER}, of=("asked",)),
    "ask-by-phone": Route({200: PARTNER}, of=("asked",), posts=phones),
    "decline-request": Route({200: PARTNER}, of=("asked",), posts=by_hand),
    "answer-received": Route({302: PARTNER}, of=("asked",), hidden_post=405),
    "shared-paper": Route({200: PARTNER}, of=("shared",), hidden_post=405),
    "confirm-taken-back": Route({405: STAFF}, of=("shared",), hidden=405),
    "api-document": Route({200: EVERYBODY}, hidden_post=405),
    "api-problem": Route({404: EVERYBODY}, of=("rule",), hidden_post=405),
    "api-token": Route({405: EVERYBODY}),
    "api-requests": Route({401: EVERYBODY}),
    "api-request": Route({401: EVERYBODY}, of=("asked",), hidden=401, hidden_post=405),
    "api-answers": Route({405: EVERYBODY}, of=("asked",), hidden=405, hidden_post=401),
    "api-shared-list": Route({401: EVERYBODY}),
    "api-shared": Route({401: EVERYBODY}, of=("shared",), hidden=401, hidden_post=405),
    "api-nowhere": Route({404: EVERYBODY}),
    "questions": Route({200: TRIAGE}),
    "question": Route({200: TRIAGE}, of=("question",), posts=answers),
    "next-question": Route({302: TRIAGE}, of=("question",), hidden=None, hidden_post=405),
    "person-history": Route({200: HOLDERS}, of=("mention",), hidden_post=405),
    "split": Route({200: HOLDERS}, of=("mention",), posts=by_hand),
    "join": Route({200: TRIAGE}, of=("mention", "against"), posts=by_hand),
    "find-a-person": Route({200: STAFF}, posts=searches),
    "documents": Route({200: HOLDERS}, of=("case",), posts=uploads),
    "document": Route({200: HOLDERS}, of=("case", "document"), hidden_post=405),
    "case": Route({200: HOLDERS}, of=("case",), hidden_post=404),
    "clocks": Route({200: STAFF}),
    "change-clock": Route({}, of=("clock",)),
    "hub-hours": Route({200: RULES}),
    "school-breaks": Route({200: RULES}),
    "remove-break": Route({}, 405, of=("break_id",), hidden=405, hidden_post=None),
    "as-it-stood": Route({200: HOLDERS}, of=("reference", "number"), hidden_post=405),
    "print-case": Route({200: HOLDERS}, of=("case",), hidden_post=405),
    "told": Route({200: HOLDERS}, of=("case",), hidden_post=405),
    "share": Route({200: CASEWORKERS}, of=("case",), posts=begun_sharings),
    "share-parts": Route({200: CASEWORKERS}, of=("case", "mention", "desk"), posts=sharings),
    "withhold": Route({200: CASEWORKERS}, of=("case",), posts=withholdings),
    "recall-disclosure": Route({200: CASEWORKERS}, of=("shared",)),
    "correct-disclosure": Route({200: CASEWORKERS}, of=("shared",), posts=corrections),
    "sign-disclosure": Route({}, of=("shared",), posts=by_hand),
    "emergency": Route({200: CASEWORKERS}, posts=emergencies),
    "answer-glass": Route({}, of=("glass",)),
    "review-glass": Route({}, of=("glass",)),
    "supervision": Route({200: SUPERVISORS}),
    "alerts": Route({200: STAFF}),
    "alerts-seen": Route({}, 405),
    "who-may-see": Route({200: HOLDERS}, of=("case",)),
    "restrict": Route({200: SUPERVISORS}, of=("case",), posts=reasons),
    "name-for-case": Route({200: SUPERVISORS}, of=("case",), posts=reasons),
    "take-off": Route({}, of=("case", "user"), posts=reasons),
    "lift-restriction": Route({200: SUPERVISORS}, of=("case",), posts=reasons),
    "declare-conflict": Route({200: HOLDERS}, of=("case",)),
    "keep-out": Route({200: SUPERVISORS}, of=("case",), posts=reasons),
    "let-in": Route({}, of=("case", "user"), posts=reasons),
    "conflicts": Route({200: HOLDERS}),
    "remove-kin": Route({}, 405, of=("kin",), hidden=405),
    "who-looked": Route(
        {200: CASEWORKERS | OFFICER}, of=("case",), hidden_post=405
    ),
    "subject-access": Route({200: OFFICER}),
    "hand-over": Route({200: SUPERVISORS}, of=("case",), posts=hand_overs),
    "subject-access-person": Route({200: OFFICER}, of=("case",), posts=who_asks),
    "subject-access-preview": Route({200: OFFICER}, of=("case", "mention"), posts=choices),
    "retention": Route({200: OFFICER | SUPERVISORS}),
    "review-kept": Route({200: REVIEWERS}, of=("kept",), posts=reviews),
    "confirm-letting-go": Route({}, 405, of=("kept",), hidden=405),
    "undo-letting-go": Route({200: REVIEWERS}, of=("kept",), posts=by_hand),
    "holds": Route({200: OFFICER}),
    "place-hold": Route({200: OFFICER}, posts=holds),
    "lift-hold": Route({200: OFFICER}, of=("hold",), posts=by_hand),
    "thresholds": Route({200: TRIAGE}),
    "thresholds-version": Route({}, of=("version",), hidden_post=405),
    "thresholds-change": Route({200: RULES}),
    "thresholds-rule": Route({}, of=("rule",)),
    "thresholds-add": Route({200: RULES}, posts=rules),
    "thresholds-set": Route({200: RULES}, posts=starts),
    "thresholds-preview": Route({302: RULES}, posts=saved_rules),
    "thresholds-discard": Route({}, 405, hidden=405),
    "routing": Route({200: TRIAGE}),
    "routing-version": Route({}, of=("version",), hidden_post=405),
    "routing-change": Route({200: RULES}),
    "routing-rule": Route({}, of=("rule",)),
    "routing-add": Route({200: RULES}),
    "routing-set": Route({200: RULES}),
    "routing-preview": Route({302: RULES}),
    "routing-discard": Route({}, 405, hidden=405),
    "account_login": Route({200: STRANGER, 302: STAFF}),
    "mfa_authenticate": Route({302: EVERYBODY}),
    "sso": Route({405: EVERYBODY}, of=("provider",), hidden=405),
    "sso-back": Route({404: EVERYBODY}, of=("provider",), hidden_post=405),
    "sign-in-link": Route({410: EVERYBODY}, of=("secret",), hidden=410, hidden_post=410),
    "mfa_index": Route({200: STAFF}),
    "mfa_activate_totp": Route({200: STAFF}, fresh=True),
    "mfa_deactivate_totp": Route({}),
    "mfa_add_webauthn": Route({200: STAFF}, fresh=True),
    "mfa_remove_webauthn": Route({}, of=("passkey",)),
    "mfa_view_recovery_codes": Route({}),
    "mfa_generate_recovery_codes": Route({200: STAFF}, fresh=True),
    "change-password": Route({302: STAFF}),
    "devices": Route({200: STAFF}),
    "end-device": Route({}, 405),
    "end-other-devices": Route({}, 405),
    "account_reauthenticate": Route({}, 403),
    "mfa_reauthenticate": Route({}, 403),
    "mfa_reauthenticate_webauthn": Route({}, 403),
    "healthz": Route({200: EVERYBODY}),
    "readyz": Route({200: EVERYBODY}),
    "sign-out": Route({}, 405),
}  # fmt: skip

# What no stranger reaches: they are sent to sign in.
SIGNED_IN = [name for name, route in ROUTES.items() if not route.anybody]
# What answers anybody at all. What is left are steps of signing in itself, which show nothing to
# whoever is not half-way through them (tests/access/signin).
ANYBODY = [name for name, route in ROUTES.items() if Walker.STRANGER in route.got.get(200, ())]


def address(name: str) -> str:
    """The address of a route, made of what is nowhere."""
    return reverse(name, args=[getattr(MISSING, part) for part in ROUTES[name].of])
