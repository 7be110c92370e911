"""What the application's own login can read with a partner's capability: one paper, and no case.

Committed rows, raw SQL, no help of ours.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import errors

from breakwater.access.models import Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import Conflict, TeamKind
from breakwater.attachments.models import Document
from breakwater.sharing.models import Disclosure, Draft, Request
from breakwater.sharing.portal import drafts
from breakwater.sharing.portal.actions import answer
from breakwater.sharing.portal.rules import Said, Upload
from breakwater.sharing.rules import Handling, Reply, Sent, Standing
from breakwater.site.login import application_url
from tests.access.real_hub import OF_A_CASE, RealHub, Somebody, hold, look
from tests.attachments.documents import TEXT
from tests.sharing.portal import partners

OPEN = "select door.open_paper(%s, null, %s, %s, 'open_paper', 'a test')::text"
# What a partner may see of the tables that hang on a case: the paper, and nothing beside it.
OF_A_PAPER = {"sharing_request", "sharing_disclosure", "sharing_field", "sharing_reminder",
              "sharing_answer", "vault_key"}  # fmt: skip


@pytest.fixture
def hub(committed: str) -> Iterator[RealHub]:
    with psycopg.connect(committed, autocommit=True) as owner:
        yield RealHub(owner, application_url(committed))


@pytest.fixture
def app(hub: RealHub) -> Iterator[psycopg.Connection]:
    with psycopg.connect(hub.app_url, autocommit=True) as session:
        yield session


@pytest.fixture
def team(hub: RealHub) -> Team:
    return partners.a_team("Quay Street Primary School, committed")


@pytest.fixture
def joan(hub: RealHub, team: Team) -> Somebody:
    return hub.somebody(Role.PARTNER, team.pk)


@pytest.fixture
def sender(hub: RealHub) -> User:
    return User.objects.get(pk=hub.somebody(Role.TRIAGE_WORKER).id)


@pytest.fixture
def request_(team: Team, sender: User) -> Request:
    return partners.a_request(team, sender)


@pytest.fixture
def told(team: Team, sender: User) -> Disclosure:
    return partners.a_disclosure(team, sender)


def opened(app: psycopg.Connection, token: str, part: str, paper: int) -> str | None:
    row = app.execute(OPEN, [token, part, paper]).fetchone()
    assert row is not None
    return row[0]


def ids(
    app: psycopg.Connection, table: str, capability: str | None, column: str = "id"
) -> set[int]:
    with app.transaction():
        hold(app, capability)
        return {row[0] for row in app.execute(f"select {column} from {table}")}


# -- one paper -----------------------------------------------------------------------------------


def test_a_partners_capability_opens_one_request_with_what_was_told_to_ask_and_no_more(
    app: psycopg.Connection, joan: Somebody, request_: Request, team: Team, sender: User
) -> None:
    beside = partners.a_request(team, sender, referral=request_.referral)
    capability = opened(app, joan.token, "requests", request_.pk)
    told = partners.told_with(request_)
    assert ids(app, "sharing_request", capability) == {request_.pk}
    assert ids(app, "sharing_disclosure", capability) == {told.pk}
    assert ids(app, "sharing_field", capability, "disclosure_id") == {told.pk}
    assert ids(app, "vault_key", capability) == {request_.key_id, told.key_id}
    assert beside.key_id not in ids(app, "vault_key", capability)


def test_a_partners_capability_opens_no_case(
    app: psycopg.Connection, joan: Somebody, request_: Request, hub: RealHub
) -> None:
    capability = opened(app, joan.token, "requests", request_.pk)
    with app.transaction():
        hold(app, capability)
        assert app.execute("select door.held_cases()").fetchone() == ([],)
        assert app.execute("select door.holds(%s)", [request_.case_id]).fetchone() == (False,)
        assert app.execute("select door.engine()").fetchone() == (False,)
        for table, where in OF_A_CASE.items():
            if table in OF_A_PAPER:
                continue
            count = app.execute(
                f"select count(*) from {table} where {where}", {"case": request_.case_id}
            ).fetchone()
            assert count == (0,), table
        assert app.execute("select 1 from ledger_entry limit 1").fetchone() is None


def test_a_partners_capability_gives_no_grant_and_makes_no_case_its_own(
    app: psycopg.Connection, joan: Somebody, request_: Request
) -> None:
    capability = opened(app, joan.token, "requests", request_.pk)
    give = "select door.give_grant(%s, %s, null, null, 'was given the work', '', '', now(), null)"
    with app.transaction(force_rollback=True):
        hold(app, capability)
        with pytest.raises(errors.DatabaseError, match="given by who holds the case"):
            app.execute(give, [request_.case_id, joan.team])
    assert look(app, joan.token, request_.case_id) == (None, [])


def test_who_is_shut_out_while_reading_reads_no_more_at_once(
    app: psycopg.Connection, joan: Somebody, request_: Request, hub: RealHub
) -> None:
    capability = opened(app, joan.token, "requests", request_.pk)
    assert ids(app, "sharing_request", capability) == {request_.pk}
    hub.owner.execute(
        "insert into access_exclusion (case_id, user_id, why) values (%s, %s, %s)",
        [request_.case_id, joan.id, Conflict.DECLARED],
    )
    for table in ("sharing_request", "sharing_disclosure", "vault_key"):
        assert ids(app, table, capability) == set(), table


def test_a_disclosure_opens_itself_alone(
    app: psycopg.Connection, joan: Somebody, told: Disclosure, request_: Request
) -> None:
    capability = opened(app, joan.token, "disclosures", told.pk)
    assert ids(app, "sharing_disclosure", capability) == {told.pk}
    assert ids(app, "sharing_request", capability) == set()
    assert ids(app, "vault_key", capability) == {told.key_id}


def test_what_was_told_in_order_to_ask_is_changed_by_nobody_who_holds_another_paper(
    app: psycopg.Connection, joan: Somebody, told: Disclosure, request_: Request
) -> None:
    capability = opened(app, joan.token, "disclosures", told.pk)
    with app.transaction():
        hold(app, capability)
        for change in (
            "update sharing_request set version = 9",
            "update sharing_disclosure set version = 9 where id <> %(told)s",
        ):
            assert app.execute(change, {"told": told.pk}).rowcount == 0


# -- who does not get in ---------------------------------------------------------------------------


def test_who_is_not_of_the_team_or_must_not_gets_nothing_and_leaves_an_entry(
    hub: RealHub, app: psycopg.Connection, team: Team, request_: Request
) -> None:
    other = hub.somebody(Role.PARTNER, partners.a_team("Harbour Surgery, committed").pk)
    inspector = hub.somebody(Role.INSPECTOR, team.pk)
    kin = hub.somebody(Role.PARTNER, team.pk)
    hub.shut_out(request_.case_id, kin.id)
    asleep = hub.somebody(Role.PARTNER, team.pk, may_work=False)
    former = hub.somebody(Role.PARTNER, team.pk)
    hub.owner.execute("update access_membership set ends = now() where user_id = %s", [former.id])
    for who in (other, inspector, kin, asleep, former):
        assert opened(app, who.token, "requests", request_.pk) is None
    assert opened(app, "", "requests", request_.pk) is None
    refusals = hub.owner.execute(
        "select count(*), bool_or(allowed), max(cardinality(cases)) from ledger_entry"
        " where subject = %s and verb = 'open_paper' and not allowed",
        [f"request:{request_.pk}"],
    ).fetchone()
    assert refusals == (6, False, 0)


@pytest.mark.parametrize("standing", [Standing.TO_SIGN, Standing.NOT_SIGNED, Standing.WITHDRAWN])
def test_what_is_not_sent_opens_to_nobody(
    app: psycopg.Connection, joan: Somebody, request_: Request, standing: Standing
) -> None:
    Request.objects.filter(pk=request_.pk).update(standing=standing)
    assert opened(app, joan.token, "requests", request_.pk) is None


@pytest.mark.parametrize("standing", [Sent.TO_SIGN, Sent.NOT_SIGNED])
def test_what_is_not_signed_to_be_shared_opens_to_nobody(
    app: psycopg.Connection, joan: Somebody, told: Disclosure, standing: Sent
) -> None:
    Disclosure.objects.filter(pk=told.pk).update(standing=standing)
    assert opened(app, joan.token, "disclosures", told.pk) is None


def test_the_inbox_is_of_ones_own_teams(
    hub: RealHub, app: psycopg.Connection, joan: Somebody, request_: Request, told: Disclosure
) -> None:
    def inbox(who: Somebody) -> set[str]:
        return {
            row[2] for row in app.execute("select * from door.my_papers(%s, null)", [who.token])
        }

    mine = inbox(joan)
    assert {request_.reference, told.reference} <= mine
    assert partners.told_with(request_).reference not in mine
    other = hub.somebody(Role.PARTNER, partners.a_team("Harbour Surgery, committed").pk)
    inspector = hub.somebody(Role.INSPECTOR, joan.team)
    for who in (other, inspector):
        assert not inbox(who) & mine
    kin = hub.somebody(Role.PARTNER, joan.team)
    hub.shut_out(request_.case_id, kin.id)
    assert request_.reference not in inbox(kin)
    Request.objects.filter(pk=request_.pk).update(standing=Standing.WITHDRAWN)
    assert request_.reference not in inbox(joan)


# -- nobody makes parts for themselves -------------------------------------------------------------


def test_a_look_mints_no_parts_whatever_facts_it_brings(
    hub: RealHub, app: psycopg.Connection, request_: Request
) -> None:
    holder = hub.somebody()
    other_case = hub.case()
    hub.grant(other_case, user=holder.id)
    facts = f'{{"parts": {{"requests": [{request_.pk}], "keys": [{request_.key_id}]}}}}'
    for act in ("open_case", "attach"):
        row = app.execute(
            "select capability::text from door.look(%s, null, %s::bigint[], 'open_case', %s,"
            " 'a test', 'a test', %s::jsonb, true)",
            [holder.token, [other_case], act, facts],
        ).fetchone()
        assert row
        assert row[0]
        assert ids(app, "sharing_request", row[0]) & {request_.pk} == set()
        assert ids(app, "vault_key", row[0]) & {request_.key_id} == set()
    with app.transaction():
        hold(app, row[0])
        assert app.execute("select door.held_parts('requests')").fetchone() == ([],)


def test_an_entry_that_names_parts_opens_nothing(
    app: psycopg.Connection, request_: Request
) -> None:
    """Anybody may add entries to the ledger; none of them is a capability."""
    facts = f'{{"parts": {{"requests": [{request_.pk}]}}}}'
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            "insert into ledger_entry (at, actor, verb, cases, facts, capability)"
            " values (statement_timestamp(), 'me', 'open_paper', '{}', %s, gen_random_uuid())",
            [facts],
        )
    made = app.execute(
        "insert into ledger_entry (id, at, actor, verb, cases, subject, purpose, allowed, facts)"
        " values (gen_random_uuid(), statement_timestamp(), 'me', 'open_paper', '{}', '', '', true,"
        " %s) returning id::text",
        [facts],
    ).fetchone()
    assert made
    assert ids(app, "sharing_request", made[0]) == set()


def test_parts_are_read_in_a_later_transaction_only(
    app: psycopg.Connection, joan: Somebody, request_: Request
) -> None:
    with app.transaction():
        hold(app, opened(app, joan.token, "requests", request_.pk))
        assert app.execute("select id from sharing_request").fetchall() == []


# -- what was taken back -------------------------------------------------------------------------


def test_of_what_was_recalled_only_the_notice_opens(
    app: psycopg.Connection, joan: Somebody, told: Disclosure
) -> None:
    notice = partners.take_back(told)
    capability = opened(app, joan.token, "disclosures", told.pk)
    assert ids(app, "vault_key", capability) == {notice}


def test_after_the_last_day_nothing_opens(
    app: psycopg.Connection, joan: Somebody, told: Disclosure
) -> None:
    Disclosure.objects.filter(pk=told.pk).update(keep_until=date(2020, 1, 1))
    assert ids(app, "vault_key", opened(app, joan.token, "disclosures", told.pk)) == set()


def test_what_was_told_in_order_to_ask_and_recalled_does_not_open_with_the_request(
    app: psycopg.Connection, joan: Somebody, request_: Request
) -> None:
    told = partners.told_with(request_)
    notice = partners.take_back(told)
    capability = opened(app, joan.token, "requests", request_.pk)
    assert ids(app, "vault_key", capability) == {request_.key_id, notice}
    # From now on it stands on the list, so that somebody confirms.
    listed = app.execute("select reference from door.my_papers(%s, null)", [joan.token])
    assert told.reference in {row[0] for row in listed}


def test_what_was_told_in_order_to_ask_opens_no_longer_than_it_is_kept(
    app: psycopg.Connection, joan: Somebody, request_: Request
) -> None:
    told = partners.told_with(request_)
    Disclosure.objects.filter(pk=told.pk).update(keep_until=date(2020, 1, 1))
    keys = ids(app, "vault_key", opened(app, joan.token, "requests", request_.pk))
    assert keys == {request_.key_id}


# -- answers and their documents -----------------------------------------------------------------


def holders(hub: RealHub, case: int) -> tuple[Somebody, Somebody]:
    """Two who hold the case: one of the police, one not."""
    station = partners.a_team("Police, committed", "police")
    Team.objects.filter(pk=station.pk).update(kind=TeamKind.CAIT)
    officer, worker = hub.somebody(Role.PRACTITIONER, station.pk), hub.somebody()
    for who in (officer, worker):
        hub.grant(case, user=who.id)
    return officer, worker


@pytest.fixture
def documents_here(settings: Any, tmp_path: Any) -> None:
    settings.ATTACHMENTS_ROOT = tmp_path / "documents"


def test_what_is_for_police_eyes_only_is_shown_to_police_alone(
    hub: RealHub, app: psycopg.Connection, team: Team, request_: Request, scanner: str,
    documents_here: None,
) -> None:  # fmt: skip
    lead = partners.partner_of(team, "Joan Marsh")
    for handling in ((), (Handling.POLICE_ONLY,)):
        answer(
            lead, request_.reference, Reply.ANSWER, answers=["Seen."], handling=handling,
            documents=[Upload("a.txt", TEXT)],
        )  # fmt: skip
    closed = set(
        Document.objects.filter(case=request_.case_id, police_only=True).values_list(
            "pk", flat=True
        )
    )
    officer, worker = holders(hub, request_.case_id)
    seen = {}
    for who in (officer, worker):
        capability, _ = look(app, who.token, request_.case_id)
        seen[who.id] = (
            len(ids(app, "sharing_answer", capability)),
            ids(app, "attachments_document", capability),
        )
    assert len(closed) == 1
    assert seen[officer.id][0] == 2
    assert closed < seen[officer.id][1]
    assert seen[worker.id][0] == 1
    assert len(seen[worker.id][1]) == 1
    assert not closed & seen[worker.id][1]


def test_the_team_reads_its_answers_and_not_the_file_that_it_gave(
    app: psycopg.Connection, joan: Somebody, team: Team, request_: Request, scanner: str,
    documents_here: None,
) -> None:  # fmt: skip
    lead = partners.partner_of(team, "Joan Marsh")
    receipt = answer(
        lead, request_.reference, Reply.ANSWER, documents=[Upload("a.txt", TEXT)],
        handling=[Handling.POLICE_ONLY],
    )  # fmt: skip
    capability = opened(app, joan.token, "requests", request_.pk)
    assert ids(app, "sharing_answer", capability) == {receipt.id}
    assert ids(app, "attachments_document", capability) == set()
    keys = ids(app, "vault_key", capability)
    assert not keys & set(Document.objects.values_list("key_id", flat=True))


def test_a_draft_is_its_teams_and_nobody_of_the_case_sees_it(
    hub: RealHub, app: psycopg.Connection, joan: Somebody, team: Team, request_: Request,
    scanner: str,
) -> None:  # fmt: skip
    lead = partners.partner_of(team, "Joan Marsh")
    drafts.save(lead, request_.reference, Said(Reply.ANSWER, ("Seen.",)), Upload("a.txt", TEXT))
    draft = Draft.objects.get(request=request_)
    capability = opened(app, joan.token, "requests", request_.pk)
    assert ids(app, "sharing_draft", capability) == {draft.pk}
    assert ids(app, "sharing_draftdocument", capability, "draft_id") == {draft.pk}
    for who in holders(hub, request_.case_id):
        held, _ = look(app, who.token, request_.case_id)
        assert ids(app, "sharing_draft", held) == set()
        assert ids(app, "sharing_draftdocument", held) == set()
    other = partners.a_request(team, User.objects.get(pk=request_.asked_by_id))
    assert ids(app, "sharing_draft", opened(app, joan.token, "requests", other.pk)) == set()


def test_functions_of_a_paper_say_nothing_of_one_that_is_not_open(
    app: psycopg.Connection, joan: Somebody, request_: Request, team: Team, sender: User
) -> None:
    online = partners.a_request(
        team, sender, referral=partners.a_referral(concern={"category": "indecent_images"})
    )
    earlier, later = partners.a_disclosure(team, sender), partners.a_disclosure(team, sender)
    Disclosure.objects.filter(pk=later.pk).update(corrects=earlier, version=2)

    def asks(capability: str | None) -> tuple[Any, Any]:
        with app.transaction():
            hold(app, capability)
            return (
                app.execute("select door.paper_takes_no_pictures(%s)", [online.pk]).fetchone(),
                app.execute("select * from door.versions_beside(%s)", [later.pk]).fetchone(),
            )

    assert asks(opened(app, joan.token, "requests", request_.pk)) == ((False,), None)
    assert asks(opened(app, joan.token, "requests", online.pk)) == ((True,), None)
    assert asks(opened(app, joan.token, "disclosures", later.pk)) == (
        (False,),
        (earlier.reference, None),
    )
