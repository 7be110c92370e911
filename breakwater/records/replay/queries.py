"""Who had looked before a decision, beside what it rested on."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access import queries as access
from breakwater.access.policy import Verb
from breakwater.access.queries import Somebody
from breakwater.access.rules import Actor
from breakwater.audit.queries import tallies_before
from breakwater.records.wholooked import rules
from breakwater.referrals.replay.queries import AsItStood


@dataclass(frozen=True)
class LookedBefore:
    """What somebody had done or seen on the case by then, counted by kind."""

    who: Somebody
    words: str
    allowed: bool
    number: int
    last: datetime


@dataclass(frozen=True)
class Replay:
    """`looked` is None for a reader whose role may not see who looked."""

    then: AsItStood
    looked: list[LookedBefore] | None


def replay(actor: Actor, then: AsItStood) -> Replay:
    """Put the ledger of the case up to the decision beside it, for one who holds the case.

    3 SQL statements, however long it is; none for who may not see who looked.
    """
    if Verb.SEE_WHO_LOOKED not in actor.verbs:
        return Replay(then, None)
    tallies = tallies_before(then.case_id, then.decision.at, rules.LEFT_OUT)
    people = access.people_in_ledger({tally.actor for tally in tallies})
    agencies = access.agency_names()
    return Replay(
        then,
        [
            LookedBefore(
                who=people.get(tally.actor)
                or Somebody(
                    rules.actor_in_words(tally.actor), agencies.get(tally.agency_id or 0, ""), ""
                ),
                words=rules.said(tally.verb).words,
                allowed=tally.allowed,
                number=tally.number,
                last=tally.last,
            )
            for tally in tallies
        ],
    )
