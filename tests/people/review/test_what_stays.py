"""What answers, splits and joins leave behind: whose evidence, which history, which entries."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from breakwater.access.actions import View
from breakwater.access.models import Agency, Case, Grant, Membership, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, LawfulBasis, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.people import linkage
from breakwater.people.models import Identity, Link, Mention, Profile, Review
from breakwater.people.review import history
from breakwater.people.review.actions import (
    answer,
    join,
    next_question,
    open_history,
    open_question,
    split,
)
from breakwater.people.review.moving import CannotBe
from breakwater.people.rules import Answer, LinkStanding

Staff = Callable[..., User]
EVIDENCE = [["before any evidence", "how seldom two mentions are one person", -17.2]]


def a_mention(actor: Actor, identity: Identity | None = None, **link: Any) -> Mention:
    """Somebody told of in a case of the actor's, linked to an identity of their own or a given."""
    case = Case.objects.create(opened_at=timezone.now())
    Grant.objects.create(
        case=case, team_id=next(iter(actor.team_ids)), relation=Relation.TRIAGE, purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=timezone.now(),
    )  # fmt: skip
    number = (Mention.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    mention = Mention.objects.create(
        # Far from what real referrals get: some of these stay when their test ends.
        case=case, referral_id=10**9 + number, place=0, told_at=timezone.now(), told_by="A school",
        role="child", given=f"Child{number}",
    )  # fmt: skip
    Profile.objects.create(
        mention=mention, version=linkage.VERSION, packed=linkage.Profile().packed(), words=" child "
    )
    Link.objects.create(
        mention=mention, identity=identity or Identity.objects.create(), standing="linked",
        decided_by="identity engine", **link,
    )  # fmt: skip
    return mention


def home(mention: Mention) -> Identity:
    return Identity.objects.get(link__mention=mention, link__standing=LinkStanding.LINKED)


def ask(mention: Mention, against: Mention) -> Link:
    return Link.objects.create(
        mention=mention, identity=home(against), standing="asked", against=against,
        weight=6.5, evidence=[["given name", "the same", 6.5]], decided_by="identity engine",
    )  # fmt: skip


def standing(mention: Mention) -> Link:
    return Link.objects.get(mention=mention, standing=LinkStanding.LINKED)


@pytest.mark.django_db
def test_who_comes_along_keeps_the_evidence_that_linked_them(triage: Actor) -> None:
    old, young = a_mention(triage), a_mention(triage)
    along = a_mention(triage, home(young), against=young, weight=30.0, evidence=EVIDENCE)
    question = ask(young, old)
    answer(triage, question.pk, Answer.SAME)
    assert home(along) == home(young) == home(old)
    assert (standing(along).against_id, standing(along).evidence) == (young.pk, EVIDENCE)
    assert (standing(young).against_id, standing(young).evidence) == (old.pk, question.evidence)


@pytest.mark.django_db
def test_the_ledger_of_every_case_whose_people_moved_says_so(triage: Actor) -> None:
    old, young = a_mention(triage), a_mention(triage)
    along = a_mention(triage, home(young))
    answer(triage, ask(young, old).pk, Answer.SAME)
    moved = Entry.objects.filter(verb="link_moved", actor=triage.ledger_name)
    assert set(moved.get().cases) == {young.case_id, along.case_id}


@pytest.mark.django_db
def test_a_question_about_somebody_split_off_ends_and_is_asked_anew(triage: Actor) -> None:
    stays, leaves, asking = a_mention(triage), a_mention(triage), a_mention(triage)
    join(triage, leaves.pk, stays.pk, "One girl.")
    question = ask(asking, leaves)
    split(triage, leaves.pk, "Two girls.")
    question.refresh_from_db()
    assert (question.standing, question.identity) == (LinkStanding.ENDED, home(stays))
    anew = Link.objects.get(mention=asking, standing=LinkStanding.ASKED)
    assert (anew.identity, anew.against_id) == (home(leaves), leaves.pk)
    assert anew.evidence == question.evidence


@pytest.mark.django_db
def test_splitting_tells_nothing_of_company_in_a_restricted_case(triage: Actor) -> None:
    mine, hidden = a_mention(triage), a_mention(triage)
    join(triage, mine.pk, hidden.pk, "One girl.")
    Case.objects.filter(pk=hidden.case_id).update(restricted=True)
    with pytest.raises(CannotBe, match="nothing to split"):
        split(triage, mine.pk, "Is anybody there?")
    assert home(mine) == home(hidden)


@pytest.mark.django_db
def test_joining_tells_nothing_of_what_a_restricted_case_says_against_it(triage: Actor) -> None:
    mine, hidden, other = a_mention(triage), a_mention(triage), a_mention(triage)
    for mention, upn in ((hidden, "H801200001001"), (other, "A838100019000")):
        packed = linkage.Profile(upn=upn).packed()
        Profile.objects.filter(mention=mention).update(packed=packed)
    join(triage, mine.pk, hidden.pk, "One girl.")
    with pytest.raises(CannotBe, match="pupil numbers"):
        join(triage, mine.pk, other.pk, "And she.")
    Case.objects.filter(pk=hidden.case_id).update(restricted=True)
    join(triage, mine.pk, other.pk, "And she.")
    assert home(mine) == home(other)


@pytest.mark.parametrize("hidden", [0, 1])
@pytest.mark.django_db
def test_a_question_of_which_one_side_is_hidden_opens_neither(triage: Actor, hidden: int) -> None:
    sides = a_mention(triage), a_mention(triage)
    question = ask(*sides)
    Case.objects.filter(pk=sides[hidden].case_id).update(restricted=True)
    with pytest.raises(NotAllowed):
        open_question(triage, question.pk)
    with pytest.raises(NotAllowed):
        answer(triage, question.pk, Answer.SAME)
    entries = Entry.objects.filter(actor=triage.ledger_name).order_by("at")
    assert [(e.cases, e.allowed) for e in entries] == [([sides[hidden].case_id], False)] * 2


@pytest.mark.django_db
def test_after_a_question_that_is_hidden_comes_what_comes_after_none(triage: Actor) -> None:
    weights = (3.0, 2.0, 1.0)
    first, hidden, third = (ask(a_mention(triage), a_mention(triage)) for _ in weights)
    for link, weight in zip((first, hidden, third), weights, strict=True):
        Link.objects.filter(pk=link.pk).update(weight=weight)
    Case.objects.filter(pk=hidden.mention.case_id).update(restricted=True)
    assert next_question(triage, hidden.pk) == next_question(triage, 8_888_888) == first.pk


@pytest.mark.django_db
def test_looking_at_a_question_without_the_verb_is_refused_in_the_ledger(
    triage: Actor, staff: Staff
) -> None:
    question = ask(a_mention(triage), a_mention(triage))
    practitioner = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    with pytest.raises(NotAllowed):
        open_question(practitioner, question.pk)
    entry = Entry.objects.get(actor=practitioner.ledger_name, verb="review_matches")
    assert (entry.allowed, entry.case_id) == (False, None)


@pytest.mark.django_db
def test_skipping_leads_nobody_to_a_question_they_may_not_answer(
    triage: Actor, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    question = ask(a_mention(triage), a_mention(triage))
    user = staff("Ana Reyes", TeamKind.CAIT)
    team = Team.objects.get(kind=TeamKind.CAIT)
    for grant in list(Grant.objects.all()):
        grant.pk, grant.team = None, team
        grant.save()
    response = signed_in(user).get(reverse("next-question", args=[question.pk]))
    assert response.status_code == 404


@pytest.mark.django_db
def test_a_split_from_several_is_undone_by_one_join(triage: Actor) -> None:
    one, other, leaves = a_mention(triage), a_mention(triage), a_mention(triage)
    join(triage, other.pk, one.pk, "One girl.")
    join(triage, leaves.pk, one.pk, "One girl.")
    split(triage, leaves.pk, "A cousin.")
    join(triage, leaves.pk, one.pk, "No cousin.")
    assert home(leaves) == home(one) == home(other)


@pytest.mark.django_db
def test_undoing_a_split_leaves_what_somebody_said_since(triage: Actor, staff: Staff) -> None:
    one, other, leaves = a_mention(triage), a_mention(triage), a_mention(triage)
    join(triage, other.pk, one.pk, "One girl.")
    join(triage, leaves.pk, one.pk, "One girl.")
    split(triage, leaves.pk, "A cousin.")
    colleague = actor_for(staff("Tom Baker"))
    answer(colleague, ask(leaves, other).pk, Answer.DIFFERENT, "Seen together.")
    with pytest.raises(CannotBe, match="called two of these different"):
        join(triage, leaves.pk, one.pk, "No cousin.")
    assert home(leaves) != home(one)


# -- the history ------------------------------------------------------------------------------


@pytest.fixture
def split_pair(triage: Actor) -> tuple[Mention, Mention]:
    stays, leaves = a_mention(triage), a_mention(triage)
    join(triage, leaves.pk, stays.pk, "One girl, said her mother.")
    split(triage, leaves.pk, "A cousin of the same name.")
    return stays, leaves


@pytest.mark.django_db
def test_the_history_says_who_by_name_and_why(
    split_pair: tuple[Mention, Mention], staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(staff("Tom Baker"))
    for mention in split_pair:
        page = client.get(reverse("person-history", args=[mention.pk])).text
        assert "Priya Hill" in page
        assert "A cousin of the same name." in page
        assert "One girl, said her mother." in page
        assert not re.search(r"user:\d", page)


@pytest.mark.django_db
@pytest.mark.parametrize("of", [0, 1])
def test_what_was_split_can_be_joined_again_from_either_history(
    split_pair: tuple[Mention, Mention], of: int, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    stays, leaves = split_pair
    client = signed_in(staff("Tom Baker"))
    page = client.get(reverse("person-history", args=[split_pair[of].pk])).text
    assert page.count(">Join again<") == 1
    address = reverse("join", args=[leaves.pk, stays.pk])
    assert address in page
    assert client.post(address, {"reason": "It is her."}).status_code == 302
    assert home(stays) == home(leaves)


@pytest.mark.django_db
def test_nobody_without_the_verb_is_offered_to_join_or_split(
    split_pair: tuple[Mention, Mention], staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    user = staff("Ana Reyes", TeamKind.CAIT)
    team = Team.objects.get(kind=TeamKind.CAIT)
    for grant in list(Grant.objects.all()):
        grant.pk, grant.team = None, team
        grant.save()
    page = signed_in(user).get(reverse("person-history", args=[split_pair[0].pk]))
    assert page.status_code == 200
    assert "Join again" not in page.text
    assert "Split off" not in page.text


@pytest.mark.django_db
def test_a_reason_about_a_restricted_case_is_not_shown(
    triage: Actor, split_pair: tuple[Mention, Mention]
) -> None:
    stays, leaves = split_pair
    Case.objects.filter(pk=leaves.case_id).update(restricted=True)
    shown = open_history(triage, stays.pk)
    assert shown.said == []
    assert [step.mention.id for step in shown.steps if step.mention] == [stays.pk]
    assert all(step.rejoin is None and step.ask is None for step in shown.steps)


@pytest.mark.django_db
def test_what_was_said_of_others_is_not_in_the_history(triage: Actor) -> None:
    mine, third, fourth = a_mention(triage), a_mention(triage), a_mention(triage)
    answer(triage, ask(third, fourth).pk, Answer.DIFFERENT, "Of others.")
    ask(third, mine)
    ask(fourth, mine)
    assert open_history(triage, mine.pk).said == []


@pytest.mark.django_db
def test_of_a_case_without_a_grant_the_history_tells_whom_to_ask(
    triage: Actor, split_pair: tuple[Mention, Mention]
) -> None:
    stays, leaves = split_pair
    agency = Agency.objects.create(name="Elsewhere", kind="police")
    other = Team.objects.create(agency=agency, name="Elsewhere", kind=TeamKind.CSE)
    Grant.objects.filter(case=leaves.case_id).update(team=other)
    shown = open_history(triage, stays.pk)
    (line,) = {step.ask.agency for step in shown.steps if step.ask}
    assert line == "Elsewhere"
    assert {step.mention.id for step in shown.steps if step.mention} == {stays.pk}
    assert shown.said == []


@pytest.mark.django_db
def test_a_history_costs_the_same_statements_however_long(triage: Actor) -> None:
    def statements(mention: Mention) -> int:
        cases = set(Mention.objects.values_list("case_id", flat=True))
        with CaptureQueriesContext(connection) as captured:
            history.of(home(mention).pk, View(triage, frozenset(cases)))
        return len(captured)

    first, second = a_mention(triage), a_mention(triage)
    join(triage, second.pk, first.pk, "One girl.")
    before = statements(first)
    for _ in range(5):
        join(triage, a_mention(triage).pk, first.pk, "One girl.")
    assert statements(first) == before == 7


# -- two at once ------------------------------------------------------------------------------


def test_of_two_who_answer_at_once_one_is_told_what_the_other_said(committed: str) -> None:
    agency = Agency.objects.create(name="Two at once")
    team = Team.objects.create(agency=agency, name="Two at once", kind=TeamKind.TRIAGE)
    actors = []
    for name in ("Ann Archer", "Ben Booth"):
        user = User.objects.create(username=name, name=name, agency=agency, password="!")
        Membership.objects.create(user=user, team=team, role="triage worker")
        actors.append(actor_for(user))
    one, other = a_mention(actors[0]), a_mention(actors[0])
    question = ask(other, one).pk
    start, told = threading.Barrier(2), []

    def say(actor: Actor, said: Answer) -> None:
        start.wait(20)
        try:
            answer(actor, question, said)
        except CannotBe as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=say, args=pair)
        for pair in zip(actors, (Answer.SAME, Answer.DIFFERENT), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review = Review.objects.get(mention=one, against=other)
    assert len(told) == 1
    assert told[0].startswith(f"{review.answered_by.name} answered: {review.answer}")
    assert (home(one) == home(other)) == (review.answer == Answer.SAME)
