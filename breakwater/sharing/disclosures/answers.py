"""What partners answered in a case, for one who holds it: what is for police eyes only to police.

The database leaves out what the reader may not read (sharing_answer's own rule).
"""

from breakwater.sharing import answers
from breakwater.sharing.disclosures.parts import GivenAnswer
from breakwater.sharing.papers import unsealed
from breakwater.sharing.requests.models import Answer, Request
from breakwater.sharing.requests.words import what_of
from breakwater.sharing.rules import Handling, InfoKind


def answers_given(case_id: int) -> list[GivenAnswer]:
    """What partners answered, oldest first. 5 SQL statements."""
    rows = Request.objects.filter(case=case_id).select_related("team__agency").order_by("pk")
    requests = {row.pk: row for row in rows}
    given = answers.of_requests(requests)
    asked = unsealed((what_of(row.reference), row.words) for row in requests.values())
    questions = {
        pk: list((words or {}).get("questions", ()))
        for pk, words in zip(requests, asked, strict=True)
    }
    found = []
    for pk, some in given.items():
        request = requests[pk]
        for one in some:
            said = [*one.words.answers] if one.words else []
            heads = [*questions[pk], *[""] * len(said)]
            texts = list(zip(heads, said, strict=False))
            if one.words and one.words.reason:
                texts.append(("What they added", one.words.reason))
            found.append(
                GivenAnswer(
                    id=one.id,
                    team=request.team.name,
                    agency=request.team.agency.name,
                    agency_id=request.team.agency_id,
                    contact=request.team.agency.contact,
                    at=one.at,
                    kinds=tuple(InfoKind(kind) for kind in request.kinds),
                    handling=one.handling,
                    texts=tuple((head or "What they said", text) for head, text in texts),
                    third_parties=bool(one.words and one.words.third_parties),
                    documents=one.words.documents if one.words else (),
                )
            )
    return sorted(found, key=lambda one: (one.at, one.id))


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
