"""Changing rules: shown on past decisions first, saved as another version, never as a change."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals.thresholds import queries
from breakwater.referrals.thresholds.agreement import Line
from breakwater.referrals.thresholds.models import RuleSet as Row
from breakwater.referrals.thresholds.replaying import Replay, replay_some
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet
from breakwater.referrals.thresholds.ruleset import fingerprint, read, written

LONGEST_WHY = 2_000
# Past decisions that other rules are tried on: the newest so many, read so many at a time.
MOST_REPLAYED, BATCH = 2_000, 500
PURPOSE = "what other rules would have said of past decisions"
OVERTAKEN = (
    "Somebody else changed these rules since you began. Look at the rules now in force and make "
    "your change again."
)
NOT_PREVIEWED = (
    "These are not the rules that were shown. Look at what they would change, then save them."
)


class Overtaken(Exception):
    """The rules in force are no longer those that the change began with."""


class WrongChange(Exception):
    """A change that cannot stand: `errors` are (field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


def change_rules(
    actor: Actor, kind: RuleKind, rules: RuleSet, why: str, *, begun_at: int, seen: str
) -> int:
    """Save rules as the next version and return it; they are in force at once.

    `begun_at` is the version that the change began with, `seen` the fingerprint of the rules whose
    replay was shown: only those are saved. Raise NotAllowed, WrongChange, WrongRules (a test table
    does not come out, or worse), Overtaken.
    """
    with access.acting(actor, Verb.SET_RULES, subject=f"rules:{kind}") as act:
        read(kind, written(rules))
        now = queries.in_force(kind)
        errors = _wrong_change(now.rules, rules, why, seen)
        if errors:
            raise WrongChange(errors)
        if now.version != begun_at:
            raise Overtaken(OVERTAKEN)
        at = timezone.now()
        try:
            with transaction.atomic():
                Row.objects.create(
                    kind=kind,
                    version=begun_at + 1,
                    rules=written(rules),
                    effective_from=at,
                    made_at=at,
                    made_by_id=actor.person,
                    why=why,
                )
        except IntegrityError:
            raise Overtaken(OVERTAKEN) from None
        act.facts = {"version": begun_at + 1, "rules": fingerprint(rules)}
    return begun_at + 1


def open_agreement(actor: Actor) -> list[Line]:
    """Show how far decisions of the last 12 months agree with what was suggested: counts.

    Of cases that the actor may see; a ledger entry says that it was asked. Raise NotAllowed.
    """
    access.show_list(actor, Verb.SET_RULES, "agreement", [])
    return queries.agreement(actor, timezone.now() - queries.WITHIN)


def replay_rules(actor: Actor, before: RuleSet, after: RuleSet) -> Replay:
    """Show what other rules would have said of past decisions in cases that the actor may see.

    The newest decisions, MOST_REPLAYED at most, a batch at a time; one ledger entry a batch names
    the cases that were read. Raise NotAllowed.
    """
    what = f"rules:{before.kind}"
    access.check_list(actor, Verb.SET_RULES, what)
    places = queries.decided_places(actor, MOST_REPLAYED + 1)
    replay = Replay(more=len(places) > MOST_REPLAYED)
    places = places[:MOST_REPLAYED]
    for start in range(0, max(1, len(places)), BATCH):
        batch = places[start : start + BATCH]
        cases = {case_id for _, case_id in batch}
        facts = {"decisions": len(batch)}
        view = access.show_list(actor, Verb.SET_RULES, what, cases, facts, PURPOSE)
        with view.reading():
            past = queries.past_of([referral_id for referral_id, _ in batch])
        replay.read += len(past)
        replay.without_facts += past.count(None)
        replay_some(replay, before, after, [one for one in past if one])
    return replay


def _wrong_change(now: RuleSet, rules: RuleSet, why: str, seen: str) -> list[tuple[str, str]]:
    errors = []
    if not why.strip():
        errors.append(("why", "Enter why you change the rules"))
    if len(why) > LONGEST_WHY:
        errors.append(("why", f"Why must be {LONGEST_WHY:,} characters or fewer"))
    if rules == now:
        errors.append(("", "Nothing is changed: these are the rules in force"))
    elif seen != fingerprint(rules):
        errors.append(("", NOT_PREVIEWED))
    return errors
