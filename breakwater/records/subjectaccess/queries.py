"""Reads of subject access."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from breakwater.access import queries as access
from breakwater.access.rules import Actor
from breakwater.attachments.queries import documents_of
from breakwater.audit import queries as audit
from breakwater.people import queries as people
from breakwater.people.queries import MentionFacts
from breakwater.records.models import SubjectAccess, SubjectAccessChoice
from breakwater.records.subjectaccess.items import Sharing, items_of
from breakwater.records.subjectaccess.rules import Choice, Decided, decide
from breakwater.records.wholooked.rules import LEFT_OUT
from breakwater.referrals.case_file import case_file
from breakwater.referrals.queries import granted_references
from breakwater.sharing.disclosures.answers import answers_given
from breakwater.sharing.disclosures.queries import told_what


@dataclass(frozen=True)
class HandedOver:
    """A case on the desk's list, with who asks."""

    case_id: int
    references: list[str]
    asking: list[tuple[int, datetime]]


@dataclass(frozen=True)
class Preview:
    case_id: int
    mention_id: int
    person: MentionFacts
    also_told: int
    decided: list[Decided]
    serious_harm: str


def handed_over(actor: Actor) -> dict[int, list[str]]:
    """The cases open to the actor, with their references: ids. 1 SQL statement."""
    return granted_references(actor)


def desk(cases: dict[int, list[str]], seen: Collection[int]) -> list[HandedOver]:
    """The desk's list for one who holds the cases. 1 SQL statement."""
    asking: dict[int, list[tuple[int, datetime]]] = {}
    rows = SubjectAccess.objects.filter(case_id__in=seen).order_by("opened_at")
    for case_id, mention_id, at in rows.values_list("case_id", "mention_id", "opened_at"):
        asking.setdefault(case_id, []).append((mention_id, at))
    return [
        HandedOver(case_id, sorted(references), asking.get(case_id, []))
        for case_id, references in sorted(cases.items())
        if case_id in seen
    ]


def people_of(case_id: int) -> list[MentionFacts]:
    """Everybody told of in a case, for one who holds it. 5 SQL statements."""
    return [person for referral in case_file(case_id) for person in referral.people]


def preview(case_id: int, mention_id: int) -> Preview | None:
    """The whole case as the person who asks may read it, for one who holds the case.

    22 SQL statements. None when nobody opened such a request.
    """
    request = SubjectAccess.objects.filter(case_id=case_id, mention_id=mention_id).first()
    if request is None:
        return None
    file = case_file(case_id)
    told = {person.id: person for referral in file for person in referral.people}
    known = people.known_places([mention_id]).get(mention_id, [])
    subject = {mention_id} | {place.mention_id for place in known if place.sure} & set(told)
    tallies = audit.tallies(case_id, LEFT_OUT)
    documents = documents_of(case_id)
    sharing = Sharing(told_what(case_id), answers_given(case_id))
    items = items_of(file, subject, tallies, access.agency_names(), documents, sharing)
    rows = SubjectAccessChoice.objects.filter(request=request)
    chosen = {
        item: (Choice(choice), digest)
        for item, choice, digest in rows.values_list("item", "choice", "of_text")
    }
    return Preview(
        case_id=case_id,
        mention_id=mention_id,
        person=told[mention_id],
        also_told=len(subject) - 1,
        decided=decide(items, chosen),
        serious_harm=request.serious_harm,
    )
