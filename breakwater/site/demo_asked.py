"""What the demo's partners were asked and told, and what came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from breakwater.access.queries import actor_of, partners_of
from breakwater.access.rules import Actor, TeamKind
from breakwater.people.queries import MentionFacts, mentions_of
from breakwater.people.rules import PersonRole
from breakwater.referrals import queries
from breakwater.sharing.disclosures import actions as disclosures
from breakwater.sharing.disclosures.rules import Chosen, usual_keep
from breakwater.sharing.portal.actions import answer, open_disclosure
from breakwater.sharing.requests.actions import ask
from breakwater.sharing.requests.questions import questions_for
from breakwater.sharing.requests.rules import Asking, Question, TeamAsked
from breakwater.sharing.rules import Basis, ConsentAsked, Handling, Purpose, Reply
from breakwater.site.demo_history import Hub, Waiting
from breakwater.site.demo_sharing import HOUSING, NEIGHBOUR, SCHOOL, SURGERY

BASES = (Basis.ART6E, Basis.ART9G, Basis.PARA18)


def make_asked(hub: Hub, rated: Sequence[Waiting]) -> None:
    """Ask partners about the first of these worries, which are rated; some have answered."""
    for one, deed in zip(rated, (_answered, _late_and_unsigned), strict=False):
        deed(hub, one)


def _answered(hub: Hub, one: Waiting) -> None:
    """School and surgery answered; the landlord was told who lives there now, and has read it."""
    triage, at = hub.first(TeamKind.TRIAGE), _ago(one, 4)
    school, surgery = _ask(triage, one, (SCHOOL, SURGERY), at)
    answer(
        actor_of("marsh"),
        school,
        Reply.ANSWER,
        answers=("Here every day but two this term; often early, and hungry.",),
        handling=(Handling.NOT_FAMILY,),
        at=at + timedelta(hours=1),
    )
    answer(actor_of("ortiz"), surgery, Reply.NOTHING_KNOWN, at=at + timedelta(hours=2))
    told = _share(triage, one, HOUSING)
    if told:
        open_disclosure(actor_of("boyd"), told)


def _late_and_unsigned(hub: Hub, one: Waiting) -> None:
    """The surgery has not answered yet; the neighbouring council waits for a signature."""
    triage = hub.first(TeamKind.TRIAGE)
    _ask(triage, one, (SURGERY,), _ago(one, 1))
    why = "The family lived there until summer; the agreement with Hartland is being drafted."
    _ask(triage, one, (NEIGHBOUR,), _ago(one, 0.5), without_agreement=why)


def _ask(
    actor: Actor, one: Waiting, agencies: Sequence[str], at: datetime, without_agreement: str = ""
) -> list[str]:
    """Ask these agencies about the child; return the references, in this order."""
    teams = {team.agency: team for team in partners_of(actor.agency_id)}
    child = _child(one)
    asked = [
        TeamAsked(
            team.id,
            tuple(
                Question(usual.kind, usual.text)
                for usual in questions_for(team.kind, team.agency_kind)
                if usual.ticked
            ),
            _known_by(child),
        )
        for team in (teams[agency] for agency in agencies)
    ]
    why = Asking(
        purpose=Purpose.ENQUIRIES,
        bases=BASES,
        necessity="To decide what the child needs, and how soon.",
        consent=ConsentAsked.NOT_SOUGHT,
        consent_reason="Nobody has spoken with the family yet; it may not be safe to.",
        without_agreement=without_agreement,
    )
    done = ask(actor, one.reference, child.id, asked, why, at=at)
    by_team = {made.team: made.reference for made in done}
    return [by_team[teams[agency].name] for agency in agencies]


def _share(actor: Actor, one: Waiting, agency: str) -> str:
    """Share with an agency who the child is; return the reference."""
    team = next(team for team in partners_of(actor.agency_id) if team.agency == agency)
    (_, case_id), child = _place(one), _child(one)
    what = Chosen(
        purpose=Purpose.ENQUIRIES,
        parts=frozenset(f"m{child.id}.{name}" for name in _known_by(child)),
        necessity="The tenancy officer visits this week and says who lives there.",
        consent=ConsentAsked.SOUGHT,
        handling=(Handling.NO_ONWARD,),
        keep_until=usual_keep(Purpose.ENQUIRIES, timezone.localdate()),
    )
    seen = disclosures.preview(actor, case_id, child.id, team.id, what).digest
    return disclosures.share(actor, case_id, child.id, team.id, what, seen=seen).reference


def _place(one: Waiting) -> tuple[int, int]:
    place = queries.place_of(one.reference)
    assert place is not None  # it was handed in
    return place


def _child(one: Waiting) -> MentionFacts:
    people = mentions_of([_place(one)[0]])
    return next(told for told in people if told.person.role is PersonRole.CHILD)


def _known_by(child: MentionFacts) -> tuple[str, ...]:
    return ("name", "born") if child.person.born else ("name",)


def _ago(one: Waiting, hours: float) -> datetime:
    return max(one.received_at, timezone.now() - timedelta(hours=hours))
