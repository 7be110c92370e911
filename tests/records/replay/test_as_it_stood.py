"""A past decision opens as it stood: all that was known then, and nothing that came later."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import ClockDefinition
from breakwater.clocks.rules import Standing
from breakwater.people import queries as people
from breakwater.people.models import Link
from breakwater.people.review.actions import split
from breakwater.records.replay.actions import NoSuchDecision, open_as_it_stood
from breakwater.records.replay.queries import Replay
from breakwater.referrals.actions import open_case, open_referral, receive_referral
from breakwater.referrals.models import Referral, RuleSet
from breakwater.referrals.queries import known_of
from breakwater.referrals.replay.basis import known_then
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Action, Level, Rating
from breakwater.referrals.thresholds.queries import suggested, told_about
from breakwater.referrals.triage.actions import Rested, decide
from breakwater.referrals.triage.enquiries import rate, screen
from tests.builders import a_person, a_submission, amelia, an_envelope, decided

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def told(*people: dict, days_ago: float = 0, **changes: object) -> Referral:
    at = timezone.now() - timedelta(days=days_ago)
    told = a_submission(*people, sent_at=at.isoformat(), **changes)  # type: ignore[arg-type]
    receipt = receive_referral(an_envelope(told, received_at=at))
    return Referral.objects.get(reference=receipt.reference)


def same_girl(**changes: object) -> dict:
    return amelia(**({"nhs_number": None, "family": "Hartly", "born": "2017"} | changes))


def rested(referral: Referral) -> Rested:
    """What whoever decides sees now, as the page of deciding keeps it."""
    known = known_of(referral.pk)
    everywhere = {place.case_id for places in known.values() for place in places}
    entries = people.known_about(known, everywhere)
    references = dict(Referral.objects.values_list("pk", "reference"))
    suggests = suggested(told_about(referral.pk, known, everywhere))
    return Rested(
        suggested_level=suggests.suggestion.level,
        ruleset_id=suggests.ruleset_id,
        basis=suggests.basis | known_then(entries, references, []),
    )


def decides(actor: Actor, referral: Referral, *teams: int, **more: Any) -> None:
    referral.refresh_from_db()
    decide(
        actor,
        referral.reference,
        decided(Level.COMPLEX, *teams, reason="Twice this month."),
        version=referral.version,
        rested=rested(referral),
        **more,
    )


@pytest.fixture
def cait(triage: Actor, staff: Staff) -> int:
    staff("Ana Reyes", TeamKind.CAIT)
    return Team.objects.get(kind=TeamKind.CAIT).pk


@pytest.fixture
def one(triage: Actor, cait: int) -> Referral:
    """A referral that was decided on, with two earlier worries in a case of their own."""
    for _ in range(2):
        told(amelia(), days_ago=30, by="Mill Lane School")
    Case.objects.update(closed_at=timezone.now())
    referral = told(amelia(), days_ago=0.1, by="Harbour Road Surgery")
    rate(triage, referral.reference, Rating.AMBER, "Ask the school.", version=1)
    decides(triage, referral, cait)
    return referral


def replay(actor: Actor, referral: Referral, number: int = 1) -> Replay:
    return open_as_it_stood(actor, referral.reference, number)


def everything(shown: Replay) -> str:
    """All that a reader of it could read."""
    return repr(shown)


def test_what_was_known_and_from_whom(triage: Actor, one: Referral) -> None:
    then = replay(triage, one).then
    ((known, _),) = then.known.values()
    assert (known.line.told_by, known.line.sure) == ("Mill Lane School", True)
    assert dict(known.line.evidence)["birth date"]
    assert known.person.name == "Amelia Hartley"
    assert known.category == "neglect"
    assert then.worry.narrative == "Often hungry at school since half term."
    assert then.worry.people[0].told_by == "Harbour Road Surgery"


def test_the_suggestion_the_rules_and_their_version(triage: Actor, one: Referral) -> None:
    then = replay(triage, one).then
    assert (then.decision.suggested_level, then.basis.version) == ("3", 1)
    (rule,) = then.basis.fired
    assert rule.title == "Two earlier referrals or more within 12 months"
    assert rule.effect == "one level up"
    assert rule.facts == (("earlier referrals within 12 months", "2 referrals"),)
    facts = {fact.words: (fact.value, fact.source) for fact in then.basis.facts}
    assert facts["the main category"] == ("neglect", "told by the referral")
    assert facts["earlier referrals within 12 months"] == (
        "2 referrals",
        "known to the hub, as far as you may see",
    )
    assert "weapons" in then.basis.unknown


def test_every_stage_stands_in_order_with_who_and_why(triage: Actor, one: Referral) -> None:
    stages = replay(triage, one).then.worry.progress.stages
    assert [(stage.action, stage.by, stage.rating, stage.reason) for stage in stages] == [
        (Action.RATE, "Priya Hill", "amber", "Ask the school."),
        (Action.DECIDE_AND_ROUTE, "Priya Hill", "", ""),
    ]


def test_the_clocks_as_they_stood_and_by_which_version(triage: Actor, one: Referral) -> None:
    clocks = {clock.code: clock for clock in replay(triage, one).then.clocks}
    assert clocks["DECIDE"].standing is Standing.MET
    assert clocks["TAKE_ON"].standing is Standing.RUNNING
    assert {clock.version for clock in clocks.values()} == {1}


def test_the_decision_its_teams_and_which_leads(triage: Actor, one: Referral) -> None:
    then = replay(triage, one).then
    assert (then.decision.reason, then.decision.by) == ("Twice this month.", "Priya Hill")
    assert [(team.name, team.leads) for team in then.teams] == [("Team cait", True)]


def test_who_had_looked_is_there_and_who_looked_later_is_not(
    triage: Actor, cait: int, staff: Staff
) -> None:
    before, after = actor_for(staff("Sam Osei")), actor_for(staff("Jo Park"))
    referral = told(amelia())
    open_referral(before, referral.reference, "triage")
    with pytest.raises(NotAllowed):
        open_case(actor_for(staff("Nia Brown", TeamKind.EARLY_HELP)), referral.case_id)
    decides(triage, referral, cait, at=timezone.now() + timedelta(seconds=1))
    _moved(Entry.objects.all(), -timedelta(minutes=1))
    open_referral(after, referral.reference, "triage")
    _moved(Entry.objects.filter(actor=after.ledger_name), timedelta(minutes=1))
    looked = replay(triage, referral).looked
    assert looked is not None
    seen = {(line.who.name, line.words, line.allowed) for line in looked}
    assert ("Sam Osei", "opened it", True) in seen
    assert ("Nia Brown", "opened it", False) in seen
    assert "Jo Park" not in {name for name, _, _ in seen}


def _moved(entries: Any, by: timedelta) -> None:
    """As the owner of the database could: in a test all entries are of one moment."""
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry disable trigger never_changed")
        for entry in entries:
            cursor.execute("update ledger_entry set at = at + %s where id = %s", [by, entry.pk])
        cursor.execute("alter table ledger_entry enable trigger never_changed")


# -- what came later ------------------------------------------------------------------------------


def test_what_came_later_does_not_show(
    triage: Actor, one: Referral, cait: int, staff: Staff
) -> None:
    before = everything(Replay(replay(triage, one).then, None))
    # The work is taken on, by the same case's new worry, a doubtful one, and a second decision.
    take_on(actor_for(User.objects.get(name="Ana Reyes")), one.reference)
    told(amelia(), by="Regis Academy")
    told(same_girl(), by="A neighbour")
    after = everything(Replay(replay(triage, one).then, None))
    assert after == before


def test_a_link_that_was_split_since_stands_as_it_did(triage: Actor, one: Referral) -> None:
    (mention,) = people.mention_ids_of(one.pk)
    split(triage, mention, "The school rang: she is somebody else.")
    assert not Link.objects.filter(mention=mention, standing="asked").exists()
    assert known_of(one.pk) == {} or mention not in known_of(one.pk)
    ((known, _),) = replay(triage, one).then.known.values()
    assert (known.line.told_by, known.line.sure) == ("Mill Lane School", True)


def test_rules_changed_since_do_not_show(triage: Actor, one: Referral) -> None:
    before = replay(triage, one).then.basis
    first = RuleSet.objects.get(kind="threshold")
    changed = json.loads(json.dumps(first.rules).replace("Two earlier", "A few earlier"))
    RuleSet.objects.create(
        kind="threshold", version=2, rules=changed, why="Plainer words.",
        effective_from=timezone.now(), made_at=timezone.now(), made_by_id=triage.user_id,
    )  # fmt: skip
    assert changed != first.rules
    assert replay(triage, one).then.basis == before


def test_a_clock_defined_anew_since_stands_by_the_version_of_then(
    triage: Actor, one: Referral
) -> None:
    latest = ClockDefinition.objects.filter(code="DECIDE").latest("version")
    row = {f.name: getattr(latest, f.name) for f in latest._meta.fields if f.name != "id"}
    ClockDefinition.objects.create(**(row | {"version": 9, "name": "Decide at once", "length": 2}))
    clocks = {clock.code: clock for clock in replay(triage, one).then.clocks}
    assert (clocks["DECIDE"].version, clocks["DECIDE"].name) == (latest.version, latest.name)


def test_a_clock_that_began_later_is_not_there(triage: Actor, one: Referral) -> None:
    take_on(actor_for(User.objects.get(name="Ana Reyes")), one.reference)
    clocks = {clock.code: clock for clock in replay(triage, one).then.clocks}
    assert clocks["TAKE_ON"].standing is Standing.RUNNING


def test_an_earlier_worry_of_the_case_shows_only_what_was_decided_by_then(
    triage: Actor, cait: int
) -> None:
    first, second = told(amelia(), days_ago=2), told(amelia(), days_ago=1)
    decides(triage, second)
    decides(triage, first, cait)
    (before,) = replay(triage, second).then.before
    assert (before.reference, before.progress.decisions) == (first.reference, [])
    # The later one was there already when the first was decided on, with what was decided on it.
    (there,) = replay(triage, first).then.before
    assert (there.reference, len(there.progress.decisions)) == (second.reference, 1)


# -- who may --------------------------------------------------------------------------------------


def test_a_line_of_a_case_that_the_reader_does_not_hold_is_whom_to_ask(
    triage: Actor, one: Referral, staff: Staff
) -> None:
    ana = actor_for(User.objects.get(name="Ana Reyes"))
    then = replay(ana, one).then
    assert then.known == {}
    other = Referral.objects.exclude(case=one.case_id).earliest("pk")
    assert [who.case_id for who in then.ask] == [other.case_id]
    assert "Mill Lane School" not in everything(replay(ana, one))


def test_a_case_restricted_since_leaves_nothing(triage: Actor, one: Referral) -> None:
    other = Referral.objects.exclude(case=one.case_id).earliest("pk")
    Case.objects.filter(pk=other.case_id).update(restricted=True)
    shown = replay(triage, one)
    assert (shown.then.known, shown.then.ask) == ({}, [])
    for trace in ("Mill Lane School", other.reference, f"case_id={other.case_id}"):
        assert trace not in everything(shown)


def test_a_case_that_was_only_to_be_asked_about_is_said_so_while_it_may_be_known(
    triage: Actor, cait: int, staff: Staff
) -> None:
    staff("Nia Brown", TeamKind.EARLY_HELP)
    other = told(same_girl())
    Case.objects.update(closed_at=timezone.now())
    referral = told(amelia())
    decide(
        triage,
        referral.reference,
        decided(Level.COMPLEX, cait),
        version=1,
        rested=Rested(basis={"known": [], "ask": [{"case": other.case_id, "agency": "Old name"}]}),
    )
    ana = actor_for(User.objects.get(name="Ana Reyes"))
    assert [who.case_id for who in replay(ana, referral).then.ask] == [other.case_id]
    Case.objects.filter(pk=other.case_id).update(restricted=True)
    assert replay(ana, referral).then.ask == []


def test_who_may_not_see_who_looked_does_not_read_it_here(one: Referral, staff: Staff) -> None:
    user = User.objects.get(name="Ana Reyes")
    Membership.objects.filter(user=user).update(role=Role.PRACTITIONER)
    assert replay(actor_for(user), one).looked is not None
    inspector = actor_for(user)
    bare = Actor(
        inspector.ledger_name, inspector.name, inspector.user_id, inspector.agency_id,
        inspector.team_ids, frozenset({Role.INSPECTOR}),
    )  # fmt: skip
    assert replay(bare, one).looked is None


def test_not_yours_and_not_there_are_refused_and_written_down(one: Referral, staff: Staff) -> None:
    early = actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))
    for reference in (one.reference, "BW-0000-0000-0000"):
        with pytest.raises(NotAllowed):
            open_as_it_stood(early, reference, 1)
    entries = Entry.objects.filter(purpose="a decision as it stood", allowed=False)
    assert entries.count() == 2


@pytest.mark.parametrize("number", [0, 2, 10**12])
def test_a_decision_that_is_not_there_is_not_found(
    triage: Actor, one: Referral, number: int
) -> None:
    with pytest.raises(NoSuchDecision):
        replay(triage, one, number)


def test_every_case_that_is_read_gets_an_entry(triage: Actor, one: Referral) -> None:
    replay(triage, one)
    entries = Entry.objects.filter(purpose__startswith="a decision as it stood", allowed=True)
    assert {case for entry in entries for case in entry.cases} == set(
        Case.objects.values_list("pk", flat=True)
    )


def test_it_costs_the_same_statements_however_much_was_known(
    triage: Actor, one: Referral, cait: int
) -> None:
    def statements(referral: Referral) -> int:
        with CaptureQueriesContext(connection) as captured:
            replay(triage, referral)
        return len(captured)

    few = statements(one)
    Case.objects.update(closed_at=timezone.now())
    for number in range(6):
        told(amelia(), by=f"School {number}")
        Case.objects.update(closed_at=timezone.now())
    many = told(amelia(), a_person("parent", given="Kelly", family="Hartley"))
    rate(triage, many.reference, Rating.RED, "Now.", version=1)
    decides(triage, many, cait)
    assert len(next(iter(replay(triage, many).then.known.values()))) == 9
    assert statements(many) == few


# -- the page -------------------------------------------------------------------------------------


def page(client: Client, referral: Referral, number: int = 1) -> Any:
    return client.get(f"/referrals/{referral.reference}/decisions/{number}")


def test_the_page_says_all_of_it(one: Referral, signed_in: Callable[[User], Client]) -> None:
    hill = signed_in(User.objects.get(name="Priya Hill"))
    said = page(hill, one).content.decode()
    for words in (
        "Contact: the worry came in", "Enquiries: rate and ask partners: amber", "Ask the school.",
        "This decision", "Twice this month.", "Level 3, by version 1 of the rules",
        "Two earlier referrals or more within 12 months", "one level up",
        "earlier referrals within 12 months: 2 referrals", "The main category",
        "Decide on the referral", "(version 1): met", "Mill Lane School", "Why it seemed so",
        "Harbour Road Surgery", "Who had looked at the case by then", "Team cait",
    ):  # fmt: skip
        assert words in said, words


def test_what_the_page_of_deciding_showed_is_what_its_replay_shows(
    triage: Actor, cait: int, signed_in: Callable[[User], Client]
) -> None:
    told(same_girl(), days_ago=20, by="Mill Lane School")
    Case.objects.update(closed_at=timezone.now())
    referral = told(amelia(), days_ago=1)
    sent = {
        "version": "1", "outcome": "police_only", "level": "3", "teams": [str(cait)],
        "reason": "A visit is needed.",
    }  # fmt: skip
    hill = signed_in(User.objects.get(name="Priya Hill"))
    assert hill.post(f"/referrals/{referral.reference}/decide", sent).status_code == 302
    then = replay(triage, referral).then
    ((known,),) = then.known.values()
    assert (known.line.told_by, known.line.sure) == ("Mill Lane School", False)
    assert (then.decision.suggested_level, then.basis.version) == ("2", 1)
    assert "the main category" in {fact.words for fact in then.basis.facts}


def test_contact_screening_enquiries_and_decision_stand_in_order(
    triage: Actor, cait: int, signed_in: Callable[[User], Client]
) -> None:
    referral = told(amelia())
    screen(triage, referral.reference, {"weapons": False}, version=1)
    rate(triage, referral.reference, Rating.GREEN, "Ask the school.", version=2)
    decides(triage, referral, cait)
    hill = signed_in(User.objects.get(name="Priya Hill"))
    said = page(hill, referral).content.decode()
    places = [said.index(f"{name}: ") for name in ("Contact", "Screening", "Enquiries")]
    assert [*places, said.index("Decision: ")] == sorted([*places, said.index("Decision: ")])


def test_a_decision_of_before_the_hub_kept_its_basis_says_so(
    triage: Actor, cait: int, signed_in: Callable[[User], Client]
) -> None:
    referral = told(amelia())
    decide(triage, referral.reference, decided(Level.COMPLEX, cait), version=1, rested=Rested())
    hill = signed_in(User.objects.get(name="Priya Hill"))
    assert "did not yet keep" in page(hill, referral).content.decode()


def test_what_was_written_is_shown_as_text(
    triage: Actor, cait: int, signed_in: Callable[[User], Client]
) -> None:
    evil = "<script>alert(1)</script>"
    told(amelia(given=evil), by=evil)
    Case.objects.update(closed_at=timezone.now())
    referral = told(amelia(given=evil), concern={"narrative": evil})
    rate(triage, referral.reference, Rating.RED, evil, version=1)
    decides(triage, referral, cait)
    hill = signed_in(User.objects.get(name="Priya Hill"))
    said = page(hill, referral).content.decode()
    assert "<script>alert" not in said
    assert said.count("&lt;script&gt;alert(1)") >= 5


def test_a_page_of_nobodys_is_not_found(
    one: Referral, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    early = signed_in(staff("Nia Brown", TeamKind.EARLY_HELP))
    hill = signed_in(User.objects.get(name="Priya Hill"))
    assert page(early, one).status_code == 404
    assert page(hill, one, 2).status_code == 404
    assert early.get("/referrals/BW-0000-0000-0000/decisions/1").status_code == 404


def test_the_moment_of_the_decision_is_the_border(triage: Actor, cait: int) -> None:
    at: datetime = timezone.now()
    referral = told(amelia(), days_ago=1)
    decides(triage, referral, cait, at=at)
    told(amelia(), days_ago=-0.01)
    assert replay(triage, referral).then.before == []
