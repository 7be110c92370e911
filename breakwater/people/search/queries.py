"""Who is found, and what of them the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from breakwater.access.queries import WhoToAsk, granted_cases, who_to_ask
from breakwater.access.rules import Actor
from breakwater.people.models import Profile
from breakwater.people.queries import MentionFacts, mentions_by_id

MOST = 50


@dataclass(frozen=True)
class Hits:
    """`unseen`: restricted cases in which somebody was found whom the reader may not know of.

    Nothing else here may depend on them, or a search would tell that they are there.
    """

    people: list[MentionFacts]
    ask: list[WhoToAsk]
    unseen: list[int]
    more: bool


def search(actor: Actor, terms: Sequence[str]) -> Hits:
    """Everybody who has every term anywhere, at most MOST. 5 SQL statements.

    Of a case without a grant only whom to ask; of a restricted one nothing at all.
    """
    found = Profile.objects.all()
    for term in terms:
        found = found.filter(words__contains=term)  # Django takes the meaning from % and _
    granted = granted_cases(actor)
    open_ids = list(
        found.filter(mention__case__in=granted)
        .order_by("-mention__told_at", "-mention_id")
        .values_list("mention_id", flat=True)[: MOST + 1]
    )
    elsewhere = found.exclude(mention__case__in=granted).order_by("-mention__case")
    cases = elsewhere.values_list("mention__case_id", flat=True).distinct()
    known = list(cases.filter(mention__case__restricted=False)[: MOST + 1])
    unseen = list(cases.filter(mention__case__restricted=True))
    facts = mentions_by_id(open_ids[:MOST])
    return Hits(
        [facts[pk] for pk in open_ids[:MOST]],
        who_to_ask(set(known[:MOST])),
        unseen,
        max(len(open_ids), len(known)) > MOST,
    )
