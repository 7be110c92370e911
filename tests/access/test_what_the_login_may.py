"""What the application's login may do to each table, and what it cannot do at all.

A table that nobody has decided about fails the first test: put it behind the door (access/door.py)
or name it here with the reason why it is free.
"""

from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from tests.access.real_hub import OF_A_CASE, RealHub, Somebody, hold, look

# Open to web and worker as a whole, and why that tells nothing of a case.
FREE = {
    "access_session": "signing in happens before anybody is known; keys are hashes",
    "access_sharedvalue": "counts of attempts at signing in, under keyed hashes",
    "access_signinlink": "links that work once, as hashes",
    "access_user": "signing in; names of colleagues",
    "account_emailaddress": "allauth's, empty",
    "account_emailconfirmation": "allauth's, empty",
    "auth_group": "Django's, empty",
    "auth_group_permissions": "Django's, empty",
    "auth_permission": "Django's, empty",
    "clocks_clock": "deadlines of referrals by id",
    "clocks_clockdefinition": "the law's deadlines",
    "clocks_clockpause": "when a deadline stood still: ids, times and a code",
    "clocks_escalation": "that somebody is to be told of a deadline: ids, times and codes",
    "clocks_openinghours": "when the hub works",
    "clocks_schoolbreak": "when schools are closed",
    "django_content_type": "Django's",
    "exchange_answeredonce": "keyed hashes of what partners' systems sent twice or may; ids",
    "django_migrations": "read only: what the next migrate goes by",
    "mfa_authenticator": "second factors; their secrets are sealed",
    "people_identity": "ids and nothing else",
    "procrastinate_events": "what happened to jobs",
    "procrastinate_jobs": "jobs name ids, never content",
    "procrastinate_periodic_defers": "when jobs come again",
    "procrastinate_workers": "which workers live",
    "records_run": "what the nightly erasing did: counts",
    "referrals_feedbacktemplate": "what is usually said of an outcome; never of anybody",
    "referrals_notice": "'something waits for you': ids and times",
    "referrals_ruleset": "the area's rules, of no case; a trigger refuses every change",
    "referrals_route": "which team got which referral, by id",
    "referrals_savedfilter": "views of the board that people keep: codes, and a name of theirs",
    "sharing_agreement": "names of agreements between agencies",
    "sharing_agreementparty": "which agencies an agreement binds; a trigger refuses every change",
    "sharing_agreementreview": "when an agreement was looked at again",
    "sharing_agreementversion": "what agencies agreed to share, of nobody; never changed",
    "socialaccount_socialaccount": "which subject of an agency's sign-on is who",
    "socialaccount_socialapp": "allauth's, empty: providers are in a file",
    "socialaccount_socialtoken": "allauth's, empty",
}
# Read by functions of the door alone.
CLOSED = {
    "access_case", "access_grant", "access_exclusion", "access_kin", "access_alert", "access_told",
    "access_glass", "access_glassanswer", "access_glassopening", "access_glassreview",
    "ledger_waiting", "oversight_paged", "records_hold", "records_keeporletgo",
    "referrals_presence",
}  # fmt: skip
READ_ONLY = {
    "access_agency", "access_team", "access_membership", "access_roleverb", "exchange_client",
    "records_knob", "records_retentionclass",
}  # fmt: skip
# Read by everybody, filled by functions of the door: hashes; which case was erased and when; how
# often the area's children are told of, all together; partners' nodes with their public keys, and
# their indexes, which are noise.
SHOWN = {
    "ledger_leaf", "ledger_node", "ledger_checkpoint", "records_erased", "referrals_areapace",
    "sharing_node", "sharing_generation", "sharing_part", "sharing_bucket",
}  # fmt: skip
# Behind the door of a case, or of the identity engine.
ENGINES = {"people_profile", "people_matchkey"}
BESIDE_A_CASE = {
    "access_ruling", "records_subjectaccess", "records_subjectaccesschoice", "records_kept",
}  # fmt: skip
PROTECTED = {*OF_A_CASE, *ENGINES, *BESIDE_A_CASE, "people_review", "ledger_entry"}
# Ids, states and times for lists: which columns, so that a new one is a decision too.
VIEWS = {
    "people_place": {"mention_id", "case_id", "referral_id", "told_at"},
    "people_tie": {
        "id", "mention_id", "identity_id", "standing", "against_id", "weight", "has_evidence",
        "decided_by", "decided_at", "ended_at", "case_id", "against_case_id", "referral_id",
        "answered",
    },
    "referrals_place": {
        "id", "case_id", "reference", "state", "due_at", "immediate_danger", "received_at",
    },
}  # fmt: skip
RELATIONS = """
select c.relname, c.relrowsecurity from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind = any(%s::"char"[])"""


@pytest.fixture
def case(hub: RealHub) -> int:
    """A case with rows in every table that is shown case by case, of which nobody looks."""
    case = hub.case()
    for table, where in OF_A_CASE.items():
        assert hub.owner.execute(
            f"select 1 from {table} where {where} limit 1", {"case": case}
        ).fetchone(), f"the test needs a row in {table}"
    return case


@pytest.fixture
def ana(hub: RealHub) -> Somebody:
    return hub.somebody()


def test_every_table_of_the_database_has_its_decision(hub: RealHub) -> None:
    kinds = dict(hub.owner.execute(RELATIONS, [["r", "p"]]).fetchall())
    assert {name for name, behind in kinds.items() if not behind} == set(FREE)
    assert {name for name, behind in kinds.items() if behind} == (
        CLOSED | READ_ONLY | SHOWN | PROTECTED
    )


def test_every_view_shows_only_what_was_decided(hub: RealHub) -> None:
    assert {name for name, _ in hub.owner.execute(RELATIONS, [["v", "m", "f"]])} == set(VIEWS)
    for name, columns in VIEWS.items():
        row = hub.owner.execute(f"select * from {name} limit 0")
        assert {column.name for column in row.description or ()} == columns


@pytest.mark.parametrize("table", sorted(CLOSED))
@pytest.mark.parametrize(
    "statement",
    [
        "select 1 from {}",
        "update {0} set {1} = {1}",
        "delete from {}",
        "truncate {}",
        "insert into {0} default values returning {1}",
        "copy {} to stdout",
    ],
)
def test_a_closed_table_is_not_touched(app: psycopg.Connection, table: str, statement: str) -> None:
    (column,) = app.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum = 1", [table]
    ).fetchone() or ("",)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(column))  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("table", sorted(READ_ONLY | {"django_migrations"}))
@pytest.mark.parametrize(
    "statement",
    [
        "update {0} set {1} = {1}",
        "delete from {0}",
        "truncate {0}",
        "insert into {0} default values",
    ],
)
def test_who_works_where_is_read_and_not_changed(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, table: str, statement: str
) -> None:
    hub.owner.execute(
        "insert into exchange_client (client_id, name, keys, scopes, team_id, user_id)"
        " values (%s, 'A system', '[]', '{shared:read}', %s, %s)",
        [f"bw-{ana.id}", ana.team, ana.id],
    )
    assert app.execute(f"select count(*) from {table}").fetchone() != (0,)
    column = {"access_roleverb": "role", "records_knob": "code"}.get(table, "id")
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.format(table, column))  # type: ignore[arg-type]


@pytest.mark.parametrize("table", sorted(PROTECTED))
def test_without_a_capability_a_protected_table_is_empty_and_stays_as_it_is(
    hub: RealHub, app: psycopg.Connection, case: int, table: str
) -> None:
    count = f"select count(*) from {table}"
    before = hub.owner.execute(count).fetchone()
    assert app.execute(count).fetchone() == (0,)
    columns = "at" if table == "ledger_entry" else "*"
    assert app.execute(f"select {columns} from {table} limit 1").fetchall() == []
    with app.cursor().copy(f"copy (select {columns} from {table}) to stdout") as copied:
        assert list(copied) == []
    for change in (
        f"delete from {table}",
        f"truncate {table}",
        f"update {table} set made_in = pg_current_xact_id()",
        f"update {table} set id = id returning *",
    ):
        # Not its right, refused by a trigger, no such column; or simply no row.
        with suppress(errors.InsufficientPrivilege, errors.UndefinedColumn):
            assert app.execute(change).rowcount == 0
    assert hub.owner.execute(count).fetchone() == before


@pytest.mark.parametrize(
    "table", sorted({*OF_A_CASE, "people_review"} - {"people_profile", "people_matchkey"})
)
def test_who_made_a_row_cannot_be_forged(
    hub: RealHub, app: psycopg.Connection, case: int, table: str
) -> None:
    # A row said to be of the next transaction would be seen by that one.
    with pytest.raises((errors.InsufficientPrivilege, errors.NotNullViolation)) as refused:
        app.execute(
            f"insert into {table} (made_in)"
            " select (pg_current_xact_id()::text::bigint + 1)::text::xid8"
        )
    assert refused.value.sqlstate in ("42501", "23502")


def test_a_row_that_is_held_cannot_be_said_to_be_of_another_transaction(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    hub.grant(case, user=ana.id)
    capability, _ = look(app, ana.token, case)
    later = "(pg_current_xact_id()::text::bigint + 5)::text::xid8"
    change = f"update referrals_referral set made_in = {later} where case_id = {case}"
    with app.transaction(force_rollback=True):
        hold(app, capability)
        with pytest.raises(psycopg.Error) as refused:
            app.execute(change)
    assert refused.value.sqlstate == "BW001"


def test_a_submission_is_not_reached_by_a_referral_of_ones_own(
    hub: RealHub, app: psycopg.Connection, case: int
) -> None:
    (referral,) = hub.owner.execute(
        "select to_jsonb(r) from referrals_referral r where case_id = %s", [case]
    ).fetchone() or ({},)
    own = referral | {"id": 10**9 + case, "reference": str(uuid4())[:12]}
    own.pop("made_in")
    names = ", ".join(own)
    with pytest.raises(errors.UniqueViolation), app.transaction():
        app.execute(
            f"insert into referrals_referral ({names}) select {names}"
            " from jsonb_populate_record(null::referrals_referral, %s)",
            [psycopg.types.json.Jsonb(own)],
        )


# -- the ledger -----------------------------------------------------------------------------------

ADD = (
    "insert into ledger_entry (actor, verb, subject, purpose, allowed, facts, cases)"
    " values ('user:1', 'open_case', '', '', true, '{}', %s)"
)


def test_an_entry_of_ones_own_opens_nothing(app: psycopg.Connection, case: int) -> None:
    for column in ("capability", "xid", "salt"):
        value = {"capability": "gen_random_uuid()", "xid": "'3'::xid8", "salt": "''::bytea"}[column]
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(
                f"insert into ledger_entry (actor, verb, cases, {column})"
                f" values ('user:1', 'open_case', array[{case}], {value})"
            )
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(ADD + " returning capability", [[case]])
    (entry,) = app.execute(ADD + " returning id::text", [[case]]).fetchone() or ("",)
    with app.transaction():
        hold(app, entry)
        assert app.execute("select door.held_cases()").fetchone() == ([],)


@pytest.mark.parametrize("at", ["now() - interval '1 day'", "now() + interval '1 second'", "null"])
def test_an_entry_is_of_now(app: psycopg.Connection, at: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.NotNullViolation)):
        app.execute(
            f"insert into ledger_entry (actor, verb, at) values ('user:1', 'open_case', {at})"
        )


@pytest.mark.parametrize(
    "change",
    [
        "update ledger_entry set actor = 'nobody'",
        "delete from ledger_entry",
        "truncate ledger_entry",
        "alter table ledger_entry disable trigger never_changed",
        "alter table ledger_entry disable row level security",
        "alter table ledger_entry no force row level security",
        "select capability from ledger_entry",
        "select salt from ledger_entry",
        "create rule hidden as on insert to ledger_entry do instead nothing",
        "set session_replication_role = replica",
    ],
)
def test_the_ledger_is_only_added_to(app: psycopg.Connection, change: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "insert into access_session (session_key, session_data, expire_date, idle_until, user_id,"
        " device, may_work)"
        " values ('made', '', now() + '1 hour', now() + '1 hour', %(user)s, '', true)",
        "update access_session set session_key = 'known' where user_id = %(user)s",
        "update access_session set user_id = %(user)s where user_id = %(other)s",
        "update access_session set may_work = true where user_id = %(asleep)s",
        "update access_session set idle_until = now() + '1 hour' where user_id = %(over)s",
        "update access_session set expire_date = now() + '1 hour', idle_until = now() + '1 hour'"
        " where user_id = %(over)s",
    ],
)
def test_a_session_that_comes_to_life_leaves_an_entry_whoever_made_it(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, change: str
) -> None:
    asleep, over = hub.somebody(may_work=False), hub.somebody()
    hub.owner.execute(
        "update access_session set idle_until = now() - interval '1 s' where user_id = %s",
        [over.id],
    )
    hub.owner.execute("delete from access_session where session_key = 'made'")
    ids = {"user": ana.id, "other": hub.somebody().id, "asleep": asleep.id, "over": over.id}
    count = "select count(*) from ledger_entry where verb = 'session_opened' and xid = %s::xid8"
    with app.transaction():
        assert app.execute(change, ids).rowcount == 1
        (xid,) = app.execute("select pg_current_xact_id()::text").fetchone() or ("",)
        app.execute("delete from access_session where session_key in ('made', 'known')")
    assert hub.owner.execute(count, [xid]).fetchone() == (1,)
