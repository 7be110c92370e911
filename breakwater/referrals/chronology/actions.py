"""Opening the chronology, and measuring what is usual in the area."""

from django.db import connection, transaction
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.rules import Actor
from breakwater.referrals import moves
from breakwater.referrals import queries as referrals
from breakwater.referrals.chronology import queries
from breakwater.referrals.chronology.queries import Chronology
from breakwater.referrals.chronology.rising import Rising, rising_worry
from breakwater.referrals.rules import subject_of


def open_chronology(actor: Actor, reference: str) -> tuple[Chronology, Rising]:
    """Show what is known of a referral's people in order of time, and how often they are told of.

    Each case seen gets an entry.

    Raise NotAllowed when there is no such referral or no grant: nobody can tell which.
    """
    referral_id, case_id = moves.place(reference)
    view = access.look(actor, case_id, subject=subject_of(referral_id), purpose="chronology")
    known = referrals.known_of(referral_id)
    beside = referrals.cases_of(known) - {case_id}
    view = view.beside(access.look_beside(view, beside, purpose=f"chronology, beside {reference}"))
    with view.reading():
        return (
            queries.chronology(actor, referral_id, case_id, known, view.cases),
            rising_worry(referral_id, known, view.cases, timezone.now()),
        )


def measure_pace() -> None:
    """Measure how often the area's children are told of; today's figure is overwritten.

    1 SQL statement that reads every worry of 12 months: not for a page.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select door.measure_pace()")
