"""Searching, which is written down; what was typed is not."""

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.audit.actions import record
from breakwater.people.search import queries, rules
from breakwater.people.search.queries import Hits


class TooShort(ValueError):
    """Nothing typed is long enough to find anybody by."""


def search(actor: Actor, typed: str, purpose: str) -> Hits:
    """Find people by any part of what was told of them. Raise NotAllowed or TooShort.

    One ledger entry with purpose and counts, and one for each case whose people were shown. Who
    guards a restricted case can read there that somebody asked.
    """
    terms = rules.search_terms(typed)
    if not any(len(term) >= rules.SHORTEST for term in terms):
        raise TooShort(f"Type at least {rules.SHORTEST} letters or digits of something")
    with access.listing(actor, Verb.SEARCH_PEOPLE, "people") as act:
        hits = queries.search(actor, terms)
        act.facts = {
            "purpose": purpose,
            "shown": len(hits.people),
            "told whom to ask": len(hits.ask),
        }
        shown = sorted({mention.case_id for mention in hits.people})
        for cases, verb in ((shown, "found_person"), (hits.unseen, "asked_about_restricted")):
            if cases:
                record(
                    actor.ledger_name,
                    verb,
                    agency_id=actor.agency_id,
                    cases=cases,
                    purpose=purpose,
                )
    return hits
