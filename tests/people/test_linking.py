"""Mentions, links and identities as rows: what is kept, linked, asked, moved and never deleted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, Grant, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, LawfulBasis, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.actions import look_again, record_mentions
from breakwater.people.linkage import Evidence, Verdict
from breakwater.people.models import Identity, Link, Mention
from breakwater.people.queries import (
    counts,
    find,
    find_all,
    known_counts,
    mentions_of,
)
from breakwater.people.rules import LinkStanding
from tests.builders import a_person, amelia, as_told, known_about

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AMELIA = amelia()
DOUBTFUL = amelia(nhs_number=None, postcode=None, family="Hartly", born="2017")
OLIVER = a_person(given="Oliver", family="Nowak", born="2012-08-01", postcode="PR9 9ZZ")


def told(
    referral: int, *people: dict[str, Any], case: Case | None = None, unseen: bool = False
) -> list[int]:
    """Record the people of a referral; `unseen`: as if it had come at the same moment as others."""
    persons = [as_told(person) for person in people]
    case = case or Case.objects.create(opened_at=timezone.now())
    found = find_all(persons, NOW)
    if unseen:
        found = [replace(one, candidates=[]) for one in found]
    record_mentions(
        case_id=case.pk,
        referral_id=referral,
        told_at=NOW + timedelta(minutes=referral),
        told_by="St Aldhelm's",
        people=persons,
        found=found,
    )
    return [mention.id for mention in mentions_of([referral])]


def said_of(field: str, evidence: Iterable[Evidence]) -> str:
    return next(row.words for row in evidence if row.field == field)


def standing_of(mention: int) -> list[tuple[str, int]]:
    links = Link.objects.filter(mention=mention).order_by("pk")
    return list(links.values_list("standing", "identity"))


def identity_of(mention: int) -> int:
    return Link.objects.get(mention=mention, standing=LinkStanding.LINKED).identity_id


def statements(do: Callable[..., object], *given: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        do(*given)
    return len(captured)


# -- finding ----------------------------------------------------------------------------------


def test_a_person_told_before_is_found_with_the_evidence() -> None:
    (mention,) = told(1, AMELIA)
    (found,) = find(as_told(AMELIA), NOW).candidates
    assert (found.mention_id, found.referral_id, found.verdict) == (mention, 1, Verdict.SAME)
    assert said_of("NHS number", found.judgement.evidence) == "same"


def test_the_surest_is_found_first() -> None:
    (doubtful,), (sure,) = told(1, DOUBTFUL, unseen=True), told(2, AMELIA, unseen=True)
    assert [c.mention_id for c in find(as_told(AMELIA), NOW).candidates] == [sure, doubtful]


def test_a_whole_referral_is_found_with_one_statement() -> None:
    told(1, AMELIA, OLIVER, DOUBTFUL)
    crowd = [as_told(amelia(given=f"Name{n}")) for n in range(50)]
    assert statements(find_all, crowd, NOW) == statements(find, as_told(AMELIA), NOW) == 1


def test_nobody_is_looked_for_without_a_key() -> None:
    assert statements(find, as_told(a_person()), NOW) == 0
    assert find(as_told(a_person()), NOW).candidates == []


def test_each_person_of_a_referral_gets_their_own_candidates() -> None:
    amelia_, oliver = told(1, AMELIA, OLIVER)
    found = find_all([as_told(OLIVER), as_told(a_person()), as_told(AMELIA)], NOW)
    assert [[c.mention_id for c in one.candidates] for one in found] == [[oliver], [], [amelia_]]


def test_a_key_too_common_is_not_followed_but_said_and_the_finer_one_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("breakwater.people.queries.MOST_PER_KEY", 3)
    crowd = [a_person(given=name, phone="07700 900123") for name in ("Mia", "Leo", "Ida", "Kai")]
    told(1, *crowd)
    found = find(as_told(a_person(given="Leo", phone="07700 900123")), NOW)
    assert (found.compared, found.too_common) == (1, 1)
    assert find(as_told(a_person(phone="07700 900123")), NOW).compared == 0


# -- recording --------------------------------------------------------------------------------


def test_a_mention_keeps_every_letter_that_was_told() -> None:
    person = a_person(
        given=" Amélia ", family="O’Hartley", born="2017-05", age=8, phone="mum: 07700 900123",
        nhs_number="999 000 0019", postcode="pr1 4ab", handle="@a", note="Line one.\nLine two.",
    )  # fmt: skip
    told(1, person)
    assert mentions_of([1])[0].person == as_told(person)


@pytest.mark.parametrize("change", ["update {} set given = 'X'", "delete from {}", "truncate {}"])
def test_a_mention_is_never_changed(change: str) -> None:
    told(1, AMELIA)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change.format("people_mention"))
    assert mentions_of([1])[0].person == as_told(AMELIA)


def test_how_much_is_written_does_not_grow_with_the_people() -> None:
    def record(*people: dict[str, Any]) -> int:
        case = Case.objects.create(opened_at=timezone.now())
        persons = [as_told(person) for person in people]
        found = find_all(persons, NOW)
        number = Mention.objects.count() + 1
        with CaptureQueriesContext(connection) as captured:
            record_mentions(
                case_id=case.pk, referral_id=number, told_at=NOW, told_by="",
                people=persons, found=found,
            )  # fmt: skip
        return len(captured)

    one = record(OLIVER)
    many = record(*[amelia(nhs_number=None, given=f"Name{n}") for n in range(50)])
    assert many == one


def test_somebody_new_gets_an_identity_of_their_own() -> None:
    one, other = told(1, AMELIA, OLIVER)
    assert identity_of(one) != identity_of(other)
    assert Identity.objects.count() == 2


def test_who_is_surely_known_is_linked_with_weight_and_evidence() -> None:
    (first,), (second,) = told(1, AMELIA), told(2, AMELIA)
    link = Link.objects.get(mention=second)
    assert (link.standing, link.identity_id) == (LinkStanding.LINKED, identity_of(first))
    assert link.against_id == first
    assert link.weight == pytest.approx(sum(weight for _, _, weight in link.evidence), abs=0.1)
    assert ["NHS number", "same"] in [row[:2] for row in link.evidence]
    assert link.decided_by


def test_who_is_perhaps_known_keeps_an_identity_of_their_own_and_a_question() -> None:
    (first,), (second,) = told(1, AMELIA), told(2, DOUBTFUL)
    assert standing_of(second) == [
        ("linked", identity_of(second)),
        ("asked", identity_of(first)),
    ]
    assert identity_of(second) != identity_of(first)


def test_one_question_a_person_however_often_that_person_was_told() -> None:
    told(1, AMELIA)
    told(2, AMELIA)
    (doubtful,) = told(3, DOUBTFUL)
    assert [standing for standing, _ in standing_of(doubtful)] == ["linked", "asked"]


def test_who_is_surely_two_that_are_surely_one_joins_the_older_and_asks_about_the_other() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (other,) = told(2, AMELIA, unseen=True)
    (third,) = told(3, AMELIA)
    asked = {identity for standing, identity in standing_of(third) if standing == "asked"}
    assert identity_of(third) == identity_of(one)
    assert asked == {identity_of(other)}


def test_the_doubtful_are_found_again_by_the_next() -> None:
    (first,) = told(1, DOUBTFUL)
    told(2, DOUBTFUL)
    assert first in {c.mention_id for c in find(as_told(DOUBTFUL), NOW).candidates}


# -- links in the database --------------------------------------------------------------------


def test_a_mention_has_one_standing_identity() -> None:
    (mention,) = told(1, AMELIA)
    with pytest.raises(IntegrityError, match="one_identity_a_mention"), transaction.atomic():
        Link.objects.create(
            mention_id=mention, identity=Identity.objects.create(), standing="linked"
        )


def test_a_mention_asks_about_an_identity_once() -> None:
    (mention,) = told(1, AMELIA)
    with pytest.raises(IntegrityError, match="one_standing_link"), transaction.atomic():
        Link.objects.create(mention_id=mention, identity_id=identity_of(mention), standing="asked")


@pytest.mark.parametrize(
    "change", [{"standing": "ended"}, {"ended_at": "2026-03-02T09:00Z"}, {"standing": "merged"}]
)
def test_a_link_ends_with_a_time_and_only_then(change: dict[str, str]) -> None:
    told(1, AMELIA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.update(**change)


def test_one_place_in_a_referral_is_one_mention() -> None:
    told(1, AMELIA)
    with pytest.raises(IntegrityError, match="one_mention_a_place"), transaction.atomic():
        told(1, OLIVER)


def test_a_link_cannot_be_deleted() -> None:
    told(1, AMELIA)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("delete from people_link")


# -- looking again, for those who came at once ------------------------------------------------


def test_two_that_could_not_see_each_other_become_one_person() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (other,) = told(2, AMELIA, unseen=True)
    older = identity_of(one)
    look_again(1)
    assert look_again(2) == 1
    assert identity_of(one) == identity_of(other) == older


def test_in_whichever_order_the_worker_looks_the_end_is_the_same() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (other,) = told(2, AMELIA, unseen=True)
    older = identity_of(one)
    assert look_again(2) == 1
    look_again(1)
    assert identity_of(one) == identity_of(other) == older


def test_looking_a_third_time_changes_nothing() -> None:
    told(1, AMELIA, OLIVER, unseen=True)
    told(2, AMELIA, unseen=True)
    for referral in (1, 2):
        look_again(referral)
    before = list(Link.objects.order_by("pk").values())
    entries = Entry.objects.exclude(verb="compare").count()
    assert [look_again(1), look_again(2)] == [0, 0]
    assert list(Link.objects.order_by("pk").values()) == before
    assert Entry.objects.exclude(verb="compare").count() == entries


def test_the_link_that_is_left_is_ended_and_stays_as_a_row() -> None:
    told(1, AMELIA, unseen=True)
    (moved,) = told(2, AMELIA, unseen=True)
    left = identity_of(moved)
    look_again(2)
    old = Link.objects.get(mention=moved, identity=left)
    assert (old.standing, old.ended_at is not None) == (LinkStanding.ENDED, True)


def test_a_moved_link_is_written_down_with_both_identities() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (moved,) = told(2, AMELIA, unseen=True)
    left = identity_of(moved)
    look_again(2)
    entry = Entry.objects.get(subject=f"mention:{moved}")
    assert entry.facts == {"from": left, "to": identity_of(one)}
    assert entry.case_id == Mention.objects.get(pk=moved).case_id


def test_doubt_that_neither_could_see_becomes_a_question() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (doubtful,) = told(2, DOUBTFUL, unseen=True)
    assert look_again(2) == 1
    assert ("asked", identity_of(one)) in standing_of(doubtful)
    assert identity_of(doubtful) != identity_of(one)


def test_people_of_the_same_referral_are_not_linked_to_each_other() -> None:
    one, other = told(1, AMELIA, AMELIA, unseen=True)
    assert look_again(1) == 0
    assert identity_of(one) != identity_of(other)


def test_no_question_is_left_about_two_that_became_one() -> None:
    told(1, AMELIA, unseen=True)
    told(2, AMELIA, unseen=True)
    look_again(1)
    look_again(2)
    assert not Link.objects.filter(standing=LinkStanding.ASKED).exists()


def test_one_look_each_finds_every_question() -> None:
    told(1, AMELIA, DOUBTFUL, unseen=True)
    told(2, AMELIA, unseen=True)
    for referral in (1, 2):
        look_again(referral)
    assert [look_again(1), look_again(2)] == [0, 0]


def test_three_that_came_at_once_become_one_person() -> None:
    for referral in (1, 2, 3):
        told(referral, AMELIA, unseen=True)
    for referral in (1, 2, 3):
        look_again(referral)
    assert len({identity_of(m.id) for m in mentions_of([1, 2, 3])}) == 1


def test_a_question_about_somebody_who_moves_moves_along() -> None:
    told(1, AMELIA, unseen=True)
    (moving,) = told(2, amelia(phone="07700 900123"), unseen=True)
    # Names and a phone: enough to ask about the second of the two, and no key to find the first.
    (asking,) = told(3, a_person(given="Amelia", family="Hartly", phone="07700 900123"))
    assert known_ids(asking) == [moving]
    look_again(2)
    assert moving in known_ids(asking)


# -- what is known of somebody ----------------------------------------------------------------


def known_ids(mention: int) -> list[int]:
    return [k.mention.id for k in known_about([mention]).get(mention, [])]


@pytest.mark.parametrize("second", [AMELIA, DOUBTFUL])
def test_what_is_known_is_known_in_both_directions(second: dict[str, Any]) -> None:
    (one,), (other,) = told(1, AMELIA), told(2, second)
    assert (known_ids(one), known_ids(other)) == ([other], [one])


def test_known_says_whether_it_is_sure_and_why() -> None:
    (one,), (sure,), (doubtful,) = told(1, AMELIA), told(2, AMELIA), told(3, DOUBTFUL)
    known = {k.mention.id: k for k in known_about([one])[one]}
    assert (known[sure].sure, known[doubtful].sure) == (True, False)
    assert said_of("family name", known[doubtful].evidence) == "one letter slipped"
    assert said_of("NHS number", known[sure].evidence) == "same"


def test_a_doubt_about_another_is_explained_by_the_doubt_and_not_by_ones_own_link() -> None:
    _, (doubtful,), (third,) = told(1, AMELIA), told(2, DOUBTFUL), told(3, AMELIA)
    known = {k.mention.id: k for k in known_about([third])[third]}
    assert not known[doubtful].sure
    assert said_of("family name", known[doubtful].evidence) == "one letter slipped"


def test_each_other_mention_is_there_once_though_both_asked() -> None:
    (one,) = told(1, AMELIA, unseen=True)
    (other,) = told(2, DOUBTFUL, unseen=True)
    look_again(1)
    look_again(2)
    assert Link.objects.filter(standing=LinkStanding.ASKED).count() == 2
    assert (known_ids(one), known_ids(other)) == ([other], [one])


def test_the_newest_is_first_and_nobody_is_known_to_themselves() -> None:
    mentions = [told(number, AMELIA)[0] for number in (1, 2, 3)]
    assert known_ids(mentions[0]) == [mentions[2], mentions[1]]


def test_two_who_only_ask_about_a_third_say_nothing_of_each_other() -> None:
    (third,) = told(1, a_person(given="Amelia", family="Hartley", born="2017-05-14",
                                phone="07700 900123", postcode="PR1 4AB"))  # fmt: skip
    (by_phone,) = told(2, a_person(given="Amelia", family="Hart", phone="07700 900123", age=8))
    (by_birth,) = told(3, a_person(family="Hartley", born="2017-05-14"))
    assert Link.objects.filter(standing=LinkStanding.ASKED).count() == 2
    assert third in known_ids(by_phone)
    assert by_birth not in known_ids(by_phone)


def test_an_ended_link_tells_nothing() -> None:
    (one,), (other,) = told(1, AMELIA), told(2, DOUBTFUL)
    Link.objects.filter(mention=other, standing=LinkStanding.ASKED).update(
        standing=LinkStanding.ENDED, ended_at=timezone.now()
    )
    assert known_ids(one) == known_ids(other) == []


def test_what_is_known_of_many_costs_three_statements() -> None:
    mentions = [told(number, AMELIA, DOUBTFUL)[0] for number in range(1, 6)]
    assert statements(known_about, mentions) == statements(known_about, mentions[:1]) == 3


# -- how many others a board says -------------------------------------------------------------


def test_a_board_counts_the_other_referrals_once_each(triage: Actor) -> None:
    told(1, AMELIA, DOUBTFUL)
    told(2, AMELIA, DOUBTFUL)
    told(3, DOUBTFUL)
    told(4, OLIVER)
    assert known_counts(triage, [1, 2, 3, 4]) == {1: 2, 2: 2, 3: 2, 4: 0}


def test_a_board_counts_as_many_as_the_page_then_shows(triage: Actor) -> None:
    for number, people in enumerate([[AMELIA], [DOUBTFUL], [AMELIA, OLIVER], [DOUBTFUL]], 1):
        told(number, *people)
    shown = {}
    for number in (1, 2, 3, 4):
        ids = [mention.id for mention in mentions_of([number])]
        known = known_about(ids)
        others = {k.mention.referral_id for found in known.values() for k in found}
        shown[number] = len(others - {number})
    assert known_counts(triage, [1, 2, 3, 4]) == shown


def test_a_restricted_case_looks_like_no_match_unless_a_grant_names_the_reader(
    triage: Actor, staff: Staff
) -> None:
    hidden = Case.objects.create(opened_at=timezone.now(), restricted=True)
    told(1, AMELIA, case=hidden)
    told(2, AMELIA)
    Grant.objects.create(
        case=hidden, user_id=triage.user_id, relation=Relation.ROUTED, purpose="its guardian",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=timezone.now(),
    )  # fmt: skip
    other = actor_for(staff("Jo Park", TeamKind.CAIT))
    assert known_counts(triage, [2]) == {2: 1}
    assert known_counts(other, [2]) == {2: 0}


def test_a_board_counts_with_three_statements(triage: Actor) -> None:
    for number in range(1, 6):
        told(number, AMELIA)
    assert statements(known_counts, triage, range(1, 6)) == 3


def test_the_tally_of_people_leaves_out_identities_that_nobody_has() -> None:
    told(1, AMELIA, unseen=True)
    told(2, AMELIA, unseen=True)
    told(3, DOUBTFUL)
    look_again(2)
    tally = counts()
    assert (tally["mentions"], tally["identities"]) == (3, 2)
