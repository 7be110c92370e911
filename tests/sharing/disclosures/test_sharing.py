"""What leaves a case leaves field by field, covered, previewed, and with an entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from breakwater.access.models import Case, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.moves import WrongInput
from breakwater.sharing.disclosures import actions, signing
from breakwater.sharing.disclosures.models import Disclosure, Field, Withheld
from breakwater.sharing.disclosures.paper import paper
from breakwater.sharing.disclosures.rules import KEEP_MONTHS, usual_keep
from breakwater.sharing.requests.models import Override
from breakwater.sharing.rules import Basis, ConsentAsked, Handling, InfoKind, Purpose, Sent
from tests.builders import do_waiting_jobs
from tests.sharing.asking import BASES, team_of
from tests.sharing.telling import a_case, a_surgery, agreed, alerts, chosen, mention, shared

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def wrong(deed: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(WrongInput) as refusal:
        deed()
    return dict(refusal.value.errors)


def test_the_receiver_reads_what_was_chosen_and_nothing_beside_it(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    row = shared(triage, a_case(), surgery)
    seen = paper(row.pk)
    assert seen is not None
    assert [(line.label, line.value, line.whose) for line in seen.lines] == [
        ("Name", "Amelia Hartley", "Amelia Hartley"),
        ("Birth date", "14 May 2017", "Amelia Hartley"),
    ]
    assert (row.standing, row.kinds) == (Sent.SENT, [InfoKind.IDENTITY])


def test_what_left_is_sealed(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    shared(triage, a_case(), surgery)
    assert not any(b"Amelia" in bytes(field.words) for field in Field.objects.all())


def test_it_says_under_which_agreement_and_on_which_bases(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    row = shared(triage, a_case(), surgery)
    assert row.agreement is not None
    assert (row.override, row.bases) == (None, [one.value for one in BASES])


def test_the_team_is_told_that_something_was_shared_and_not_what(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    User.objects.filter(pk=surgery.user_id).update(email="iris.lee@surgery.example")
    row = shared(triage, a_case(), surgery)
    do_waiting_jobs()
    assert [kind for kind, _ in alerts(surgery)] == [AlertKind.SHARED]
    assert alerts(surgery)[0][1] == row.reference
    assert all("Amelia" not in letter.body for letter in mail.outbox)


def test_the_ledger_says_kinds_and_how_many_and_no_word_of_it(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    row = shared(triage, a_case(), surgery)
    entry = Entry.objects.filter(verb="disclose", allowed=True).latest("at")
    assert entry.subject == f"disclosure:{row.pk}"
    assert entry.facts["kinds"] == ["IDENTITY"]
    assert (entry.facts["fields"], entry.facts["team"]) == (2, row.team_id)
    assert "Amelia" not in str(entry.facts)


def test_without_an_agreement_it_waits_and_the_receiver_is_not_told(
    triage: Actor, staff: Staff
) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    surgery = a_surgery()
    row = shared(triage, a_case(), surgery, override_reason="New surgery.", bases=BASES)
    assert (row.standing, row.agreement, alerts(surgery)) == (Sent.TO_SIGN, None, [])
    assert alerts(supervisor) == [(AlertKind.TO_SIGN, row.reference)]
    assert b"New" not in bytes(Override.objects.get().reason)


def test_a_supervisor_signs_and_then_it_leaves(triage: Actor, staff: Staff) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    surgery = a_surgery()
    row = shared(triage, a_case(), surgery, override_reason="New surgery.", bases=BASES)
    _, seen, why = signing.open_to_sign(supervisor, row.reference)
    assert (seen.lines[0].value, why) == ("Amelia Hartley", "New surgery.")
    assert signing.sign_disclosure(supervisor, row.reference, "It cannot wait.") == 1
    row.refresh_from_db()
    assert row.standing == Sent.SENT
    assert alerts(surgery) == [(AlertKind.SHARED, row.reference)]
    override = Override.objects.get()
    assert (override.signed, override.ruled_by_id) == (True, supervisor.user_id)


def test_what_is_not_signed_never_leaves(triage: Actor, staff: Staff) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    surgery = a_surgery()
    row = shared(triage, a_case(), surgery, override_reason="New surgery.", bases=BASES)
    signing.refuse_disclosure(supervisor, row.reference, "Ring them instead.")
    row.refresh_from_db()
    assert (row.standing, alerts(surgery)) == (Sent.NOT_SIGNED, [])
    with pytest.raises(NotAllowed, match="any more"):
        signing.sign_disclosure(supervisor, row.reference, "After all.")


def test_nobody_signs_what_they_asked_for_themselves(staff: Staff) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    row = shared(supervisor, a_case(), a_surgery(), override_reason="New.", bases=BASES)
    with pytest.raises(NotAllowed, match="somebody else"):
        signing.sign_disclosure(supervisor, row.reference, "Mine.")
    assert Override.objects.get().signed is None


def test_a_signature_needs_a_reason_and_the_verb(triage: Actor, staff: Staff) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    row = shared(triage, a_case(), a_surgery(), override_reason="New surgery.", bases=BASES)
    assert wrong(lambda: signing.sign_disclosure(supervisor, row.reference, " ")) == {
        "reason": "Enter your reason"
    }
    with pytest.raises(NotAllowed, match="may not sign"):
        signing.sign_disclosure(triage, row.reference, "So.")


def test_a_basis_that_the_agreement_does_not_name_is_refused(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    with pytest.raises(WrongInput) as wrong:
        shared(triage, a_case(), surgery, bases=(*BASES, Basis.S17))
    assert [field for field, _ in wrong.value.errors] == ["bases"]


def test_each_kind_must_be_covered_and_the_page_says_which_is_not(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery, kinds=[InfoKind.IDENTITY])
    referral = a_case()
    child = mention(referral, "Amelia")
    what = chosen(child, summary="She comes hungry.")
    said = wrong(
        lambda: actions.preview(triage, referral.case_id, child, team_of(surgery).pk, what)
    )
    assert InfoKind.WORRY in said["override_reason"]
    assert InfoKind.IDENTITY not in said["override_reason"]
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parts": frozenset()}, "m"),
        ({"parts": frozenset({"m999999.name"})}, "m"),
        ({"necessity": " "}, "necessity"),
        ({"necessity": "x" * 5_001}, "necessity"),
        ({"consent": None}, "consent"),
        ({"consent": ConsentAsked.NOT_SOUGHT}, "consent_reason"),
        ({"keep_until": None}, "keep_until"),
        ({"keep_until": timezone.localdate()}, "keep_until"),
        ({"keep_until": timezone.localdate() + timedelta(days=3_000)}, "keep_until"),
        ({"summary": "x" * 5_001}, "summary"),
        ({"note": "x" * 5_001}, "note"),
        ({"bases": (BASES[1],)}, "bases"),
    ],
)
def test_what_cannot_stand_names_its_field_and_nothing_is_stored(
    triage: Actor, changes: dict, field: str
) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    referral = a_case()
    child = mention(referral, "Amelia")
    what = replace(chosen(child), **changes)
    said = wrong(
        lambda: actions.preview(triage, referral.case_id, child, team_of(surgery).pk, what)
    )
    assert any(name.startswith(field) for name in said)
    assert not Disclosure.objects.exists()


def test_somebody_beside_the_child_needs_a_reason_of_their_own_and_is_marked(
    triage: Actor,
) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    referral = a_case()
    child, brother = mention(referral, "Amelia"), mention(referral, "Jamie")
    parts = frozenset({f"m{child}.name", f"m{brother}.name"})
    said = wrong(lambda: shared(triage, referral, surgery, chosen(child, parts=parts)))
    assert "Jamie Okafor" in said[f"because-m{brother}"]
    because = {f"m{brother}": "He has the same doctor."}
    row = shared(triage, referral, surgery, chosen(child, parts=parts, because=because))
    assert list(row.fields.order_by("place").values_list("third_party", flat=True)) == [False, True]
    seen = paper(row.pk)
    assert seen is not None
    assert seen.inside["third_parties"] == "Jamie Okafor: He has the same doctor."


def test_what_changed_since_it_was_looked_at_is_looked_at_again(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    referral = a_case()
    child, team = mention(referral, "Amelia"), team_of(surgery).pk
    what = chosen(child)
    seen = actions.preview(triage, referral.case_id, child, team, what).digest
    with pytest.raises(actions.Changed):
        actions.share(
            triage, referral.case_id, child, team, replace(what, note="Ring me."), seen=seen
        )
    assert not Disclosure.objects.exists()


def test_nothing_is_shared_within_ones_own_agency(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    referral = a_case()
    child = mention(referral, "Amelia")
    (team,) = cait.team_ids
    said = wrong(lambda: actions.preview(triage, referral.case_id, child, team, chosen(child)))
    assert said == {"": "Choose a team of another agency"}


def test_a_role_without_the_verb_is_refused_and_a_hidden_case_is_none(
    triage: Actor, staff: Staff
) -> None:
    records = actor_for(staff("Rosa Lund", TeamKind.RECORDS, Role.RECORDS_OFFICER))
    referral = a_case()
    child, team = mention(referral, "Amelia"), team_of(a_surgery()).pk
    with pytest.raises(NotAllowed, match="grant"):
        actions.open_parts(records, referral.case_id, child, team)
    Case.objects.update(restricted=True)
    said = set()
    for case in (referral.case_id, 999_999):
        with pytest.raises(NotAllowed) as refusal:
            actions.share(triage, case, child, team, chosen(child), seen="")
        said.add(str(refusal.value))
    assert len(said) == 1


def test_the_senders_conditions_go_along(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    row = shared(triage, a_case(), surgery, handling=(Handling.NOT_FAMILY, Handling.NO_RECORD))
    assert row.handling == [Handling.NOT_FAMILY, Handling.NO_RECORD]


def test_why_something_is_not_shared_is_kept_sealed(triage: Actor) -> None:
    referral, surgery = a_case(), a_surgery()
    actions.withhold(
        triage,
        referral.case_id,
        team_of(surgery).pk,
        [InfoKind.WORRY],
        "The father works there.",
        more_detrimental=True,
    )
    (team,) = actions.open_told(triage, referral.case_id).teams
    (kept,) = team.withheld
    assert (kept.reason, kept.more_detrimental) == ("The father works there.", True)
    assert b"father" not in bytes(Withheld.objects.get().reason)


@pytest.mark.parametrize(
    ("kinds", "reason", "team", "field"),
    [
        ([], "So.", True, "kinds"),
        ([InfoKind.WORRY], " ", True, "reason"),
        ([InfoKind.WORRY], "x" * 5_001, True, "reason"),
        ([InfoKind.WORRY], "So.", False, "team"),
    ],
)
def test_a_note_of_not_sharing_that_cannot_stand_is_refused(
    triage: Actor, kinds: list[InfoKind], reason: str, team: bool, field: str
) -> None:
    referral = a_case()
    to = team_of(a_surgery()).pk if team else 999_999
    case = referral.case_id
    said = wrong(lambda: actions.withhold(triage, case, to, kinds, reason, more_detrimental=False))
    assert list(said) == [field]
    assert not Withheld.objects.exists()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_its_months(purpose: Purpose) -> None:
    today = timezone.localdate()
    kept = (usual_keep(purpose, today) - today).days
    assert abs(kept - KEEP_MONTHS[purpose] * 30.5) < 20


def test_whoever_wanted_to_share_learns_what_became_of_it(triage: Actor, staff: Staff) -> None:
    supervisor = actor_for(staff("Sgt Hill", role=Role.TRIAGE_SUPERVISOR))
    row = shared(triage, a_case(), a_surgery(), override_reason="New surgery.", bases=BASES)
    signing.refuse_disclosure(supervisor, row.reference, "Ring them instead.")
    assert alerts(triage)[-1] == (AlertKind.RULED, row.reference)
