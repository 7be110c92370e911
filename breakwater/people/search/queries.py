"""Who is found, and what of them the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from breakwater.access.queries import WhoToAsk, granted_cases, may_know_of, who_to_ask
from breakwater.access.rules import Actor
from breakwater.people.models import Place, Profile
from breakwater.people.queries import MentionFacts, mentions_by_id

MOST = 50


@dataclass(frozen=True)
class FoundPlaces:
    """Who was found, by ids, before any right to see them was asked.

    `open`: (mention, case) in cases that the reader may see. `known`: cases that they may know of.
    `unseen`: restricted cases in which somebody was found whom the reader may not know of. Nothing
    that is shown may depend on them, or a search would tell that they are there.
    """

    open: list[tuple[int, int]]
    known: list[int]
    unseen: list[int]
    more: bool

    @property
    def cases(self) -> set[int]:
        return {case_id for _, case_id in self.open}

    @property
    def only_elsewhere(self) -> bool:
        """Whether the hub knows somebody like this, and only from cases closed to the searcher."""
        return bool(self.known or self.unseen) and not self.open


@dataclass(frozen=True)
class Hits:
    people: list[MentionFacts]
    ask: list[WhoToAsk]
    more: bool


def search(actor: Actor, terms: Sequence[str]) -> FoundPlaces:
    """Everybody who has every term anywhere, at most MOST. 3 SQL statements.

    Without a grant only names and whole numbers find: a search must not tell where somebody lives.
    For one who may compare (access.engine_for).
    """
    found = Profile.objects.all()
    for term in terms:
        found = found.filter(words__contains=term)  # Django takes the meaning from % and _
    mine = granted_cases(actor)
    matching = Place.objects.filter(mention_id__in=found.values("mention"))
    shown = list(
        matching.filter(case_id__in=mine)
        .order_by("-told_at", "-mention_id")
        .values_list("mention_id", "case_id")[: MOST + 1]
    )
    named = found
    for term in terms:
        whole = any(character.isdigit() for character in term)
        named = named.filter(names__contains=f" {term} " if whole else term)
    elsewhere = set(
        Place.objects.filter(mention_id__in=named.values("mention"))
        .exclude(case_id__in=mine)
        .values_list("case_id", flat=True)
        .distinct()
    )
    known = sorted(may_know_of(actor, elsewhere), reverse=True)
    return FoundPlaces(
        shown[:MOST],
        known[:MOST],
        sorted(elsewhere - set(known)),
        max(len(shown), len(known)) > MOST,
    )


def hits(actor: Actor, found: FoundPlaces) -> Hits:
    """What was found, for one who holds its cases. 2 SQL statements."""
    facts = mentions_by_id([mention_id for mention_id, _ in found.open])
    return Hits(
        [facts[mention_id] for mention_id, _ in found.open],
        who_to_ask(actor, found.known),
        found.more,
    )
