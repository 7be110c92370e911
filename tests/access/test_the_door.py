"""No record without a committed entry: raw SQL as the application's login, on committed rows."""

import hashlib

import psycopg
import pytest
from psycopg import errors

from breakwater.access.policy import Role
from tests.access.real_hub import OF_A_CASE, RealHub, Somebody, hold, look, opened, shown

NOTHING = dict.fromkeys(OF_A_CASE, 0)


@pytest.fixture
def ana(hub: RealHub) -> Somebody:
    return hub.somebody()


@pytest.fixture
def case(hub: RealHub, ana: Somebody) -> int:
    """A case that Ana may see."""
    case = hub.case()
    hub.grant(case, user=ana.id)
    return case


def entries_of(hub: RealHub, somebody: Somebody) -> list[tuple[str, bool, list[int]]]:
    return hub.owner.execute(
        "select verb, allowed, cases from ledger_entry where actor = %s and verb like 'open%%'"
        " order by at",
        [f"user:{somebody.id}"],
    ).fetchall()


# -- the usual way --------------------------------------------------------------------------------


def test_who_has_a_grant_looks_and_then_reads_every_table_of_the_case(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    capability, seen = look(app, ana.token, case)
    assert seen == [case]
    assert all(opened(app, case, capability).values())
    assert entries_of(hub, ana) == [("open_case", True, [case])]


def test_one_look_opens_several_cases_and_the_entry_names_them(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    second, foreign = hub.case(), hub.case()
    hub.grant(second, team=ana.team)
    capability, seen = look(app, ana.token, case, second, foreign)
    assert seen == [case, second]
    assert all(opened(app, second, capability).values())
    assert opened(app, foreign, capability) == NOTHING
    assert entries_of(hub, ana) == [("open_case", True, [case, second])]


def test_several_capabilities_are_held_at_once(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    second = hub.case()
    hub.grant(second, user=ana.id)
    first_capability, _ = look(app, ana.token, case)
    other_capability, _ = look(app, ana.token, second)
    for each in (case, second):
        assert all(opened(app, each, first_capability, other_capability).values())


# -- no capability, no row ------------------------------------------------------------------------


def test_without_a_capability_nothing_of_a_case_is_shown(
    app: psycopg.Connection, case: int
) -> None:
    assert shown(app, case) == NOTHING
    assert opened(app, case) == NOTHING


def test_a_look_without_a_grant_opens_nothing_and_is_written_down(
    hub: RealHub, app: psycopg.Connection, case: int
) -> None:
    stranger = hub.somebody()
    assert look(app, stranger.token, case) == (None, [])
    assert entries_of(hub, stranger) == [("open_case", False, [case])]


def test_the_capability_of_one_case_opens_no_other(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    capability, _ = look(app, ana.token, case)
    assert opened(app, hub.case(), capability) == NOTHING


@pytest.mark.parametrize(
    "guess", ["", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "00000000-0000-0000-0000-000000000000"]
)
def test_a_guess_opens_nothing(app: psycopg.Connection, case: int, guess: str) -> None:
    assert opened(app, case, guess) == NOTHING


@pytest.mark.parametrize(
    "text", ["true", ",", "*", "' or true --", "{1,2}", "1", "6f9619ff-8b86-4d01-b42d-00cf4fc964f"]
)
def test_malformed_text_opens_nothing(app: psycopg.Connection, case: int, text: str) -> None:
    with pytest.raises(errors.InvalidTextRepresentation):
        opened(app, case, text)


def test_the_id_of_the_entry_is_no_capability(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    look(app, ana.token, case)
    (entry,) = hub.owner.execute(
        "select id::text from ledger_entry where actor = %s and verb = 'open_case'",
        [f"user:{ana.id}"],
    ).fetchall()
    assert opened(app, case, entry[0]) == NOTHING


# -- only after the entry is committed ------------------------------------------------------------


def test_in_the_transaction_of_the_look_nothing_is_read(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction():
        capability, _ = look(app, ana.token, case)
        hold(app, capability)
        assert shown(app, case) == NOTHING


def test_after_a_look_that_was_rolled_back_nothing_is_read(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction(force_rollback=True):
        capability, _ = look(app, ana.token, case)
    assert opened(app, case, capability) == NOTHING


def test_a_look_in_a_savepoint_that_was_rolled_back_opens_nothing(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction():
        app.execute("savepoint before_the_look")
        capability, _ = look(app, ana.token, case)
        app.execute("rollback to savepoint before_the_look")
        hold(app, capability)
        assert shown(app, case) == NOTHING
    assert opened(app, case, capability) == NOTHING


def test_a_look_in_a_savepoint_that_stays_opens_nothing_before_the_commit(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction():
        with app.transaction():  # a savepoint
            capability, _ = look(app, ana.token, case)
        with app.transaction():
            hold(app, capability)
            assert shown(app, case) == NOTHING
    assert all(opened(app, case, capability).values())


def test_nobody_else_reads_with_it_while_the_look_is_not_committed(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction():
        capability, _ = look(app, ana.token, case)
        with psycopg.connect(hub.app_url, autocommit=True) as other:
            assert opened(other, case, capability) == NOTHING


def test_a_procedure_block_cannot_look_and_read_in_one_go(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with pytest.raises(errors.RaiseException, match="0 rows"):
        app.execute(
            f"do $$ declare c text; n int; begin"
            f" select capability::text into c from door.look('{ana.token}', null,"
            f"  array[{case}]::bigint[], 'open_case', 'open_case', '', '', '{{}}', true);"
            f" perform set_config('door.capabilities', c, false);"
            f" select count(*) into n from people_mention where case_id = {case};"
            f" raise exception '%% rows', n; end $$".replace("%%", "%")
        )


def test_a_look_is_durable_even_for_a_session_that_asked_not_to_wait(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    with app.transaction():
        app.execute("set local synchronous_commit = off")
        look(app, ana.token, case)
        (now,) = app.execute("show synchronous_commit").fetchone() or ()
        assert now == "on"


# -- for a minute, on this transaction ------------------------------------------------------------


def test_a_capability_opens_nothing_after_sixty_seconds(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    capability, _ = look(app, ana.token, case)
    for age, open_still in (("50 seconds", True), ("61 seconds", False)):
        with hub.owner.transaction():
            # What nobody but a superuser can do: to be a minute older without waiting for it.
            hub.owner.execute("set local session_replication_role = replica")
            hub.owner.execute(
                "update ledger_entry set at = now() - %s::interval where capability = %s",
                [age, capability],
            )
        assert any(opened(app, case, capability).values()) is open_still


def test_on_a_connection_that_is_used_again_nothing_is_left(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    capability, _ = look(app, ana.token, case)
    assert all(opened(app, case, capability).values())
    assert shown(app, case) == NOTHING
    with app.transaction():
        assert shown(app, case) == NOTHING


# -- what takes the right away --------------------------------------------------------------------


def test_after_a_grant_has_ended_there_is_no_new_look(
    hub: RealHub, app: psycopg.Connection, ana: Somebody
) -> None:
    case = hub.case()
    grant = hub.grant(case, user=ana.id)
    assert look(app, ana.token, case)[1] == [case]
    hub.owner.execute("update access_grant set ends = statement_timestamp() where id = %s", [grant])
    assert look(app, ana.token, case) == (None, [])


def test_an_exclusion_bites_at_once_even_on_a_capability_that_is_held(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    capability, _ = look(app, ana.token, case)
    with app.transaction():
        hold(app, capability)
        assert all(shown(app, case).values())
        hub.shut_out(case, ana.id)
        assert shown(app, case) == NOTHING
    assert look(app, ana.token, case) == (None, [])


def test_whether_a_colleague_may_open_a_case_is_told_only_to_who_holds_it(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    asked = "select door.colleague_may(%s, %s)"
    assert app.execute(asked, [ana.id, case]).fetchone() == (False,)
    capability, _ = look(app, ana.token, case)
    with app.transaction():
        hold(app, capability)
        assert app.execute(asked, [ana.id, case]).fetchone() == (True,)
        # Nobody by that number.
        assert app.execute(asked, [0, case]).fetchone() == (False,)


def test_without_a_role_that_stands_there_is_no_look(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    hub.owner.execute("update access_membership set ends = now() where user_id = %s", [ana.id])
    assert look(app, ana.token, case) == (None, [])


@pytest.mark.parametrize(
    "change",
    [
        "delete from access_session where session_key = %(key)s",
        "update access_session set expire_date = now() where session_key = %(key)s",
        "update access_session set idle_until = now() where session_key = %(key)s",
        "update access_session set idle_until = null where session_key = %(key)s",
        "update access_session set may_work = false where session_key = %(key)s",
        "update access_user set is_active = false where id = %(user)s",
    ],
)
def test_a_session_that_is_over_or_asleep_or_without_second_factor_opens_nothing(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int, change: str
) -> None:
    key = hashlib.sha256(ana.token.encode()).hexdigest()
    hub.owner.execute(change, {"key": key, "user": ana.id})
    assert look(app, ana.token, case) == (None, [])
    # Nobody knows who it was: the refusal says so.
    (entry,) = hub.owner.execute(
        "select actor, allowed from ledger_entry where %s = any(cases) order by at desc limit 1",
        [case],
    ).fetchall()
    assert entry == ("nobody", False)


def test_the_hash_that_the_table_holds_is_no_token(
    app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    assert look(app, hashlib.sha256(ana.token.encode()).hexdigest(), case) == (None, [])


@pytest.mark.parametrize("token", ["", None])
def test_the_applications_login_cannot_act_for_somebody_by_id(
    app: psycopg.Connection, ana: Somebody, case: int, token: str | None
) -> None:
    asked = [token, ana.id, [case]]
    got = app.execute(
        "select capability, seen from door.look(%s, %s, %s::bigint[], 'open_case', 'open_case',"
        " '', '', '{}', true)",
        asked,
    ).fetchone()
    assert got == (None, [])
    assert app.execute("select * from door.my_cases(%s, %s)", asked[:2]).fetchall() == []
    assert app.execute("select door.may_see(%s, %s, %s::bigint[])", asked).fetchone() == ([],)


# -- giving on ------------------------------------------------------------------------------------


def test_who_does_not_hold_a_case_cannot_give_it_on(
    hub: RealHub, app: psycopg.Connection, ana: Somebody, case: int
) -> None:
    stranger = hub.somebody()
    give = (
        "select door.give_grant(%s, null, null, %s, 'was named for the case', 'a test',"
        " 'DPA 2018 Part 3', now(), null)"
    )
    with pytest.raises(psycopg.Error) as refused:
        app.execute(give, [case, stranger.id])
    assert refused.value.sqlstate == "BW002"
    capability, _ = look(app, ana.token, case)
    with app.transaction():
        hold(app, capability)
        app.execute(give, [case, stranger.id])
    assert look(app, stranger.token, case)[1] == [case]


def test_a_supervisor_reads_what_somebody_of_the_team_was_named_for(
    hub: RealHub, app: psycopg.Connection, ana: Somebody
) -> None:
    supervisor = hub.somebody(Role.TEAM_SUPERVISOR, ana.team)
    other = hub.somebody(Role.TEAM_SUPERVISOR)
    case = hub.case()
    hub.grant(case, "was named for the case", user=ana.id)
    capability, seen = look(app, supervisor.token, case)
    assert seen == [case]
    assert all(opened(app, case, capability).values())
    assert look(app, other.token, case) == (None, [])
