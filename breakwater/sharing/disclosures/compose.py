"""Putting together what would leave, for whom and on which basis; within what holds the case."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.utils import timezone

from breakwater.access.models import Agency, Team
from breakwater.access.rules import Actor, AgencyKind, TeamKind
from breakwater.people.queries import MentionFacts, known_places
from breakwater.referrals.case_file import case_file
from breakwater.referrals.moves import WrongInput
from breakwater.sharing.agreements.queries import Covering, covering
from breakwater.sharing.disclosures import checks, rules
from breakwater.sharing.disclosures.answers import answers_given
from breakwater.sharing.disclosures.paper import Line, SharedPaper
from breakwater.sharing.disclosures.parts import Offered, children_of, offered
from breakwater.sharing.disclosures.rules import SUMMARY_LABEL, Chosen, Receiver
from breakwater.sharing.disclosures.writing import Covers, Told
from breakwater.sharing.rules import BASES, COMPETENT, Basis, InfoKind, Sent, check_named


@dataclass(frozen=True)
class Composed:
    """What would leave: `paper` is what the receiver reads; `covering` None: somebody signs."""

    paper: SharedPaper
    told: tuple[Told, ...]
    covers: Covers
    to: Receiver
    referral_id: int
    covering: Covering | None
    override_reason: str
    # Of all that leaves: what was previewed is what is sent, or the sender looks again.
    digest: str


def offer(case_id: int, child_id: int) -> Offered | None:
    """All that could leave about a child of the case. None: no such person. 25 statements."""
    file = case_file(case_id)
    told = {mention.id for referral in file for mention in referral.people}
    if child_id not in told:
        return None
    known = known_places([child_id]).get(child_id, [])
    mine = {child_id} | {place.mention_id for place in known if place.sure} & told
    return offered(file, answers_given(case_id), mine, child_id)


def children(case_id: int) -> list[MentionFacts]:
    """Whom a disclosure of this case can be about. 19 SQL statements."""
    return children_of(case_file(case_id))


def receivers(actor: Actor) -> list[Receiver]:
    """The teams of other agencies, by agency and name; not the actor's own. 1 SQL statement."""
    teams = Team.objects.exclude(agency=actor.agency_id).exclude(kind=TeamKind.RECORDS)
    teams = teams.exclude(pk__in=actor.team_ids)
    rows = teams.order_by("agency__name", "name")
    return [
        Receiver(pk, name, agency_id, agency, AgencyKind(kind))
        for pk, name, agency_id, agency, kind in rows.values_list(
            "pk", "name", "agency", "agency__name", "agency__kind"
        )
    ]


def composed(actor: Actor, what: Offered, chosen: Chosen, to: Receiver, at: datetime) -> Composed:
    """Put together what would leave. Raise WrongInput. At most 15 SQL statements."""
    assert actor.agency_id is not None  # who acts on a case is a person
    today = timezone.localdate(at)
    errors = checks.check_chosen(what, chosen, to, today)
    kinds = checks.kinds_of(what, chosen)
    home = Agency.objects.get(pk=actor.agency_id)

    def cover(some: frozenset[InfoKind]) -> Covering | None:
        return covering(home.pk, to.agency_id, some, chosen.purpose, today)

    covered = cover(kinds) if kinds else None
    bases = chosen.bases or _usable(covered, AgencyKind(home.kind))
    if kinds:
        open_kinds = () if covered else [one for one in kinds if cover(frozenset({one})) is None]
        errors += rules.check_cover(
            covered is not None, kinds, open_kinds, chosen, bases, AgencyKind(home.kind), to
        )
        if covered:
            errors += check_named(bases, covered.bases, covered.name)
    if errors:
        raise WrongInput(errors)
    assert chosen.consent is not None
    assert chosen.keep_until is not None
    told = _told(what, chosen, home.name)
    covers = Covers(
        chosen.purpose,
        bases,
        chosen.consent,
        chosen.necessity.strip(),
        chosen.consent_reason.strip(),
        checks.handling_of(what, chosen),
        covered.id if covered else None,
        note=chosen.note.strip(),
        third_parties=_third_parties(what, chosen),
    )
    paper = SharedPaper(
        reference="",
        standing=Sent.SENT if covered else Sent.TO_SIGN,
        version=1,
        agency=home.name,
        sent_by=actor.name,
        sent_at=None,
        team=to.team,
        team_agency=to.agency,
        purpose=covers.purpose,
        bases=bases,
        handling=covers.handling,
        keep_until=chosen.keep_until,
        note=covers.note,
        lines=tuple(
            Line(o.kind, o.label, o.value, o.whose, o.source, o.third_party, o.mention_id)
            for o in told
        ),
    )
    child = next(mention for mention in what.people if mention.id in what.mine)
    reason = "" if covered else chosen.override_reason.strip()
    digest = _digest(told, covers, to, chosen.keep_until)
    return Composed(paper, told, covers, to, child.referral_id, covered, reason, digest)


def _told(what: Offered, chosen: Chosen, agency: str) -> tuple[Told, ...]:
    told = [
        Told(
            part.kinds[0],
            part.label,
            part.value,
            part.whose,
            part.source,
            part.mention_id,
            part.third_party,
            part.kinds[1:],
        )
        for key, part in what.parts.items()
        if key in chosen.parts
    ]
    if summary := chosen.summary.strip():
        told.append(Told(InfoKind.WORRY, SUMMARY_LABEL, summary, "The worry", agency))
    return tuple(told)


def _third_parties(what: Offered, chosen: Chosen) -> str:
    """Why somebody else than the child is in it, a line each."""
    return "\n".join(
        f"{group.parts[0].whose}: {chosen.because[group.name].strip()}"
        for group in what.groups
        if group.third_party and any(part.key in chosen.parts for part in group.parts)
    )


def _usable(covered: Covering | None, giver: AgencyKind) -> tuple[Basis, ...]:
    """Those of an agreement's bases that the giver can rest on."""
    if covered is None:
        return ()
    police = giver in COMPETENT
    return tuple(one for one in covered.bases if police or not BASES[one].police_only)


def _digest(told: tuple[Told, ...], covers: Covers, to: Receiver, until: date) -> str:
    leaves = [[asdict(one) for one in told], asdict(covers), to.team_id, until.isoformat()]
    return hashlib.sha256(json.dumps(leaves, default=str).encode()).hexdigest()
