"""What other rules would have said of past decisions, before they are saved."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from breakwater.access.models import Case, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.models import Decision, Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.sealed import seal_decision
from breakwater.referrals.thresholds import actions
from breakwater.referrals.thresholds.actions import open_agreement, replay_rules
from breakwater.referrals.thresholds.agreement import tallies
from breakwater.referrals.thresholds.queries import in_force
from breakwater.referrals.thresholds.replaying import Replay
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet
from breakwater.referrals.thresholds.ruleset import default, fingerprint, with_rule
from tests.builders import received
from tests.referrals.thresholds.past_decisions import past

pytestmark = pytest.mark.django_db
BEFORE = default(RuleKind.THRESHOLD)
# Neglect starts a level higher.
AFTER = replace(BEFORE, base={**BEFORE.base, "neglect": 3})


def replayed(actor: Actor, after: RuleSet = AFTER) -> Replay:
    return replay_rules(actor, default(after.kind), after)


def test_it_counts_who_moves_where_and_who_agrees_before_and_after(grace: Actor) -> None:
    past(grace, Level.COMPLEX)
    past(grace, Level.ADDITIONAL)
    past(grace, Level.ADDITIONAL, category="young_carer")
    replay = replayed(grace)
    assert replay.moved == {("level 2", "level 3"): 2, ("level 2", "level 2"): 1}
    assert (replay.read, replay.agreed_before, replay.agreed_after) == (3, 2, 2)


def test_it_names_each_decision_that_would_change_and_why(grace: Actor) -> None:
    reference = past(grace, Level.COMPLEX, category="young_carer", answers={"weapons": True})
    (weapons,) = [rule for rule in BEFORE.rules if rule.id == "weapons"]
    (one,) = replayed(grace, with_rule(BEFORE, replace(weapons, on=False))).changed
    assert (one.reference, one.before, one.after, one.decided) == (
        reference,
        "level 3",
        "level 2",
        "level 3",
    )
    assert (one.new, one.gone) == ((), ("A weapon",))


def test_it_replays_what_was_known_then_and_not_what_the_hub_knows_now(grace: Actor) -> None:
    past(grace, Level.COMPLEX, category="young_carer", answers={"youngest_age": 0})
    assert replayed(grace, BEFORE).moved == {("level 3", "level 3"): 1}


def test_a_decision_that_kept_no_facts_is_counted_and_not_replayed(grace: Actor) -> None:
    past(grace, Level.COMPLEX, kept=False)
    past(grace, Level.COMPLEX)
    replay = replayed(grace)
    assert (replay.read, replay.without_facts, replay.replayed) == (2, 1, 1)


def test_what_waits_for_a_decision_is_not_read(grace: Actor) -> None:
    received()
    assert replayed(grace).read == 0


def decided_again(category: str) -> None:
    first = Decision.objects.get()
    facts = {"category": category, "also": []}
    reason, basis = seal_decision(first.referral, 1, "Again.", {"facts": facts})
    Decision.objects.create(
        referral=first.referral,
        outcome=first.outcome,
        level=Level.ACUTE,
        reason=reason,
        basis=basis,
        decided_by=first.decided_by,
        decided_at=first.decided_at,
    )


def test_of_a_referral_decided_twice_the_last_decision_is_replayed(grace: Actor) -> None:
    reference = past(grace, Level.COMPLEX)
    decided_again("fgm")
    past(grace, Level.COMPLEX)
    replay = replayed(grace, BEFORE)
    assert replay.moved == {("level 4", "level 4"): 1, ("level 2", "level 2"): 1}
    assert Decision.objects.filter(referral__reference=reference).count() == 2


def test_facts_by_codes_that_the_hub_no_longer_has_are_not_replayed(grace: Actor) -> None:
    past(grace, Level.COMPLEX)
    decided_again("luck")
    assert replayed(grace).without_facts == 1


def test_a_case_that_the_supervisor_may_not_see_is_not_there(grace: Actor) -> None:
    hidden = past(grace, Level.COMPLEX)
    past(grace, Level.COMPLEX)
    Case.objects.filter(pk=Referral.objects.get(reference=hidden).case_id).update(restricted=True)
    assert replayed(grace).read == 1
    assert sum(line.number for line in open_agreement(grace)) == 1


def test_each_batch_leaves_one_entry_that_names_its_cases(
    grace: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    for _ in range(3):
        past(grace, Level.COMPLEX)
    replayed(grace)
    entries = Entry.objects.filter(verb="set_rules", subject="rules:threshold")
    assert sorted(len(entry.cases) for entry in entries) == [1, 2]
    assert {entry.purpose for entry in entries} == {actions.PURPOSE}


def test_only_the_newest_are_read_and_the_page_is_told(
    grace: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_REPLAYED", 2)
    first, *_ = [past(grace, Level.COMPLEX) for _ in range(3)]
    replay = replayed(grace)
    assert (replay.read, replay.more) == (2, True)
    assert first not in {one.reference for one in replay.changed}


def test_a_batch_costs_the_same_statements_however_many_decisions(grace: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            replayed(grace)
        return len(captured)

    past(grace, Level.COMPLEX)
    one = statements()
    for _ in range(12):
        past(grace, Level.COMPLEX)
    assert statements() == one


def test_two_batches_cost_what_one_costs_and_once_more_what_a_batch_does(
    grace: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(batch: int) -> int:
        monkeypatch.setattr(actions, "BATCH", batch)
        with CaptureQueriesContext(connection) as captured:
            replayed(grace)
        return len(captured)

    for _ in range(6):
        past(grace, Level.COMPLEX)
    one, two, three = (statements(batch) for batch in (6, 3, 2))
    assert two - one == three - two


def test_a_role_without_the_verb_is_refused_and_the_refusal_is_in_the_ledger(
    triage: Actor,
) -> None:
    for deed in (lambda: replayed(triage), lambda: open_agreement(triage)):
        with pytest.raises(NotAllowed, match="may not set clocks, thresholds and routing rules"):
            deed()
    assert Entry.objects.filter(verb="set_rules", allowed=False).count() == 2


def test_routes_are_replayed_against_the_teams_that_got_the_work(
    grace: Actor, staff: Callable[..., User]
) -> None:
    actor_for(staff("Huw Evans", TeamKind.SOCIAL_CARE))
    team = Team.objects.get(kind=TeamKind.SOCIAL_CARE).pk
    past(grace, Level.COMPLEX, team)
    rules = default(RuleKind.ROUTING)
    (child_in_need,) = [rule for rule in rules.rules if rule.id == "child-in-need"]
    other = with_rule(rules, replace(child_in_need, teams=("early_help",)))
    replay = replayed(grace, other)
    assert replay.moved == {("social care", "early help"): 1}
    assert (replay.agreed_before, replay.agreed_after) == (1, 0)


def test_decisions_are_counted_by_month_version_and_level(grace: Actor) -> None:
    past(grace, Level.COMPLEX)
    past(grace, Level.ADDITIONAL)
    past(grace, Level.ADDITIONAL)
    past(grace, Level.UNIVERSAL, kept=False)
    past(grace, Level.UNIVERSAL, days_ago=500)
    (tally,) = tallies(open_agreement(grace), lambda line: (line.version, line.suggested)).values()
    assert (tally.agreed, tally.higher, tally.lower) == (2, 1, 0)


def test_agreement_is_one_statement_beside_its_entry(grace: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            open_agreement(grace)
        return len(captured)

    past(grace, Level.COMPLEX)
    one = statements()
    for level in list(Level)[:3]:
        past(grace, level, category="neglect", answers={"repeats": 3})
    assert statements() == one


def test_who_may_not_set_the_rules_gets_no_ids_or_counts_from_the_database(
    grace: Actor, triage: Actor
) -> None:
    past(grace, Level.COMPLEX)
    with connection.cursor() as cursor:
        for user, rows in ((grace.user_id, 1), (triage.user_id, 0)):
            cursor.execute("select * from door.agreement('', %s, '2000-01-01')", [user])
            assert len(cursor.fetchall()) == rows
            cursor.execute("select * from door.decided('', %s, 10)", [user])
            assert len(cursor.fetchall()) == rows


def test_the_preview_shows_what_would_change_and_the_page_how_far_people_agree(
    grace: Actor, client: Client
) -> None:
    reference = past(grace, Level.COMPLEX)
    past(grace, Level.COMPLEX, kept=False)
    levels = {f"base-{name}": str(level) for name, level in AFTER.base.items()}
    words = {f"words-{name}": ", ".join(some) for name, some in AFTER.words.items()}
    client.post(reverse("thresholds-set"), levels | words | {"most_up": "1"})
    page = client.get(reverse("thresholds-preview")).content.decode()
    assert "on the facts that were known at\n1 decision in cases that you may see" in page
    assert "1 more decision kept no facts" in page
    assert "now 0%, then 100%" in page
    assert reference in page
    assert fingerprint(AFTER) in page
    rules = client.get(reverse("thresholds")).content.decode()
    assert "version 1</th>" in rules
    assert "How far people agree" in rules


def test_the_facts_of_the_version_are_kept_with_the_decision(grace: Actor) -> None:
    past(grace, Level.COMPLEX)
    kept = Referral.objects.get().decision_set.get()
    assert (kept.suggested_level, kept.ruleset_id) == ("2", in_force(RuleKind.THRESHOLD).id)
