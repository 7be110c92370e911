"""Handing a case to the desk, deciding part by part, and letting an export out."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import people_with
from breakwater.access.rules import Actor, Relation
from breakwater.people.queries import MentionFacts
from breakwater.records.models import SubjectAccess, SubjectAccessChoice
from breakwater.records.subjectaccess import export, queries, rules
from breakwater.records.subjectaccess.export import Format
from breakwater.records.subjectaccess.queries import HandedOver, Preview
from breakwater.records.subjectaccess.rules import Choice

# The law gives one month, two more where it is complex.
LONGEST_HAND_OVER = timedelta(days=92)
PURPOSE = "to answer a subject access request"


class NotReady(Exception):
    """An export that must not leave: `errors` are (item or field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


def check_hand_over(actor: Actor, case_id: int) -> list[tuple[int, str]]:
    """Return who is at the desk, for one who may hand the case over. Raise NotAllowed."""
    access.look(actor, case_id, verb=Verb.HAND_TO_DESK, subject=f"case:{case_id}", purpose=PURPOSE)
    return people_with(Verb.ANSWER_SUBJECT_ACCESS)


def hand_over(actor: Actor, case_id: int, officer_id: int, until: date) -> None:
    """Let an officer of the desk see the case, to the end of a day. Raise NotReady, NotAllowed."""
    now = timezone.now()
    with access.acting(actor, Verb.HAND_TO_DESK, case_id=case_id, subject=f"case:{case_id}") as act:
        if officer_id not in {pk for pk, _ in people_with(Verb.ANSWER_SUBJECT_ACCESS)}:
            raise NotReady([("officer", "Choose somebody from the subject-access desk")])
        today = timezone.localdate(now)
        if not today <= until <= today + LONGEST_HAND_OVER:
            words = f"Until must be within {LONGEST_HAND_OVER.days} days from today"
            raise NotReady([("until", words)])
        ends = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
        access.give_grant_by_name(case_id, officer_id, Relation.SUBJECT_ACCESS, PURPOSE, now, ends)
        act.facts = {"officer": officer_id, "until": until.isoformat()}


def open_desk(actor: Actor) -> list[HandedOver]:
    """Show the cases that were handed to the actor; one entry names them. Raise NotAllowed."""
    what = "subject access"
    access.check_list(actor, Verb.ANSWER_SUBJECT_ACCESS, what)
    cases = queries.handed_over(actor)
    view = access.show_list(actor, Verb.ANSWER_SUBJECT_ACCESS, what, set(cases), purpose=PURPOSE)
    with view.reading():
        return queries.desk(cases, view.cases)


def open_people(actor: Actor, case_id: int) -> list[MentionFacts]:
    """Show who is told of in a case, to choose who asks. Raise NotAllowed."""
    view = access.look(
        actor, case_id, verb=Verb.ANSWER_SUBJECT_ACCESS, subject=f"case:{case_id}", purpose=PURPOSE
    )
    with view.reading():
        return queries.people_of(case_id)


def begin(actor: Actor, case_id: int, mention_id: int) -> None:
    """Open a request of somebody told of in the case. Raise NotReady, NotAllowed."""
    with access.acting(
        actor, Verb.ANSWER_SUBJECT_ACCESS, case_id=case_id, subject=f"mention:{mention_id}"
    ):
        if mention_id not in {person.id for person in queries.people_of(case_id)}:
            raise NotReady([("person", "Choose who asks")])
        asked = {"case_id": case_id, "mention_id": mention_id}
        if not SubjectAccess.objects.filter(**asked).exists():
            SubjectAccess.objects.create(**asked, opened_by_id=actor.person)


def open_preview(actor: Actor, case_id: int, mention_id: int) -> Preview | None:
    """Show the whole case part by part, with whose it is. Raise NotAllowed."""
    view = access.look(
        actor,
        case_id,
        verb=Verb.ANSWER_SUBJECT_ACCESS,
        subject=f"mention:{mention_id}",
        purpose=PURPOSE,
    )
    with view.reading():
        return queries.preview(case_id, mention_id)


def choose(
    actor: Actor, case_id: int, mention_id: int, chosen: Mapping[str, Choice], serious_harm: str
) -> None:
    """Keep what was chosen for each part; parts that are not of this case are left aside."""
    with access.acting(
        actor, Verb.ANSWER_SUBJECT_ACCESS, case_id=case_id, subject=f"mention:{mention_id}"
    ) as act:
        preview = queries.preview(case_id, mention_id)
        if preview is None:
            raise NotReady([("", "Nobody opened this request")])
        request = SubjectAccess.objects.get(case_id=case_id, mention_id=mention_id)
        request.serious_harm = serious_harm
        request.save(update_fields=["serious_harm"])
        now = timezone.now()
        rows = [
            SubjectAccessChoice(
                case_id=case_id,
                request=request,
                item=one.item.key,
                choice=chosen[one.item.key],
                of_text=one.item.digest,
                chosen_by_id=actor.person,
                chosen_at=now,
            )
            for one in preview.decided
            if one.item.key in chosen
        ]
        SubjectAccessChoice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["request", "item"],
            update_fields=["choice", "of_text", "chosen_by", "chosen_at"],
        )
        act.facts = {"chosen": len(rows)}


def export_file(actor: Actor, case_id: int, mention_id: int, form: Format) -> bytes:
    """Return the file to hand out, with an entry of counts. Raise NotReady, NotAllowed."""
    with access.acting(
        actor, Verb.ANSWER_SUBJECT_ACCESS, case_id=case_id, subject=f"mention:{mention_id}"
    ) as act:
        preview = queries.preview(case_id, mention_id)
        if preview is None:
            raise NotReady([("", "Nobody opened this request")])
        if errors := rules.against_export(preview.decided, preview.serious_harm):
            raise NotReady(errors)
        act.facts = {"exported": form.value, **rules.counts(preview.decided)}
        return export.written(preview.decided, form, timezone.now())
