"""How the partner's pages say things, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from breakwater.access.call import value
from breakwater.access.models import Team, User
from breakwater.access.rules import Actor
from breakwater.referrals.rules import NO_PICTURES_IN, Channel
from breakwater.sharing.models import Request
from breakwater.sharing.portal import actions, presenter, queries
from breakwater.sharing.portal.rules import speaks_of
from breakwater.sharing.rules import SENT, Handling, Reply
from breakwater.web.times import LONDON
from tests.sharing.portal import partners

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (timedelta(hours=6), "today by 3:30pm"),
        (timedelta(hours=-1), "today by 8:30am"),
        (timedelta(hours=26), "tomorrow by 11:30am"),
        (timedelta(days=2), "Friday 27 November 2026 by 9:30am"),
        (timedelta(days=-1), "Tuesday 24 November 2026 by 9:30am"),
    ],
)
def test_when_an_answer_is_needed_is_said_as_people_say_it(due: timedelta, words: str) -> None:
    assert presenter.due_in_words(NOW + due, NOW) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Her Mother and her aunt collect her. Mother is always on time.", ("mother", "aunt")),
        ("Mr Quirke saw it.", ("mr",)),
        ("She is often late, and smothered in mud.", ()),
        ("", ()),
    ],
)
def test_an_answer_that_seems_to_speak_of_others_is_noticed(
    text: str, found: tuple[str, ...]
) -> None:
    assert speaks_of([text]) == found


def test_each_way_to_handle_an_answer_and_each_standing_has_its_words() -> None:
    assert set(presenter.HANDLING) == set(Handling)
    assert set(presenter.STANDS_AS) == SENT
    assert set(presenter.SAID) == set(Reply)


def test_the_database_and_the_code_refuse_pictures_on_the_same_cases(
    db: None, school: Team, asker: User
) -> None:
    def refused(**concern: Any) -> bool:
        referral = partners.a_referral(concern=concern)
        request = partners.a_request(school, asker, referral=referral)
        answer = bool(value("paper_takes_no_pictures", request.pk))
        # Else the next worry would join this case.
        referral.case.closed_at = NOW
        referral.case.save()
        return answer

    assert not refused(category="neglect")
    for category in NO_PICTURES_IN:
        assert refused(category=category.value)
        assert refused(category="neglect", also=[category.value])
    assert Channel.ONLINE_REPORT == "online_report"


def test_what_reading_costs(
    joan: Actor, asked: Request, django_assert_num_queries: Callable[..., Any]
) -> None:
    actions.answer(joan, asked.reference, Reply.NOTHING_KNOWN)
    told = partners.a_disclosure(Team.objects.get(pk=asked.team_id), asked.asked_by)
    with django_assert_num_queries(8):
        queries.opened_request(asked.pk)
    with django_assert_num_queries(4):
        queries.opened_disclosure(told.pk)
    with django_assert_num_queries(1):
        queries.inbox(joan)
