"""What the application's login cannot make, become or read besides: each attempt is refused."""

import psycopg
import pytest
from psycopg import errors

from breakwater.site import login
from breakwater.site.environment import UnsafeSettings
from tests.access.real_hub import RealHub
from tests.access.test_what_the_login_may import CLOSED, PROTECTED


@pytest.mark.parametrize(
    "attempt",
    [
        "create role somebody",
        "alter role current_user bypassrls",
        "alter role current_user superuser",
        "create schema own",
        "create table own (id int)",
        "create function own() returns int language sql as 'select 1'",
        "create temporary table own (id int)",
        "create function pg_temp.own() returns int language sql as 'select 1'",
        "create domain pg_temp.uuid as pg_catalog.text",
        "create operator public.=== (function = int4eq, leftarg = int, rightarg = int)",
        "create view own as select 1",
        "create extension dblink",
        "create function door.own() returns int language sql as 'select 1'",
        "create trigger own before insert on referrals_referral execute function refuse_change()",
        "create policy own on referrals_referral using (true)",
        "drop policy seen on referrals_referral",
        "alter table referrals_referral owner to current_user",
        "alter function door.held_cases() owner to current_user",
        "drop function door.held_cases()",
        "comment on table referrals_referral is ''",
        "reassign owned by postgres to current_user",
        "set role postgres",
        "set session authorization postgres",
        "select pg_read_file('postgresql.conf')",
        "copy (select 1) to program 'cat'",
        "copy (select 1) to '/tmp/own'",
        "select * from pg_authid",
        "select * from pg_statistic",
        "set track_activities = on",
        "select door.visible(1)",
        "select door.allowed(1, 1)",
        "select door.roles(1)",
        "select door.who('')",
        "select door.held()",
        "select door.note_session()",
    ],
)
def test_the_login_makes_nothing_and_becomes_nobody_else(
    app: psycopg.Connection, attempt: str
) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)):
        app.execute(attempt)


def test_serving_refuses_a_database_where_the_login_may_make_temporary_things(
    hub: RealHub,
) -> None:
    """As one has them again that was restored or copied."""
    name = hub.owner.info.dbname
    login.check(hub.app_url)
    hub.owner.execute(f'grant temporary on database "{name}" to public')
    try:
        with pytest.raises(UnsafeSettings, match="temporary"):
            login.check(hub.app_url)
    finally:
        hub.owner.execute(f'revoke temporary on database "{name}" from public')
    login.check(hub.app_url)


def test_row_security_cannot_be_turned_off(app: psycopg.Connection) -> None:
    app.execute("set row_security = off")
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        app.execute("select * from people_mention")


def test_the_login_owns_nothing(app: psycopg.Connection) -> None:
    owned = "select count(*) from {} where {} = (select oid from pg_roles where rolname = user)"
    for catalog, column in (("pg_class", "relowner"), ("pg_proc", "proowner")):
        assert app.execute(owned.format(catalog, column)).fetchone() == (0,)


def test_every_function_of_the_owners_searches_temporary_things_last(hub: RealHub) -> None:
    """Else a temporary type of the caller's, `uuid` say, runs code as the owner: it did."""
    definers = hub.owner.execute(
        "select proname, proconfig, p.oid::regprocedure::text from pg_proc p"
        " where prosecdef and pronamespace in ('public'::regnamespace, 'door'::regnamespace)"
    ).fetchall()
    assert len(definers) > 10
    for name, settings, _ in definers:
        assert "search_path=pg_catalog, public, pg_temp" in settings, name


def test_nobody_but_the_application_may_call_the_door(hub: RealHub) -> None:
    open_to_all = hub.owner.execute(
        "select proname from pg_proc where pronamespace = 'door'::regnamespace"
        " and has_function_privilege('public', oid, 'execute')"
    ).fetchall()
    assert open_to_all == []


def test_one_connection_does_not_see_what_another_asks_with(
    hub: RealHub, app: psycopg.Connection
) -> None:
    with psycopg.connect(hub.app_url, autocommit=True) as other:
        other.execute("select 'a token in plain text'")
        told = app.execute("select query from pg_stat_activity where usename = user").fetchall()
    assert told
    assert all("token" not in (query or "") for (query,) in told)


def test_the_planners_statistics_of_protected_tables_are_not_shown(
    hub: RealHub, app: psycopg.Connection
) -> None:
    hub.case()
    hub.owner.execute("analyze people_mention, referrals_referral, ledger_entry")
    seen = app.execute(
        "select tablename from pg_stats where schemaname = 'public'"
        " union select tablename from pg_stats_ext where schemaname = 'public'"
    ).fetchall()
    assert not {name for (name,) in seen} & (PROTECTED | CLOSED)


def test_explain_cannot_tell_what_the_planner_does_not_know(hub: RealHub) -> None:
    """`explain ... where born < X` gives a guess made from values of hidden rows."""
    hub.case()
    hub.owner.execute("analyze people_mention, referrals_submission, referrals_decision")
    known = hub.owner.execute(
        "select tablename, attname from pg_stats where tablename = any(%s)",
        [["people_mention", "referrals_submission", "referrals_decision"]],
    ).fetchall()
    assert ("people_mention", "case_id") in known
    of_people = {"given", "family", "known_as", "born", "postcode", "nhs_number", "address", "note"}
    told = {("people_mention", column) for column in of_people}
    told |= {("referrals_submission", "body"), ("referrals_decision", "reason")}
    assert not set(known) & told


def test_a_sequence_does_not_tell_how_many_are_shut_out(app: psycopg.Connection) -> None:
    for sequence in ("access_exclusion_id_seq", "access_kin_id_seq", "access_grant_id_seq"):
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(f"select last_value from {sequence}")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(f"select nextval('{sequence}')")


def test_jobs_name_ids_and_no_content(hub: RealHub) -> None:
    hub.case()
    for name, args in hub.owner.execute("select task_name, args from procrastinate_jobs"):
        for argument, value in args.items():
            assert isinstance(value, int | bool), (name, argument)
