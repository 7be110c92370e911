"""What an identity's page shows: every link of its mentions, and what people said of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from breakwater.access.actions import View
from breakwater.access.queries import WhoToAsk, names_in_ledger, who_to_ask
from breakwater.people.models import Review, Tie
from breakwater.people.queries import MentionFacts, mentions_by_id
from breakwater.people.rules import Answer, LinkStanding


@dataclass(frozen=True)
class Step:
    """One link that stands or stood: who was linked or asked about, by whom, when, how it ended.

    `elsewhere`: to another identity than the page's. `rejoin`: whom to join the mention with
    again, when the two are apart now.
    """

    mention: MentionFacts | None
    ask: WhoToAsk | None
    standing: LinkStanding
    elsewhere: bool
    weight: float | None
    by: str
    at: datetime
    ended_at: datetime | None
    rejoin: MentionFacts | None


@dataclass(frozen=True)
class Said:
    """What somebody said of two mentions, and why."""

    one: MentionFacts
    other: MentionFacts
    answer: Answer
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class History:
    identity_id: int
    members: list[MentionFacts]
    steps: list[Step]
    said: list[Said]


def cases(identity_id: int) -> set[int]:
    """The cases of all whom the page may speak of. 1 SQL statement. Shows nothing."""
    pairs = _links(identity_id).values_list("case_id", "against_case_id")
    return {case for pair in pairs for case in pair if case is not None}


def of(identity_id: int, view: View) -> History:
    """Every link of an identity and of its mentions, the newest first. 7 SQL statements.

    Of a case without a grant only whom to ask; of a restricted one nothing.
    """
    links = list(_links(identity_id).order_by("-decided_at", "-pk"))
    ids = {pk for link in links for pk in (link.mention_id, link.against_id) if pk}
    shown = {
        pk: mention for pk, mention in mentions_by_id(ids).items() if mention.case_id in view.cases
    }
    elsewhere = {link.case_id for link in links} - view.cases
    ask = {who.case_id: who for who in who_to_ask(view.actor, elsewhere)}
    homes = dict(
        Tie.objects.filter(mention_id__in=ids, standing=LinkStanding.LINKED).values_list(
            "mention_id", "identity_id"
        )
    )
    members = [shown[pk] for pk in sorted(shown) if homes.get(pk) == identity_id]
    names = names_in_ledger({link.decided_by for link in links})
    steps = []
    offered: set[frozenset[int]] = set()
    for link in links:
        mention = shown.get(link.mention_id)
        if mention is None and link.case_id not in ask:
            continue
        rejoin = _rejoin(link, homes, shown, members) if mention else None
        pair = frozenset({link.mention_id, rejoin.id if rejoin else 0})
        steps.append(
            Step(
                mention,
                None if mention else ask[link.case_id],
                LinkStanding(link.standing),
                link.identity_id != identity_id,
                link.weight if link.has_evidence else None,
                names.get(link.decided_by, link.decided_by),
                link.decided_at,
                link.ended_at,
                None if pair in offered else rejoin,
            )
        )
        offered.add(pair)
    return History(identity_id, members, steps, _said(members, shown))


def _links(identity_id: int) -> QuerySet[Tie]:
    """Who is or was linked to it, and where else those who are now have been."""
    members = Tie.objects.filter(identity_id=identity_id, standing=LinkStanding.LINKED)
    return Tie.objects.filter(
        Q(identity_id=identity_id) | Q(mention_id__in=members.values("mention_id"))
    )


def _rejoin(
    link: Tie, homes: dict[int, int], shown: dict[int, MentionFacts], members: list[MentionFacts]
) -> MentionFacts | None:
    """Return whom an ended link could join its mention with again, None when they are together."""
    if link.standing != LinkStanding.ENDED:
        return None
    former = [shown.get(link.against_id or 0), *members]
    return next((m for m in former if m and homes[m.id] != homes[link.mention_id]), None)


def _said(members: list[MentionFacts], shown: dict[int, MentionFacts]) -> list[Said]:
    """Return what was said of those who belong here now, and of nobody else's pairs."""
    here = [member.id for member in members]
    rows = Review.objects.filter(
        Q(mention__in=here) | Q(against__in=here), mention__in=list(shown), against__in=list(shown)
    )
    columns = ("mention_id", "against_id", "answer", "reason", "answered_by__name", "answered_at")
    return [
        Said(shown[one], shown[other], Answer(answer), *rest)
        for one, other, answer, *rest in rows.order_by("-pk").values_list(*columns)
    ]
