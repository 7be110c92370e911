"""Every opening is judged by somebody else within 72 hours, and its rate is counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from breakwater.access.actions import look
from breakwater.access.glass import queries, rules
from breakwater.access.glass.actions import WrongReason, answer, open_words, review
from breakwater.access.models import Exclusion, GlassReview, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from tests.cases import WHY, a_case, broken, guarded_by, last_glass

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
NOTE = "Read with the log of calls: the ward did ring."


@pytest.fixture
def nia(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


@pytest.fixture
def cait(staff: Staff) -> Actor:
    return actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


@pytest.fixture
def opened(nia: Actor, cait: Actor) -> int:
    broken(nia, a_case(of=cait))
    return last_glass()


@pytest.mark.parametrize("justified", [True, False])
def test_a_review_stays_and_meets_the_clock(cait: Actor, opened: int, justified: bool) -> None:
    review(cait, opened, justified=justified, note=NOTE)
    row = GlassReview.objects.get()
    assert (row.justified, row.note, row.reviewed_by_id) == (justified, NOTE, cait.user_id)
    assert Clock.objects.get(code=rules.REVIEW_CLOCK).met_at is not None
    assert Entry.objects.get(verb="review_glass").facts["justified"] is justified
    assert queries.waiting(cait, timezone.now()) == []


def test_own_supervisors_and_those_of_the_cases_team_review(opened: int, staff: Staff) -> None:
    own = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    other = actor_for(staff("Other Boss", TeamKind.POLIT, Role.TEAM_SUPERVISOR))
    assert [each.id for each in queries.waiting(own, timezone.now())] == [opened]
    assert queries.waiting(other, timezone.now()) == []
    with pytest.raises(NotAllowed):
        review(other, opened, justified=True, note=NOTE)


def test_nobody_reviews_their_own(staff: Staff, cait: Actor) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    broken(boss, a_case(of=cait))
    with pytest.raises(NotAllowed):
        review(boss, last_glass(), justified=True, note=NOTE)


def test_who_agreed_does_not_judge_it(nia: Actor, cait: Actor, staff: Staff) -> None:
    own = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    broken(nia, guarded_by(cait))
    answer(own, last_glass(), agree=True, reason=NOTE)
    with pytest.raises(NotAllowed):
        review(own, last_glass(), justified=True, note=NOTE)
    review(cait, last_glass(), justified=True, note=NOTE)


def test_who_is_shut_out_of_the_case_does_not_judge_it(cait: Actor, nia: Actor) -> None:
    case = a_case(of=cait)
    broken(nia, case)
    Exclusion.objects.create(case_id=case, user_id=cait.user_id, why=Conflict.FAMILY)
    assert queries.waiting(cait, timezone.now()) == []
    with pytest.raises(NotAllowed):
        review(cait, last_glass(), justified=True, note=NOTE)


def test_a_practitioner_reviews_nothing(opened: int, staff: Staff) -> None:
    with pytest.raises(NotAllowed):
        review(actor_for(staff("Jo Park", TeamKind.CAIT)), opened, justified=True, note=NOTE)


def test_it_is_reviewed_once(cait: Actor, opened: int) -> None:
    review(cait, opened, justified=True, note=NOTE)
    with pytest.raises(NotAllowed):
        review(cait, opened, justified=False, note=NOTE)


def test_a_request_that_opened_nothing_waits_for_no_review(nia: Actor, cait: Actor) -> None:
    broken(nia, guarded_by(cait))
    assert [each.to_review for each in queries.waiting(cait, timezone.now())] == [False]


def test_a_review_needs_a_sentence(cait: Actor, opened: int) -> None:
    with pytest.raises(WrongReason):
        review(cait, opened, justified=True, note="fine")


def test_the_oldest_comes_first_and_what_is_overdue_says_so(nia: Actor, cait: Actor) -> None:
    for _ in range(2):
        broken(nia, a_case(of=cait))
    in_four_days = timezone.now() + timedelta(days=4)
    first, second = queries.waiting(cait, in_four_days)
    assert first.id < second.id
    assert first.clock is not None
    assert first.clock.standing == "missed"


def test_the_reviewer_reads_why_by_an_entry_and_the_list_shows_none_of_it(
    cait: Actor, opened: int
) -> None:
    (line,) = queries.waiting(cait, timezone.now())
    assert WHY not in str(line)
    assert open_words(cait, opened).reason == WHY
    assert Entry.objects.filter(verb="read_glass_reason", subject=f"glass:{opened}").exists()


def test_the_rate_is_openings_by_glass_of_all_openings_by_team_and_hub(
    nia: Actor, cait: Actor, staff: Staff
) -> None:
    own, others = a_case(of=nia), a_case(of=cait)
    for case in (own, own, own):
        look(nia, case, subject="case", purpose="work")
    broken(nia, others)
    look(nia, others, subject="case", purpose="emergency")
    look(cait, others, subject="case", purpose="work")
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    hub, team = queries.rates(boss)
    assert (hub.team, hub.opens, hub.by_glass) == ("", 5, 1)
    assert (team.team, team.opens, team.by_glass) == ("Team early_help", 4, 1)
    assert team.part == 0.25


def test_the_rate_is_for_supervisors(nia: Actor) -> None:
    assert [(rate.opens, rate.team) for rate in queries.rates(nia)] == [(0, "")]


def test_nothing_opened_has_no_rate() -> None:
    assert rules.rate(0, 0) is None
