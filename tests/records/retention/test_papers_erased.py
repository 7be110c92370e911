"""What a partner's side holds of a case goes with it: drafts, their documents, answers."""

from collections.abc import Callable

from breakwater.access.models import User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor
from breakwater.records.retention.erasing import erase_what_was_let_go
from breakwater.referrals.models import Referral
from breakwater.sharing.models import Answer, Disclosure, Draft, DraftDocument, Field, Request
from breakwater.sharing.portal import drafts
from breakwater.sharing.portal.actions import answer
from breakwater.sharing.portal.rules import Said, Upload
from breakwater.sharing.rules import Reply
from tests.attachments.documents import TEXT
from tests.sharing.portal import partners


def test_what_partners_were_asked_drafted_and_said_goes_with_the_case(
    let_go: Callable[..., int], triage: Actor, scanner: str
) -> None:
    case_id = let_go()
    team = partners.a_team()
    lead = actor_for(partners.somebody_of(team))
    request = partners.a_request(
        team, User.objects.get(pk=triage.user_id), referral=Referral.objects.get(case=case_id)
    )
    answer(lead, request.reference, Reply.NOTHING_KNOWN)
    drafts.save(lead, request.reference, Said(Reply.ANSWER, ("Seen.",)), Upload("a.txt", TEXT))
    assert erase_what_was_let_go() == 1
    for table in (Request, Disclosure, Field, Answer, Draft, DraftDocument):
        assert not table.objects.exists()  # type: ignore[attr-defined]
