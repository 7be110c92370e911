"""The worker's part: people in two referrals that arrived at once, and who is told of a search."""

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.access.actions import engine_for, tell_guards
from breakwater.access.policy import Verb
from breakwater.access.rules import WORKER, Actor, AlertKind
from breakwater.access.supervision.actions import flag_searches
from breakwater.audit.actions import record
from breakwater.people.actions import look_again, sure_but_younger


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def find_who_came_at_once(referral_id: int) -> None:
    look_again(referral_id)
    with engine_for(WORKER, Verb.COMPARE, subject=f"referral:{referral_id}").reading():
        others = sure_but_younger(referral_id)
    for younger in others:
        find_who_came_at_once.defer(referral_id=younger)


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def tell_who_guards(
    agency_id: int | None, user_id: int | None, cases: list[int], sought: str = ""
) -> None:
    """Tell who guards these restricted cases that somebody asked about a person in them.

    And who supervises the searcher, when they sought the same too often: one job for both, so that
    every search defers the same.
    """
    asker = Actor(f"user:{user_id}", "", user_id=user_id, agency_id=agency_id)
    with transaction.atomic():
        tell_guards(AlertKind.ASKED, cases, asker)
        if cases:
            record(
                asker.ledger_name,
                "asked_about_restricted",
                agency_id=agency_id,
                cases=cases,
                allowed=False,
            )
        if sought and user_id is not None:
            flag_searches(user_id, sought)
