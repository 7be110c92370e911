"""Opening a past decision as it stood when it was made."""

from breakwater.access import actions as access
from breakwater.access.rules import Actor
from breakwater.records.replay import queries
from breakwater.records.replay.queries import Replay
from breakwater.referrals import moves
from breakwater.referrals.replay import queries as referrals
from breakwater.referrals.rules import subject_of

PURPOSE = "a decision as it stood"


class NoSuchDecision(LookupError):
    """The referral has no decision of this number."""


def open_as_it_stood(actor: Actor, reference: str, number: int) -> Replay:
    """Show a referral's decision of this number, from 1, as it stood.

    Each case seen is written down. Of other cases only what the reader may see now is shown.
    Raise NotAllowed when there is no such referral or no grant: nobody can tell which;
    NoSuchDecision to who holds the case.
    """
    referral_id, case_id = moves.place(reference)
    view = access.look(actor, case_id, subject=subject_of(referral_id), purpose=PURPOSE)
    with view.reading():
        basis = referrals.basis_of(referral_id, number)
        if basis is None:
            raise NoSuchDecision(f"{reference} has no decision {number}.")
        places = referrals.places_of(basis)
    beside = set(places.values()) - {case_id}
    view = view.beside(access.look_beside(view, beside, purpose=f"{PURPOSE}, beside {reference}"))
    with view.reading():
        then = referrals.as_it_stood(actor, referral_id, case_id, number, basis, places, view.cases)
        return queries.replay(actor, then)
