"""Handing a case to the desk, deciding, exporting: what is allowed, kept and written down."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Exclusion, Grant, User
from breakwater.access.queries import may_see
from breakwater.access.rules import Actor, Conflict, NotAllowed, Relation
from breakwater.audit.models import Entry
from breakwater.people.models import Mention
from breakwater.records.models import SubjectAccess
from breakwater.records.subjectaccess import actions
from breakwater.records.subjectaccess.actions import NotReady
from breakwater.records.subjectaccess.export import Format
from breakwater.records.subjectaccess.rules import Choice, Whose
from tests.builders import a_person, amelia, received
from tests.records.a_case import case_of, no_further_action

pytestmark = pytest.mark.django_db

KELLY = a_person("parent", given="Kelly", family="Hartley", born="1988-01-09", phone="07700 900321")
WORRY = "Amelia came hungry.\n\nKelly Hartley did not answer the door."
NOTE = "No serious harm: asked the school nurse."


@pytest.fixture
def handed(supervisor: Actor, officer: Actor) -> Callable[[], tuple[int, int]]:
    """A case with the desk: its number, and the child who asks."""

    def make() -> tuple[int, int]:
        reference = received(amelia(), KELLY, concern={"narrative": WORRY}).reference
        case_id = no_further_action(supervisor, reference, "Advice given to the school.")
        until = timezone.localdate() + timedelta(days=30)
        actions.hand_over(supervisor, case_id, officer.person, until)
        child = Mention.objects.get(case=case_id, role="child").pk
        return case_id, child

    return make


def keys(actor: Actor, case_id: int, child: int, whose: Whose) -> list[str]:
    preview = actions.open_preview(actor, case_id, child)
    assert preview is not None
    return [one.item.key for one in preview.decided if one.item.whose is whose]


def withhold_what_is_mixed(officer: Actor, case_id: int, child: int) -> None:
    mixed = keys(officer, case_id, child, Whose.MIXED)
    actions.choose(officer, case_id, child, dict.fromkeys(mixed, Choice.WITHHOLD), NOTE)


def test_a_supervisor_hands_a_case_to_a_named_officer_until_a_day(
    handed: Callable[[], tuple[int, int]], officer: Actor, second_officer: Actor
) -> None:
    case_id, _ = handed()
    grant = Grant.objects.get(case=case_id, relation=Relation.SUBJECT_ACCESS)
    assert grant.user_id == officer.user_id
    assert timezone.localdate(grant.ends) == timezone.localdate() + timedelta(days=31)
    assert may_see(officer, {case_id}) == {case_id}
    assert may_see(second_officer, {case_id}) == set()
    Grant.objects.filter(pk=grant.pk).update(
        starts=timezone.now() - timedelta(days=2), ends=timezone.now() - timedelta(seconds=1)
    )
    with pytest.raises(NotAllowed):
        actions.open_people(officer, case_id)


@pytest.mark.parametrize("days", [-1, 93])
def test_a_hand_over_in_the_past_or_for_too_long_is_refused(
    supervisor: Actor, officer: Actor, days: int
) -> None:
    case_id = case_of(received().reference)
    until = timezone.localdate() + timedelta(days=days)
    with pytest.raises(NotReady) as refused:
        actions.hand_over(supervisor, case_id, officer.person, until)
    assert refused.value.errors[0][0] == "until"
    assert not Grant.objects.filter(user=officer.user_id).exists()


def test_a_case_is_handed_to_nobody_outside_the_desk(supervisor: Actor, triage: Actor) -> None:
    case_id = case_of(received().reference)
    with pytest.raises(NotReady) as refused:
        actions.hand_over(supervisor, case_id, triage.person, timezone.localdate())
    assert refused.value.errors[0][0] == "officer"


def test_who_does_not_supervise_hands_nothing_over(triage: Actor, officer: Actor) -> None:
    case_id = case_of(received().reference)
    with pytest.raises(NotAllowed):
        actions.check_hand_over(triage, case_id)
    with pytest.raises(NotAllowed):
        actions.hand_over(triage, case_id, officer.person, timezone.localdate())
    assert Entry.objects.filter(verb="hand_to_desk", allowed=False).count() == 2


def test_an_officer_who_is_kin_sees_nothing_even_when_it_was_handed_over(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, _ = handed()
    Exclusion.objects.create(case_id=case_id, user_id=officer.user_id, why=Conflict.FAMILY)
    with pytest.raises(NotAllowed):
        actions.open_people(officer, case_id)


def test_the_desk_lists_what_was_handed_over_and_who_asks(
    handed: Callable[[], tuple[int, int]], officer: Actor, triage: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    (listed,) = actions.open_desk(officer)
    assert (listed.case_id, [pk for pk, _ in listed.asking]) == (case_id, [child])
    with pytest.raises(NotAllowed):
        actions.open_desk(triage)


def test_only_somebody_told_of_in_the_case_can_be_who_asks(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    with pytest.raises(NotReady):
        actions.begin(officer, case_id, child + 999)
    assert actions.open_preview(officer, case_id, child) is None


def test_the_preview_says_whose_each_part_is(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    preview = actions.open_preview(officer, case_id, child)
    assert preview is not None
    whose = {one.item.text: one.item.whose for one in preview.decided}
    assert whose["Amelia Hartley"] is Whose.SUBJECT
    assert whose["Kelly Hartley"] is Whose.OTHER
    assert whose["07700 900321"] is Whose.OTHER
    assert whose["Helen Marsh"] is Whose.REPORTER
    assert whose["Amelia came hungry."] is Whose.CASE
    assert whose["Kelly Hartley did not answer the door."] is Whose.MIXED
    assert whose["Grace Okafor"] is Whose.STAFF
    assert any("opened it" in text for text in whose)


def test_the_same_child_told_of_again_is_the_person_who_asks_too(
    supervisor: Actor, officer: Actor
) -> None:
    first = received(amelia()).reference
    received(amelia(known_as="Millie"))
    case_id = case_of(first)
    actions.hand_over(supervisor, case_id, officer.person, timezone.localdate())
    child = Mention.objects.filter(case=case_id).earliest("pk").pk
    actions.begin(officer, case_id, child)
    preview = actions.open_preview(officer, case_id, child)
    assert preview is not None
    assert preview.also_told == 1
    assert not keys(officer, case_id, child, Whose.OTHER)


def test_an_export_waits_until_all_is_decided_and_the_note_is_there(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    with pytest.raises(NotReady) as refused:
        actions.export_file(officer, case_id, child, Format.HTML)
    assert "serious_harm" in dict(refused.value.errors)
    assert not Entry.objects.filter(facts__has_key="exported").exists()


def test_an_export_holds_the_childs_own_and_nothing_withheld(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    withhold_what_is_mixed(officer, case_id, child)
    for form in Format:
        text = actions.export_file(officer, case_id, child, form).decode()
        for kept in ("Amelia Hartley", "Amelia came hungry.", "Advice given to the school."):
            assert kept in text
        for gone in ("Kelly", "07700 900321", "Helen", "Grace Okafor", "answer the door", NOTE):
            assert gone not in text
        assert "Withheld: information about another person" in text
    json.loads(actions.export_file(officer, case_id, child, Format.JSON))


def test_an_export_is_an_entry_of_counts(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    withhold_what_is_mixed(officer, case_id, child)
    actions.export_file(officer, case_id, child, Format.JSON)
    entry = Entry.objects.get(facts__exported="json")
    assert entry.verb == "answer_subject_access"
    assert entry.cases == [case_id]
    assert set(entry.facts) == {"exported", "kept", "withheld"}
    assert entry.facts["withheld"] > 0


def test_what_was_chosen_stays_and_can_be_changed(
    handed: Callable[[], tuple[int, int]], officer: Actor
) -> None:
    case_id, child = handed()
    actions.begin(officer, case_id, child)
    (mixed,) = keys(officer, case_id, child, Whose.MIXED)
    for choice in (Choice.KEEP, Choice.WITHHOLD):
        actions.choose(officer, case_id, child, {mixed: choice, "of nobody": choice}, NOTE)
        preview = actions.open_preview(officer, case_id, child)
        assert preview is not None
        decided = {one.item.key: one for one in preview.decided}
        assert (decided[mixed].choice, decided[mixed].by_hand) == (choice, True)
    assert SubjectAccess.objects.get().serious_harm == NOTE


def test_the_preview_costs_the_same_for_a_small_and_a_large_case(
    supervisor: Actor, officer: Actor
) -> None:
    def statements(*people: dict[str, object]) -> int:
        case_id = case_of(received(*people).reference)
        actions.hand_over(supervisor, case_id, officer.person, timezone.localdate())
        child = Mention.objects.filter(case=case_id).earliest("pk").pk
        actions.begin(officer, case_id, child)
        with CaptureQueriesContext(connection) as captured:
            actions.open_preview(officer, case_id, child)
        return len(captured)

    small = statements(a_person(given="Wren", family="Alder", born="2015-01-01"))
    many = [
        a_person(given=f"Name {n}", family="Sorrel", born=f"2010-01-{n + 10}") for n in range(9)
    ]
    assert statements(*many) == small


def test_the_pages_lead_from_the_case_to_the_file(
    supervisor: Actor, officer: Actor, signed_in: Callable[[User], Client]
) -> None:
    reference = received(amelia(), KELLY, concern={"narrative": WORRY}).reference
    case_id = case_of(reference)
    base = f"/cases/{case_id}/subject-access"
    grace = signed_in(User.objects.get(pk=supervisor.user_id))
    assert f"{base}/hand-over" in grace.get(f"/referrals/{reference}").content.decode()
    day = timezone.localdate() + timedelta(days=30)
    until = {"until-day": day.day, "until-month": day.month, "until-year": day.year}
    assert grace.post(f"{base}/hand-over", {"officer": "999", **until}).status_code == 422
    told = {"officer": str(officer.user_id), **until}
    assert grace.post(f"{base}/hand-over", told).status_code == 302

    shah = signed_in(User.objects.get(pk=officer.user_id))
    assert base in shah.get("/subject-access").content.decode()
    child = Mention.objects.get(case=case_id, role="child").pk
    assert "Amelia Hartley, child" in shah.get(base).content.decode()
    assert shah.post(base, {"person": "0"}).status_code == 422
    assert shah.post(base, {"person": str(child)}).status_code == 302
    preview = shah.get(f"{base}/{child}").content.decode()
    assert "<mark>Kelly</mark>" in preview
    early = shah.post(f"{base}/{child}", {"do": "html"})
    assert early.status_code == 422
    assert "Enter your note on the serious-harm test" in early.content.decode()
    mixed = keys(officer, case_id, child, Whose.MIXED)
    chosen = {f"item-{key}": "withhold" for key in mixed} | {"serious_harm": NOTE}
    file = shah.post(f"{base}/{child}", chosen | {"do": "html"})
    assert file.status_code == 200
    assert file.headers["Content-Disposition"] == 'attachment; filename="subject-access.html"'
    assert "Kelly" not in file.content.decode()
    data = shah.post(f"{base}/{child}", chosen | {"do": "json"})
    assert "Kelly" not in data.content.decode()


def test_nobody_else_reaches_the_pages(
    handed: Callable[[], tuple[int, int]],
    triage: Actor,
    second_officer: Actor,
    signed_in: Callable[[User], Client],
) -> None:
    case_id, child = handed()
    base = f"/cases/{case_id}/subject-access"
    for actor in (triage, second_officer):
        client = signed_in(User.objects.get(pk=actor.user_id))
        for path in (base, f"{base}/{child}", f"{base}/hand-over"):
            assert client.get(path).status_code == 404
            assert client.post(path, {"person": child}).status_code == 404
