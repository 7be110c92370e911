"""Erasing: what two people let go after the grace, where no hold stands, and all of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from breakwater.access.models import Agency, Alert, Case, Grant
from breakwater.access.rules import Actor, AlertKind, LawfulBasis, NotAllowed, Relation
from breakwater.attachments.files import path_of, write
from breakwater.attachments.models import Document
from breakwater.attachments.rules import Kind
from breakwater.audit.models import Entry
from breakwater.people.models import Identity, Link, Mention
from breakwater.records.models import Erased, Knob, Run
from breakwater.records.retention import actions, queries
from breakwater.records.retention.erasing import erase_what_was_let_go
from breakwater.records.retention.rules import Scope
from breakwater.referrals.actions import open_referral
from breakwater.referrals.models import Decision, Referral, Submission
from breakwater.vault.actions import new_key
from breakwater.vault.models import Key
from tests.builders import a_person, amelia, do_waiting_jobs, received
from tests.records.a_case import case_of, no_further_action, waits_again
from tests.records.retention.conftest import grace_over, past

pytestmark = pytest.mark.django_db

MakeCase = Callable[..., int]
MARK = "zyxquell"
# Written into every field of a case; all contain the mark, so that one search finds any.
TOLD = {
    "given": f"Given{MARK}", "family": f"Family{MARK}", "known_as": f"Known{MARK}",
    "born": "2011-07-23", "address": f"1 {MARK} Street", "postcode": "PR9 9ZZ",
    "email": f"{MARK}@mail.example", "handle": f"@{MARK}", "school": f"{MARK} School",
    "note": f"A note {MARK}",
}  # fmt: skip


def everywhere(text: str) -> dict[str, int]:
    """Every table of the database in which a row holds the text, also inside bytes and JSON."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.oid::regclass::text, array_agg(a.attname::text)"
            " filter (where a.atttypid = 'bytea'::regtype)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where n.nspname = 'public' and c.relkind in ('r', 'p') group by c.oid"
        )
        for table, binary in cursor.fetchall():
            inside = "".join(f" || encode(coalesce({name}, ''), 'escape')" for name in binary or ())
            cursor.execute(
                f"select count(*) from {table} t where (t::text{inside}) ilike %s", [f"%{text}%"]
            )
            (count,) = cursor.fetchone()
            if count:
                found[table] = count
    return found


def everything_sealed(case_id: int) -> list[str]:
    """What was told in words, and the keys that open it, as the database writes bytes."""
    referral = Referral.objects.select_related("submission").get(case=case_id)
    reasons = Decision.objects.filter(referral=referral).values_list("reason", flat=True)
    keys = Key.objects.filter(case=case_id).values_list("wrapped", flat=True)
    parts = [referral.words, referral.submission.body, *reasons, *keys]
    assert len(parts) == 4
    return [bytes(part).hex() for part in parts]


def erase(case_id: int) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("select door.erase_case(%s)", [case_id])


def refuses(case_id: int, words: str) -> None:
    with pytest.raises(DatabaseError, match=words):
        erase(case_id)
    assert Case.objects.filter(pk=case_id).exists()
    assert Mention.objects.filter(case=case_id).exists()


def test_after_erasing_nothing_that_was_told_or_decided_is_anywhere(
    triage: Actor, officer: Actor, second_officer: Actor
) -> None:
    reference = received(
        a_person(**TOLD),
        a_person("parent", **(TOLD | {"given": f"Other{MARK}", "born": "1980-01-02"})),
        by=f"{MARK} Surgery",
        key=f"key-{MARK}",
        concern={
            "narrative": f"Narrative {MARK}",
            "consent": "refused",
            "consent_reason": f"Consent {MARK}",
        },
        reporter={"name": f"Reporter {MARK}", "agency": f"{MARK} Surgery", "phone": "01632 960999"},
    ).reference
    open_referral(triage, reference, "triage")
    case_id = no_further_action(triage, reference, reason=f"Reason {MARK}")
    do_waiting_jobs()
    actions.class_closed_cases()
    past(case_id)
    actions.let_go(officer, case_id, f"Let go {MARK}")
    actions.confirm(second_officer, case_id)
    grace_over(case_id)
    before = everywhere(MARK)
    for table in ("people_mention", "people_profile", "referrals_submission"):
        assert table in before
    sealed = everything_sealed(case_id)
    assert all(everywhere(each) for each in sealed)
    mentions = list(Mention.objects.filter(case=case_id).values_list("pk", flat=True))
    identities = set(Link.objects.filter(mention__in=mentions).values_list("identity", flat=True))

    assert erase_what_was_let_go() == 1

    assert everywhere(MARK) == {}
    assert not any(everywhere(each) for each in sealed)
    assert everywhere("01632 960999") == {}
    assert everywhere("2011-07-23") == {}
    assert not Case.objects.filter(pk=case_id).exists()
    assert not Identity.objects.filter(pk__in=identities).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from people_matchkey where mention_id = any(%s)", [mentions]
        )
        assert cursor.fetchone() == (0,)


def test_a_case_whose_glass_was_broken_goes_with_what_was_said_of_it(
    let_go: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = let_go()
    now, why = timezone.now(), f"{MARK} did not come home, and nobody else is on duty"
    grant = Grant.objects.create(
        case_id=case_id, user_id=officer.user_id, relation=Relation.GLASS, purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=now, ends=now + timedelta(hours=1),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_glass (called, purpose, reason, asked_at, case_id, user_id) values"
            " ('x', 'x', %s, now(), %s, %s) returning id", [why, case_id, officer.user_id],
        )  # fmt: skip
        (glass,) = cursor.fetchone()
        cursor.execute(
            "insert into access_glassopening (glass_id, opened_at, ends_at, grant_id) values"
            " (%s, now(), now() + interval '1 hour', %s)", [glass, grant.pk],
        )  # fmt: skip
        cursor.execute(
            "insert into access_glassanswer (glass_id, agreed, reason, answered_at, answered_by_id)"
            " values (%s, true, %s, now(), %s)", [glass, why, second_officer.user_id],
        )  # fmt: skip
        cursor.execute(
            "insert into access_glassreview (glass_id, justified, note, reviewed_at,"
            " reviewed_by_id) values (%s, true, %s, now(), %s)",
            [glass, why, second_officer.user_id],
        )
    assert erase_what_was_let_go() == 1
    assert everywhere(MARK) == {}


def test_what_leans_on_a_table_that_names_a_case_is_erased_before_it() -> None:
    """A foreign key to such a table would stop the whole: its table stands in erasing.sql."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct k.conrelid::regclass::text from pg_constraint k"
            " join pg_attribute a on a.attrelid = k.confrelid and a.attname = 'case_id'"
            " where k.contype = 'f' and k.confdeltype = 'a'"
        )
        leaning = {name for (name,) in cursor.fetchall()}
    erasing = (Path(actions.__file__).parent / "erasing.sql").read_text(encoding="utf-8")
    assert [name for name in sorted(leaning) if f"public.{name} " not in erasing] == []


def test_a_document_goes_with_its_key_and_its_file(
    let_go: MakeCase, officer: Actor, settings: Any, tmp_path: Path
) -> None:
    settings.ATTACHMENTS_ROOT = str(tmp_path)
    case_id, file = let_go(), uuid4()
    key = new_key(case_id)
    write(file, [b"sealed"])
    Document.objects.create(
        case_id=case_id, file=file, key_id=key.id, name=key.seal("A letter", "name"),
        kind=next(iter(Kind)).name, size=1, added_by_id=officer.user_id,
    )  # fmt: skip
    assert path_of(file).exists()
    erase_what_was_let_go()
    assert not Document.objects.exists()
    assert not Key.objects.filter(pk=key.id).exists()
    assert not path_of(file).exists()
    assert Entry.objects.get(verb="case_erased").facts["documents"] == 1


def test_the_ledger_keeps_every_entry_and_gains_one_without_content(let_go: MakeCase) -> None:
    case_id = let_go()
    before = set(Entry.objects.filter(cases__contains=[case_id]).values_list("pk", flat=True))
    erase_what_was_let_go()
    after = Entry.objects.filter(cases__contains=[case_id])
    assert before <= set(after.values_list("pk", flat=True))
    entry = after.get(verb="case_erased")
    assert set(entry.facts) == {
        "referrals",
        "mentions",
        "documents",
        "classes",
        "decided_by",
        "confirmed_by",
    }
    assert (entry.facts["referrals"], entry.facts["classes"]) == (1, ["HUB_NFA v1"])


def test_the_childs_other_case_stays_whole_and_is_found_again(
    let_go: MakeCase, triage: Actor
) -> None:
    gone = let_go(amelia(), a_person("parent", given="Kelly", family="Hartley"))
    reference = received(amelia(postcode="PR1 4ZZ")).reference
    stays = case_of(reference)
    assert stays != gone
    mention = Mention.objects.get(case=stays)
    link = Link.objects.get(mention=mention, standing="linked")
    assert link.against is not None
    told = {f.attname: getattr(mention, f.attname) for f in Mention._meta.fields}

    assert erase_what_was_let_go() == 1

    mention.refresh_from_db()
    assert told == {f.attname: getattr(mention, f.attname) for f in Mention._meta.fields}
    link.refresh_from_db()
    assert (link.standing, link.against_id, link.evidence) == ("linked", None, [])
    page = open_referral(triage, reference, "triage")
    assert [entry.mention.person.given for entry in page.people] == ["Amelia"]
    assert page.people[0].known == []
    again = received(amelia())
    assert case_of(again.reference) == stays


def test_a_question_about_somebody_erased_ends(let_go: MakeCase) -> None:
    let_go(a_person(given="Amelia", family="Hartley", born="2017-05-14", address="12 Quay Street"))
    received(a_person(given="Millie", family="Hartly", age=8, address="12 Quay St"))
    asked = list(Link.objects.filter(standing="asked").values_list("pk", flat=True))
    erase_what_was_let_go()
    left = Link.objects.filter(pk__in=asked)
    assert all(link.standing == "ended" and link.against_id is None for link in left)
    assert not Identity.objects.exclude(pk__in=Link.objects.values("identity")).exists()


def test_the_senders_key_may_come_again_as_a_new_worry(let_go: MakeCase) -> None:
    let_go(amelia(), key="once")
    erase_what_was_let_go()
    assert not Submission.objects.filter(key="once").exists()
    assert not received(amelia(), key="once").repeat


def test_an_alert_about_several_cases_loses_only_this_one(let_go: MakeCase, officer: Actor) -> None:
    case_id = let_go()
    alert = {"recipient_id": officer.user_id, "kind": AlertKind.ASKED}
    alone = Alert.objects.create(**alert, cases=[case_id])
    both = Alert.objects.create(**alert, cases=[case_id, 77])
    erase_what_was_let_go()
    both.refresh_from_db()
    assert both.cases == [77]
    assert not Alert.objects.filter(pk=alone.pk).exists()


def test_nothing_is_erased_that_nobody_let_go(due_case: MakeCase, officer: Actor) -> None:
    case_id = due_case()
    refuses(case_id, "Nobody let this case go")
    actions.let_go(officer, case_id, "Nothing came after it.")
    refuses(case_id, "Nobody let this case go")


def test_nothing_is_erased_within_the_grace(
    due_case: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = due_case()
    actions.let_go(officer, case_id, "Nothing came after it.")
    actions.confirm(second_officer, case_id)
    grace_over(case_id, timedelta(days=89, hours=23))
    refuses(case_id, "grace still runs")
    assert erase_what_was_let_go() == 0


def test_nothing_is_erased_that_was_undone(let_go: MakeCase, officer: Actor) -> None:
    case_id = let_go()
    actions.undo(officer, case_id, "Kept after all.")
    refuses(case_id, "Nobody let this case go")
    assert erase_what_was_let_go() == 0


def test_nothing_is_erased_that_is_at_work_again(let_go: MakeCase) -> None:
    case_id = let_go()
    waits_again(case_id)
    refuses(case_id, "open")
    Referral.objects.filter(case=case_id).update(state="decided, no further action")
    Case.objects.filter(pk=case_id).update(closed_at=None)
    refuses(case_id, "open")


# --- holds: at every stage, of every reach ----------------------------------------------------


def a_hold(officer: Actor, **reach: object) -> int:
    told = {"name": "Inquiry", "reason": "Asked by letter.", "asked_on": timezone.localdate()}
    return actions.place_hold(officer, **(told | reach))  # type: ignore[arg-type]


def reaching(case_id: int) -> list[dict[str, object]]:
    council = Agency.objects.get(name="Safeguarding hub").pk
    return [
        {"scope": Scope.ALL},
        {"scope": Scope.CATEGORY, "category": "neglect"},
        {"scope": Scope.CATEGORY, "category": "domestic_abuse"},
        {"scope": Scope.AGENCY, "agency_id": council},
        {"scope": Scope.CASES, "cases": [case_id, 999_999]},
    ]


@pytest.mark.parametrize("which", range(5))
def test_a_hold_stops_letting_go_confirming_and_erasing(
    due_case: MakeCase, officer: Actor, second_officer: Actor, which: int
) -> None:
    case_id = due_case(concern={"also": ["domestic_abuse"]})
    reach = reaching(case_id)[which]

    hold = a_hold(officer, **reach)
    with pytest.raises(NotAllowed, match="Inquiry"):
        actions.let_go(officer, case_id, "Nothing came after it.")
    actions.lift_hold(officer, hold, "The inquiry ended.")
    actions.let_go(officer, case_id, "Nothing came after it.")

    hold = a_hold(officer, **reach)
    with pytest.raises(NotAllowed, match="Inquiry"):
        actions.confirm(second_officer, case_id)
    actions.lift_hold(officer, hold, "The inquiry ended.")
    actions.confirm(second_officer, case_id)
    grace_over(case_id)

    hold = a_hold(officer, **reach)
    assert queries.ready_to_erase() == []
    assert erase_what_was_let_go() == 0
    refuses(case_id, "A hold stops this: Inquiry")
    actions.lift_hold(officer, hold, "The inquiry ended.")
    assert erase_what_was_let_go() == 1


def test_a_hold_on_what_an_agency_told_reaches_it(let_go: MakeCase, officer: Actor) -> None:
    school = Agency.objects.create(name="St Aldhelm's Primary School", kind="education")
    let_go()
    a_hold(officer, scope=Scope.AGENCY, agency_id=school.pk)
    assert queries.ready_to_erase() == []


def test_a_hold_of_another_reach_stops_nothing(let_go: MakeCase, officer: Actor) -> None:
    case_id = let_go()
    other = Agency.objects.create(name="Another agency", kind="health")
    a_hold(officer, scope=Scope.CATEGORY, category="missing")
    a_hold(officer, scope=Scope.AGENCY, agency_id=other.pk)
    a_hold(officer, scope=Scope.CASES, cases=[case_id + 1])
    assert queries.ready_to_erase() == [case_id]


def test_of_two_holds_lifting_one_frees_nothing(let_go: MakeCase, officer: Actor) -> None:
    case_id = let_go()
    first = a_hold(officer, scope=Scope.ALL)
    a_hold(officer, scope=Scope.CASES, cases=[case_id])
    actions.lift_hold(officer, first, "Ended.")
    refuses(case_id, "A hold stops this")


def test_only_the_records_desk_places_and_lifts_holds(officer: Actor, supervisor: Actor) -> None:
    hold = a_hold(officer, scope=Scope.ALL)
    with pytest.raises(NotAllowed):
        a_hold(supervisor, scope=Scope.ALL)
    with pytest.raises(NotAllowed):
        actions.lift_hold(supervisor, hold, "Mine.")
    with pytest.raises(NotAllowed, match="no such hold"):
        actions.lift_hold(officer, hold + 1, "Gone.")
    assert [h.lifted_at for h in queries.holds(officer)] == [None]
    assert queries.holds(supervisor) == []


# --- the night --------------------------------------------------------------------------------


def test_a_night_lists_first_and_says_what_it_did(let_go: MakeCase) -> None:
    case_id = let_go()
    assert erase_what_was_let_go() == 1
    run = Run.objects.get()
    assert (run.listed, run.erased, run.stopped_because) == (1, 1, "")
    listed = Entry.objects.get(verb="erasing_listed")
    assert listed.cases == [case_id]
    assert listed.at <= Entry.objects.get(verb="case_erased").at
    erased = Erased.objects.get(case_id=case_id)
    assert erased.decided_by_id != erased.confirmed_by_id


def test_a_night_that_would_erase_more_than_the_cap_erases_nothing_and_tells(
    let_go: MakeCase, officer: Actor
) -> None:
    from breakwater.access.models import Team

    Team.objects.filter(kind="records").update(mailbox="records@council.example")
    Knob.objects.filter(code="MOST_A_NIGHT").update(value=2)
    cases = [let_go(a_person(given=name, born="2001-02-03")) for name in ("Wren", "Lark", "Robin")]
    assert erase_what_was_let_go() == 0
    assert Case.objects.filter(pk__in=cases).count() == 3
    run = Run.objects.get()
    assert run.erased == 0
    assert "3 cases were ready" in run.stopped_because
    assert Entry.objects.get(verb="erasing_stopped").allowed is False
    (letter,) = mail.outbox
    assert letter.to == ["records@council.example"]
    assert not any(sign.isdigit() for sign in letter.body.partition("http")[0])

    actions.undo(officer, cases[0], "Too many at once.")
    assert erase_what_was_let_go() == 2


def test_the_database_holds_to_the_cap_whoever_asks(let_go: MakeCase) -> None:
    Knob.objects.filter(code="MOST_A_NIGHT").update(value=1)
    first, second = (let_go(a_person(given=n, born="2001-02-03")) for n in ("Wren", "Lark"))
    erase(first)
    refuses(second, "No more is erased this night")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table records_erased disable trigger user")
        cursor.execute("update records_erased set erased_at = erased_at - interval '21 hours'")
        cursor.execute("alter table records_erased enable trigger user")
    erase(second)


def test_a_case_undone_between_listing_and_erasing_stays(
    let_go: MakeCase, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = (let_go(a_person(given=n, born="2001-02-03")) for n in ("Wren", "Lark"))
    ready = queries.ready_to_erase()
    actions.undo(officer, stays, "Somebody asked.")
    monkeypatch.setattr(queries, "ready_to_erase", lambda: ready)
    assert erase_what_was_let_go() == 1
    assert Case.objects.filter(pk=stays).exists()
    assert not Case.objects.filter(pk=goes).exists()
    assert (Run.objects.get().listed, Run.objects.get().erased) == (2, 1)


# --- nothing else passes ----------------------------------------------------------------------


def test_append_only_rows_go_by_no_other_way(let_go: MakeCase) -> None:
    case_id = let_go()
    for delete in (
        "delete from people_mention where case_id = %s",
        "delete from referrals_decision where referral_id in"
        " (select id from referrals_referral where case_id = %s)",
        "delete from ledger_entry where %s = any(cases)",
    ):
        with (
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="never changed or deleted"),
            transaction.atomic(),
        ):
            cursor.execute(delete, [case_id])


def test_erasing_never_lets_an_entry_of_the_ledger_go(let_go: MakeCase) -> None:
    case_id = let_go()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('door.erasing', %s, true)", [str(case_id)])
        with pytest.raises(DatabaseError, match="rows of ledger_entry are never"):
            cursor.execute("delete from ledger_entry where %s = any(cases)", [case_id])


def test_after_erasing_the_same_transaction_lets_nothing_more_go(let_go: MakeCase) -> None:
    first, second = (let_go(a_person(given=n, born="2001-02-03")) for n in ("Wren", "Lark"))
    with connection.cursor() as cursor:
        cursor.execute("select door.erase_case(%s)", [first])
        with pytest.raises(DatabaseError, match="never changed or deleted"):
            cursor.execute("delete from people_mention where case_id = %s", [second])


def test_every_table_that_names_a_case_or_a_person_is_known_to_erasing() -> None:
    """A new table must be thought of: erased by case_id, by name in erasing.sql, or kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct table_name from information_schema.columns c"
            " join information_schema.tables t using (table_schema, table_name)"
            " where table_schema = 'public' and table_type = 'BASE TABLE' and column_name in"
            " ('cases', 'mention_id', 'against_id', 'referral_id', 'submission_id', 'identity_id')"
            " and not exists (select from information_schema.columns o where"
            "  o.table_name = c.table_name and o.table_schema = 'public'"
            "  and o.column_name = 'case_id')"
        )
        without_case = {name for (name,) in cursor.fetchall()}
    by_name = {
        "access_alert", "people_link", "people_matchkey", "people_profile", "people_review",
        "referrals_challenge", "referrals_decision", "referrals_feedback", "referrals_notice",
        "referrals_pause", "referrals_presence", "referrals_rated", "referrals_route",
        "referrals_screened",
        "referrals_step", "sharing_field",
    }  # fmt: skip
    kept = {"ledger_entry", "records_hold"}
    assert without_case == by_name | kept
