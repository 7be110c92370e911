"""Looking at who looked, which is a look too."""

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.records.wholooked import queries
from breakwater.records.wholooked.queries import WhoLooked
from breakwater.records.wholooked.rules import Kind


def open_who_looked(
    actor: Actor, case_id: int, *, who: str = "", kind: Kind | None = None, page: int = 1
) -> WhoLooked:
    """Show who did or saw what on a case. Raise NotAllowed; either way it is written down."""
    view = access.look(
        actor,
        case_id,
        verb=Verb.SEE_WHO_LOOKED,
        subject=f"case:{case_id}",
        purpose="to see who looked",
    )
    with view.reading():
        return queries.who_looked(case_id, who, kind, page)
