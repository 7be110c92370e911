"""What the board and the referral page show."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from breakwater.access import queries as access
from breakwater.access.queries import TeamFacts, WhoToAsk
from breakwater.access.restricted.queries import is_restricted
from breakwater.access.rules import CASEWORK_TEAMS, Actor
from breakwater.clocks.queries import ClockFace, clocks_of
from breakwater.people import queries as people
from breakwater.people.queries import Known, KnownPlace, MentionFacts
from breakwater.people.rules import PersonAsTold
from breakwater.referrals.challenge.queries import ChallengeFacts, challenges_of
from breakwater.referrals.chronology.rising import Rising, rising_worry
from breakwater.referrals.feedback.queries import ToldFacts, tellings_of
from breakwater.referrals.models import Decision, Place, Referral, Route, Submission
from breakwater.referrals.progress import Progress, progress_of
from breakwater.referrals.replay.basis import known_then
from breakwater.referrals.rules import (
    NO_PICTURES_IN,
    STATUS_FOR_REPORTER,
    UNDECIDED,
    Channel,
    State,
    in_words,
    subject_of,
    subject_of_challenge,
    subject_of_feedback,
    subject_of_route,
)
from breakwater.referrals.sealed import Words, answers_of, words_of
from breakwater.referrals.thresholds.queries import Suggested, proposed, suggested, told_of
from breakwater.referrals.thresholds.routing import Proposal


@dataclass(frozen=True)
class ReferralFacts:
    """A referral as a line of 'already known' shows it."""

    reference: str
    received_at: datetime
    category: str
    channel: str
    state: State
    narrative: str


@dataclass(frozen=True)
class KnownLine:
    """One earlier or later mention: with content where a grant reaches, else whom to ask."""

    told_at: datetime
    told_by: str
    sure: bool
    evidence: tuple[tuple[str, str], ...]
    person: PersonAsTold | None
    referral: ReferralFacts | None
    ask: WhoToAsk | None


@dataclass(frozen=True)
class PersonOnPage:
    mention: MentionFacts
    known: list[KnownLine]


@dataclass(frozen=True)
class ReferralPage:
    """All that the one page of a referral shows."""

    id: int
    case_id: int
    restricted: bool
    reference: str
    version: int
    state: State
    category: str
    category_code: str
    also: list[str]
    channel: str
    sent_at: datetime
    received_at: datetime
    immediate_danger: bool | None
    narrative: str
    consent: str
    consent_reason: str
    seen_child: bool | None
    reporter: dict[str, Any] | None
    online: dict[str, Any] | None
    people: list[PersonOnPage]
    clocks: list[ClockFace]
    progress: Progress
    # What the rules make of it; None once it is decided.
    suggested: Suggested | None
    proposal: Proposal | None
    rising: Rising
    # What was known of other referrals: kept with a decision made from this page.
    known_then: dict[str, Any]
    status_for_reporter: str
    told: list[ToldFacts]
    challenges: list[ChallengeFacts]
    # What the rooms above say: settings.REFERRAL_PANELS.
    panels: list[dict[str, Any]] = field(default_factory=list)


def place_of(reference: str) -> tuple[int, int] | None:
    """The (referral id, case id) behind a reference. 1 SQL statement. Shows nothing."""
    return Place.objects.filter(reference=reference).values_list("pk", "case_id").first()


def state_of(reference: str) -> State:
    """Where a referral stands. 1 SQL statement. Raise Place.DoesNotExist."""
    return State(Place.objects.values_list("state", flat=True).get(reference=reference))


def reference_of(referral_id: int) -> str:
    """The reference of a referral; of none, one that is nobody's. 1 SQL statement."""
    found = Place.objects.filter(pk=referral_id).values_list("reference", flat=True).first()
    return found or "BW-0000-0000-0000"


def references_of(case_id: int) -> dict[int, str]:
    """The references in a case by referral id. 1 SQL statement. Shows nothing."""
    return dict(Place.objects.filter(case_id=case_id).values_list("pk", "reference"))


def granted_references(actor: Actor) -> dict[int, list[str]]:
    """The cases open to the actor, with their references: ids. 1 SQL statement. Shows nothing."""
    cases: dict[int, list[str]] = defaultdict(list)
    places = Place.objects.filter(case_id__in=access.granted_cases(actor)).order_by("pk")
    for case_id, reference in places.values_list("case_id", "reference"):
        cases[case_id].append(reference)
    return dict(cases)


def receipt(sender: str, key: str) -> tuple[bytes, str, datetime, int]:
    """What was given for a sender's key before: content hash, reference, when, case.

    1 SQL statement.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from door.receipt(%s, %s)", [sender, key])
        content_hash, *rest = cursor.fetchone()
    return (bytes(content_hash), *rest)


def known_of(referral_id: int) -> dict[int, list[KnownPlace]]:
    """Where else the people of a referral are, or may be, known: ids. 2 SQL statements."""
    return people.known_places(people.mention_ids_of(referral_id))


def cases_of(known: dict[int, list[KnownPlace]]) -> set[int]:
    """Every case that something known comes from."""
    return {place.case_id for places in known.values() for place in places}


def referral_page(
    actor: Actor,
    referral_id: int,
    known: dict[int, list[KnownPlace]],
    seen: Collection[int],
    now: datetime,
) -> ReferralPage:
    """Put the page together for one who holds the case and, of the others, `seen`.

    33 SQL statements; 30 once it is decided.
    """
    referral = Referral.objects.get(pk=referral_id)
    entries = people.known_about(known, seen)
    other_ids = {k.mention.referral_id for some in entries.values() for k in some}
    beside = Referral.objects.filter(pk__in=other_ids, case__in=seen)
    words = words_of([referral, *beside])
    others = {other.pk: _facts(other, words[other.pk]) for other in beside}
    ask = {who.case_id: who for who in access.who_to_ask(actor, cases_of(known) - set(seen))}
    own = words[referral.pk]
    mentions = people.mentions_of([referral_id])
    restricted = is_restricted(referral.case_id)
    told = told_of(referral, own, mentions, known, seen, restricted=restricted)
    open_to_triage = referral.state in UNDECIDED
    suggested_now = suggested(told, answers_of(referral)) if open_to_triage else None
    progress = progress_of([referral])[referral.pk]
    routes = [subject_of_route(route.id) for route in progress.routes]
    challenges = challenges_of(referral_id)
    beyond = [subject_of_feedback(decision.id) for decision in progress.decisions]
    beyond += [subject_of_challenge(challenge.id) for challenge in challenges]
    clocks = clocks_of([subject_of(referral_id), *routes, *beyond], now)
    return ReferralPage(
        id=referral.pk,
        case_id=referral.case_id,
        restricted=restricted,
        reference=referral.reference,
        version=referral.version,
        state=State(referral.state),
        category=in_words(referral.category),
        category_code=referral.category,
        also=[in_words(code) for code in referral.also],
        channel=in_words(referral.channel),
        sent_at=referral.sent_at,
        received_at=referral.received_at,
        immediate_danger=referral.immediate_danger,
        narrative=own.narrative,
        consent=in_words(referral.consent),
        consent_reason=own.consent_reason,
        seen_child=referral.seen_child,
        reporter=own.reporter,
        online=own.online,
        people=[
            PersonOnPage(
                mention,
                _known_lines(known.get(mention.id, []), entries.get(mention.id, []), others, ask),
            )
            for mention in mentions
        ],
        clocks=sorted(chain(*clocks.values()), key=lambda clock: clock.due_at),
        progress=progress,
        suggested=suggested_now,
        proposal=_proposal(suggested_now),
        rising=rising_worry(referral_id, known, seen, now),
        known_then=known_then(
            entries, {pk: other.reference for pk, other in others.items()}, ask.values()
        ),
        status_for_reporter=STATUS_FOR_REPORTER[State(referral.state)],
        told=tellings_of(referral_id),
        challenges=challenges,
    )


def _proposal(now: Suggested | None) -> Proposal | None:
    return proposed(now.found.facts, now.suggestion.level) if now else None


def pictures_are_refused(case_id: int) -> bool:
    """Whether a case is about online reports or pictures: none may be added. 1 SQL statement.

    For one who holds the case.
    """
    codes = [category.value for category in NO_PICTURES_IN]
    about = Q(channel=Channel.ONLINE_REPORT) | Q(category__in=codes) | Q(also__overlap=codes)
    return Referral.objects.filter(about, case=case_id).exists()


def referrals_of(case_id: int) -> list[ReferralFacts]:
    """The referrals of a case, for one who holds it, the newest first. 2 SQL statements."""
    found = list(Referral.objects.filter(case=case_id).order_by("-received_at", "-pk"))
    words = words_of(found)
    return [_facts(referral, words[referral.pk]) for referral in found]


def teams_to_route_to() -> list[TeamFacts]:
    """Every team that a decision may choose. 1 SQL statement."""
    return [team for team in access.teams() if team.kind in CASEWORK_TEAMS]


def counts() -> dict[str, Any]:
    """How much came in and what became of it. 4 SQL statements."""
    routed = Route.objects.values_list("team__kind").annotate(number=Count("pk")).order_by()
    return {
        "submissions_received": Submission.objects.count(),
        "referrals": Referral.objects.count(),
        "decisions": Decision.objects.count(),
        "routed": dict(sorted(routed)),
    }


def _known_lines(
    places: list[KnownPlace],
    entries: list[Known],
    others: dict[int, ReferralFacts],
    ask: dict[int, WhoToAsk],
) -> list[KnownLine]:
    """A case without a grant gives a line of whom to ask, once; a restricted one gives nothing."""
    known = {entry.mention.id: entry for entry in entries}
    lines = []
    asked: set[int] = set()
    for place in places:
        entry = known.get(place.mention_id)
        if entry is None:
            if place.case_id in ask and place.case_id not in asked:
                asked.add(place.case_id)
                lines.append(
                    KnownLine(place.told_at, "", place.sure, (), None, None, ask[place.case_id])
                )
            continue
        lines.append(
            KnownLine(
                told_at=entry.mention.told_at,
                told_by=entry.mention.told_by,
                sure=entry.sure,
                evidence=tuple((e.field, e.words) for e in entry.evidence if e.of_a_field),
                person=entry.mention.person,
                referral=others.get(entry.mention.referral_id),
                ask=None,
            )
        )
    return lines


def _facts(referral: Referral, words: Words) -> ReferralFacts:
    return ReferralFacts(
        referral.reference,
        referral.received_at,
        in_words(referral.category),
        in_words(referral.channel),
        State(referral.state),
        words.narrative,
    )
