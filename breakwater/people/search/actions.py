"""Searching, which is written down; what was typed is not."""

from collections.abc import Sequence

from django.utils.crypto import salted_hmac

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.audit.actions import Fact
from breakwater.people.jobs import tell_who_guards
from breakwater.people.search import queries, rules
from breakwater.people.search.queries import Hits


def pseudonym(terms: Sequence[str]) -> str:
    """Return 8 bytes, in hex, that are the same for the same terms in any order and no others.

    Who has the ledger, and not the hub's secret, cannot find out what was typed by trying names.
    """
    said = "\x1f".join(sorted(terms))
    return salted_hmac("breakwater.search", said, algorithm="sha256").hexdigest()[:16]


class TooShort(ValueError):
    """Nothing typed is long enough to find anybody by."""


def search(actor: Actor, typed: str, purpose: str) -> Hits:
    """Find people by any part of what was told of them. Raise NotAllowed or TooShort.

    One ledger entry that somebody searched, committed before anything is compared, and one that
    names the cases shown. Who guards a restricted case is told that somebody asked.
    """
    terms = rules.search_terms(typed)
    if not any(len(term) >= rules.SHORTEST for term in terms):
        raise TooShort(f"Type at least {rules.SHORTEST} letters or digits of something")
    access.check_list(actor, Verb.SEARCH_PEOPLE, "people")
    view = access.engine_for(actor, Verb.SEARCH_PEOPLE, subject="people", purpose=purpose)
    with view.reading():
        found = queries.search(actor, terms)
    facts: dict[str, Fact] = {
        "shown": len(found.open),
        "told whom to ask": len(found.known),
        # Whoever guards these is told by the worker: nothing that the searcher could notice.
        "guarded": found.unseen,
    }
    sought = pseudonym(terms)
    if found.only_elsewhere:
        facts["sought"] = sought
    shown = access.show_list(
        actor, Verb.SEARCH_PEOPLE, "people", found.cases, facts=facts, purpose=purpose
    )
    with shown.reading():
        hits = queries.hits(actor, found)
    tell_who_guards.defer(
        agency_id=actor.agency_id,
        user_id=actor.user_id,
        cases=found.unseen,
        sought=sought if found.only_elsewhere else "",
    )
    return hits
